/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_source.c - src/http/source.c: X-Forwarded-For from the right */

#include "fake/check.h"
#include "groups.h"
#include "http/source.h"

/* 10.0.0.0/8, 192.0.2.129/32, 2001:db8:1::/47 and 172.16.0.0/12 are proxies. */
static struct source_rules rules(void)
{
	static const struct {
		const char *addr;
		unsigned bits;
	} nets[] = { { "10.0.0.0", 8 },
		     { "192.0.2.129", 32 },
		     { "2001:db8:2::", 47 },
		     { "172.16.0.0", 12 } };
	struct source_rules r = { .count = 0 };

	EACH (net, nets) {
		struct web_network *n = &r.proxies[r.count++];

		assert_int_equal(addr_decode(text_of(net->addr), 0, &n->addr), 0);
		n->bits = net->bits;
	}
	return r;
}

static struct addr addr(const char *t)
{
	struct addr a;

	assert_int_equal(addr_decode(text_of(t), 0, &a), 0);
	return a;
}

static void the_last_hop_that_is_no_proxy_counts(void **state)
{
	static const struct {
		const char *name;
		const char *peer;
		const char *forwarded[3];
		const char *source;
	} rows[] = {
		{ "nothing forwarded", "203.0.113.5", { 0 }, "203.0.113.5" },
		{ "a stranger is not believed",
		  "203.0.113.5",
		  { "198.51.100.1" },
		  "203.0.113.5" },
		{ "a proxy is", "10.1.2.3", { "198.51.100.1" }, "198.51.100.1" },
		{ "a proxy that says nothing", "10.1.2.3", { 0 }, "10.1.2.3" },
		{ "what the client itself claimed",
		  "10.1.2.3",
		  { "127.0.0.1, 198.51.100.1" },
		  "198.51.100.1" },
		{ "through two proxies",
		  "10.1.2.3",
		  { "198.51.100.1, 192.0.2.129" },
		  "198.51.100.1" },
		{ "a claim behind two proxies",
		  "10.1.2.3",
		  { "9.9.9.9, 198.51.100.1, 192.0.2.129" },
		  "198.51.100.1" },
		{ "in two headers",
		  "10.1.2.3",
		  { "198.51.100.1", "10.9.9.9" },
		  "198.51.100.1" },
		{ "the second header ends it",
		  "10.1.2.3",
		  { "9.9.9.9", "198.51.100.1" },
		  "198.51.100.1" },
		{ "proxies only: the first",
		  "10.1.2.3",
		  { "10.0.0.1, 10.0.0.2" },
		  "10.0.0.1" },
		{ "no address: who reported it",
		  "10.1.2.3",
		  { "198.51.100.1, unknown" },
		  "10.1.2.3" },
		{ "an empty hop", "10.1.2.3", { "198.51.100.1, " }, "10.1.2.3" },
		{ "an empty header", "10.1.2.3", { "" }, "10.1.2.3" },
		{ "IPv6", "10.1.2.3", { "2001:db8:99::7" }, "2001:db8:99::7" },
		{ "with brackets and port",
		  "10.1.2.3",
		  { "[2001:db8:99::7]:4711" },
		  "2001:db8:99::7" },
		{ "IPv4 with port", "10.1.2.3", { "198.51.100.1:4711" }, "198.51.100.1" },
		{ "IPv4 as IPv6", "10.1.2.3", { "::ffff:198.51.100.1" }, "198.51.100.1" },
		{ "a proxy as IPv6",
		  "10.1.2.3",
		  { "198.51.100.1, ::ffff:10.9.9.9" },
		  "198.51.100.1" },
		{ "an interface is nobody's business",
		  "10.1.2.3",
		  { "fe80::1%lo" },
		  "10.1.2.3" },
		{ "inside of a /47",
		  "2001:db8:3::1",
		  { "198.51.100.1" },
		  "198.51.100.1" },
		{ "outside of a /47",
		  "2001:db8:4::1",
		  { "198.51.100.1" },
		  "2001:db8:4::1" },
		{ "inside of a /12",
		  "172.31.255.255",
		  { "198.51.100.1" },
		  "198.51.100.1" },
		{ "outside of a /12", "172.32.0.0", { "198.51.100.1" }, "172.32.0.0" },
		{ "beside a /32", "192.0.2.128", { "198.51.100.1" }, "192.0.2.128" },
	};
	struct source_rules r = rules();

	EACH (row, rows) {
		struct addr peer = addr(row->peer), want = addr(row->source), got;
		struct text forwarded[3];
		size_t count = 0;

		for (; count < 3 && row->forwarded[count]; count++)
			forwarded[count] = text_of(row->forwarded[count]);
		got = source_find(&r, &peer, forwarded, count);
		row_true(row, addr_eq_host(&got, &want));
	}
}

static void hops_have_an_end(void **state)
{
	struct source_rules r = rules();
	struct addr peer = addr("10.1.2.3"), got;
	char line[64 * 10];
	struct text forwarded;

	line[0] = '\0';
	strcat(line, "9.9.9.9");
	for (int i = 0; i < SOURCE_HOPS_MAX; i++)
		strcat(line, ",10.0.0.1");
	forwarded = text_of(line);
	got = source_find(&r, &peer, &forwarded, 1);
	assert_true(source_is_proxy(&r, &got));
}

static void a_source_is_an_address_or_a_64(void **state)
{
	static const struct {
		const char *name;
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "itself", "192.0.2.1", "192.0.2.1", true },
		{ "its neighbour", "192.0.2.1", "192.0.2.2", false },
		{ "one /64", "2001:db8::1", "2001:db8::ffff:1", true },
		{ "two /64", "2001:db8::1", "2001:db8:0:1::1", false },
		{ "two families", "0.0.0.0", "::", false },
	};

	EACH (row, rows) {
		uint8_t a[SOURCE_KEY_SIZE], b[SOURCE_KEY_SIZE];
		struct addr first = addr(row->a), second = addr(row->b);

		source_key(&first, a);
		source_key(&second, b);
		row_true(row, (memcmp(a, b, sizeof(a)) == 0) == row->same);
	}
}

int source_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_hop_that_is_no_proxy_counts),
		cmocka_unit_test(hops_have_an_end),
		cmocka_unit_test(a_source_is_an_address_or_a_64),
	};

	return cmocka_run_group_tests_name("http/source", tests, NULL, NULL);
}
