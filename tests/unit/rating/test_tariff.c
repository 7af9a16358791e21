/* SPDX-License-Identifier: Apache-2.0 */
/* unit/rating/test_tariff.c - rating/tariff.c, tariff_set.c. */

#include <errno.h>
#include <string.h>

#include "base/date.h"
#include "fake/alloc.h"
#include "fake/loop.h"
#include "rating/tariff.h"
#include "rating/tariff_set.h"
#include "unit.h"

#define S INT64_C(1000000)

static void test_charges(void **state)
{
	static const struct {
		const char *what;
		int64_t setup, per_minute;
		uint32_t first_s, next_s;
		int64_t duration_us, want;
	} rows[] = {
		{ "never answered", 100000, 79000, 1, 1, -1, 0 },
		{ "1/1, not a moment", 0, 60000, 1, 1, 0, 1000 },
		{ "1/1, a microsecond", 0, 60000, 1, 1, 1, 1000 },
		{ "1/1, a second", 0, 60000, 1, 1, S, 1000 },
		{ "1/1, a second and a bit", 0, 60000, 1, 1, S + 1, 2000 },
		{ "1/1, two seconds", 0, 60000, 1, 1, 2 * S, 2000 },
		{ "1/1, a minute", 0, 60000, 1, 1, 60 * S, 60000 },
		{ "0.079 by the second, one", 0, 79000, 1, 1, S, 1317 },
		{ "0.079 by the second, two", 0, 79000, 1, 1, 2 * S, 2634 },
		{ "0.079 by the second, a minute: each is rounded", 0, 79000, 1, 1,
		  60 * S, 79020 },
		{ "0.079 by the second, an hour", 0, 79000, 1, 1, 3600 * S, 4741200 },
		{ "60/60, not a moment", 0, 79000, 60, 60, 0, 79000 },
		{ "60/60, one second", 0, 79000, 60, 60, S, 79000 },
		{ "60/60, just under a minute", 0, 79000, 60, 60, 60 * S - 1, 79000 },
		{ "60/60, exactly a minute", 0, 79000, 60, 60, 60 * S, 79000 },
		{ "60/60, just over a minute", 0, 79000, 60, 60, 60 * S + 1, 158000 },
		{ "60/60, exactly two", 0, 79000, 60, 60, 120 * S, 158000 },
		{ "60/60, just over two", 0, 79000, 60, 60, 120 * S + 1, 237000 },
		{ "60/60, two hours", 0, 79000, 60, 60, 7200 * S, 9480000 },
		{ "60/1, one second", 0, 60000, 60, 1, S, 60000 },
		{ "60/1, a minute", 0, 60000, 60, 1, 60 * S, 60000 },
		{ "60/1, a minute and a bit", 0, 60000, 60, 1, 60 * S + 1, 61000 },
		{ "60/1, 61 s", 0, 60000, 60, 1, 61 * S, 61000 },
		{ "60/1, 61 s and a bit", 0, 60000, 60, 1, 61 * S + 1, 62000 },
		{ "30/6, one second", 0, 60000, 30, 6, S, 30000 },
		{ "30/6, 30 s", 0, 60000, 30, 6, 30 * S, 30000 },
		{ "30/6, 31 s", 0, 60000, 30, 6, 31 * S, 36000 },
		{ "30/6, 36 s", 0, 60000, 30, 6, 36 * S, 36000 },
		{ "30/6, 36 s and a bit", 0, 60000, 30, 6, 36 * S + 1, 42000 },
		{ "30/6 at 0.079: 39.5, then 7.9 each", 0, 79000, 30, 6, 37 * S, 55300 },
		{ "1/60 at 0.079", 0, 79000, 1, 60, 2 * S, 1317 + 79000 },
		{ "set-up only, not a moment", 150000, 0, 60, 60, 0, 150000 },
		{ "set-up only, an hour", 150000, 0, 60, 60, 3600 * S, 150000 },
		{ "set-up and minutes", 150000, 79000, 60, 60, 61 * S, 308000 },
		{ "set-up, answered for 0 s", 150000, 79000, 60, 60, 0, 229000 },
		{ "set-up, never answered", 150000, 79000, 60, 60, -1, 0 },
		{ "free", 0, 0, 1, 1, 3600 * S, 0 },
		{ "premium, 4.23 a minute by the second", 0, 4230000, 1, 1, 90 * S,
		  6345000 },
		{ "a tiny price is at least a micro an interval", 0, 1, 1, 1, 5 * S, 5 },
		{ "a day", 0, 60000, 1, 1, 86400 * S, 86400000 },
		{ "a year", 0, 79000, 60, 60, 31536000 * S, INT64_C(525600) * 79000 },
		{ "no money runs over", INT64_MAX, INT64_MAX, 60, 60, 61 * S, INT64_MAX },
		{ "nor an endless call", 0, INT64_C(1) << 60, 60, 60, INT64_MAX,
		  INT64_MAX },
		{ "no next interval given", 0, 60000, 60, 0, 62 * S, 62000 },
	};

	assert_true(COUNT(rows) >= 40);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct quote q = { .setup_micros = rows[i].setup,
				   .per_minute_micros = rows[i].per_minute,
				   .first_s = rows[i].first_s,
				   .next_s = rows[i].next_s };
		int64_t charge = tariff_charge(&q, rows[i].duration_us);

		if (charge != rows[i].want)
			fail_msg("%s: %lld, not %lld", rows[i].what, (long long)charge,
				 (long long)rows[i].want);
	}
}

static int32_t day(const char *text)
{
	int32_t day;

	assert_int_equal(date_day_decode(text_of(text), &day), 0);
	return day;
}

struct price {
	const char *tariff, *prefix, *class_;
	int64_t per_minute;
	const char *from; /* NULL: always */
};

static struct rate_row row_of(const struct price *p)
{
	struct rate_row row = { .per_minute_micros = p->per_minute,
				.first_s = 60,
				.next_s = 1,
				.valid_from = p->from ? day(p->from) : DATE_DAY_ALWAYS };

	strcpy(row.tariff, p->tariff);
	strcpy(row.prefix, p->prefix);
	strcpy(row.class_, p->class_);
	return row;
}

static const struct price prices[] = {
	{ "home", "+41", "fixed", 50000, "2026-01-01" },
	{ "home", "+4179", "mobile", 300000, "2026-01-01" },
	{ "home", "+4179", "mobile", 250000, "2026-12-01" },
	{ "home", "+4179", "mobile", 200000, "2027-01-01" },
	{ "home", "+41900", "premium", 1000000, "2026-01-01" },
	{ "home", "+41900123456", "premium", 4230000, "2026-01-01" },
	{ "home", "+49", "germany", 80000, NULL },
	{ "home", "+4915", "germany_mobile", 300000, "2027-01-01" },
	{ "home", "CH:1811", "directory", 1900000, NULL },
	{ "home", "CH:18", "directory", 2500000, NULL },
	{ "office", "+41", "fixed", 30000, NULL },
	{ "office", "+1", "world", 90000, NULL },
	{ "office", "+41800", "fixed", 990000, NULL },
	{ "office", "CH:143", "helpline", 200000, NULL },
};

static void test_longest_prefix_of_the_day(void **state)
{
	static const struct {
		const char *what, *tariff, *key, *day;
		int want;
		const char *prefix;
		int64_t per_minute;
	} rows[] = {
		{ "short prefix", "home", "+41441234567", "2026-11-23", 0, "+41", 50000 },
		{ "longer prefix beats", "home", "+41791234567", "2026-11-23", 0, "+4179",
		  300000 },
		{ "the day before a new price", "home", "+41791234567", "2026-11-30", 0,
		  "+4179", 300000 },
		{ "the day of a new price", "home", "+41791234567", "2026-12-01", 0,
		  "+4179", 250000 },
		{ "the price after that", "home", "+41791234567", "2027-01-01", 0,
		  "+4179", 200000 },
		{ "long after", "home", "+41791234567", "2040-01-01", 0, "+4179",
		  200000 },
		{ "before any price", "home", "+41791234567", "2025-12-31", -ENOENT, "",
		  0 },
		{ "per number", "home", "+41900123456", "2026-11-23", 0, "+41900123456",
		  4230000 },
		{ "its neighbour", "home", "+41900123457", "2026-11-23", 0, "+41900",
		  1000000 },
		{ "a longer prefix not valid yet", "home", "+4915112345678", "2026-11-23",
		  0, "+49", 80000 },
		{ "and when it is", "home", "+4915112345678", "2027-01-01", 0, "+4915",
		  300000 },
		{ "another country", "home", "+33123456789", "2026-11-23", -ENOENT, "",
		  0 },
		{ "a key shorter than the prefix", "home", "+4", "2026-11-23", -ENOENT,
		  "", 0 },
		{ "empty key", "home", "", "2026-11-23", -ENOENT, "", 0 },
		{ "a short code", "home", "CH:1811", "2026-11-23", 0, "CH:1811",
		  1900000 },
		{ "a range of short codes", "home", "CH:1899", "2026-11-23", 0, "CH:18",
		  2500000 },
		{ "another country's short code", "home", "LI:1811", "2026-11-23",
		  -ENOENT, "", 0 },
		{ "another tariff", "office", "+41791234567", "2026-11-23", 0, "+41",
		  30000 },
		{ "no such tariff", "none", "+41791234567", "2026-11-23", -ENOENT, "",
		  0 },
		{ "empty tariff", "", "+41791234567", "2026-11-23", -ENOENT, "", 0 },
	};
	struct tariff_set *s = tariff_set_new();

	assert_non_null(s);
	for (size_t i = 0; i < COUNT(prices); i++) {
		struct rate_row row = row_of(&prices[i]);

		assert_int_equal(tariff_set_add(s, &row), 0);
	}
	tariff_set_end(s);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct quote q = { 0 };
		int rc = tariff_set_find(s, rows[i].tariff, rows[i].key, day(rows[i].day),
					 &q);

		if (rc != rows[i].want || strcmp(q.prefix, rows[i].prefix) != 0 ||
		    q.per_minute_micros != rows[i].per_minute)
			fail_msg("%s: %d, %s, %lld", rows[i].what, rc, q.prefix,
				 (long long)q.per_minute_micros);
	}
	tariff_set_free(s);
}

static void test_empty_set(void **state)
{
	struct tariff_set *s = tariff_set_new();
	struct quote q;

	tariff_set_end(s);
	assert_int_equal(tariff_set_find(s, "home", "+41441234567", 20000, &q), -ENOENT);
	tariff_set_free(s);
	tariff_set_free(NULL);
}

static void test_set_without_memory(void **state)
{
	for (unsigned n = 1;; n++) {
		struct tariff_set *s;
		int rc = 0;

		fail_alloc_nth(n);
		s = tariff_set_new();
		for (size_t i = 0; i < COUNT(prices) && s && !rc; i++) {
			struct rate_row row;

			fail_alloc_hold(true);
			row = row_of(&prices[i]);
			fail_alloc_hold(false);
			rc = tariff_set_add(s, &row);
		}
		if (!fail_alloc_off()) {
			assert_int_equal(rc, 0);
			tariff_set_free(s);
			break;
		}
		assert_true(!s || rc == -ENOMEM);
		tariff_set_free(s);
	}
}

/* A book on a store in memory and virtual time. */
struct room {
	struct fake_clock clock;
	struct loop *loop;
	struct store *store;
	struct tariff_book *book;
};

struct put {
	struct store_job job;
	struct rate_row row;
};

static int work_put(struct store_db *db, struct store_job *job)
{
	struct put *p = container_of(job, struct put, job);
	int rc = store_rate_put(db, &p->row);

	return rc ? rc : store_changed(db, "tariff", 0);
}

static void put(struct room *r, const struct price *p)
{
	struct put put = { .job.work = work_put, .row = row_of(p) };

	assert_int_equal(store_run(r->store, STORE_WRITE, &put.job), 0);
}

static int setup(void **state)
{
	static struct room room;
	struct room *r = &room;
	struct store_config cfg = {
		.url = "sqlite::memory:", .clock = &r->clock.clock, .virtual_time = true
	};
	char reason[200];

	memset(r, 0, sizeof(*r));
	fake_clock_init(&r->clock);
	r->loop = loop_new_virtual(&r->clock.clock);
	assert_int_equal(store_open(&cfg, true, &r->store, reason), 0);
	for (size_t i = 0; i < COUNT(prices); i++)
		put(r, &prices[i]);
	assert_int_equal(tariff_book_open(r->store, r->loop, &r->clock.clock,
					  "Europe/Zurich", &r->book, reason),
			 0);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;

	tariff_book_free(r->book);
	store_close(r->store);
	fake_loop_run(r->loop, &r->clock, 0);
	loop_free(r->loop);
	return 0;
}

static int quote(struct room *r, const char *tariff, const char *dialled, bool onnet,
		 struct quote *q)
{
	struct destination d;

	assert_int_equal(plan_resolve_text(text_of(dialled), "CH", &d), 0);
	return tariff_quote(r->book, tariff, &d, "CH", onnet, r->clock.wall_us, q);
}

static void test_what_is_free(void **state)
{
	static const struct {
		const char *what, *tariff, *dialled;
		bool onnet;
		int want;
		const char *class_;
		int64_t per_minute;
	} rows[] = {
		{ "a fixed number has its price", "office", "0441234567", false, 0,
		  "fixed", 30000 },
		{ "one of our own lines is free", "office", "0441234567", true, 0,
		  "onnet", 0 },
		{ "emergency is free", "office", "117", false, 0, "emergency", 0 },
		{ "even without a tariff", "", "+41112", false, 0, "emergency", 0 },
		{ "freephone is free, though it has a price", "office", "0800123456",
		  false, 0, "freephone", 0 },
		{ "freephone of the world", "office", "+80012345678", false, 0,
		  "freephone", 0 },
		{ "echo", "", "*43", false, 0, "echo", 0 },
		{ "a helpline's price holds", "office", "143", false, 0, "helpline",
		  200000 },
		{ "a helpline without a price is free", "home", "143", false, 0,
		  "helpline", 0 },
		{ "directory has its price", "home", "1811", false, 0, "directory",
		  1900000 },
		{ "no price, no call", "office", "1811", false, -ENOENT, "", 0 },
		{ "no price abroad, no call", "home", "0033123456789", false, -ENOENT, "",
		  0 },
		{ "no tariff, no call", "", "0441234567", false, -ENOENT, "", 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct quote q = { 0 };
		int rc =
			quote(*state, rows[i].tariff, rows[i].dialled, rows[i].onnet, &q);

		if (rc != rows[i].want || strcmp(q.class_, rows[i].class_) != 0 ||
		    q.per_minute_micros != rows[i].per_minute || q.setup_micros != 0)
			fail_msg("%s: %d %s %lld", rows[i].what, rc, q.class_,
				 (long long)q.per_minute_micros);
	}
}

static void test_day_is_the_zone_s(void **state)
{
	struct room *r = *state;
	struct quote q;

	/* 2026-12-01 begins in Zurich at 23:00 UTC of the day before. */
	assert_int_equal(
		date_time_decode(TEXT("2026-11-30T22:59:59Z"), &r->clock.wall_us), 0);
	assert_int_equal(quote(r, "home", "0791234567", false, &q), 0);
	assert_int_equal(q.per_minute_micros, 300000);
	fake_clock_advance_us(&r->clock, S);
	assert_int_equal(quote(r, "home", "0791234567", false, &q), 0);
	assert_int_equal(q.per_minute_micros, 250000);
}

static void test_follows_the_feed(void **state)
{
	static const struct price cheaper = { "home", "+4144", "fixed", 10000, NULL };
	struct room *r = *state;
	struct quote q;

	assert_int_equal(quote(r, "home", "0441234567", false, &q), 0);
	assert_int_equal(q.per_minute_micros, 50000);
	put(r, &cheaper);
	fake_loop_run(r->loop, &r->clock, 0);
	assert_int_equal(quote(r, "home", "0441234567", false, &q), 0);
	assert_int_equal(q.per_minute_micros, 10000);
}

static void test_free_while_reading(void **state)
{
	static const struct price cheaper = { "home", "+4144", "fixed", 10000, NULL };
	struct room *r = *state;

	put(r, &cheaper);
	loop_turn(
		r->loop); /* the feed has called, the read is under way; teardown frees */
}

int tariff_group(void)
{
#define ROOM(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charges),
		cmocka_unit_test(test_longest_prefix_of_the_day),
		cmocka_unit_test(test_empty_set),
		cmocka_unit_test(test_set_without_memory),
		ROOM(test_what_is_free),
		ROOM(test_day_is_the_zone_s),
		ROOM(test_follows_the_feed),
		ROOM(test_free_while_reading),
	};
#undef ROOM

	return cmocka_run_group_tests_name("tariff", tests, NULL, NULL);
}
