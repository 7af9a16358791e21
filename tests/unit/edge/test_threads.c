/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/test_threads.c - edge/edge.c, handover.c, gather.c: four workers on real
 * sockets of the loopback interface. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/random.h"
#include "edge/worker.h"
#include "unit/edge/groups.h"
#include "unit/edge/stubs.h"

enum { WORKERS = 4, REQUESTS = 60, PATIENCE_S = 10 };

struct house {
	struct net_listener listeners[2 * WORKERS];
	struct edge *edge;
};

static void house_open(struct house *h)
{
	struct net_listener udp[WORKERS], tcp[WORKERS];
	struct addr a;

	stubs_reset();
	assert_int_equal(addr_decode(TEXT("127.0.0.1:0"), 0, &a), 0);
	assert_int_equal(net_listen(TRANSPORT_UDP, &a, WORKERS, udp), 0);
	assert_int_equal(net_listen(TRANSPORT_TCP, &a, WORKERS, tcp), 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		h->listeners[2 * i] = udp[i];
		h->listeners[2 * i + 1] = tcp[i];
	}
	assert_int_equal(edge_start(&(struct edge_config){ .workers = WORKERS,
							   .listeners = h->listeners,
							   .listener_count = 2,
							   .clock = clock_real(),
							   .random = random_real(),
							   .domain = "example.com",
							   .country = "CH",
							   .advertise = "" },
				    &h->edge),
			 0);
}

static int connect_to(const struct net_listener *l, int type)
{
	struct timeval patience = { .tv_sec = PATIENCE_S };
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&l->addr, &ss);
	int fd = socket(AF_INET, type, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

static void ask(int fd, unsigned i)
{
	char text[512];
	int n = snprintf(
		text, sizeof(text),
		"OPTIONS sip:example.com SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK%u\r\nMax-Forwards: "
		"70\r\n"
		"From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.com>\r\n"
		"Call-ID: call%u\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
		i, i);

	assert_int_equal(send(fd, text, (size_t)n, 0), n);
}

static unsigned count(const char *bytes)
{
	unsigned answers = 0;

	while ((bytes = strstr(bytes, "SIP/2.0 200 OK\r\n"))) {
		bytes++;
		answers++;
	}
	return answers;
}

/* What a stream cuts into pieces is counted when it is whole. */
static unsigned count_answers(int fd)
{
	static char bytes[1 << 18];
	size_t len = 0;
	ssize_t n;

	bytes[0] = '\0';
	while (count(bytes) < REQUESTS && len < sizeof(bytes) - 1) {
		n = recv(fd, bytes + len, sizeof(bytes) - 1 - len, 0);
		if (n <= 0)
			break;
		len += (size_t)n;
		bytes[len] = '\0';
	}
	return count(bytes);
}

/* Whatever worker they reach, and whoever owns them, all are answered. */
static void check_handover(int type, unsigned listener)
{
	struct house h;
	struct edge_counters counters;
	int fd;

	house_open(&h);
	fd = connect_to(&h.listeners[listener], type);
	for (unsigned i = 0; i < REQUESTS; i++)
		ask(fd, i);
	assert_int_equal(count_answers(fd), REQUESTS);
	edge_count(h.edge, &counters);
	assert_int_equal(counters.messages, REQUESTS);
	assert_in_range(counters.handed_over, 1, REQUESTS - 1);
	assert_int_equal(counters.handover_dropped, 0);
	close(fd);
	edge_stop(h.edge);
}

static void test_handover_udp(void **state)
{
	check_handover(SOCK_DGRAM, 0);
}

static void test_handover_tcp(void **state)
{
	check_handover(SOCK_STREAM, 1);
}

static struct loop *control;

static void end_done(struct edge_end_job *job)
{
	loop_stop(control);
}

static void calls_done(struct edge_calls_job *job)
{
	loop_stop(control);
}

static void test_gather(void **state)
{
	struct house h;
	struct edge_end_job end = { .done = end_done,
				    .credential_id = 42,
				    .cause = "revoked" };
	struct edge_calls_job calls = { .done = calls_done, .line_id = 7 };

	house_open(&h);
	control = loop_new(clock_real());
	end.loop = calls.loop = control;
	edge_end_credential(h.edge, &end);
	loop_run(control);
	assert_int_equal(end.calls_ended, 2 * WORKERS);
	assert_int_equal(end.calls_spared, WORKERS);
	assert_int_equal(end.bindings_ended, 1 + WORKERS);
	end.keep_bindings = true;
	edge_end_credential(h.edge, &end);
	loop_run(control);
	assert_int_equal(end.bindings_ended, 0);
	edge_calls(h.edge, &calls);
	loop_run(control);
	assert_int_equal(calls.count, WORKERS);
	assert_false(calls.incomplete);
	for (unsigned i = 0; i < WORKERS; i++)
		assert_int_equal(calls.calls[i].line_id, 7);
	free(calls.calls);
	loop_free(control);
	edge_stop(h.edge);
}

static void test_start_stop(void **state)
{
	for (unsigned i = 0; i < 5; i++) {
		struct house h;

		house_open(&h);
		edge_stop(h.edge);
	}
	edge_stop(NULL);
}

/* A worker that does not keep up is handed no more than it can hold; that connections
 * have closed it is told all the same. */
static void test_handover_bound(void **state)
{
	struct edge *e = calloc(1, sizeof(*e) + 2 * sizeof(e->workers[0]));
	struct flow f = { .conn = 1 };

	assert_non_null(e);
	e->worker_count = 2;
	for (unsigned i = 0; i < 2; i++) {
		e->workers[i].edge = e;
		e->workers[i].index = i;
		e->workers[i].loop = loop_new(clock_real());
	}
	e->workers[1].waiting = HANDOVER_WAITING_MAX - 1;
	edge_handover(&e->workers[0], 1, &f, TEXT("one more"));
	assert_int_equal(e->workers[0].tally.handed_over, 1);
	edge_handover(&e->workers[0], 1, &f, TEXT("one too many"));
	assert_int_equal(e->workers[0].tally.handover_dropped, 1);
	edge_handover_closed(&e->workers[0], &f);
	assert_int_equal(e->workers[1].waiting, HANDOVER_WAITING_MAX + 1);
	edge_handover_drop(&e->workers[0]);
	for (unsigned i = 0; i < 2; i++)
		loop_free(e->workers[i].loop);
	free(e);
}

int group_threads(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handover_udp),
		cmocka_unit_test(test_handover_tcp),
		cmocka_unit_test(test_gather),
		cmocka_unit_test(test_start_stop),
		cmocka_unit_test(test_handover_bound),
	};

	return cmocka_run_group_tests_name("edge/threads", tests, NULL, NULL);
}
