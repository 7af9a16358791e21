/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_date.c - src/base/date.c and civil.c (RFC 3339) */

#include <errno.h>

#include "base/civil.h"
#include "base/date.h"
#include "base_tests.h"
#include "fake/check.h"

static void civil_days_round_trip(void **state)
{
	assert_int_equal(civil_to_day(1970, 1, 1), 0);
	assert_int_equal(civil_to_day(2000, 3, 1), 11017);
	assert_int_equal(civil_weekday(0), 4); /* a Thursday */
	assert_int_equal(civil_weekday(-1), 3);
	for (int32_t day = -800000; day < 800000; day += 17) {
		struct civil c = civil_of_day(day);

		assert_int_equal(civil_to_day(c.year, c.month, c.day), day);
	}
}

static void decodes_days(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		int result;
		int32_t day;
	} rows[] = {
		{ "epoch", TEXT_INIT("1970-01-01"), 0, 0 },
		{ "before", TEXT_INIT("1969-12-31"), 0, -1 },
		{ "leap day", TEXT_INIT("2024-02-29"), 0, 19782 },
		{ "no leap day", TEXT_INIT("2026-02-29"), -EBADMSG, 0 },
		{ "no leap day in 1900", TEXT_INIT("1900-02-29"), -EBADMSG, 0 },
		{ "the 30th of February", TEXT_INIT("2026-02-30"), -EBADMSG, 0 },
		{ "the 31st of April", TEXT_INIT("2026-04-31"), -EBADMSG, 0 },
		{ "month 0", TEXT_INIT("2026-00-10"), -EBADMSG, 0 },
		{ "month 13", TEXT_INIT("2026-13-10"), -EBADMSG, 0 },
		{ "day 0", TEXT_INIT("2026-01-00"), -EBADMSG, 0 },
		{ "one digit", TEXT_INIT("2026-1-01"), -EBADMSG, 0 },
		{ "text behind", TEXT_INIT("2026-01-01 "), -EBADMSG, 0 },
		{ "empty", TEXT_INIT(""), -EBADMSG, 0 },
		{ "sign", TEXT_INIT("+026-01-01"), -EBADMSG, 0 },
	};

	EACH (row, rows) {
		char out[DATE_TEXT_SIZE];
		int32_t day = 7;

		row_int(row, date_day_decode(row->in, &day), row->result);
		row_int(row, day, row->result ? 7 : row->day);
		if (row->result == 0)
			row_text(row, text_of(date_day_encode(out, day)), row->in);
	}
}

static void bounds_have_words(void **state)
{
	char out[DATE_TEXT_SIZE];

	assert_string_equal(date_day_encode(out, DATE_DAY_NEVER), "never");
	assert_string_equal(date_day_encode(out, DATE_DAY_ALWAYS), "always");
	assert_string_equal(date_day_encode(out, DATE_DAY_NEVER - 1), "9999-12-31");
}

static void decodes_times(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		int result;
		const char *out;
	} rows[] = {
		{ "UTC", TEXT_INIT("2026-11-23T14:10:07.123Z"), 0,
		  "2026-11-23T14:10:07.123Z" },
		{ "offset east", TEXT_INIT("2026-11-23T14:10:07+01:00"), 0,
		  "2026-11-23T13:10:07.000Z" },
		{ "offset west over midnight", TEXT_INIT("2026-12-31T20:00:00-05:30"), 0,
		  "2027-01-01T01:30:00.000Z" },
		{ "lower case and blank", TEXT_INIT("2026-11-23 14:10:07z"), 0,
		  "2026-11-23T14:10:07.000Z" },
		{ "nanoseconds are cut", TEXT_INIT("2026-11-23t14:10:07.123456789Z"), 0,
		  "2026-11-23T14:10:07.123Z" },
		{ "one decimal", TEXT_INIT("2026-11-23T14:10:07.5Z"), 0,
		  "2026-11-23T14:10:07.500Z" },
		{ "leap second", TEXT_INIT("2016-12-31T23:59:60Z"), 0,
		  "2017-01-01T00:00:00.000Z" },
		{ "a day", TEXT_INIT("2026-11-23"), 0, "2026-11-23T00:00:00.000Z" },
		{ "before 1970", TEXT_INIT("1969-12-31T23:59:59.999Z"), 0,
		  "1969-12-31T23:59:59.999Z" },
		{ "no zone", TEXT_INIT("2026-11-23T14:10:07"), -EBADMSG, NULL },
		{ "no seconds", TEXT_INIT("2026-11-23T14:10Z"), -EBADMSG, NULL },
		{ "hour 24", TEXT_INIT("2026-11-23T24:00:00Z"), -EBADMSG, NULL },
		{ "minute 60", TEXT_INIT("2026-11-23T10:60:00Z"), -EBADMSG, NULL },
		{ "second 61", TEXT_INIT("2026-11-23T10:00:61Z"), -EBADMSG, NULL },
		{ "a point alone", TEXT_INIT("2026-11-23T10:00:00.Z"), -EBADMSG, NULL },
		{ "too many decimals", TEXT_INIT("2026-11-23T10:00:00.1234567890Z"),
		  -EBADMSG, NULL },
		{ "text behind", TEXT_INIT("2026-11-23T10:00:00Zx"), -EBADMSG, NULL },
		{ "bad offset", TEXT_INIT("2026-11-23T10:00:00+24:00"), -EBADMSG, NULL },
	};

	EACH (row, rows) {
		char out[DATE_TIME_TEXT_SIZE];
		int64_t us = 7;

		row_int(row, date_time_decode(row->in, &us), row->result);
		if (row->result == 0)
			row_text(row, text_of(date_time_encode(out, us)),
				 text_of(row->out));
		else
			row_int(row, us, 7);
	}
}

static void days_of_a_zone(void **state)
{
	static const struct {
		const char *name, *zone;
		struct text when;
		const char *day;
	} rows[] = {
		{ "Zurich, winter, before midnight", "Europe/Zurich",
		  TEXT_INIT("2026-11-23T22:59:59Z"), "2026-11-23" },
		{ "Zurich, winter, midnight", "Europe/Zurich",
		  TEXT_INIT("2026-11-23T23:00:00Z"), "2026-11-24" },
		{ "Zurich, summer, midnight", "Europe/Zurich",
		  TEXT_INIT("2026-07-01T22:00:00Z"), "2026-07-02" },
		{ "Zurich, far away", "Europe/Zurich", TEXT_INIT("2140-07-01T22:00:00Z"),
		  "2140-07-02" },
		{ "New York", "America/New_York", TEXT_INIT("2026-11-24T04:59:59Z"),
		  "2026-11-23" },
		{ "Kathmandu", "Asia/Kathmandu", TEXT_INIT("2026-11-23T18:15:00Z"),
		  "2026-11-24" },
		{ "unknown is UTC", "Nowhere/At_All", TEXT_INIT("2026-11-23T23:59:59Z"),
		  "2026-11-23" },
		{ "before 1970", "UTC", TEXT_INIT("1969-12-31T23:59:59.999Z"),
		  "1969-12-31" },
	};

	EACH (row, rows) {
		char out[DATE_TEXT_SIZE];
		int64_t us;

		row_int(row, date_time_decode(row->when, &us), 0);
		row_text(row, text_of(date_day_encode(out, date_day_of(us, row->zone))),
			 text_of(row->day));
	}
}

static void days_begin(void **state)
{
	static const struct {
		const char *name, *zone;
		struct text day;
		const char *start;
	} rows[] = {
		{ "winter", "Europe/Zurich", TEXT_INIT("2026-11-24"),
		  "2026-11-23T23:00:00.000Z" },
		{ "the day summer begins", "Europe/Zurich", TEXT_INIT("2026-03-29"),
		  "2026-03-28T23:00:00.000Z" },
		{ "the day after", "Europe/Zurich", TEXT_INIT("2026-03-30"),
		  "2026-03-29T22:00:00.000Z" },
		{ "midnight does not exist", "America/Sao_Paulo", TEXT_INIT("2018-11-04"),
		  "2018-11-04T03:00:00.000Z" },
	};

	EACH (row, rows) {
		char out[DATE_TIME_TEXT_SIZE];
		int32_t day;
		int64_t us;

		row_int(row, date_day_decode(row->day, &day), 0);
		us = date_day_start_us(day, row->zone);
		row_text(row, text_of(date_time_encode(out, us)), text_of(row->start));
		row_int(row, date_day_of(us, row->zone), day);
		row_int(row, date_day_of(us - 1, row->zone), day - 1);
	}
	assert_true(date_day_start_us(DATE_DAY_NEVER, "UTC") >
		    date_day_start_us(DATE_DAY_ALWAYS, "UTC"));
}

int date_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(civil_days_round_trip), cmocka_unit_test(decodes_days),
		cmocka_unit_test(bounds_have_words),     cmocka_unit_test(decodes_times),
		cmocka_unit_test(days_of_a_zone),        cmocka_unit_test(days_begin),
	};

	return cmocka_run_group_tests_name("base/date", tests, NULL, NULL);
}
