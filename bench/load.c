/* SPDX-License-Identifier: Apache-2.0 */
/* bench/load.c - The load generator: devices that register, over UDP, TCP or TLS.
 *
 * load TRANSPORT 127.0.0.1:PORT DOMAIN USERS.csv EXPIRES [push]
 *
 * reads commands from standard input, one a line, and answers each with a line of JSON:
 *
 *   gather          every user asks for a nonce, and keeps it
 *   walk            every user registers once with the nonce that it has
 *   storm           every user registers once, without a nonce: 401, then 200
 *   flood N         the same with N requests under way
 *   renew S         the same of those whose nonce is older than S seconds
 *   refresh S       for S seconds user after user registers with the nonce that it has
 *   fresh S         the same without a nonce
 *   pace S RATE     as refresh, at so many a second whatever the server does: the latencies
 *                   count from when a message should have been sent
 *
 * All but flood and pace keep 256 requests under way. Users follow one another in an order that no
 * cache foresees. The answer: how many were done, in which time, its own share of a core, how
 * many challenges came unasked, requests sent again and lost, datagrams dropped on the way
 * back, and the latencies in microseconds. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "device.h"
#include "wire.h"

enum {
	DATAGRAM_ENDS = 16, /* one socket would be one flow */
	STREAM_ENDS = 8,
	WINDOW = 256,
	LATENCY_US_MAX = 4000000,
	RESEND_NS = 1000000000,
	SENDS_MAX = 5, /* of one request */
	PACE_AT_ONCE = 64,
};

enum doing {
	FORGETS = 1, /* each user's nonce, before it registers */
	ONCE = 2,    /* each user, then the end */
	GATHERS = 4, /* is content with a 401 */
	PACED = 8,
	OLD_ONLY = 16, /* the number is their age */
	FLOODS = 32,   /* the number is how many are under way */
};

struct command {
	const char *name;
	unsigned doing;
};

static const struct command commands[] = {
	{ "gather", FORGETS | ONCE | GATHERS },
	{ "walk", ONCE },
	{ "storm", FORGETS | ONCE },
	{ "flood", FORGETS | ONCE | FLOODS },
	{ "renew", FORGETS | ONCE | OLD_ONLY },
	{ "refresh", 0 },
	{ "fresh", FORGETS },
	{ "pace", PACED },
};

struct tally {
	uint64_t done, failed, challenged, resent, lost, drops;
	int64_t begin_ns, last_ns;
	double cpu_s;
	uint32_t longest_us;
	uint32_t latency[LATENCY_US_MAX]; /* how many took so many us */
};

struct run {
	struct devices devices;
	struct wire *wire;
	bool datagrams;
	int32_t ends, per_end, stride;
	int32_t at[WIRE_ENDS_MAX];   /* whose turn it is */
	int32_t left[WIRE_ENDS_MAX]; /* of those to register once */
	unsigned doing;
	int64_t end_ns, old_ns, now_ns;
	struct tally tally;
};

static int64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static double cpu_s(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	       (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
}

static void send_next(struct run *r, int32_t user)
{
	unsigned end = (unsigned)(user % r->ends);
	char *room = wire_room(r->wire, end);

	wire_put(r->wire, end,
		 device_register(&r->devices, user, wire_port(r->wire, end), room));
	device_sent(&r->devices, user, r->now_ns);
	r->devices.all[user].sends++;
}

static bool wanted(const struct run *r, const struct device *u)
{
	if (r->doing & OLD_ONLY && u->nonce_len && u->nonce_ns > r->old_ns)
		return false;
	return !u->under_way;
}

/* DEVICE_NONE: this end has no more to do. */
static int32_t next_user(struct run *r, unsigned end)
{
	for (int32_t tries = 0; tries < r->per_end; tries++) {
		int32_t user = r->at[end] * r->ends + (int32_t)end;

		if (r->doing & ONCE ? r->left[end]-- <= 0 : r->now_ns >= r->end_ns)
			return DEVICE_NONE;
		r->at[end] = (r->at[end] + r->stride) % r->per_end;
		if (wanted(r, &r->devices.all[user]))
			return user;
	}
	return DEVICE_NONE;
}

static bool begin(struct run *r, unsigned end, int64_t when_ns)
{
	int32_t user = next_user(r, end);
	struct device *u;

	if (user == DEVICE_NONE)
		return false;
	u = &r->devices.all[user];
	if (r->doing & FORGETS)
		u->nonce_len = 0;
	u->begun_ns = when_ns;
	u->sends = 0;
	send_next(r, user);
	return true;
}

static void count(struct run *r, const struct device *u)
{
	int64_t us = (r->now_ns - u->begun_ns) / 1000;
	uint32_t took = us < LATENCY_US_MAX ? (uint32_t)us : LATENCY_US_MAX - 1;

	r->tally.done++;
	r->tally.last_ns = r->now_ns;
	r->tally.latency[took]++;
	if (us > r->tally.longest_us)
		r->tally.longest_us = (uint32_t)us;
}

static void lose(struct run *r)
{
	r->tally.lost++;
	r->tally.latency[LATENCY_US_MAX - 1]++;
}

static void go_on(struct run *r, int32_t user)
{
	if (!(r->doing & PACED))
		begin(r, (unsigned)(user % r->ends), r->now_ns);
}

static void challenged(struct run *r, int32_t user, const char *text)
{
	struct device *u = &r->devices.all[user];

	r->tally.challenged += u->nonce_len > 0;
	if (!device_challenged(&r->devices, user, text, r->now_ns)) {
		r->tally.failed++;
		go_on(r, user);
	} else if (r->doing & GATHERS) {
		count(r, u);
		go_on(r, user);
	} else {
		send_next(r, user);
	}
}

/* The bare stub sends back what it gets: that counts as a 200, or without a digest as a 401,
 * so that it gets messages as long as the others do. */
#define ECHO_CHALLENGE                                                                   \
	"nonce=\"00000000000000000000000000000000000000000000000000000000\""

static void take(void *arg, unsigned end, const char *text, size_t len)
{
	struct run *r = arg;
	int32_t user = device_of_response(&r->devices, text, len);
	bool echo;

	(void)end;
	r->now_ns = clock_ns();
	if (user == DEVICE_NONE)
		return; /* the answer to what was sent again */
	device_answered(&r->devices, user);
	echo = !strncmp(text, "REGISTER ", 9);
	if (!strncmp(text, "SIP/2.0 401", 11) ||
	    (echo && !r->devices.all[user].nonce_len)) {
		challenged(r, user, echo ? ECHO_CHALLENGE : text);
		return;
	}
	if (!strncmp(text, "SIP/2.0 200", 11) || echo)
		count(r, &r->devices.all[user]);
	else
		r->tally.failed++;
	go_on(r, user);
}

/* Its latency goes on counting from its first sending. */
static void late(struct run *r, int32_t user)
{
	device_answered(&r->devices, user);
	if (!r->datagrams || r->devices.all[user].sends == SENDS_MAX) {
		lose(r);
		go_on(r, user);
		return;
	}
	r->tally.resent++;
	send_next(r, user);
}

static void turn(struct run *r, int timeout_ms)
{
	const struct devices *d = &r->devices;
	int64_t patience_ns = r->datagrams ? RESEND_NS : (int64_t)SENDS_MAX * RESEND_NS;

	wire_turn(r->wire, timeout_ms, take, r);
	r->now_ns = clock_ns();
	while (d->oldest != DEVICE_NONE &&
	       d->all[d->oldest].sent_ns + patience_ns < r->now_ns)
		late(r, d->oldest);
}

static void pace(struct run *r, double rate)
{
	double step_ns = 1e9 / rate;
	uint64_t sent = 0;

	while (r->now_ns < r->end_ns) {
		for (unsigned n = 0; n < PACE_AT_ONCE; n++) {
			int64_t due_ns =
				r->tally.begin_ns + (int64_t)((double)sent * step_ns);

			if (due_ns > r->now_ns)
				break;
			/* Nobody is left whose last one was answered. */
			if (!begin(r, (unsigned)(sent++ % (unsigned)r->ends), due_ns))
				lose(r);
		}
		turn(r, 0);
	}
}

static void fill_window(struct run *r, unsigned window)
{
	for (unsigned i = 0; i < window; i++)
		begin(r, i % (unsigned)r->ends, r->now_ns);
}

static unsigned latency_at(const struct tally *t, double share)
{
	uint64_t want = (uint64_t)((double)(t->done + t->lost) * share), seen = 0;

	for (unsigned us = 0; us < LATENCY_US_MAX; us++) {
		seen += t->latency[us];
		if (seen > want)
			return us;
	}
	return LATENCY_US_MAX;
}

static void report(struct run *r)
{
	const struct tally *t = &r->tally;
	double s = (double)(t->last_ns - t->begin_ns) / 1e9;
	double all_s = (double)(clock_ns() - t->begin_ns) / 1e9;

	s = s > 0 ? s : 1e-9;
	printf("{\"done\": %llu, \"seconds\": %.3f, \"rate\": %.0f, \"cpu\": %.2f, "
	       "\"challenged\": %llu, \"failed\": %llu, \"resent\": %llu, \"lost\": "
	       "%llu, "
	       "\"drops\": %llu, \"p50_us\": %u, \"p99_us\": %u, \"p999_us\": %u, "
	       "\"max_us\": %u}\n",
	       (unsigned long long)t->done, s, (double)t->done / s,
	       (cpu_s() - t->cpu_s) / all_s, (unsigned long long)t->challenged,
	       (unsigned long long)t->failed, (unsigned long long)t->resent,
	       (unsigned long long)t->lost,
	       (unsigned long long)(wire_drops(r->wire) - t->drops), latency_at(t, 0.5),
	       latency_at(t, 0.99), latency_at(t, 0.999), t->longest_us);
	fflush(stdout);
}

static void run(struct run *r, unsigned doing, double number, double rate)
{
	memset(&r->tally, 0, sizeof(r->tally));
	r->doing = doing;
	r->now_ns = r->tally.begin_ns = r->tally.last_ns = clock_ns();
	r->tally.cpu_s = cpu_s();
	r->tally.drops = wire_drops(r->wire);
	r->end_ns = r->now_ns + (int64_t)(number * 1e9);
	r->old_ns = r->now_ns - (int64_t)(number * 1e9);
	for (int32_t i = 0; i < r->ends; i++)
		r->left[i] = r->per_end;
	if (doing & PACED)
		pace(r, rate);
	else
		fill_window(r, doing & FLOODS ? (unsigned)number : WINDOW);
	while (r->devices.under_way)
		turn(r, 100);
	report(r);
}

static int obey(struct run *r, const char *line)
{
	char name[16];
	double number = 0, rate = 1;

	if (sscanf(line, "%15s %lf %lf", name, &number, &rate) < 1)
		return -1;
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (!strcmp(name, commands[i].name)) {
			run(r, commands[i].doing, number, rate);
			return 0;
		}
	}
	return -1;
}

static int32_t common(int32_t a, int32_t b)
{
	return b ? common(b, a % b) : a;
}

/* By the golden section, so that every user comes once and none beside the last. */
static int32_t stride_of(int32_t count)
{
	int32_t stride = (int32_t)((double)count * 0.6180339887) | 1;

	while (common(stride, count) != 1)
		stride++;
	return stride;
}

int main(int argc, char **argv)
{
	static struct run r;
	char line[80];

	if (argc < 6) {
		fprintf(stderr, "load TRANSPORT 127.0.0.1:PORT DOMAIN USERS.csv EXPIRES "
				"[push]\n");
		return 2;
	}
	r.datagrams = !strcmp(argv[1], "udp");
	r.ends = r.datagrams ? DATAGRAM_ENDS : STREAM_ENDS;
	devices_open(&r.devices, &(struct devices_config){ .transport = argv[1],
							   .domain = argv[3],
							   .users_path = argv[4],
							   .expires = argv[5],
							   .ends = r.ends,
							   .push = argc > 6 });
	r.per_end = r.devices.count / r.ends;
	r.stride = stride_of(r.per_end);
	r.wire = wire_open(argv[1], argv[2], (unsigned)r.ends);
	while (fgets(line, sizeof(line), stdin)) {
		if (obey(&r, line)) {
			fprintf(stderr, "load: what is %s", line);
			return 2;
		}
	}
	return 0;
}
