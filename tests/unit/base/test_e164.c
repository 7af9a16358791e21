/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_e164.c - src/base/e164.c */

#include "base/e164.h"
#include "base_tests.h"
#include "fake/check.h"

static void validates_and_masks(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		bool valid;
		const char *mask;
	} rows[] = {
		{ "Switzerland", TEXT_INIT("+41441234567"), true, "+41xxxxxxx67" },
		{ "one-digit country", TEXT_INIT("+12025550123"), true, "+1xxxxxxxx23" },
		{ "three-digit country", TEXT_INIT("+4231234567"), true, "+423xxxxx67" },
		{ "15 digits", TEXT_INIT("+411234567890123"), true, "+41xxxxxxxxxxx23" },
		{ "3 digits", TEXT_INIT("+411"), true, "+411" },
		{ "16 digits", TEXT_INIT("+4112345678901234"), false,
		  "+41xxxxxxxxxxx23" },
		{ "2 digits", TEXT_INIT("+41"), false, "+41" },
		{ "leading zero", TEXT_INIT("+0441234567"), false, "+044xxxxx67" },
		{ "no plus", TEXT_INIT("0041441234567"), false, "0041xxxxxxx67" },
		{ "a blank", TEXT_INIT("+41 44123456"), false, "+41xxxxxxx56" },
		{ "empty", TEXT_INIT(""), false, "" },
		{ "plus alone", TEXT_INIT("+"), false, "+" },
	};

	EACH (row, rows) {
		char out[E164_SIZE];

		row_int(row, e164_valid(row->in), row->valid);
		row_text(row, text_of(e164_mask(out, row->in)), text_of(row->mask));
	}
}

int e164_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(validates_and_masks),
	};

	return cmocka_run_group_tests_name("base/e164", tests, NULL, NULL);
}
