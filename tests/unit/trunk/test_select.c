/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/test_select.c - Which trunk carries a call, which rests, whose source. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"
#include "fake/clock.h"
#include "trunk/set.h"
#include "unit.h"

static const struct trunk_config trunks[] = {
	{ .name = "world",
	  .uri = "sip:192.0.2.1:5070",
	  .prefixes = { "+" },
	  .prefix_count = 1,
	  .national = true,
	  .emergency = true },
	{ .name = "germany",
	  .uri = "sip:192.0.2.2;transport=tcp",
	  .prefixes = { "+49" },
	  .prefix_count = 1 },
	{ .name = "mobile",
	  .uri = "sip:[2001:db8::3]",
	  .prefixes = { "+4179", "+4178" },
	  .prefix_count = 2,
	  .emergency = true },
	{ .name = "directory",
	  .uri = "sip:127.0.0.1:5090",
	  .prefixes = { "CH:18" },
	  .prefix_count = 1 },
};

struct place {
	struct fake_clock clock;
	struct loop *loop;
	struct trunk_set *set;
};

static void place_open(struct place *p, const struct trunk_config *list, unsigned count)
{
	fake_clock_init(&p->clock);
	p->loop = loop_new_virtual(&p->clock.clock);
	assert_int_equal(trunk_set_new(list, count, p->loop, &p->clock.clock, &p->set),
			 0);
}

static void place_close(struct place *p)
{
	trunk_set_free(p->set);
	loop_free(p->loop);
}

static const char *selected(struct place *p, enum destination_kind kind, const char *key)
{
	static char names[256];
	struct destination d = { .kind = kind };
	struct trunk_target targets[8];
	size_t n;

	text_copy(d.key, sizeof(d.key), text_of(key));
	n = trunk_select(p->set, &d, targets, COUNT(targets));
	names[0] = '\0';
	for (size_t i = 0; i < n; i++)
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			 i ? " " : "", targets[i].name);
	return names;
}

static bool carried(struct place *p, enum destination_kind kind, const char *key)
{
	struct destination d = { .kind = kind };

	text_copy(d.key, sizeof(d.key), text_of(key));
	return trunk_carries(p->set, &d);
}

static void test_prefixes(void **state)
{
	static const struct {
		enum destination_kind kind;
		const char *key;
		const char *names;
	} rows[] = {
		{ DESTINATION_E164, "+41441234567", "world" },
		{ DESTINATION_E164, "+41791234567", "mobile world" },
		{ DESTINATION_E164, "+41781234567", "mobile world" },
		{ DESTINATION_E164, "+4930123456", "germany world" },
		{ DESTINATION_EMERGENCY, "CH:117", "world mobile" },
		{ DESTINATION_HELPLINE, "CH:143", "world" },
		{ DESTINATION_SHORT, "CH:1811", "directory world" },
		{ DESTINATION_SHORT, "CH:1600", "world" },
		{ DESTINATION_ECHO, "CH:*43", "" },
	};
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(selected(&p, rows[i].kind, rows[i].key),
				    rows[i].names);
	place_close(&p);
}

static void test_nobody(void **state)
{
	struct place p;

	place_open(&p, &trunks[1], 1);
	assert_string_equal(selected(&p, DESTINATION_E164, "+41441234567"), "");
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"), "");
	assert_string_equal(selected(&p, DESTINATION_SHORT, "CH:1600"), "");
	place_close(&p);
}

static void test_target(void **state)
{
	struct destination d = { .kind = DESTINATION_E164, .key = "+41791234567" };
	struct trunk_target t[2];
	char text[ADDR_TEXT_SIZE];
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	assert_int_equal(trunk_select(p.set, &d, t, 2), 2);
	assert_string_equal(t[0].host, "[2001:db8::3]");
	assert_string_equal(addr_encode(text, &t[0].addr), "[2001:db8::3]:5060");
	assert_string_equal(t[1].host, "192.0.2.1:5070");
	assert_int_equal(t[1].transport, TRANSPORT_UDP);
	assert_int_equal(trunk_select(p.set, &d, t, 1), 1);
	strcpy(d.key, "+4930123");
	assert_int_equal(trunk_select(p.set, &d, t, 1), 1);
	assert_int_equal(t[0].transport, TRANSPORT_TCP);
	assert_string_equal(trunk_get(p.set, 1)->name, "germany");
	assert_null(trunk_get(p.set, 4));
	place_close(&p);
}

static void test_rests(void **state)
{
	static const struct {
		unsigned status, retry_after_s;
		unsigned rests_s;
	} rows[] = {
		{ 503, 0, 30 }, { 503, 5, 5 }, { 503, 86400, 300 }, { 0, 0, 30 },
		{ 408, 0, 30 }, { 486, 0, 0 }, { 200, 0, 0 },
	};
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	for (size_t i = 0; i < COUNT(rows); i++) {
		trunk_report(p.set, 1, rows[i].status, rows[i].retry_after_s);
		if (rows[i].rests_s) {
			assert_string_equal(selected(&p, DESTINATION_E164, "+49301"),
					    "world");
			fake_clock_advance_us(&p.clock, rows[i].rests_s * 1000000LL - 1);
			assert_string_equal(selected(&p, DESTINATION_E164, "+49301"),
					    "world");
			fake_clock_advance_us(&p.clock, 1);
		}
		assert_string_equal(selected(&p, DESTINATION_E164, "+49301"),
				    "germany world");
	}
	place_close(&p);
}

static void test_an_answer_ends_the_rest(void **state)
{
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	trunk_report(p.set, 1, 503, 300);
	trunk_report(p.set, 1, 404, 0);
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "germany world");
	trunk_report(p.set, 99, 503, 300);
	place_close(&p);
}

/* When all rest, they are asked all the same; emergency calls ask the resting last. */
static void test_all_rest(void **state)
{
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	trunk_report(p.set, 0, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_EMERGENCY, "CH:117"),
			    "mobile world");
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "germany");
	trunk_report(p.set, 1, 503, 0);
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "germany world");
	place_close(&p);
}

static int source(struct place *p, const char *remote, uint64_t conn)
{
	struct flow f = { .conn = conn,
			  .transport = conn ? TRANSPORT_TCP : TRANSPORT_UDP };
	unsigned index;

	assert_int_equal(addr_decode(text_of(remote), 0, &f.remote), 0);
	return trunk_of_source(p->set, &f, &index) < 0 ? -1 : (int)index;
}

static void test_source(void **state)
{
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	assert_int_equal(source(&p, "192.0.2.1:5070", 0), 0);
	assert_int_equal(source(&p, "192.0.2.1:12345", 0), 0);
	assert_int_equal(source(&p, "192.0.2.2:40000", 3), 1);
	assert_int_equal(source(&p, "[2001:db8::3]:5060", 0), 2);
	assert_int_equal(source(&p, "[2001:db8::4]:5060", 0), -1);
	assert_int_equal(source(&p, "192.0.2.3:5060", 0), -1);
	/* On loopback the port tells trunk and devices apart. */
	assert_int_equal(source(&p, "127.0.0.1:5090", 0), 3);
	assert_int_equal(source(&p, "127.0.0.1:5091", 0), -1);
	place_close(&p);
}

/* RFC 3263 4.3: a name of several addresses is asked at each before the next trunk. */
static void test_several_addresses(void **state)
{
	struct destination d = { .kind = DESTINATION_E164, .key = "+49301" };
	struct trunk_target t[4];
	char text[ADDR_TEXT_SIZE];
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	assert_int_equal(
		addr_decode(TEXT("192.0.2.22:5060"), 0, &p.set->trunks[1].addrs[1]), 0);
	p.set->trunks[1].addr_count = 2;
	assert_int_equal(trunk_select(p.set, &d, t, COUNT(t)), 3);
	assert_string_equal(addr_encode(text, &t[0].addr), "192.0.2.2:5060");
	assert_string_equal(addr_encode(text, &t[1].addr), "192.0.2.22:5060");
	assert_int_equal(t[1].index, 1);
	assert_int_equal(t[2].index, 0);
	assert_int_equal(trunk_select(p.set, &d, t, 1), 1);
	assert_int_equal(source(&p, "192.0.2.22:777", 0), 1);
	place_close(&p);
}

/* A name that is not known yet carries nothing. */
static void test_no_address(void **state)
{
	struct place p;

	place_open(&p, trunks, COUNT(trunks));
	p.set->trunks[1].addr_count = 0;
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "world");
	p.set->trunks[0].addr_count = 0;
	assert_string_equal(selected(&p, DESTINATION_E164, "+49301"), "");
	assert_true(carried(&p, DESTINATION_E164, "+49301"));
	assert_true(carried(&p, DESTINATION_EMERGENCY, "CH:117"));
	assert_false(carried(&p, DESTINATION_ECHO, "CH:*43"));
	place_close(&p);
}

static void test_bad_uris(void **state)
{
	static const char *const uris[] = { "", "192.0.2.1", "tel:+41441234567",
					    "sip:192.0.2.1;transport=pigeon" };
	struct trunk_set *set = NULL;
	struct fake_clock clock;
	struct loop *loop;

	fake_clock_init(&clock);
	loop = loop_new_virtual(&clock.clock);
	for (size_t i = 0; i < COUNT(uris); i++) {
		struct trunk_config cfg = { .name = "bad" };

		strcpy(cfg.uri, uris[i]);
		assert_int_equal(trunk_set_new(&cfg, 1, loop, &clock.clock, &set),
				 -EINVAL);
		assert_null(set);
	}
	fail_alloc_nth(1);
	assert_int_equal(trunk_set_new(trunks, 1, loop, &clock.clock, &set), -ENOMEM);
	assert_true(fail_alloc_off());
	trunk_set_free(NULL);
	loop_free(loop);
}

int select_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_target),
		cmocka_unit_test(test_rests),
		cmocka_unit_test(test_an_answer_ends_the_rest),
		cmocka_unit_test(test_all_rest),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_several_addresses),
		cmocka_unit_test(test_no_address),
		cmocka_unit_test(test_bad_uris),
	};

	return cmocka_run_group_tests_name("select", tests, NULL, NULL);
}
