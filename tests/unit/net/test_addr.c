/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_addr.c - src/net/addr.c */

#include <errno.h>

#include "fake/check.h"
#include "net/addr.h"
#include "net_tests.h"

static void decodes(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		int result;
		const char *out, *host, *bracketed;
	} rows[] = {
		{ "IPv4", TEXT_INIT("192.0.2.1"), 0, "192.0.2.1:5060", "192.0.2.1",
		  "192.0.2.1" },
		{ "IPv4 and port", TEXT_INIT("192.0.2.1:99"), 0, "192.0.2.1:99",
		  "192.0.2.1", "192.0.2.1" },
		{ "port 0", TEXT_INIT("127.0.0.1:0"), 0, "127.0.0.1:0", "127.0.0.1",
		  "127.0.0.1" },
		{ "IPv6", TEXT_INIT("2001:db8::1"), 0, "[2001:db8::1]:5060",
		  "2001:db8::1", "[2001:db8::1]" },
		{ "IPv6 in brackets", TEXT_INIT("[2001:DB8::1]"), 0, "[2001:db8::1]:5060",
		  "2001:db8::1", "[2001:db8::1]" },
		{ "IPv6 and port", TEXT_INIT("[::1]:5061"), 0, "[::1]:5061", "::1",
		  "[::1]" },
		{ "IPv6, any", TEXT_INIT("::"), 0, "[::]:5060", "::", "[::]" },
		{ "IPv6 with IPv4 in it", TEXT_INIT("64:ff9b::192.0.2.1"), 0,
		  "[64:ff9b::c000:201]:5060", "64:ff9b::c000:201",
		  "[64:ff9b::c000:201]" },
		{ "IPv4 as IPv6 (RFC 4291 2.5.5.2)", TEXT_INIT("[::ffff:192.0.2.1]:99"),
		  0, "192.0.2.1:99", "192.0.2.1", "192.0.2.1" },
		{ "the same in hex", TEXT_INIT("::FFFF:7f00:1"), 0, "127.0.0.1:5060",
		  "127.0.0.1", "127.0.0.1" },
		{ "a name", TEXT_INIT("example.org"), -EBADMSG, NULL, NULL, NULL },
		{ "empty", TEXT_INIT(""), -EBADMSG, NULL, NULL, NULL },
		{ "three numbers", TEXT_INIT("192.0.2"), -EBADMSG, NULL, NULL, NULL },
		{ "octal", TEXT_INIT("192.0.2.01"), -EBADMSG, NULL, NULL, NULL },
		{ "number too big", TEXT_INIT("192.0.2.256"), -EBADMSG, NULL, NULL,
		  NULL },
		{ "port too big", TEXT_INIT("192.0.2.1:65536"), -EBADMSG, NULL, NULL,
		  NULL },
		{ "no port", TEXT_INIT("192.0.2.1:"), -EBADMSG, NULL, NULL, NULL },
		{ "port not a number", TEXT_INIT("192.0.2.1:x"), -EBADMSG, NULL, NULL,
		  NULL },
		{ "open bracket", TEXT_INIT("[::1"), -EBADMSG, NULL, NULL, NULL },
		{ "text behind the bracket", TEXT_INIT("[::1]5060"), -EBADMSG, NULL, NULL,
		  NULL },
		{ "IPv4 in brackets", TEXT_INIT("[192.0.2.1]"), -EBADMSG, NULL, NULL,
		  NULL },
		{ "NUL inside", TEXT_INIT("192.0.2.1\0x"), -EBADMSG, NULL, NULL, NULL },
		{ "too long",
		  TEXT_INIT("0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"),
		  -EBADMSG, NULL, NULL, NULL },
		{ "no such scope", TEXT_INIT("fe80::1%nosuchinterface"), -EBADMSG, NULL,
		  NULL, NULL },
	};

	EACH (row, rows) {
		struct addr a = { .port = 7 };
		char out[ADDR_TEXT_SIZE];

		row_int(row, addr_decode(row->in, 5060, &a), row->result);
		if (row->result < 0) {
			row_int(row, a.port, 7);
			continue;
		}
		row_text(row, text_of(addr_encode(out, &a)), text_of(row->out));
		row_text(row, text_of(addr_encode_host(out, &a, false)),
			 text_of(row->host));
		row_text(row, text_of(addr_encode_host(out, &a, true)),
			 text_of(row->bracketed));
	}
}

static void scopes(void **state)
{
	struct addr a, b;

	assert_int_equal(addr_decode(TEXT("fe80::1%lo"), 0, &a), 0);
	assert_int_equal(addr_decode(TEXT("[fe80::1%1]:0"), 0, &b), 0);
	assert_int_equal(b.scope, 1);
	assert_true(a.scope != 0);
	b.scope = a.scope + 1;
	assert_false(addr_eq_host(&a, &b));
}

static void compares_and_classifies(void **state)
{
	static const struct {
		const char *name, *a, *b;
		bool eq, eq_host, loopback, any; /* the last two of a */
	} rows[] = {
		{ "same", "192.0.2.1:1", "192.0.2.1:1", true, true, false, false },
		{ "port", "192.0.2.1:1", "192.0.2.1:2", false, true, false, false },
		{ "host", "127.0.0.1", "127.0.0.2", false, false, true, false },
		{ "family", "0.0.0.0", "::", false, false, false, true },
		{ "IPv6 loopback", "::1", "::1", true, true, true, false },
		{ "IPv6 any", "::", "::1", false, false, false, true },
		{ "last byte", "2001:db8::1", "2001:db8::2", false, false, false, false },
	};
	struct addr none = { 0 };
	char out[ADDR_TEXT_SIZE];

	EACH (row, rows) {
		struct addr a, b;

		addr_decode(text_of(row->a), 5060, &a);
		addr_decode(text_of(row->b), 5060, &b);
		row_int(row, addr_eq(&a, &b), row->eq);
		row_int(row, addr_eq_host(&a, &b), row->eq_host);
		row_int(row, addr_is_loopback(&a), row->loopback);
		row_int(row, addr_is_any(&a), row->any);
	}
	assert_false(addr_is_any(&none));
	assert_false(addr_is_loopback(&none));
	assert_string_equal(addr_encode(out, &none), "none:0");
}

static void round_trips_through_the_kernels_form(void **state)
{
	static const char *const texts[] = { "192.0.2.1:5060", "[2001:db8::1]:5061",
					     "[fe80::1%7]:9" };
	struct sockaddr_in6 mapped = { .sin6_family = AF_INET6,
				       .sin6_port = htons(5060) };
	struct sockaddr_storage ss = { 0 };
	char out[ADDR_TEXT_SIZE];
	struct addr a, b;

	for (size_t i = 0; i < COUNT(texts); i++) {
		assert_int_equal(addr_decode(text_of(texts[i]), 0, &a), 0);
		addr_to_sockaddr(&a, &ss);
		addr_from_sockaddr(&b, &ss);
		assert_true(addr_eq(&a, &b));
	}
	memcpy(&mapped.sin6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01", 16);
	memcpy(&ss, &mapped, sizeof(mapped));
	addr_from_sockaddr(&a, &ss);
	assert_string_equal(addr_encode(out, &a), "192.0.2.1:5060");
}

static void networks(void **state)
{
	static const struct {
		const char *name, *network, *addr;
		int result;
		bool in;
	} rows[] = {
		{ "in", "192.0.2.0/24", "192.0.2.7", 0, true },
		{ "not in", "192.0.2.0/24", "192.0.3.7", 0, false },
		{ "a part of a byte", "10.1.2.0/23", "10.1.3.255", 0, true },
		{ "one address", "192.0.2.1", "192.0.2.2", 0, false },
		{ "other family", "0.0.0.0/0", "2001:db8::1", 0, false },
		{ "IPv6", "2001:db8::/32", "2001:db8:ffff::1", 0, true },
		{ "mapped network", "::ffff:192.0.2.0/120", "192.0.2.7", 0, true },
		{ "mapped address", "192.0.2.0/24", "::ffff:192.0.2.7", 0, true },
		{ "all that is mapped", "::ffff:0.0.0.0/96", "192.0.2.7", 0, true },
		{ "more than what is mapped", "::ffff:0.0.0.0/95", NULL, -EBADMSG,
		  false },
		{ "too many bits", "192.0.2.0/33", NULL, -EBADMSG, false },
		{ "with a port", "192.0.2.0:5060/24", NULL, -EBADMSG, false },
		{ "no number", "192.0.2.0/x", NULL, -EBADMSG, false },
	};

	EACH (row, rows) {
		struct addr_network n;
		struct addr a;

		row_int(row, addr_network_decode(text_of(row->network), &n), row->result);
		if (row->result < 0)
			continue;
		row_int(row, addr_decode(text_of(row->addr), 0, &a), 0);
		row_int(row, addr_in_network(&a, &n), row->in);
	}
}

int addr_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(scopes),
		cmocka_unit_test(compares_and_classifies),
		cmocka_unit_test(round_trips_through_the_kernels_form),
		cmocka_unit_test(networks),
	};

	return cmocka_run_group_tests_name("net/addr", tests, NULL, NULL);
}
