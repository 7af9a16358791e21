/* SPDX-License-Identifier: Apache-2.0 */
/* unit/media/test_latch.c - From whom packets are taken and where packets go. */

#include "help.h"

#include "media/latch.h"
#include "media/media.h"

static struct addr addr(const char *t)
{
	struct addr a = { 0 };

	if (t && addr_decode(text_of(t), 0, &a) < 0)
		fail_msg("%s is no address", t);
	return a;
}

static void where_a_description_may_send_us(void **state)
{
	static const struct {
		const char *name, *announced, *signalling;
		bool may;
	} rows[] = {
		{ "public", "192.0.2.1:4000", "198.51.100.1:5060", true },
		{ "public, signalling private", "192.0.2.1:4000", "10.0.0.1:5060", true },
		{ "public, signalling not known", "192.0.2.1:4000", NULL, true },
		{ "no port", "192.0.2.1:0", "198.51.100.1:5060", false },
		{ "loopback", "127.0.0.1:4000", "198.51.100.1:5060", false },
		{ "all of 127", "127.9.9.9:4000", "10.0.0.1:5060", false },
		{ "loopback to loopback", "127.0.0.1:4000", "127.0.0.1:5060", true },
		{ "loopback, signalling not known", "127.0.0.1:4000", NULL, false },
		{ "any", "0.0.0.0:4000", "127.0.0.1:5060", false },
		{ "this network", "0.1.2.3:4000", "198.51.100.1:5060", false },
		{ "multicast", "224.0.0.1:4000", "127.0.0.1:5060", false },
		{ "highest multicast", "239.255.255.255:4000", "10.0.0.1:5060", false },
		{ "broadcast", "255.255.255.255:4000", "127.0.0.1:5060", false },
		{ "reserved", "240.0.0.1:4000", "198.51.100.1:5060", false },
		{ "private 10", "10.0.0.5:4000", "198.51.100.1:5060", false },
		{ "private 172.31", "172.31.255.1:4000", "198.51.100.1:5060", false },
		{ "public 172.32", "172.32.0.1:4000", "198.51.100.1:5060", true },
		{ "private 192.168", "192.168.1.1:4000", "198.51.100.1:5060", false },
		{ "metadata service", "169.254.169.254:80", "198.51.100.1:5060", false },
		{ "carrier's NAT", "100.64.1.1:4000", "198.51.100.1:5060", false },
		{ "private to private", "192.168.1.1:4000", "10.0.0.1:5060", true },
		{ "private to loopback", "192.168.1.1:4000", "127.0.0.1:5060", true },
		{ "IPv6", "[2001:db8::1]:4000", "[2001:db8::2]:5060", true },
		{ "IPv6 loopback", "[::1]:4000", "[2001:db8::2]:5060", false },
		{ "IPv6 loopback to loopback", "[::1]:4000", "[::1]:5060", true },
		{ "IPv6 any", "[::]:4000", "[::1]:5060", false },
		{ "IPv4 in IPv6", "[::ffff:127.0.0.1]:4000", "[2001:db8::2]:5060",
		  false },
		{ "IPv4-compatible", "[::127.0.0.1]:4000", "[2001:db8::2]:5060", false },
		{ "IPv6 multicast", "[ff02::1]:4000", "[::1]:5060", false },
		{ "IPv6 local", "[fd00::1]:4000", "[2001:db8::2]:5060", false },
		{ "IPv6 link", "[fe80::1]:4000", "[2001:db8::2]:5060", false },
		{ "IPv6 local to local", "[fd00::1]:4000", "[fd00::2]:5060", true },
		{ "nothing", NULL, "198.51.100.1:5060", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct addr a = addr(rows[i].announced), s = addr(rows[i].signalling);

		expect_true(rows[i].name, latch_may_announce(&a, &s) == rows[i].may);
	}
}

/* Packets arrive one after the other: is each taken, and where do ours go then? */
static void sources(void **state)
{
	static const struct {
		const char *name, *announced, *signalling;
		struct {
			const char *from;
			int at_ms;
			bool taken;
			const char *target;
		} packets[4];
	} rows[] = {
		{ "as announced",
		  "192.0.2.1:4000",
		  "192.0.2.9:5060",
		  { { "192.0.2.1:4000", 0, true, "192.0.2.1:4000" } } },
		{ "behind a NAT",
		  "192.168.1.20:4000",
		  "192.0.2.9:5060",
		  { { "192.0.2.9:61000", 0, true, "192.0.2.9:61000" },
		    { "192.0.2.9:61000", 9000, true, "192.0.2.9:61000" } } },
		{ "first wins among equals",
		  NULL,
		  "192.0.2.9:5060",
		  { { "198.51.100.1:1", 0, true, "198.51.100.1:1" },
		    { "198.51.100.2:1", 100, false, "198.51.100.1:1" },
		    { "198.51.100.2:1", 9000, false, "198.51.100.1:1" } } },
		{ "other port of the same host",
		  "192.0.2.1:4000",
		  "192.0.2.9:5060",
		  { { "192.0.2.1:5000", 0, true, "192.0.2.1:5000" },
		    { "192.0.2.1:6000", 100, false, "192.0.2.1:5000" } } },
		{ "signalling's host displaces an intruder at once",
		  NULL,
		  "192.0.2.9:5060",
		  { { "198.51.100.1:1", 0, true, "198.51.100.1:1" },
		    { "192.0.2.9:61000", 499, true, "192.0.2.9:61000" },
		    { "198.51.100.1:1", 499, false, "192.0.2.9:61000" } } },
		{ "but not later",
		  NULL,
		  "192.0.2.9:5060",
		  { { "198.51.100.1:1", 0, true, "198.51.100.1:1" },
		    { "192.0.2.9:61000", 500, false, "198.51.100.1:1" } } },
		{ "announced host before signalling's",
		  "192.0.2.1:4000",
		  "192.0.2.9:5060",
		  { { "192.0.2.9:1", 0, true, "192.0.2.9:1" },
		    { "192.0.2.1:1", 10, true, "192.0.2.1:1" },
		    { "192.0.2.9:1", 20, false, "192.0.2.1:1" } } },
		{ "the exact address displaces at any time",
		  "192.0.2.1:4000",
		  "192.0.2.9:5060",
		  { { "198.51.100.1:1", 0, true, "198.51.100.1:1" },
		    { "192.0.2.1:4000", 60000, true, "192.0.2.1:4000" },
		    { "198.51.100.1:1", 60001, false, "192.0.2.1:4000" } } },
		{ "loopback is no source",
		  NULL,
		  "192.0.2.9:5060",
		  { { "127.0.0.1:4000", 0, false, NULL } } },
		{ "loopback for loopback",
		  "127.0.0.1:4000",
		  "127.0.0.1:5060",
		  { { "127.0.0.1:5000", 0, true, "127.0.0.1:5000" } } },
		{ "held: heard, but sent nothing",
		  "0.0.0.0:4000",
		  "192.0.2.9:5060",
		  { { "192.0.2.9:4000", 0, true, NULL } } },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct addr a = addr(rows[i].announced), s = addr(rows[i].signalling);
		struct latch l = { 0 };

		latch_announce(&l, &a, &s);
		for (size_t k = 0; k < 4 && rows[i].packets[k].from; k++) {
			struct addr from = addr(rows[i].packets[k].from);
			struct addr want = addr(rows[i].packets[k].target);
			const struct addr *target;
			int64_t now_us = 1000000 + rows[i].packets[k].at_ms * 1000;

			expect_true(rows[i].name, latch_take(&l, &from, now_us) ==
							  rows[i].packets[k].taken);
			target = latch_target(&l);
			expect_true(rows[i].name, !target == !want.family);
			expect_true(rows[i].name, !target || addr_eq(target, &want));
		}
	}
}

static void before_the_first_packet(void **state)
{
	struct addr announced = addr("192.0.2.1:4000"), hidden = addr("192.168.1.1:4000");
	struct addr signalling = addr("192.0.2.9:5060");
	struct latch l = { 0 };

	assert_null(latch_target(&l));
	latch_announce(&l, &announced, &signalling);
	assert_true(addr_eq(latch_target(&l), &announced));
	latch_announce(&l, &hidden, &signalling);
	assert_null(latch_target(&l));
}

static void a_new_description(void **state)
{
	static const struct {
		const char *name, *announced, *signalling;
		bool kept;
	} rows[] = {
		{ "the same again", "192.168.1.1:4000", "192.0.2.9:5060", true },
		{ "signalling from another port", "192.168.1.1:4000", "192.0.2.9:9999",
		  true },
		{ "another address behind the NAT", "192.168.1.2:4000", "192.0.2.9:5060",
		  false },
		{ "another port behind the NAT", "192.168.1.1:4002", "192.0.2.9:5060",
		  false },
		{ "signalling from another host", "192.168.1.1:4000", "192.0.2.8:5060",
		  false },
		{ "another public address", "198.51.100.7:4000", "192.0.2.9:5060",
		  false },
	};
	struct addr first = addr("192.168.1.1:4000"), phone = addr("192.0.2.9:5060");
	struct addr source = addr("192.0.2.9:61000");

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct addr a = addr(rows[i].announced), s = addr(rows[i].signalling);
		struct latch l = { 0 };

		latch_announce(&l, &first, &phone);
		assert_true(latch_take(&l, &source, 1));
		latch_announce(&l, &a, &s);
		expect_true(rows[i].name, (l.source.family != 0) == rows[i].kept);
	}
}

/* A re-INVITE from behind a NAT that has forgotten, or a device's refresh: the source stays
 * until the device itself is heard elsewhere, and nobody who is not vouched for gets in. */
static void described_again(void **state)
{
	static const struct {
		const char *name, *before; /* from where it came before */
		struct {
			const char *from;
			int at_ms; /* after the new description */
			bool taken;
		} packets[4];
	} rows[] = {
		{ "another port of its NAT",
		  "192.0.2.9:61000",
		  { { "192.0.2.9:62000", 100, true },
		    { "192.0.2.9:61000", 120, false },
		    { "192.0.2.9:62000", 140, true } } },
		{ "long after, when nothing came before",
		  "192.0.2.9:61000",
		  { { "192.0.2.9:62000", 60000, true } } },
		{ "while the old one is heard",
		  "192.0.2.9:61000",
		  { { "192.0.2.9:61000", 10, true }, { "192.0.2.9:62000", 400, true } } },
		{ "no longer than the window",
		  "192.0.2.9:61000",
		  { { "192.0.2.9:61000", 10, true },
		    { "192.0.2.9:61000", 600, true },
		    { "192.0.2.9:62000", 610, false } } },
		{ "a stranger does not get in",
		  "192.0.2.9:61000",
		  { { "198.51.100.1:1", 10, false } } },
		{ "nor in the place of another stranger",
		  "198.51.100.2:1",
		  { { "198.51.100.1:1", 10, false } } },
		{ "a stranger does not end the window",
		  "192.0.2.9:61000",
		  { { "198.51.100.1:1", 0, false },
		    { "198.51.100.1:1", 500, false },
		    { "192.0.2.9:62000", 510, true } } },
	};
	struct addr hidden = addr("192.168.1.1:4000"), phone = addr("192.0.2.9:5060");

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct addr before = addr(rows[i].before);
		struct latch l = { 0 };

		latch_announce(&l, &hidden, &phone);
		assert_true(latch_take(&l, &before, 1000000));
		assert_true(latch_take(&l, &before, 9000000));
		latch_announce(&l, &hidden, &phone);
		for (size_t k = 0; k < 4 && rows[i].packets[k].from; k++) {
			struct addr from = addr(rows[i].packets[k].from);

			expect_true(rows[i].name,
				    latch_take(&l, &from,
					       10000000 + rows[i].packets[k].at_ms *
								  INT64_C(1000)) ==
					    rows[i].packets[k].taken);
		}
	}
}

static void off_hold_again(void **state)
{
	struct addr announced = addr("192.0.2.1:4000"), any = addr("0.0.0.0:4000");
	struct addr source = addr("192.0.2.1:4001"), signalling = addr("192.0.2.1:5060");
	struct latch l = { 0 };

	latch_announce(&l, &announced, &signalling);
	assert_true(latch_take(&l, &source, 1));
	latch_announce(&l, &any, &signalling);
	assert_null(latch_target(&l));
	latch_announce(&l, &announced, &signalling);
	assert_true(addr_eq(latch_target(&l), &source));
}

int test_latch(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_a_description_may_send_us),
		cmocka_unit_test(sources),
		cmocka_unit_test(before_the_first_packet),
		cmocka_unit_test(a_new_description),
		cmocka_unit_test(described_again),
		cmocka_unit_test(off_hold_again),
	};

	return cmocka_run_group_tests_name("media/latch", tests, NULL, NULL);
}
