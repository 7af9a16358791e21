/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/test_eligible.c - account/eligible.c. */

#include "account/eligible.h"

#include <string.h>

#include "base/date.h"
#include "room.h"

static void test_by_product_segment_and_day(void **state)
{
	static const struct {
		const char *what, *product;
		enum segment segment;
		const char *today, *from, *to;
		enum eligibility want;
		const char *code;
	} rows[] = {
		{ "residential", "inOne home", SEGMENT_RES, "2017-05-01", "2000-01-01",
		  "never", ELIGIBLE, "" },
		{ "the product's first day", "inOne home", SEGMENT_SME, "2017-04-01",
		  "2000-01-01", "never", ELIGIBLE, "" },
		{ "the day before", "inOne home", SEGMENT_SME, "2017-03-31", "2000-01-01",
		  "never", ELIGIBLE_PRODUCT_NOT_YET, "product_not_yet" },
		{ "not sold to enterprises", "inOne home", SEGMENT_ENT, "2017-05-01",
		  "2000-01-01", "never", ELIGIBLE_SEGMENT_NOT_COVERED,
		  "segment_not_covered" },
		{ "Line Company in June", "Swisscom Line Company", SEGMENT_ENT,
		  "2017-06-30", "2000-01-01", "never", ELIGIBLE_PRODUCT_NOT_YET,
		  "product_not_yet" },
		{ "Line Company in July", "Swisscom Line Company", SEGMENT_ENT,
		  "2017-07-01", "2000-01-01", "never", ELIGIBLE, "" },
		{ "never", "Economy Line", SEGMENT_RES, "2026-01-01", "2000-01-01",
		  "never", ELIGIBLE_PRODUCT_NEVER, "product_never" },
		{ "an unknown product", "Nothing", SEGMENT_RES, "2026-01-01",
		  "2000-01-01", "never", ELIGIBLE_PRODUCT_NEVER, "product_never" },
		{ "the line's first day", "inOne home", SEGMENT_RES, "2026-01-01",
		  "2026-01-01", "never", ELIGIBLE, "" },
		{ "the day before it", "inOne home", SEGMENT_RES, "2025-12-31",
		  "2026-01-01", "never", ELIGIBLE_LINE_NOT_STARTED, "line_not_started" },
		{ "the line's last day", "inOne home", SEGMENT_RES, "2026-06-30",
		  "2026-01-01", "2026-06-30", ELIGIBLE, "" },
		{ "the day after", "inOne home", SEGMENT_RES, "2026-07-01", "2026-01-01",
		  "2026-06-30", ELIGIBLE_LINE_ENDED, "line_ended" },
		{ "an ended line says so first", "Economy Line", SEGMENT_RES,
		  "2026-07-01", "2026-01-01", "2026-06-30", ELIGIBLE_LINE_ENDED,
		  "line_ended" },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct line_row line = { .to_day = DATE_DAY_NEVER };
		int32_t today, from = 0;
		enum eligibility e;

		strcpy(line.product, rows[i].product);
		assert_int_equal(date_day_decode(text_of(rows[i].from), &line.from_day),
				 0);
		if (strcmp(rows[i].to, "never") != 0)
			assert_int_equal(
				date_day_decode(text_of(rows[i].to), &line.to_day), 0);
		assert_int_equal(date_day_decode(text_of(rows[i].today), &today), 0);
		e = account_eligible(r->book, &line, rows[i].segment, today, &from);
		if (e != rows[i].want ||
		    strcmp(account_eligibility_code(e), rows[i].code) != 0)
			fail_msg("%s: %s", rows[i].what, account_eligibility_code(e));
		assert_int_equal(from != 0, e == ELIGIBLE_PRODUCT_NOT_YET);
		assert_true(strlen(account_eligibility_text(e)) > 10);
	}
}

int eligible_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_by_product_segment_and_day,
						room_setup, room_teardown),
	};

	return cmocka_run_group_tests_name("eligible", tests, NULL, NULL);
}
