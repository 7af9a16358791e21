/* SPDX-License-Identifier: Apache-2.0 */
/* unit/notify/test_template.c - notify/template.c. */

#include "notify/template.h"

#include "unit.h"

static const struct {
	const char *what, *pattern;
	enum template_escape escape;
	const char *result;
} rows[] = {
	{ "a query is percent-encoded", "http://g/?to={to}&t={text}&f={from}",
	  TEMPLATE_PERCENT,
	  "http://g/?to=%2B41791234567&t=a%26b%3D%22c%22%0A%5C%C3%A9&f=Own%20line" },
	{ "a JSON string's inside is escaped", "{\"to\":\"{to}\",\"text\":\"{text}\"}",
	  TEMPLATE_JSON,
	  "{\"to\":\"+41791234567\",\"text\":\"a&b=\\\"c\\\"\\u000a\\\\\xc3\xa9\"}" },
	{ "plain text stays", "{text}", TEMPLATE_PLAIN, "a&b=\"c\"\n\\\xc3\xa9" },
	{ "other braces stay", "{a}{to{to}}{", TEMPLATE_PLAIN, "{a}{to+41791234567}{" },
	{ "a place may come twice", "{from}{from}", TEMPLATE_PLAIN, "Own lineOwn line" },
	{ "empty", "", TEMPLATE_JSON, "" },
};

static void test_rows(void **state)
{
	struct template_values v = { TEXT("+41791234567"), TEXT("a&b=\"c\"\n\\\xc3\xa9"),
				     TEXT("Own line") };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = BUF_GROWING;

		template_fill(&b, text_of(rows[i].pattern), rows[i].escape, &v);
		if (!text_eq(buf_text(&b), text_of(rows[i].result)))
			fail_msg("%s: %.*s", rows[i].what, TEXT_ARG(buf_text(&b)));
		buf_free(&b);
	}
}

static void test_a_value_cannot_name_a_place(void **state)
{
	struct template_values v = { TEXT("{text}"), TEXT("{from}"), TEXT("x") };
	struct buf b = BUF_GROWING;

	template_fill(&b, TEXT("{to} {text}"), TEMPLATE_PLAIN, &v);
	assert_true(text_eq(buf_text(&b), TEXT("{text} {from}")));
	buf_free(&b);
}

static void test_escape_by_content_type(void **state)
{
	assert_int_equal(template_escape_of("application/json"), TEMPLATE_JSON);
	assert_int_equal(template_escape_of("application/json; charset=utf-8"),
			 TEMPLATE_JSON);
	assert_int_equal(template_escape_of("application/vnd.sms+json"), TEMPLATE_JSON);
	assert_int_equal(template_escape_of("application/x-www-form-urlencoded"),
			 TEMPLATE_PERCENT);
	assert_int_equal(template_escape_of("text/plain;charset=utf-8"), TEMPLATE_PLAIN);
	assert_int_equal(template_escape_of(""), TEMPLATE_PERCENT);
}

int template_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_a_value_cannot_name_a_place),
		cmocka_unit_test(test_escape_by_content_type),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
