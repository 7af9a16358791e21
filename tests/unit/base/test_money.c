/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_money.c - src/base/money.c */

#include <errno.h>

#include "base/money.h"
#include "base_tests.h"
#include "fake/check.h"

static void decodes(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		int result;
		int64_t micros;
		const char *out;
	} rows[] = {
		{ "a rate", TEXT_INIT("0.079"), 0, 79000, "0.079" },
		{ "whole", TEXT_INIT("20"), 0, 20000000, "20.00" },
		{ "one decimal", TEXT_INIT("1.5"), 0, 1500000, "1.50" },
		{ "six decimals", TEXT_INIT("0.000001"), 0, 1, "0.000001" },
		{ "zeros behind", TEXT_INIT("0.100000"), 0, 100000, "0.10" },
		{ "nothing", TEXT_INIT("0"), 0, 0, "0.00" },
		{ "negative", TEXT_INIT("-3.25"), 0, -3250000, "-3.25" },
		{ "12 digits", TEXT_INIT("999999999999.999999"), 0,
		  INT64_C(999999999999999999), "999999999999.999999" },
		{ "13 digits", TEXT_INIT("1000000000000"), -ERANGE, 0, NULL },
		{ "30 digits", TEXT_INIT("100000000000000000000000000000"), -ERANGE, 0,
		  NULL },
		{ "7 decimals", TEXT_INIT("0.0000001"), -ERANGE, 0, NULL },
		{ "no digit before", TEXT_INIT(".5"), -EBADMSG, 0, NULL },
		{ "no digit behind", TEXT_INIT("5."), -EBADMSG, 0, NULL },
		{ "two points", TEXT_INIT("1.2.3"), -EBADMSG, 0, NULL },
		{ "comma", TEXT_INIT("1,50"), -EBADMSG, 0, NULL },
		{ "thousands", TEXT_INIT("1'000"), -EBADMSG, 0, NULL },
		{ "plus", TEXT_INIT("+1"), -EBADMSG, 0, NULL },
		{ "two signs", TEXT_INIT("--1"), -EBADMSG, 0, NULL },
		{ "currency", TEXT_INIT("1 CHF"), -EBADMSG, 0, NULL },
		{ "empty", TEXT_INIT(""), -EBADMSG, 0, NULL },
		{ "sign alone", TEXT_INIT("-"), -EBADMSG, 0, NULL },
	};

	EACH (row, rows) {
		char out[MONEY_TEXT_SIZE];
		int64_t micros = 7;

		row_int(row, money_decode(row->in, &micros), row->result);
		row_int(row, micros, row->result ? 7 : row->micros);
		if (row->result == 0)
			row_text(row, text_of(money_encode(out, micros)),
				 text_of(row->out));
	}
}

static void encodes_the_extremes(void **state)
{
	char out[MONEY_TEXT_SIZE];

	assert_string_equal(money_encode(out, INT64_MIN), "-9223372036854.775808");
	assert_string_equal(money_encode(out, INT64_MAX), "9223372036854.775807");
}

static void divides_upwards(void **state)
{
	static const struct {
		const char *name;
		int64_t a, b, c, result;
	} rows[] = {
		{ "exact", 60, 79000, 60, 79000 },
		{ "rounds up", 1, 79000, 60, 1317 },
		{ "nothing", 0, 79000, 60, 0 },
		{ "through 128 bits", INT64_MAX, 60, 60, INT64_MAX },
		{ "saturates", INT64_MAX, INT64_MAX, 1, INT64_MAX },
	};

	EACH (row, rows)
		row_int(row, money_muldiv_up(row->a, row->b, row->c), row->result);
}

int money_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes),
		cmocka_unit_test(encodes_the_extremes),
		cmocka_unit_test(divides_upwards),
	};

	return cmocka_run_group_tests_name("base/money", tests, NULL, NULL);
}
