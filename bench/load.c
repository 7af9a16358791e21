/* SPDX-License-Identifier: Apache-2.0 */
/* bench/load.c - REGISTER in a closed loop over UDP, in batches, from several sockets.
 *
 * load HOST:PORT DOMAIN USERS.csv SECONDS WINDOW [fresh]
 * USERS.csv: number,auth_name,password. Each user registers again and again with the nonce
 * that it was given; with "fresh" it forgets the nonce, so that each round is a 401 and a
 * 200. Prints: rate per second, its own CPU share, resends, microseconds p50 p99 p99.9. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "net/addr.h"
#include "sip/digest.h"

enum { SOCKETS = 16, BATCH = 32, MESSAGE_MAX = 1500, RESEND_US = 1000000,
       LATENCY_US_MAX = 1000000, USERS_MAX = 1000000 };

struct user {
	char number[20], auth_name[40], nonce[160], realm[80];
	uint8_t ha1[DIGEST_HASH_MAX];
	char password[40];
	uint32_t cseq, nc;
	int64_t sent_us; /* 0: nothing is on its way */
};

struct run {
	const char *domain;
	struct user *users;
	unsigned user_count, next;
	int sockets[SOCKETS];
	uint16_t ports[SOCKETS];
	bool fresh, counting;
	uint64_t done, resent, failed, latencies;
	uint32_t *latency; /* histogram by microsecond */
};

struct batch {
	char text[BATCH][MESSAGE_MAX];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
	unsigned count;
};

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

static unsigned user_socket(unsigned index)
{
	return index % SOCKETS;
}

static size_t authorization_put(const struct run *r, struct user *u, char *dst, size_t cap)
{
	char uri[128], nc[9], hex[DIGEST_HEX_SIZE];
	struct sip_digest d = { .nonce = text_of(u->nonce), .cnonce = TEXT("0a4f113b"),
				.qop = TEXT("auth"), .algorithm = DIGEST_MD5 };

	snprintf(uri, sizeof(uri), "sip:%s", r->domain);
	snprintf(nc, sizeof(nc), "%08x", ++u->nc);
	d.uri = text_of(uri);
	d.nc = text_of(nc);
	if (digest_response(DIGEST_MD5, u->ha1, &d, TEXT("REGISTER"), hex))
		return 0;
	return (size_t)snprintf(dst, cap,
		"Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
		"response=\"%s\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, nc=%s\r\n",
		u->auth_name, u->realm, u->nonce, uri, hex, nc);
}

static void register_put(struct run *r, struct batch *b, unsigned index)
{
	struct user *u = &r->users[index];
	char auth[700] = "";
	char *dst = b->text[b->count];
	int len;

	if (u->nonce[0])
		authorization_put(r, u, auth, sizeof(auth));
	u->cseq++;
	len = snprintf(dst, MESSAGE_MAX,
		"REGISTER sip:%s SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1:%u;rport;branch=z9hG4bK-%u-%u\r\n"
		"Max-Forwards: 70\r\nFrom: <sip:%s@%s>;tag=b%u\r\nTo: <sip:%s@%s>\r\n"
		"Call-ID: bench-%u\r\nCSeq: %u REGISTER\r\nContact: <sip:%s@127.0.0.1:%u>\r\n"
		"Expires: 3600\r\nUser-Agent: bench\r\n%sContent-Length: 0\r\n\r\n",
		r->domain, r->ports[user_socket(index)], index, u->cseq, u->number, r->domain,
		index, u->number, r->domain, index, u->cseq, u->number,
		r->ports[user_socket(index)], auth);
	b->iov[b->count] = (struct iovec){ dst, (size_t)len };
	b->msg[b->count].msg_hdr = (struct msghdr){ .msg_iov = &b->iov[b->count], .msg_iovlen = 1 };
	b->count++;
	u->sent_us = now_us();
}

static void batch_send(int fd, struct batch *b)
{
	unsigned sent = 0;

	while (sent < b->count) {
		int n = sendmmsg(fd, b->msg + sent, b->count - sent, 0);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			break;
		if (n > 0)
			sent += (unsigned)n;
	}
	b->count = 0;
}

static void field_copy(char *dst, size_t cap, const char *text, const char *name)
{
	const char *at = strstr(text, name);
	const char *end;

	dst[0] = '\0';
	if (!at)
		return;
	at += strlen(name);
	end = strchr(at, '"');
	if (end && (size_t)(end - at) < cap) {
		memcpy(dst, at, (size_t)(end - at));
		dst[end - at] = '\0';
	}
}

static void challenge_take(struct user *u, const char *text)
{
	char realm[sizeof(u->realm)];

	field_copy(u->nonce, sizeof(u->nonce), text, "nonce=\"");
	field_copy(realm, sizeof(realm), text, "realm=\"");
	u->nc = 0;
	if (strcmp(realm, u->realm)) {
		memcpy(u->realm, realm, sizeof(realm));
		digest_ha1(DIGEST_MD5, text_of(u->auth_name), text_of(realm),
			   text_of(u->password), u->ha1);
	}
}

/* Takes a response; the user's next request goes into the batch. */
static void response_take(struct run *r, struct batch *b, char *text)
{
	const char *branch = strstr(text, "z9hG4bK-");
	unsigned index, cseq;
	struct user *u;
	int64_t took;

	if (!branch || sscanf(branch, "z9hG4bK-%u-%u", &index, &cseq) != 2 ||
	    index >= r->user_count)
		return;
	u = &r->users[index];
	if (cseq != u->cseq || !u->sent_us)
		return; /* the answer to a resent one */
	took = now_us() - u->sent_us;
	u->sent_us = 0;
	if (!strncmp(text, "SIP/2.0 401", 11)) {
		challenge_take(u, text);
		register_put(r, b, index);
		return;
	}
	if (strncmp(text, "SIP/2.0 200", 11)) {
		r->failed++;
		u->nonce[0] = '\0';
	} else if (r->counting) {
		r->done++;
		r->latency[took < LATENCY_US_MAX ? took : LATENCY_US_MAX - 1]++;
	}
	if (r->fresh)
		u->nonce[0] = '\0';
	/* The next user of the same socket (user_count is a multiple of SOCKETS). */
	do
		index = (index + SOCKETS) % r->user_count;
	while (r->users[index].sent_us);
	register_put(r, b, index);
}

static void socket_serve(struct run *r, int fd, struct batch *in, struct batch *out)
{
	int n;

	for (unsigned i = 0; i < BATCH; i++) {
		in->iov[i] = (struct iovec){ in->text[i], MESSAGE_MAX - 1 };
		in->msg[i].msg_hdr = (struct msghdr){ .msg_iov = &in->iov[i], .msg_iovlen = 1 };
	}
	n = recvmmsg(fd, in->msg, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		in->text[i][in->msg[i].msg_len] = '\0';
		response_take(r, out, in->text[i]);
	}
	batch_send(fd, out);
}

static void lost_resend(struct run *r, struct batch *out)
{
	int64_t late = now_us() - RESEND_US;

	for (unsigned i = 0; i < r->user_count; i++) {
		if (!r->users[i].sent_us || r->users[i].sent_us > late)
			continue;
		r->resent++;
		register_put(r, out, i);
		batch_send(r->sockets[user_socket(i)], out);
	}
}

static unsigned users_read(struct run *r, const char *path)
{
	FILE *f = fopen(path, "r");
	char line[256];

	if (!f)
		return 0;
	r->users = calloc(USERS_MAX, sizeof(*r->users));
	while (r->users && fgets(line, sizeof(line), f) && r->user_count < USERS_MAX) {
		struct user *u = &r->users[r->user_count];

		if (sscanf(line, "%19[^,],%39[^,],%39[^,\n]", u->number, u->auth_name,
			   u->password) == 3 && u->number[0] == '+')
			r->user_count++;
	}
	fclose(f);
	r->user_count -= r->user_count % SOCKETS;
	return r->user_count;
}

static int sockets_open(struct run *r, const char *target)
{
	struct sockaddr_storage ss;
	struct addr a;
	socklen_t len;

	if (addr_decode(text_of(target), 5060, &a))
		return -EINVAL;
	len = addr_to_sockaddr(&a, &ss);
	for (unsigned i = 0; i < SOCKETS; i++) {
		struct sockaddr_in own;
		socklen_t own_len = sizeof(own);
		int size = 4 << 20;

		r->sockets[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		setsockopt(r->sockets[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
		if (r->sockets[i] < 0 || connect(r->sockets[i], (struct sockaddr *)&ss, len))
			return -errno;
		getsockname(r->sockets[i], (struct sockaddr *)&own, &own_len);
		r->ports[i] = ntohs(own.sin_port);
	}
	return 0;
}

static void run_until(struct run *r, struct batch *in, struct batch *out, int64_t end_us)
{
	struct pollfd fds[SOCKETS];
	int64_t scan = now_us() + RESEND_US;

	for (unsigned i = 0; i < SOCKETS; i++)
		fds[i] = (struct pollfd){ r->sockets[i], POLLIN, 0 };
	while (now_us() < end_us) {
		poll(fds, SOCKETS, 100);
		for (unsigned i = 0; i < SOCKETS; i++)
			if (fds[i].revents)
				socket_serve(r, fds[i].fd, in, out);
		if (now_us() > scan) {
			lost_resend(r, out);
			scan = now_us() + RESEND_US;
		}
	}
}

static unsigned latency_at(const struct run *r, double share)
{
	uint64_t want = (uint64_t)((double)r->done * share), seen = 0;

	for (unsigned us = 0; us < LATENCY_US_MAX; us++) {
		seen += r->latency[us];
		if (seen > want)
			return us;
	}
	return LATENCY_US_MAX;
}

static double cpu_s(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	       (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	struct run r = { 0 };
	struct batch *in = calloc(1, sizeof(*in)), *out = calloc(1, sizeof(*out));
	unsigned window;
	int64_t begin;
	double cpu, s;

	if (argc < 6 || !in || !out) {
		fprintf(stderr, "load HOST:PORT DOMAIN USERS.csv SECONDS WINDOW [fresh]\n");
		return 2;
	}
	r.domain = argv[2];
	r.fresh = argc > 6 && !strcmp(argv[6], "fresh");
	r.latency = calloc(LATENCY_US_MAX, sizeof(*r.latency));
	s = atof(argv[4]);
	window = (unsigned)atoi(argv[5]);
	if (!r.latency || !users_read(&r, argv[3]) || sockets_open(&r, argv[1])) {
		fprintf(stderr, "load: cannot read the users or open the sockets\n");
		return 1;
	}
	/* Every user once, so that each has its nonce and its binding; then count. */
	for (unsigned i = 0; i < window && i < r.user_count; i++) {
		register_put(&r, out, i);
		batch_send(r.sockets[user_socket(i)], out);
	}
	run_until(&r, in, out, now_us() + (int64_t)(s * 1e6 / 3));
	r.counting = true;
	begin = now_us();
	cpu = cpu_s();
	run_until(&r, in, out, begin + (int64_t)(s * 1e6));
	s = (double)(now_us() - begin) / 1e6;
	printf("{\"rate\": %.0f, \"cpu\": %.2f, \"resent\": %llu, \"failed\": %llu, "
	       "\"p50_us\": %u, \"p99_us\": %u, \"p999_us\": %u}\n",
	       (double)r.done / s, (cpu_s() - cpu) / s, (unsigned long long)r.resent,
	       (unsigned long long)r.failed, latency_at(&r, 0.5), latency_at(&r, 0.99),
	       latency_at(&r, 0.999));
	return 0;
}
