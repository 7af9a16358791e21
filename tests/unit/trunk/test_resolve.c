/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/test_resolve.c - Names of trunks through c-ares (RFC 3263 4.2). */

#include <stdio.h>
#include <string.h>

#include "nameserver.h"
#include "trunk/dns.h"
#include "trunk/resolve.h"
#include "unit.h"

static const struct record_row names[] = {
	{ "plain.example", 1, 300, "192.0.2.1" },
	{ "plain.example", 1, 60, "192.0.2.2" },
	{ "six.example", 28, 120, "2001:db8::6" },
	{ "_sip._udp.srv.example", 33, 45, "20 0 5080 second.example." },
	{ "_sip._udp.srv.example", 33, 90, "10 1 5070 first.example." },
	{ "_sip._udp.srv.example", 33, 90, "10 9 5071 heavy.example." },
	{ "_sip._tcp.srv.example", 33, 90, "10 1 5090 first.example." },
	{ "first.example", 1, 3600, "192.0.2.10" },
	{ "heavy.example", 1, 3600, "192.0.2.11" },
	{ "second.example", 1, 3600, "192.0.2.20" },
	{ "_sip._udp.none.example", 33, 90, "0 0 0 ." },
	{ "none.example", 1, 90, "192.0.2.30" },
};

struct asked {
	struct resolve resolve;
	struct loop *loop;
	char found[512];
	unsigned ttl_s;
	bool done;
};

static void on_done(struct resolve *q, const struct addr *addrs, size_t count,
		    unsigned ttl_s)
{
	struct asked *a = container_of(q, struct asked, resolve);
	char text[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < count; i++)
		snprintf(a->found + strlen(a->found), sizeof(a->found) - strlen(a->found),
			 "%s%s", i ? " " : "", addr_encode(text, &addrs[i]));
	a->ttl_s = ttl_s;
	a->done = true;
	loop_stop(a->loop);
}

static void test_names(void **state)
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
		  "192.0.2.10:5999", 3600 },
		{ "without SRV the default port", "second.example", 0, TRANSPORT_UDP,
		  "192.0.2.20:5060", 3600 },
		{ "TLS has its own", "second.example", 0, TRANSPORT_TLS,
		  "192.0.2.20:5061", 3600 },
		{ "AAAA", "six.example", 0, TRANSPORT_UDP, "[2001:db8::6]:5060", 120 },
		{ "SRV by priority, then weight", "srv.example", 0, TRANSPORT_UDP,
		  "192.0.2.11:5071 192.0.2.10:5070 192.0.2.20:5080", 45 },
		{ "SRV of the transport", "srv.example", 0, TRANSPORT_TCP,
		  "192.0.2.10:5090", 90 },
		{ "SRV that says no", "none.example", 0, TRANSPORT_UDP, "", 90 },
		{ "unknown", "unknown.example", 0, TRANSPORT_UDP, "", 86400 },
	};
	struct loop *loop = loop_new(clock_real());
	struct nameserver server;
	struct dns *dns;

	nameserver_start(&server, loop, names, COUNT(names));
	dns = dns_new(loop, server.address);
	assert_non_null(dns);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct asked a = { .loop = loop, .resolve.done = on_done };

		print_message("           %s\n", rows[i].name);
		resolve_start(dns, &a.resolve, text_of(rows[i].host), rows[i].port,
			      rows[i].transport);
		if (!a.done)
			loop_run(loop);
		assert_true(a.done);
		assert_string_equal(a.found, rows[i].found);
		assert_int_equal(a.ttl_s, rows[i].ttl_s);
	}
	assert_true(server.asked > COUNT(rows));
	dns_free(dns);
	nameserver_stop(&server);
	loop_free(loop);
}

/* Queries under way when it ends call nobody. */
static void test_free_while_asking(void **state)
{
	struct loop *loop = loop_new(clock_real());
	struct asked a = { .loop = loop, .resolve.done = on_done };
	struct nameserver server;
	struct dns *dns;

	nameserver_start(&server, loop, names, COUNT(names));
	dns = dns_new(loop, server.address);
	resolve_start(dns, &a.resolve, TEXT("srv.example"), 0, TRANSPORT_UDP);
	dns_free(dns);
	assert_false(a.done);
	nameserver_stop(&server);
	loop_free(loop);
}

int resolve_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_free_while_asking),
	};

	return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
