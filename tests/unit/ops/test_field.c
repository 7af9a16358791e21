/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_field.c - ops/field.c. */

#include <errno.h>
#include <string.h>

#include "ops/op.h"
#include "unit.h"

static const char *const words[] = { "red", "green", NULL };
static const struct op_field fields[] = {
	{ "label", OP_TEXT, 0, 1, 8, .help = "-" },
	{ "password", OP_SECRET, 0, 1, 8, .help = "-" },
	{ "number", OP_NUMBER, .help = "-" },
	{ "id", OP_ID, .help = "-" },
	{ "limit", OP_COUNT, 0, 1, 100, .help = "-" },
	{ "full", OP_FLAG, .help = "-" },
	{ "colour", OP_CHOICE, .choices = words, .help = "-" },
	{ "since", OP_TIME, .help = "-" },
	{ "price", OP_MONEY, .help = "-" },
	{ "kind", OP_TEXT, OP_PRIVATE, 0, 8, .help = "-" },
	{ .name = NULL },
};
static const struct op_field required[] = {
	{ "label", OP_TEXT, OP_REQUIRED, 1, 8, .help = "-" },
	{ .name = NULL },
};

static const struct {
	const char *what, *in;
	const char *bad; /* the field that is named; NULL: good */
} rows[] = {
	{ "nothing", "{}", NULL },
	{ "a text", "{\"label\":\"Zoiper\"}", NULL },
	{ "characters count, not bytes",
	  "{\"label\":\"\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\"}", NULL },
	{ "an emoji with joiner", "{\"label\":\"\U0001f469\u200d\U0001f4bb\"}", NULL },
	{ "too long", "{\"label\":\"123456789\"}", "label" },
	{ "too short", "{\"label\":\"\"}", "label" },
	{ "only blanks", "{\"label\":\"   \"}", "label" },
	{ "a control character", "{\"label\":\"a\\nb\"}", "label" },
	{ "DEL", "{\"label\":\"a\\u007fb\"}", "label" },
	{ "a C1 control character", "{\"label\":\"a\\u0085b\"}", "label" },
	{ "line separator", "{\"label\":\"a\\u2028b\"}", "label" },
	{ "paragraph separator", "{\"label\":\"a\\u2029b\"}", "label" },
	{ "right-to-left override", "{\"label\":\"a\\u202eb\"}", "label" },
	{ "isolate", "{\"label\":\"a\\u2066b\"}", "label" },
	{ "not a text", "{\"label\":5}", "label" },
	{ "null", "{\"label\":null}", "label" },
	{ "an object", "{\"label\":{}}", "label" },
	{ "a password may hold anything", "{\"password\":\"a\\nb\"}", NULL },
	{ "but not be longer", "{\"password\":\"123456789\"}", "password" },
	{ "E.164", "{\"number\":\"+41441234567\"}", NULL },
	{ "national form", "{\"number\":\"0441234567\"}", "number" },
	{ "an id", "{\"id\":\"0123456789abc\"}", NULL },
	{ "a short id", "{\"id\":\"012\"}", "id" },
	{ "an id with a quote", "{\"id\":\"0123456789ab'\"}", "id" },
	{ "a count", "{\"limit\":100}", NULL },
	{ "above", "{\"limit\":101}", "limit" },
	{ "below", "{\"limit\":0}", "limit" },
	{ "a fraction", "{\"limit\":1.5}", "limit" },
	{ "a count as text", "{\"limit\":\"5\"}", "limit" },
	{ "true", "{\"full\":true}", NULL },
	{ "1 is not true", "{\"full\":1}", "full" },
	{ "a choice", "{\"colour\":\"green\"}", NULL },
	{ "another", "{\"colour\":\"blue\"}", "colour" },
	{ "a part of one", "{\"colour\":\"gree\"}", "colour" },
	{ "a time", "{\"since\":\"2026-11-23T14:10:07Z\"}", NULL },
	{ "a day", "{\"since\":\"2026-11-23\"}", NULL },
	{ "no day", "{\"since\":\"2026-02-30\"}", "since" },
	{ "money", "{\"price\":\"0.079\"}", NULL },
	{ "money as number", "{\"price\":0.079}", "price" },
	{ "unknown", "{\"colr\":\"green\"}", "" },
	{ "private", "{\"kind\":\"router\"}", "" },
};

static void test_rows(void **state)
{
	char why[OP_WHY_SIZE];

	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *in = json_loads(rows[i].in, 0, NULL);
		const char *field = "(none)";
		int error;

		assert_non_null(in);
		error = op_fields_check(fields, in, false, &field, why);
		if (error != (rows[i].bad ? -EINVAL : 0) ||
		    (rows[i].bad && strcmp(field, rows[i].bad) != 0))
			fail_msg("%s: %d %s %s", rows[i].what, error, field, why);
		json_decref(in);
	}
}

static void test_the_operator_may_use_private_ones(void **state)
{
	json_t *in = json_pack("{s:s}", "kind", "router");
	char why[OP_WHY_SIZE];
	const char *field;

	assert_int_equal(op_fields_check(fields, in, true, &field, why), 0);
	json_decref(in);
}

static void test_required_ones_are_missed_by_name(void **state)
{
	json_t *in = json_object();
	char why[OP_WHY_SIZE];
	const char *field;

	assert_int_equal(op_fields_check(required, in, false, &field, why), -EINVAL);
	assert_string_equal(field, "label");
	assert_non_null(strstr(why, "1 to 8 characters"));
	json_decref(in);
}

static void test_values_are_not_repeated(void **state)
{
	json_t *in = json_pack("{s:s}", "password", "hunter2-hunter2");
	char why[OP_WHY_SIZE];
	const char *field;

	op_fields_check(fields, in, false, &field, why);
	assert_null(strstr(why, "hunter2"));
	json_decref(in);
}

static void test_from_text(void **state)
{
	static const struct {
		const char *field, *text, *json; /* NULL: cannot be one */
	} cases[] = {
		{ "limit", "50", "50" },
		{ "limit", "-1", "-1" },
		{ "limit", "5x", NULL },
		{ "limit", "", NULL },
		{ "full", "true", "true" },
		{ "full", "yes", NULL },
		{ "label", "5", "\"5\"" },
		{ "label", "", "\"\"" },
		{ "limit", "99999999999999999999", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct op_field *f = op_field(fields, text_of(cases[i].field));
		json_t *have = op_field_value(f, text_of(cases[i].text)), *want;

		want = cases[i].json ? json_loads(cases[i].json, JSON_DECODE_ANY, NULL)
				     : NULL;
		if (want ? !json_equal(have, want) : have != NULL)
			fail_msg("%s %s", cases[i].field, cases[i].text);
		json_decref(have);
		json_decref(want);
	}
}

int field_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_the_operator_may_use_private_ones),
		cmocka_unit_test(test_required_ones_are_missed_by_name),
		cmocka_unit_test(test_values_are_not_repeated),
		cmocka_unit_test(test_from_text),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
