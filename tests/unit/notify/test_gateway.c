/* SPDX-License-Identifier: Apache-2.0 */
/* unit/notify/test_gateway.c - notify/gateway.c against a small HTTP server on loopback.
 */

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake/loop.h"
#include "fake/random.h"
#include "notify/sms.h"
#include "unit.h"

enum { REQUESTS_MAX = 8 };

/* Answers each connection with the next of the given statuses; 0 closes it at once. */
struct gateway {
	int fd;
	unsigned port;
	pthread_t thread;
	const int *statuses;
	unsigned count;
	char requests[REQUESTS_MAX][4096];
	unsigned requested;
};

static size_t read_request(int fd, char *dst, size_t cap)
{
	size_t len = 0, want = SIZE_MAX;
	const char *end, *length;
	ssize_t n;

	while (len < want && len + 1 < cap &&
	       (n = read(fd, dst + len, cap - 1 - len)) > 0) {
		len += (size_t)n;
		dst[len] = '\0';
		end = strstr(dst, "\r\n\r\n");
		length = strstr(dst, "Content-Length: ");
		if (end)
			want = (size_t)(end + 4 - dst) +
			       (length ? (size_t)atoi(length + 16) : 0);
	}
	return len;
}

static void *serve(void *arg)
{
	struct gateway *g = arg;
	char answer[128];

	for (unsigned i = 0; i < g->count; i++) {
		int fd = accept(g->fd, NULL, NULL);

		if (fd < 0)
			break;
		if (g->statuses[i]) {
			read_request(fd, g->requests[g->requested++],
				     sizeof(g->requests[0]));
			snprintf(answer, sizeof(answer),
				 "HTTP/1.1 %d X\r\nContent-Length: 0\r\n"
				 "Connection: close\r\n\r\n",
				 g->statuses[i]);
			if (write(fd, answer, strlen(answer)) < 0)
				break;
		}
		close(fd);
	}
	return NULL;
}

static void gateway_start(struct gateway *g, const int *statuses, unsigned count)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);

	memset(g, 0, sizeof(*g));
	g->statuses = statuses;
	g->count = count;
	g->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(g->fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(g->fd, 8), 0);
	getsockname(g->fd, (struct sockaddr *)&a, &len);
	g->port = ntohs(a.sin_port);
	assert_int_equal(pthread_create(&g->thread, NULL, serve, g), 0);
}

static void gateway_stop(struct gateway *g)
{
	shutdown(g->fd, SHUT_RDWR);
	pthread_join(g->thread, NULL);
	close(g->fd);
}

struct rig {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct sms_config cfg;
	struct sms_job job;
	unsigned calls;
	int status;
	char url[128];
};

static void on_done(struct sms_job *job, int status)
{
	struct rig *r = container_of(job, struct rig, job);

	r->calls++;
	r->status = status;
}

static void rig_init(struct rig *r, const struct gateway *g)
{
	memset(r, 0, sizeof(*r));
	fake_clock_init(&r->clock);
	fake_random_init(&r->random, 5);
	r->loop = loop_new_virtual(&r->clock.clock);
	snprintf(r->url, sizeof(r->url), "http://127.0.0.1:%u/send?to={to}", g->port);
	r->cfg = (struct sms_config){
		.via = SMS_HTTP,
		.gateway = { .url = r->url,
			     .method = "POST",
			     .content_type = "application/json",
			     .body = "{\"from\":\"{from}\",\"text\":\"{text}\"}",
			     .from = "Ownline",
			     .headers = { "Authorization: Bearer sesame" },
			     .header_count = 1,
			     .timeout_s = 5 },
		.loop = r->loop,
		.clock = &r->clock.clock,
		.random = &r->random.random,
	};
}

/* Sends one message and lets its retries come: 20 s on the fake clock. */
static void send_and_wait(struct rig *r)
{
	struct sms *sms;
	unsigned wait_s;

	assert_int_equal(sms_new(&r->cfg, &sms), 0);
	r->job.done = on_done;
	strcpy(r->job.to, "+41791234567");
	strcpy(r->job.text, "Code 483920\n\"x\"");
	assert_int_equal(sms_send(sms, &r->job, &wait_s), 0);
	fake_loop_run(r->loop, &r->clock, 20 * INT64_C(1000000));
	sms_free(sms);
	loop_free(r->loop);
	assert_int_equal(r->calls, 1);
}

static void test_request_by_the_template(void **state)
{
	static const int statuses[] = { 200 };
	struct gateway g;
	struct rig r;

	gateway_start(&g, statuses, 1);
	rig_init(&r, &g);
	send_and_wait(&r);
	gateway_stop(&g);
	assert_int_equal(r.status, 0);
	assert_non_null(
		strstr(g.requests[0], "POST /send?to=%2B41791234567 HTTP/1.1\r\n"));
	assert_non_null(strstr(g.requests[0], "\r\nAuthorization: Bearer sesame\r\n"));
	assert_non_null(strstr(g.requests[0], "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(g.requests[0], "\r\n\r\n{\"from\":\"Ownline\",\"text\":"
					      "\"Code 483920\\u000a\\\"x\\\"\"}"));
}

static void test_verdicts(void **state)
{
	static const struct {
		const char *what;
		int statuses[4];
		unsigned count, requests;
		int status;
		const char *reason;
	} rows[] = {
		{ "202 is good", { 202 }, 1, 1, 0, "" },
		{ "400 is final", { 400, 200 }, 2, 1, -EIO, "400" },
		{ "403 is final", { 403, 200 }, 2, 1, -EIO, "403" },
		{ "302 is not followed", { 302, 200 }, 2, 1, -EIO, "302" },
		{ "500, then good", { 500, 200 }, 2, 2, 0, "" },
		{ "429, then good", { 429, 200 }, 2, 2, 0, "" },
		{ "closed, then good", { 0, 200 }, 2, 1, 0, "" },
		{ "three times 503", { 503, 503, 503, 200 }, 4, 3, -EIO, "503" },
	};
	struct gateway g;
	struct rig r;

	for (size_t i = 0; i < COUNT(rows); i++) {
		gateway_start(&g, rows[i].statuses, rows[i].count);
		rig_init(&r, &g);
		send_and_wait(&r);
		gateway_stop(&g);
		if (r.status != rows[i].status || g.requested != rows[i].requests ||
		    (rows[i].status && !strstr(r.job.reason, rows[i].reason)))
			fail_msg("%s: status %d, %u requests, %s", rows[i].what, r.status,
				 g.requested, r.job.reason);
	}
}

static void test_nobody_there_is_an_error_without_url(void **state)
{
	static const int none[1] = { 0 };
	struct gateway g;
	struct rig r;

	gateway_start(&g, none, 0);
	gateway_stop(&g);
	rig_init(&r, &g);
	send_and_wait(&r);
	assert_int_equal(r.status, -EIO);
	assert_true(r.job.reason[0] != '\0');
	assert_null(strstr(r.job.reason, "127.0.0.1"));
}

static void test_other_schemes_are_refused(void **state)
{
	static const int none[1] = { 0 };
	struct gateway g;
	struct rig r;

	gateway_start(&g, none, 0);
	gateway_stop(&g);
	rig_init(&r, &g);
	r.cfg.gateway.url = "file:///etc/hostname?{to}{text}";
	send_and_wait(&r);
	assert_int_equal(r.status, -EIO);
}

int gateway_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_by_the_template),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_nobody_there_is_an_error_without_url),
		cmocka_unit_test(test_other_schemes_are_refused),
	};

	return cmocka_run_group_tests_name("gateway", tests, NULL, NULL);
}
