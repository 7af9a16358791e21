/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/test_resolve.c - Names of trunks through c-ares (RFC 3263 4.1, 4.2). */

#include <stdio.h>
#include <string.h>

#include "nameserver.h"
#include "trunk/dns.h"
#include "trunk/resolve.h"
#include "trunk/set.h"
#include "unit.h"

enum {
	DNS_TIMEOUT_MS = 40,
	ALL = 1 << TRANSPORT_UDP | 1 << TRANSPORT_TCP | 1 << TRANSPORT_TLS
};

static const struct record_row names[] = {
	{ "plain.example", 1, 300, "192.0.2.1" },
	{ "plain.example", 1, 60, "192.0.2.2" },
	{ "six.example", 28, 120, "2001:db8::6" },
	{ "_sip._udp.srv.example", 33, 45, "20 0 5080 second.example." },
	{ "_sip._udp.srv.example", 33, 90, "10 1 5070 first.example." },
	{ "_sip._udp.srv.example", 33, 90, "10 9 5071 heavy.example." },
	{ "_sip._tcp.srv.example", 33, 90, "10 1 5090 first.example." },
	{ "_sips._tcp.srv.example", 33, 90, "10 1 5099 first.example." },
	{ "first.example", 1, 3600, "192.0.2.10" },
	{ "heavy.example", 1, 3600, "192.0.2.11" },
	{ "second.example", 1, 3600, "192.0.2.20" },
	{ "_sip._udp.none.example", 33, 90, "0 0 0 ." },
	{ "none.example", 1, 90, "192.0.2.30" },
	{ "_sip._tcp.onlytcp.example", 33, 90, "0 0 5060 first.example." },
	{ "onlytcp.example", 1, 90, "192.0.2.31" },
	/* TCP before UDP, and something that is no transport of ours before both */
	{ "naptr.example", 35, 70, "50 50 s SIP+D2U _sip._udp.srv.example." },
	{ "naptr.example", 35, 70, "20 50 s SIP+D2T _sip._tcp.srv.example." },
	{ "naptr.example", 35, 70, "10 50 s SIP+D2S _sip._sctp.srv.example." },
	{ "naptr.example", 35, 70, "10 50 u E2U+sip unused.example." },
	{ "secure.example", 35, 70, "20 90 s SIP+D2T _sip._tcp.srv.example." },
	{ "secure.example", 35, 70, "20 10 s sips+d2t _sips._tcp.srv.example." },
	{ "sctp.example", 35, 70, "20 10 s SIP+D2S _sip._sctp.srv.example." },
	{ "sctp.example", 1, 70, "192.0.2.40" },
	/* a NAPTR that leads nowhere leaves the next one */
	{ "half.example", 35, 70, "10 10 s SIP+D2T _sip._tcp.nowhere.example." },
	{ "half.example", 35, 70, "20 10 s SIP+D2U _sip._udp.srv.example." },
	{ "mute.example", NAMESERVER_MUTE, 0, "" },
	{ "fails.example", NAMESERVER_FAILS, 0, "" },
	{ "garbage.example", NAMESERVER_GARBAGE, 0, "" },
	{ "many.example", NAMESERVER_MANY, 0, "" },
	/* A is there, but whether there is SRV nobody can tell */
	{ "unsure.example", NAMESERVER_NO_SRV, 0, "" },
	{ "unsure.example", 1, 300, "192.0.2.50" },
	{ "_sip._tcp.unsure2.example", NAMESERVER_FAILS, 0, "" },
	{ "unsure2.example", 1, 300, "192.0.2.51" },
	/* one target of two cannot be told */
	{ "_sip._udp.part.example", 33, 90, "10 1 5070 fails.example." },
	{ "_sip._udp.part.example", 33, 90, "20 1 5070 first.example." },
};

struct asked {
	struct resolve resolve;
	struct loop *loop;
	char found[512];
	unsigned ttl_s;
	bool done, failed;
};

static void on_done(struct resolve *q, const struct resolve_hop *hops, size_t count,
		    unsigned ttl_s, bool failed)
{
	struct asked *a = container_of(q, struct asked, resolve);
	char text[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < count; i++)
		snprintf(a->found + strlen(a->found), sizeof(a->found) - strlen(a->found),
			 "%s%s/%s", i ? " " : "", addr_encode(text, &hops[i].addr),
			 transport_uri_name(hops[i].transport));
	a->ttl_s = ttl_s;
	a->failed = failed;
	a->done = true;
	loop_stop(a->loop);
}

struct place {
	struct loop *loop;
	struct nameserver server;
	struct dns *dns;
};

static void place_open(struct place *p)
{
	p->loop = loop_new(clock_real());
	nameserver_start(&p->server, p->loop, names, COUNT(names));
	p->dns = dns_new(p->loop, p->server.address, DNS_TIMEOUT_MS);
	assert_non_null(p->dns);
}

static void place_close(struct place *p)
{
	dns_free(p->dns);
	nameserver_stop(&p->server);
	loop_free(p->loop);
}

static void ask(struct place *p, struct asked *a, const struct resolve_question *question)
{
	*a = (struct asked){ .loop = p->loop, .resolve.done = on_done };
	resolve_start(p->dns, &a->resolve, question);
	if (!a->done)
		loop_run(p->loop);
	assert_true(a->done);
}

/* The URI has transport=. */
static void test_transport_given(void **state)
{
	static const struct {
		const char *name;
		const char *host;
		uint16_t port;
		enum transport transport;
		const char *found;
		unsigned ttl_s;
	} rows[] = {
		{ "a port means no SRV", "srv.example", 5060, TRANSPORT_UDP, "", 86400 },
		{ "A with a port", "first.example", 5999, TRANSPORT_UDP,
		  "192.0.2.10:5999/udp", 3600 },
		{ "without SRV the default port", "second.example", 0, TRANSPORT_UDP,
		  "192.0.2.20:5060/udp", 3600 },
		{ "TLS has its own", "second.example", 0, TRANSPORT_TLS,
		  "192.0.2.20:5061/tls", 3600 },
		{ "AAAA", "six.example", 0, TRANSPORT_UDP, "[2001:db8::6]:5060/udp",
		  120 },
		{ "SRV by priority", "srv.example", 0, TRANSPORT_UDP,
		  "192.0.2.10:5070/udp 192.0.2.11:5071/udp 192.0.2.20:5080/udp", 45 },
		{ "SRV of the transport", "srv.example", 0, TRANSPORT_TCP,
		  "192.0.2.10:5090/tcp", 90 },
		{ "SRV that says no", "none.example", 0, TRANSPORT_UDP, "", 90 },
		{ "unknown", "unknown.example", 0, TRANSPORT_UDP, "", 86400 },
		{ "NAPTR is not asked for", "naptr.example", 0, TRANSPORT_UDP, "",
		  86400 },
	};
	struct place p;
	struct asked a;

	place_open(&p);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct resolve_question q = { .host = text_of(rows[i].host),
					      .port = rows[i].port,
					      .named = true,
					      .transport = rows[i].transport,
					      .transports = ALL };

		print_message("           %s\n", rows[i].name);
		ask(&p, &a, &q);
		assert_string_equal(a.found, rows[i].found);
		assert_int_equal(a.ttl_s, rows[i].ttl_s);
		assert_false(a.failed);
	}
	place_close(&p);
}

/* RFC 3263 4.1: the name says which transport, when nothing else does. */
static void test_transport_chosen(void **state)
{
	static const struct {
		const char *name;
		const char *host;
		uint16_t port;
		bool sips;
		unsigned transports;
		const char *found;
		unsigned ttl_s;
	} rows[] = {
		{ "NAPTR by order, unknown services left out", "naptr.example", 0, false,
		  ALL, "192.0.2.10:5090/tcp", 70 },
		{ "only what we speak", "naptr.example", 0, false, 1 << TRANSPORT_UDP,
		  "192.0.2.10:5070/udp 192.0.2.11:5071/udp 192.0.2.20:5080/udp", 45 },
		{ "by preference, in any case of letters", "secure.example", 0, false,
		  ALL, "192.0.2.10:5099/tls", 70 },
		{ "without TLS the next", "secure.example", 0, false,
		  1 << TRANSPORT_UDP | 1 << TRANSPORT_TCP, "192.0.2.10:5090/tcp", 70 },
		{ "sips: is never anything else", "naptr.example", 0, true, ALL, "", 70 },
		{ "sips: with NAPTR", "secure.example", 0, true, ALL,
		  "192.0.2.10:5099/tls", 70 },
		{ "sips: without NAPTR", "srv.example", 0, true, ALL,
		  "192.0.2.10:5099/tls", 90 },
		{ "sips: without anything", "plain.example", 0, true, ALL,
		  "192.0.2.1:5061/tls 192.0.2.2:5061/tls", 60 },
		{ "sips: with a port", "plain.example", 5071, true, ALL,
		  "192.0.2.1:5071/tls 192.0.2.2:5071/tls", 60 },
		{ "NAPTR with nothing that we speak", "sctp.example", 0, false, ALL, "",
		  70 },
		{ "the next NAPTR", "half.example", 0, false, ALL,
		  "192.0.2.10:5070/udp 192.0.2.11:5071/udp 192.0.2.20:5080/udp", 45 },
		{ "without NAPTR UDP before TCP", "srv.example", 0, false, ALL,
		  "192.0.2.10:5070/udp 192.0.2.11:5071/udp 192.0.2.20:5080/udp", 45 },
		{ "then TCP", "onlytcp.example", 0, false, ALL, "192.0.2.10:5060/tcp",
		  90 },
		{ "without SRV plain UDP", "plain.example", 0, false, ALL,
		  "192.0.2.1:5060/udp 192.0.2.2:5060/udp", 60 },
		{ "a port without a transport is UDP", "srv.example", 5070, false, ALL,
		  "", 86400 },
	};
	struct place p;
	struct asked a;

	place_open(&p);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct resolve_question q = { .host = text_of(rows[i].host),
					      .port = rows[i].port,
					      .sips = rows[i].sips,
					      .transports = rows[i].transports };

		print_message("           %s\n", rows[i].name);
		ask(&p, &a, &q);
		assert_string_equal(a.found, rows[i].found);
		assert_int_equal(a.ttl_s, rows[i].ttl_s);
		assert_false(a.failed);
	}
	place_close(&p);
}

/* Nobody could tell is not the same as there is none: no other transport is tried for it. */
static void test_failures(void **state)
{
	static const struct {
		const char *host, *found;
	} rows[] = {
		{ "mute.example", "" },
		{ "fails.example", "" },
		{ "garbage.example", "" },
		{ "many.example", "" },
		{ "unsure.example", "" },
		{ "unsure2.example", "" },
		{ "part.example", "192.0.2.10:5070/udp" },
	};
	struct place p;
	struct asked a;

	place_open(&p);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct resolve_question q = { .host = text_of(rows[i].host),
					      .transports = ALL };

		print_message("           %s\n", rows[i].host);
		ask(&p, &a, &q);
		assert_string_equal(a.found, rows[i].found);
		assert_true(a.failed);
	}
	place_close(&p);
}

/* RFC 2308: a record that is not there bounds how long the whole may be used. */
static void test_absent(void **state)
{
	struct resolve_question q = { .host = TEXT("second.example"), .transports = ALL };
	struct place p;
	struct asked a;

	place_open(&p);
	p.server.absent_ttl = 17;
	ask(&p, &a, &q);
	assert_string_equal(a.found, "192.0.2.20:5060/udp");
	assert_int_equal(a.ttl_s, 17);
	p.server.absent_ttl = 90000; /* the SOA's own TTL is less, A's less still */
	ask(&p, &a, &q);
	assert_int_equal(a.ttl_s, 3600);
	place_close(&p);
}

static void test_host_too_long(void **state)
{
	char host[RESOLVE_NAME_SIZE + 1];
	struct resolve_question q = { .host = { host, sizeof(host) } };
	struct place p;
	struct asked a;

	memset(host, 'a', sizeof(host));
	place_open(&p);
	ask(&p, &a, &q);
	assert_string_equal(a.found, "");
	assert_int_equal(p.server.asked, 0);
	place_close(&p);
}

/* Queries under way when it ends call nobody. */
static void test_free_while_asking(void **state)
{
	struct resolve_question q = { .host = TEXT("srv.example"), .transports = ALL };
	struct asked a = { .resolve.done = on_done };
	struct place p;

	place_open(&p);
	a.loop = p.loop;
	resolve_start(p.dns, &a.resolve, &q);
	dns_free(p.dns);
	assert_false(a.done);
	p.dns = NULL;
	place_close(&p);
}

/* The names of a set: asked once for each, and again by the answer's TTL; what is known
 * stays while the name servers cannot tell. */
static void test_set(void **state)
{
	static const struct trunk_config trunks[] = {
		{ .name = "srv",
		  .uri = "sip:srv.example",
		  .prefixes = { "+" },
		  .prefix_count = 1 },
	};
	static const struct record_row away[] = {
		{ "srv.example", NAMESERVER_FAILS, 0, "" },
		{ "_sip._udp.srv.example", NAMESERVER_FAILS, 0, "" },
		{ "_sip._tcp.srv.example", NAMESERVER_FAILS, 0, "" },
	};
	struct nameserver server;
	struct trunk_set_config cfg = { .trunks = trunks,
					.count = COUNT(trunks),
					.clock = clock_real(),
					.random = random_real(),
					.dns_timeout_ms = DNS_TIMEOUT_MS };
	struct trunk_set *set;
	struct trunk *t;
	unsigned asked;

	cfg.loop = loop_new(clock_real());
	nameserver_start(&server, cfg.loop, names, COUNT(names));
	cfg.nameservers = server.address;
	assert_int_equal(trunk_set_new(&cfg, &set), 0);
	t = &set->trunks[0];
	assert_int_equal(t->hop_count, 0);
	while (!timer_running(&t->refresh))
		loop_turn(cfg.loop);
	assert_int_equal(t->hop_count, 3);
	asked = server.asked;
	trunk_report(set, 0, &t->hops[0].at.addr, 503, 600);
	/* it is asked again when 45 s are over, and not before */
	assert_true(t->refresh.due_ms > clock_mono_us(cfg.clock) / 1000 + 40000);
	assert_true(t->refresh.due_ms <= clock_mono_us(cfg.clock) / 1000 + 46000);
	server.rows = away;
	server.count = COUNT(away);
	timer_start(cfg.loop, &t->refresh, 0, t->refresh.fn);
	while (server.asked == asked || !timer_running(&t->refresh))
		loop_turn(cfg.loop);
	assert_int_equal(t->hop_count, 3);
	server.rows = names;
	server.count = COUNT(names);
	asked = server.asked;
	timer_start(cfg.loop, &t->refresh, 0, t->refresh.fn);
	while (server.asked == asked || !timer_running(&t->refresh))
		loop_turn(cfg.loop);
	assert_int_equal(t->hop_count, 3);
	assert_int_equal(t->hops[0].state, HOP_BUSY); /* goes on resting */
	trunk_set_free(set);
	nameserver_stop(&server);
	loop_free(cfg.loop);
}

static size_t targets_of(struct trunk_set *set, char ret[3][ADDR_TEXT_SIZE])
{
	struct destination d = { .kind = DESTINATION_E164, .key = "+41441234567" };
	struct trunk_target targets[8];
	size_t n = trunk_select(set, &d, targets, COUNT(targets));

	assert_true(n <= 3);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(targets[i].transport, TRANSPORT_UDP);
		assert_string_equal(targets[i].host, "naptr.example");
		addr_encode(ret[i], &targets[i].addr);
	}
	return n;
}

/* RFC 3263 4.3: NAPTR names the service, SRV its machines; one that fails makes room for the
 * next of its priority, then for the next priority, and all are asked when all rest. */
static void test_failover(void **state)
{
	static const struct trunk_config trunks[] = {
		{ .name = "naptr",
		  .uri = "sip:naptr.example",
		  .prefixes = { "+" },
		  .prefix_count = 1 },
	};
	struct trunk_set_config cfg = { .trunks = trunks,
					.count = COUNT(trunks),
					.clock = clock_real(),
					.random = random_real(),
					.transports = 1 << TRANSPORT_UDP,
					.dns_timeout_ms = DNS_TIMEOUT_MS };
	char first[3][ADDR_TEXT_SIZE], then[3][ADDR_TEXT_SIZE];
	struct nameserver server;
	struct trunk_set *set;
	struct addr a;

	cfg.loop = loop_new(clock_real());
	nameserver_start(&server, cfg.loop, names, COUNT(names));
	cfg.nameservers = server.address;
	assert_int_equal(trunk_set_new(&cfg, &set), 0);
	while (!timer_running(&set->trunks[0].refresh))
		loop_turn(cfg.loop);

	assert_int_equal(targets_of(set, first), 3);
	assert_string_equal(first[2], "192.0.2.20:5080");
	for (size_t gone = 0; gone < 2; gone++) {
		assert_int_equal(addr_decode(text_of(first[gone]), 0, &a), 0);
		trunk_report(set, 0, &a, gone ? 503 : 0, 600);
		assert_int_equal(targets_of(set, then), 2 - gone);
		assert_string_equal(then[0], first[gone + 1]);
	}
	assert_int_equal(addr_decode(text_of(first[2]), 0, &a), 0);
	trunk_report(set, 0, &a, 408, 0);
	assert_int_equal(targets_of(set, then), 3);
	trunk_set_free(set);
	nameserver_stop(&server);
	loop_free(cfg.loop);
}

int resolve_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transport_given),
		cmocka_unit_test(test_transport_chosen),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_host_too_long),
		cmocka_unit_test(test_free_while_asking),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_failover),
	};

	return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
