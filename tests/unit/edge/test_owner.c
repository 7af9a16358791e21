/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/test_owner.c - edge/owner.c, edge/worker.c: whose message it is, and how we
 * are called. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "edge/worker.h"
#include "unit/edge/groups.h"

enum { WORKERS = 4, HERE = 1 };

static const struct {
	const char *name, *text;
	int owner; /* -1: by the Call-ID's hash */
} rows[] = {
	{ "a response: its branch",
	  "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKow03abcdefghijklmnopqrs\r\n"
	  "From: <sip:a@x>;tag=f\r\nTo: <sip:b@x>;tag=t\r\nCall-ID: c\r\nCSeq: 1 "
	  "OPTIONS\r\n"
	  "\r\n",
	  3 },
	{ "a response to somebody else",
	  "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\nFrom: "
	  "<sip:a@x>;tag=f\r\n"
	  "To: <sip:b@x>;tag=t\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n",
	  HERE },
	{ "a dialog: our To tag",
	  "BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\nFrom: "
	  "<sip:a@x>;tag=f"
	  "\r\nTo: <sip:b@x>;tag=ow02abcdefghijklmnopqrs\r\nCall-ID: c\r\nCSeq: 1 "
	  "BYE\r\n\r\n",
	  2 },
	{ "a worker that is not there",
	  "BYE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\nFrom: "
	  "<sip:a@x>;tag=f"
	  "\r\nTo: <sip:b@x>;tag=owzzabcdefghijklmnopqrs\r\nCall-ID: c\r\nCSeq: 1 "
	  "BYE\r\n\r\n",
	  -1 },
	{ "a new call",
	  "INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\nFrom: "
	  "<sip:a@x>"
	  ";tag=f\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n\r\n",
	  -1 },
	{ "its CANCEL",
	  "CANCEL sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\nFrom: "
	  "<sip:a@x>"
	  ";tag=f\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 CANCEL\r\n\r\n",
	  -1 },
	{ "REGISTER stays",
	  "REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\nFrom: "
	  "<sip:a@x>"
	  ";tag=f\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n\r\n",
	  HERE },
};

static struct edge *edge_of(unsigned workers)
{
	struct edge *e = calloc(1, sizeof(*e) + workers * sizeof(e->workers[0]));

	assert_non_null(e);
	e->worker_count = workers;
	for (unsigned i = 0; i < workers; i++) {
		e->workers[i].edge = e;
		e->workers[i].index = i;
	}
	return e;
}

static void decode(const char *text, struct sip_msg *m)
{
	struct sip_fault fault;

	if (sip_msg_decode(text_of(text), m, &fault) < 0)
		fail_msg("%s: %s", fault.reason, text);
}

static void test_rows(void **state)
{
	struct edge *e = edge_of(WORKERS);
	struct sip_msg m;
	unsigned hashed;

	decode(rows[4].text, &m);
	hashed = edge_owner(e, HERE, &m);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned owner,
			want = rows[i].owner < 0 ? hashed : (unsigned)rows[i].owner;

		decode(rows[i].text, &m);
		owner = edge_owner(e, HERE, &m);
		if (owner != want)
			fail_msg("%s: %u", rows[i].name, owner);
	}
	free(e);
}

/* Calls spread over all workers. */
static void test_spread(void **state)
{
	struct edge *e = edge_of(WORKERS);
	unsigned seen[WORKERS] = { 0 };

	for (unsigned i = 0; i < 400; i++) {
		char text[512];
		struct sip_msg m;

		snprintf(text, sizeof(text),
			 "INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKo\r\n"
			 "From: <sip:a@x>;tag=f\r\nTo: <sip:b@x>\r\nCall-ID: c%u\r\n"
			 "CSeq: 1 INVITE\r\n\r\n",
			 i);
		decode(text, &m);
		seen[edge_owner(e, HERE, &m)]++;
	}
	for (unsigned i = 0; i < WORKERS; i++)
		assert_in_range(seen[i], 50, 150);
	free(e);
}

/* What a stranger can put into a Call-ID chooses no worker. */
static void test_a_call_id_like_ours_chooses_nobody(void **state)
{
	struct edge *e = edge_of(WORKERS);
	unsigned seen[WORKERS] = { 0 };

	for (unsigned i = 0; i < 400; i++) {
		char text[512];
		struct sip_msg m;

		snprintf(text, sizeof(text),
			 "INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKo\r\n"
			 "From: <sip:a@x>;tag=f\r\nTo: <sip:b@x>\r\n"
			 "Call-ID: ow00abcdefghijklmno%04u\r\nCSeq: 1 INVITE\r\n\r\n",
			 i);
		decode(text, &m);
		seen[edge_owner(e, HERE, &m)]++;
	}
	for (unsigned i = 0; i < WORKERS; i++)
		assert_in_range(seen[i], 50, 150);
	free(e);
}

static const struct {
	const char *name, *advertise;
	enum transport transport;
	const char *local, *remote, *host;
} host_rows[] = {
	{ "our own address", "", TRANSPORT_UDP, "192.0.2.1:5062", "198.51.100.7:5060",
	  "192.0.2.1:5062" },
	{ "an advertised address, with our port", "203.0.113.5", TRANSPORT_UDP,
	  "192.0.2.1:5062", "198.51.100.7:5060", "203.0.113.5:5062" },
	{ "an advertised name", "sip.example.com", TRANSPORT_UDP, "192.0.2.1:5062",
	  "198.51.100.7:5060", "sip.example.com:5062" },
	{ "IPv4 is not advertised over IPv6", "203.0.113.5", TRANSPORT_UDP,
	  "[2001:db8::1]:5062", "[2001:db8::7]:5060", "[2001:db8::1]:5062" },
	{ "nothing is advertised to this machine", "203.0.113.5", TRANSPORT_UDP,
	  "127.0.0.1:5062", "127.0.0.1:5070", "127.0.0.1:5062" },
	{ "a connection of ours: where we listen", "", TRANSPORT_TCP, "192.0.2.1:45123",
	  "198.51.100.7:5060", "192.0.2.1:5064" },
};

static struct addr address(const char *text)
{
	struct addr a;

	assert_int_equal(addr_decode(text_of(text), 5060, &a), 0);
	return a;
}

static void test_hosts(void **state)
{
	struct net_listener listeners[] = {
		{ TRANSPORT_UDP, address("0.0.0.0:5062"), -1 },
		{ TRANSPORT_TCP, address("0.0.0.0:5064"), -1 },
	};

	for (size_t i = 0; i < sizeof(host_rows) / sizeof(host_rows[0]); i++) {
		struct edge *e = edge_of(1);
		struct flow f = { .transport = (uint8_t)host_rows[i].transport,
				  .local = address(host_rows[i].local),
				  .remote = address(host_rows[i].remote) };
		char host[ADDR_TEXT_SIZE];

		e->cfg.advertise = host_rows[i].advertise;
		e->cfg.listeners = listeners;
		e->cfg.listener_count = 2;
		edge_own_host(&e->workers[0], &f, host);
		if (strcmp(host, host_rows[i].host) != 0)
			fail_msg("%s: %s", host_rows[i].name, host);
		free(e);
	}
}

/* A dialog that has gone to another worker takes its requests along (stubs.c: the tag
 * "moved1" has gone to worker 1). */
static void test_follow(void **state)
{
	static const struct {
		const char *method, *to;
		unsigned here;
		bool want;
	} requests[] = {
		{ "BYE", "b@x>;tag=moved1", 0, true },
		{ "ACK", "b@x>;tag=moved1", 0, true },
		{ "CANCEL", "b@x>;tag=moved1", 0, true },
		{ "BYE", "b@x>;tag=moved1", 1, false }, /* it is there */
		{ "BYE", "b@x>;tag=moved", 0, false },
		{ "INVITE", "b@x>", 0, false },
		{ "REGISTER", "b@x>;tag=moved1", 0, false },
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct edge *e = edge_of(2);
		struct edge_worker *w = &e->workers[requests[i].here];
		struct flow f = { .conn = 1 };
		struct sip_fault fault;
		struct sip_msg m;
		char text[512];

		for (unsigned n = 0; n < 2; n++)
			e->workers[n].loop = loop_new(clock_real());
		w->calls = call_engine_new(&(struct call_config){ .worker = w->index });
		snprintf(text, sizeof(text),
			 "%s sip:x SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKother\r\n"
			 "From: <sip:a@x>;tag=f\r\nTo: <sip:%s\r\nCall-ID: c\r\n"
			 "CSeq: 1 %s\r\n\r\n",
			 requests[i].method, requests[i].to, requests[i].method);
		assert_int_equal(sip_msg_decode(text_of(text), &m, &fault), 0);
		if (edge_follow(w, &f, &m) != requests[i].want)
			fail_msg("%s", text);
		assert_int_equal(w->tally.handed_over, requests[i].want);
		assert_int_equal(e->workers[1].waiting, requests[i].want);
		edge_handover_drop(w);
		call_engine_free(w->calls);
		for (unsigned n = 0; n < 2; n++)
			loop_free(e->workers[n].loop);
		free(e);
	}
}

int group_owner(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_a_call_id_like_ours_chooses_nobody),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_follow),
	};

	return cmocka_run_group_tests_name("edge/owner", tests, NULL, NULL);
}
