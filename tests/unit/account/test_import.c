/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/test_import.c - account/import*.c: files, tariffs and products. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "import_help.h"

#define TARIFF_HEADER "tariff,prefix,class,setup,per_minute,first_s,next_s,valid_from\n"
#define TARIFFS                                                                          \
	TARIFF_HEADER                                                                    \
	"inone-home,+41,fixed,0,0.05,1,1,2017-01-01\n"                                   \
	"inone-home,+4179,mobile,0,0.3,60,1,2017-01-01\n"                                \
	"company,CH:1811,directory,0.8,1.9,60,60,\n"

static int count_rate(void *arg, const struct rate_row *row)
{
	++*(unsigned *)arg;
	return 0;
}

static int count_rates(struct store_db *db, void *arg)
{
	*(unsigned *)arg = 0;
	return store_rate_each(db, count_rate, arg);
}

static unsigned rates(struct room *r)
{
	unsigned n;

	room_write(r, count_rates, &n);
	return n;
}

static int keep_rate(void *arg, const struct rate_row *row)
{
	if (strcmp(row->prefix, "CH:1811") == 0)
		*(struct rate_row *)arg = *row;
	return 0;
}

static int find_rate(struct store_db *db, void *arg)
{
	return store_rate_each(db, keep_rate, arg);
}

static void test_tariffs(void **state)
{
	struct room *r = *state;
	struct import_result result = import_good(r, IMPORT_TARIFFS, 0, TARIFFS);
	struct rate_row rate = { 0 };

	assert_int_equal(result.rows, 3);
	assert_int_equal(result.change_count, 3);
	assert_counts(&result, 3, 0, 0, 0);
	room_write(r, find_rate, &rate);
	assert_string_equal(rate.tariff, "company");
	assert_string_equal(rate.class_, "directory");
	assert_int_equal(rate.setup_micros, 800000);
	assert_int_equal(rate.per_minute_micros, 1900000);
	assert_int_equal(rate.first_s, 60);
	assert_int_equal(rate.next_s, 60);
	assert_int_equal(rate.valid_from, DATE_DAY_ALWAYS);
	result = import_good(r, IMPORT_TARIFFS, 0, TARIFFS);
	assert_counts(&result, 0, 0, 3, 0);
	result =
		import_good(r, IMPORT_TARIFFS, 0,
			    TARIFF_HEADER "inone-home,+41,fixed,0,0.06,1,1,2017-01-01\n"
					  "inone-home,+41,fixed,0,0.07,1,1,2027-01-01\n");
	assert_counts(&result, 1, 1, 0, 0);
	assert_int_equal(rates(r), 4);
}

static void test_tariff_faults(void **state)
{
	static const struct fault_case cases[] = {
		{ "money", "t,+41,fixed,0,0;05,1,1,", 2,
		  "per_minute 0;05 is not an amount" },
		{ "negative money", "t,+41,fixed,-1,0,1,1,", 2,
		  "setup -1 is not between" },
		{ "seven decimals", "t,+41,fixed,0,0.0000001,1,1,", 2, "per_minute" },
		{ "too dear", "t,+41,fixed,0,10001,1,1,", 2, "per_minute" },
		{ "first_s 0", "t,+41,fixed,0,0.05,0,1,", 2,
		  "first_s 0 is not between 1" },
		{ "next_s 0", "t,+41,fixed,0,0.05,1,0,", 2, "next_s 0 is not between 1" },
		{ "an hour and more", "t,+41,fixed,0,0.05,3601,1,", 2, "first_s" },
		{ "prefix without +", "t,41,fixed,0,0.05,1,1,", 2, "is no prefix" },
		{ "prefix empty", "t,,fixed,0,0.05,1,1,", 2, "prefix is empty" },
		{ "plus alone", "t,+,fixed,0,0.05,1,1,", 2, "is no prefix" },
		{ "prefix +0", "t,+041,fixed,0,0.05,1,1,", 2, "is no prefix" },
		{ "16 digits", "t,+1234567890123456,fixed,0,0.05,1,1,", 2,
		  "is no prefix" },
		{ "country in lower case", "t,ch:18,fixed,0,0.05,1,1,", 2,
		  "is no prefix" },
		{ "short code empty", "t,CH:,fixed,0,0.05,1,1,", 2, "is no prefix" },
		{ "class", "t,+41,Fixed Line,0,0.05,1,1,", 2, "class" },
		{ "date", "t,+41,fixed,0,0.05,1,1,1.7.2017", 2,
		  "valid_from 1.7.2017 is not a day" },
		{ "no such day", "t,+41,fixed,0,0.05,1,1,2017-02-30", 2, "valid_from" },
		{ "the same twice", "t,+41,fixed,0,1,1,1,\nt,+41,fixed,0,1,1,1,", 3,
		  "stands on line 2 already" },
		{ "too few fields", "t,+41,fixed\n", 2, "" },
		{ "the second row", "t,+41,fixed,0,1,1,1,\nt,+42,fixed,x,1,1,1,", 3,
		  "setup x" },
	};

	assert_faults(*state, IMPORT_TARIFFS, 0,
		      "tariff,prefix,class,setup,per_minute,first_s,"
		      "next_s,valid_from",
		      cases, COUNT(cases));
	assert_int_equal(rates(*state), 0); /* all or nothing */
}

static void test_header_faults(void **state)
{
	static const struct {
		const char *csv, *reason;
	} rows[] = {
		{ "", "no header" },
		{ "tariff,prefix\nt,+41\n", "the header has no column class" },
		{ "tariff;prefix;class\n", "the header has no column tariff" },
		{ "tariff,tariff\n", "no header" },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct import_result result;

		assert_int_equal(
			import_try(r, IMPORT_TARIFFS, FULL, rows[i].csv, &result),
			-EBADMSG);
		assert_int_equal(result.faults[0].line, 1);
		if (!strstr(result.faults[0].reason, rows[i].reason))
			fail_msg("%s", result.faults[0].reason);
		import_result_free(&result);
	}
}

static void test_all_faults_are_named(void **state)
{
	struct import_result result;

	assert_int_equal(import_try(*state, IMPORT_TARIFFS, 0,
				    TARIFF_HEADER "t,41,Fixed,x,y,0,0,z\n"
						  "good,+41,fixed,0,0,1,1,\n"
						  "t,+41,fixed,0,0,1,1\n",
				    &result),
			 -EBADMSG);
	assert_int_equal(result.fault_count, 8);
	assert_int_equal(result.faults[6].line, 2);
	assert_int_equal(result.faults[7].line, 4);
	import_result_free(&result);
}

static void test_more_faults_than_are_kept(void **state)
{
	size_t cap = 1 << 20;
	char *csv = malloc(cap), *p = csv;
	struct import_result result;

	p += sprintf(p, TARIFF_HEADER);
	for (unsigned i = 0; i < 1500; i++)
		p += sprintf(p, "t,+41,fixed,bad,0,1,1,\n");
	assert_int_equal(import_try(*state, IMPORT_TARIFFS, 0, csv, &result), -EBADMSG);
	assert_int_equal(result.fault_count, 1500);
	assert_int_equal(result.faults[IMPORT_FAULTS_MAX - 1].line, 1001);
	import_result_free(&result);
	free(csv);
}

#define PRODUCT_HEADER "product,segment,tariff,credentials_from\n"
#define PRODUCTS                                                                         \
	PRODUCT_HEADER                                                                   \
	"inOne home,RES,inone-home,2017-04-01\n"                                         \
	"inOne home,SME,inone-home,2017-04-01\n"                                         \
	"Swisscom Line Company,ENT,company,2017-07-01\n"                                 \
	"Economy Line,RES,company,\n"

static void test_products(void **state)
{
	struct room *r = *state;
	struct import_result result = import_good(r, IMPORT_TARIFFS, 0, TARIFFS);
	struct account_line line;

	import_result_free(&result);
	result = import_good(r, IMPORT_PRODUCTS, 0, PRODUCTS);
	assert_counts(&result, 0, 2, 2, 0);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_string_equal(line.tariff, "inone-home");
	result = import_good(r, IMPORT_PRODUCTS, 0,
			     PRODUCT_HEADER "inOne home,RES,company,\n"
					    "New one,ENT,company,2030-01-01\n");
	assert_counts(&result, 1, 1, 0, 0);
	assert_int_equal(account_line_by_id(r->book, r->line, &line), 0);
	assert_string_equal(line.tariff, "company"); /* the feed told the book */
}

static void test_product_faults(void **state)
{
	static const struct fault_case cases[] = {
		{ "segment", "inOne home,PRIVATE,company,", 2,
		  "segment PRIVATE is no segment" },
		{ "segment in lower case", "inOne home,res,company,", 2,
		  "is no segment" },
		{ "unknown tariff", "inOne home,RES,none,", 2, "tariff none is unknown" },
		{ "date", "inOne home,RES,company,soon", 2,
		  "credentials_from soon is not a day" },
		{ "no product", ",RES,company,", 2, "product is empty" },
		{ "twice", "A,RES,company,\nA,SME,company,\nA,RES,company,", 4,
		  "stands on line 2 already" },
	};
	struct import_result result = import_good(*state, IMPORT_TARIFFS, 0, TARIFFS);

	import_result_free(&result);
	assert_faults(*state, IMPORT_PRODUCTS, 0,
		      "product,segment,tariff,credentials_from", cases, COUNT(cases));
}

static void test_full_products_and_tariffs(void **state)
{
	static const struct fault_case cases[] = {
		{ "in use", "Swisscom Line Company,ENT,company,", 0,
		  "product inOne home for RES is not in the file, but lines have it" },
	};
	static const struct fault_case tariff_cases[] = {
		{ "in use", "inone-home,+41,fixed,0,1,1,1,", 0,
		  "tariff company is not in the file, but product" },
	};
	struct room *r = *state;
	struct import_result result = import_good(r, IMPORT_TARIFFS, 0, TARIFFS);

	import_result_free(&result);
	result = import_good(r, IMPORT_PRODUCTS, FULL, PRODUCTS);
	assert_counts(&result, 0, 2, 2, 1);
	assert_faults(r, IMPORT_PRODUCTS, FULL, "product,segment,tariff,credentials_from",
		      cases, COUNT(cases));
	assert_faults(r, IMPORT_TARIFFS, FULL,
		      "tariff,prefix,class,setup,per_minute,first_s,"
		      "next_s,valid_from",
		      tariff_cases, COUNT(tariff_cases));
	result = import_good(r, IMPORT_TARIFFS, FULL,
			     TARIFF_HEADER "inone-home,+41,fixed,0,0.05,1,1,2017-01-01\n"
					   "company,+41,fixed,0,0.05,1,1,2017-01-01\n");
	assert_counts(&result, 1, 0, 1, 2);
	assert_int_equal(rates(r), 2);
}

int import_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_tariffs),
		CASE(test_tariff_faults),
		CASE(test_header_faults),
		CASE(test_all_faults_are_named),
		CASE(test_more_faults_than_are_kept),
		CASE(test_products),
		CASE(test_product_faults),
		CASE(test_full_products_and_tariffs),
	};
#undef CASE

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
