/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_zone.c - src/base/zone.c and zone_rule.c (RFC 8536) */

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "base/zone.h"
#include "base_tests.h"
#include "fake/alloc.h"
#include "fake/check.h"

/* The C library reads the same files by other code. */
static void agrees_with_the_c_library(void **state)
{
	static const char *const zones[] = {
		"Europe/Zurich",     "Europe/Dublin",
		"America/New_York",  "Australia/Lord_Howe",
		"Africa/Casablanca", "Asia/Kathmandu",
		"America/Sao_Paulo", "UTC",
	};

	for (size_t i = 0; i < COUNT(zones); i++) {
		setenv("TZ", zones[i], 1);
		tzset();
		for (int64_t s = -INT64_C(3000000000); s < INT64_C(5000000000);
		     s += 86399 * 3) {
			time_t when = (time_t)s;
			struct tm tm;

			localtime_r(&when, &tm);
			if (tm.tm_gmtoff != zone_offset_s(zones[i], s))
				fail_msg("%s at %lld: %d", zones[i], (long long)s,
					 zone_offset_s(zones[i], s));
		}
	}
	unsetenv("TZ");
	tzset();
}

static void knows_zones(void **state)
{
	static const struct {
		const char *name;
		bool known;
	} rows[] = {
		{ "Europe/Zurich", true },
		{ "UTC", true },
		{ "Etc/GMT+5", true },
		{ "Nowhere", false },
		{ "", false },
		{ "Europe", false },
		{ "/etc/passwd", false },
		{ "../../../etc/passwd", false },
		{ "zone.tab", false },
		{ "Europe/../UTC", false },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		  false },
	};

	EACH (row, rows)
		row_int(row, date_zone_known(row->name), row->known);
	assert_false(zone_known(NULL));
	assert_int_equal(zone_offset_s("Nowhere", 0), 0);
}

static void decodes_rules(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		int result;
		int32_t january, july; /* offsets on the 15th, 2026 */
	} rows[] = {
		{ "Zurich", TEXT_INIT("CET-1CEST,M3.5.0,M10.5.0/3"), 0, 3600, 7200 },
		{ "the southern half", TEXT_INIT("AEST-10AEDT,M10.1.0,M4.1.0/3"), 0,
		  39600, 36000 },
		{ "no summer", TEXT_INIT("<+0545>-5:45"), 0, 20700, 20700 },
		{ "Dublin's negative summer", TEXT_INIT("IST-1GMT0,M10.5.0,M3.5.0/1"), 0,
		  0, 3600 },
		{ "half an hour", TEXT_INIT("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"), 0,
		  39600, 37800 },
		{ "Julian days", TEXT_INIT("XXX3YYY,J60/0,J300/0"), 0, -10800, -7200 },
		{ "days from 0", TEXT_INIT("XXX3YYY,59/-1,299/167"), 0, -10800, -7200 },
		{ "no name", TEXT_INIT("-1"), -EBADMSG, 0, 0 },
		{ "short name", TEXT_INIT("CE-1"), -EBADMSG, 0, 0 },
		{ "no offset", TEXT_INIT("CET"), -EBADMSG, 0, 0 },
		{ "open bracket", TEXT_INIT("<+05"), -EBADMSG, 0, 0 },
		{ "summer without days", TEXT_INIT("CET-1CEST"), -EBADMSG, 0, 0 },
		{ "month 13", TEXT_INIT("CET-1CEST,M13.5.0,M10.5.0"), -EBADMSG, 0, 0 },
		{ "week 0", TEXT_INIT("CET-1CEST,M3.0.0,M10.5.0"), -EBADMSG, 0, 0 },
		{ "weekday 7", TEXT_INIT("CET-1CEST,M3.5.7,M10.5.0"), -EBADMSG, 0, 0 },
		{ "J0", TEXT_INIT("CET-1CEST,J0,J300"), -EBADMSG, 0, 0 },
		{ "day 366", TEXT_INIT("CET-1CEST,366,10"), -EBADMSG, 0, 0 },
		{ "hour 168", TEXT_INIT("CET-1CEST,M3.5.0/168,M10.5.0"), -EBADMSG, 0, 0 },
		{ "text behind", TEXT_INIT("CET-1CEST,M3.5.0,M10.5.0,"), -EBADMSG, 0, 0 },
		{ "empty", TEXT_INIT(""), -EBADMSG, 0, 0 },
	};

	EACH (row, rows) {
		struct zone_rule rule;

		row_int(row, zone_rule_decode(row->in, &rule), row->result);
		if (row->result < 0)
			continue;
		row_int(row, zone_rule_offset_s(&rule, 1768435200), row->january);
		row_int(row, zone_rule_offset_s(&rule, 1784073600), row->july);
	}
}

static void memory_runs_out(void **state)
{
	for (unsigned n = 1;; n++) {
		bool known;

		fail_alloc_nth(n);
		known = zone_known("Pacific/Chatham");
		if (!fail_alloc_off()) {
			assert_true(known);
			assert_true(n > 1);
			return;
		}
		assert_false(known);
	}
}

int zone_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_c_library),
		cmocka_unit_test(knows_zones),
		cmocka_unit_test(decodes_rules),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("base/zone", tests, NULL, NULL);
}
