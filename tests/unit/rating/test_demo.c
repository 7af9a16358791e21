/* SPDX-License-Identifier: Apache-2.0 */
/* unit/rating/test_demo.c - data/products.csv and data/demo: they import, say what the
 * table of April 2017 says, and price every country. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/eligible.h"
#include "account/import.h"
#include "base/date.h"
#include "fake/loop.h"
#include "fake/random.h"
#include "rating/plan_data.h"
#include "rating/tariff.h"
#include "unit.h"

static struct {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct store *store;
	struct id_maker *ids;
	struct account_book *book;
	struct tariff_book *tariffs;
} room;

static char *read_file(const char *name, size_t *len)
{
	char path[512];
	FILE *f;
	char *bytes = malloc(1 << 20);

	snprintf(path, sizeof(path), "%s/%s", DATA_DIR, name);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s", path);
	*len = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return bytes;
}

static void import(enum import_kind kind, const char *name)
{
	struct import_config cfg = { .store = room.store,
				     .ids = room.ids,
				     .random = &room.random.random,
				     .clock = &room.clock.clock,
				     .domain = "voip.example.ch",
				     .realm = "voip.example.ch",
				     .country = "CH",
				     .timezone = "Europe/Zurich" };
	struct import_result result;
	struct text csv;
	char *bytes = read_file(name, &csv.len);

	csv.p = bytes;
	if (import_run(&cfg, kind, csv, &result))
		fail_msg("%s line %u: %s", name,
			 result.fault_count ? result.faults[0].line : 0,
			 result.fault_count ? result.faults[0].reason : "");
	assert_true(result.added > 10);
	import_result_free(&result);
	free(bytes);
}

static int setup(void **state)
{
	struct store_config cfg = {
		.url = "sqlite::memory:", .clock = &room.clock.clock, .virtual_time = true
	};
	struct account_config account = { .clock = &room.clock.clock,
					  .random = &room.random.random,
					  .realm = "voip.example.ch",
					  .timezone = "Europe/Zurich" };
	char reason[200];

	fake_clock_init(&room.clock);
	fake_random_init(&room.random, 1);
	room.loop = loop_new_virtual(&room.clock.clock);
	room.ids = id_maker_new(&room.clock.clock, 1);
	assert_int_equal(store_open(&cfg, true, &room.store, reason), 0);
	import(IMPORT_TARIFFS, "demo/tariffs.csv");
	import(IMPORT_PRODUCTS, "products.csv");
	import(IMPORT_CUSTOMERS, "demo/customers.csv");
	account.store = room.store;
	assert_int_equal(account_book_open(&account, &room.book, reason), 0);
	assert_int_equal(tariff_book_open(room.store, NULL, &room.clock.clock,
					  "Europe/Zurich", &room.tariffs, reason),
			 0);
	return 0;
}

static int teardown(void **state)
{
	tariff_book_free(room.tariffs);
	account_book_free(room.book);
	store_close(room.store);
	fake_loop_run(room.loop, &room.clock, 0);
	loop_free(room.loop);
	id_maker_free(room.ids);
	return 0;
}

/* Who may have credentials, April 2017: RES, SME, ENT. */
enum { YES, JULY, NO };
static const struct {
	const char *product;
	int may[3];
} table[] = {
	{ "Vivo XS", { YES, YES, NO } },
	{ "Vivo S", { YES, YES, NO } },
	{ "Vivo M", { YES, YES, NO } },
	{ "Vivo L", { YES, YES, NO } },
	{ "Vivo XL", { YES, YES, NO } },
	{ "inOne home", { YES, YES, NO } },
	{ "Swisscom Line basic", { YES, YES, NO } },
	{ "Swisscom Line plus", { YES, YES, NO } },
	{ "Swisscom Casa", { YES, YES, NO } },
	{ "My KMU office", { YES, YES, YES } },
	{ "inOne KMU office", { YES, YES, NO } },
	{ "Swisscom Line Company", { NO, NO, JULY } },
	{ "EconomyLINE", { NO, NO, NO } },
	{ "MultiLINE ISDN", { NO, NO, NO } },
	{ "Smart Business Connect", { NO, NO, NO } },
};

static bool may(const char *product, enum segment segment, const char *day)
{
	struct line_row line = { .from_day = 0, .to_day = DATE_DAY_NEVER };
	int32_t today;

	assert_int_equal(date_day_decode(text_of(day), &today), 0);
	strcpy(line.product, product);
	return account_eligible(room.book, &line, segment, today, NULL) == ELIGIBLE;
}

static void test_who_may_have_credentials(void **state)
{
	for (size_t i = 0; i < COUNT(table); i++) {
		for (int s = SEGMENT_RES; s <= SEGMENT_ENT; s++) {
			int want = table[i].may[s - 1];

			if (may(table[i].product, s, "2017-04-01") != (want == YES) ||
			    may(table[i].product, s, "2017-06-30") != (want == YES) ||
			    may(table[i].product, s, "2017-07-01") != (want != NO))
				fail_msg("%s for segment %d", table[i].product, s);
		}
	}
}

static int see_line(void *arg, const struct line_row *row)
{
	bool *seen = arg;

	for (size_t i = 0; i < COUNT(table); i++) {
		if (strcmp(table[i].product, row->product) == 0)
			seen[i] = true;
	}
	return 0;
}

struct look {
	struct store_job job;
	bool seen[COUNT(table)];
};

static int look(struct store_db *db, struct store_job *job)
{
	return store_line_each(db, 0, see_line,
			       container_of(job, struct look, job)->seen);
}

static void test_every_product_has_a_customer(void **state)
{
	struct look l = { .job.work = look };

	assert_int_equal(store_run(room.store, STORE_READ, &l.job), 0);
	for (size_t i = 0; i < COUNT(table); i++) {
		if (!l.seen[i])
			fail_msg("nobody has %s", table[i].product);
	}
}

static const char *const tariffs[] = { "demo-home",   "demo-small",   "demo-line",
				       "demo-office", "demo-company", "demo-classic" };

static int quote(const char *tariff, const char *dialled, struct quote *q)
{
	struct destination d;

	assert_int_equal(plan_resolve_text(text_of(dialled), "CH", &d), 0);
	return tariff_quote(room.tariffs, tariff, &d, "CH", false, room.clock.wall_us, q);
}

/* Some number of that length; what is behind the code does not matter abroad. */
static void number_of(const struct plan_country *c, char ret[20])
{
	int digits = 31 - __builtin_clz(c->lengths);
	int room_left = 15 - (int)strlen(c->code);

	while (digits > room_left || !(c->lengths >> digits & 1))
		digits--;
	snprintf(ret, 20, "+%s%.*s", c->code, digits, "555555555555555");
}

static void test_every_country_has_a_price(void **state)
{
	for (size_t t = 0; t < COUNT(tariffs); t++) {
		for (size_t i = 0; i < plan_country_count; i++) {
			char number[20];
			struct quote q;

			if (strcmp(plan_countries[i].code, "41") == 0)
				continue;
			number_of(&plan_countries[i], number);
			if (quote(tariffs[t], number, &q))
				fail_msg("%s: no price for %s", tariffs[t], number);
		}
	}
}

static void test_classes(void **state)
{
	static const struct {
		const char *dialled, *class_;
		int64_t per_minute;
	} rows[] = {
		{ "0445550199", "fixed", 50000 },
		{ "0795550199", "mobile", 250000 },
		{ "0585550199", "corporate", 50000 },
		{ "0848000000", "shared_cost", 75000 },
		{ "0900000000", "premium", 4230000 },
		{ "0800000000", "freephone", 0 },
		{ "0860441234567", "voicemail", 50000 },
		{ "1811", "directory", 1900000 },
		{ "140", "service", 500000 },
		{ "143", "helpline", 0 },
		{ "112", "emergency", 0 },
		{ "+41117", "emergency", 0 },
		{ "118", "emergency", 0 },
		{ "0041144", "emergency", 0 },
		{ "*43", "echo", 0 },
		{ "+4232345678", "inland", 50000 },
		{ "+4930123456", "neighbour", 60000 },
		{ "+4915112345678", "neighbour_mobile", 300000 },
		{ "+442071234567", "europe", 100000 },
		{ "+12125551234", "world_near", 120000 },
		{ "+18765551234", "far", 3200000 },
		{ "+50021234", "far", 3200000 },
		{ "+870773111632", "satellite", 9900000 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct quote q = { 0 };

		if (quote("demo-office", rows[i].dialled, &q) ||
		    strcmp(q.class_, rows[i].class_) != 0 ||
		    q.per_minute_micros != rows[i].per_minute)
			fail_msg("%s: %s %lld", rows[i].dialled, q.class_,
				 (long long)q.per_minute_micros);
	}
}

int demo_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_may_have_credentials),
		cmocka_unit_test(test_every_product_has_a_customer),
		cmocka_unit_test(test_every_country_has_a_price),
		cmocka_unit_test(test_classes),
	};

	return cmocka_run_group_tests_name("demo", tests, setup, teardown);
}
