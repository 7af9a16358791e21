/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_param.c - Lists and parameters of header values. */

#include "help.h"

#include <errno.h>
#include <stdio.h>

#include "sip/msg.h"
#include "sip/replaces.h"
#include "sip/scan.h"

/* The elements, in brackets one after the other. */
static void list_elements(void **state)
{
	static const struct {
		const char *name, *list, *want;
	} rows[] = {
		{ "empty list", "", "" },
		{ "only blanks", " \r\n ", "" },
		{ "one element", "a", "[a]" },
		{ "blanks around", " a , b\r\n ,c ", "[a][b][c]" },
		{ "comma in quotes", "\"a,b\" <sip:x>,c", "[\"a,b\" <sip:x>][c]" },
		{ "escaped quote", "\"a\\\",b\",c", "[\"a\\\",b\"][c]" },
		{ "comma in angle brackets", "<sip:a,b@x>,<sip:c>",
		  "[<sip:a,b@x>][<sip:c>]" },
		{ "quote in angle brackets", "<sip:\"a>,b", "[<sip:\"a>][b]" },
		{ "empty element", "a,,b", "[a][][b]" },
		{ "open quote takes the rest", "\"a,b", "[\"a,b]" },
		{ "quote ends in a backslash", "\"a\\", "[\"a\\]" },
		{ "open angle bracket", "<a,b", "[<a,b]" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text list = exact_of(rows[i].list), element;
		struct buf got = BUF_GROWING;

		while (sip_list_next(&list, &element)) {
			buf_putc(&got, '[');
			buf_put(&got, element);
			buf_putc(&got, ']');
		}
		expect_text(rows[i].name, buf_text(&got), rows[i].want);
		buf_free(&got);
	}
}

static void finding_parameters(void **state)
{
	static const struct {
		const char *name, *params, *param, *want; /* NULL: not there */
	} rows[] = {
		{ "first of two", ";a=1;b=2", "a", "1" },
		{ "second of two", ";a=1;b=2", "b", "2" },
		{ "case does not matter", ";TAG=x", "tag", "x" },
		{ "blanks around", " ; a = 1\r\n ; b", "a", "1" },
		{ "a flag is empty", ";lr;b", "lr", "" },
		{ "flag with blanks", ";lr  ;b=3", "b", "3" },
		{ "quotes are taken off", ";a=\"x;b=2\";c=3", "a", "x;b=2" },
		{ "behind quotes", ";a=\"x;b=2\";c=3", "c", "3" },
		{ "not in quotes", ";a=\"x;b=2\";c=3", "b", NULL },
		{ "escaped quote", ";a=\"\\\"\";c=3", "c", "3" },
		{ "not there", ";a=1", "b", NULL },
		{ "prefix of a name", ";ab=1", "a", NULL },
		{ "no parameters", "", "a", NULL },
		{ "empty value", ";rport=", "rport", "" },
		{ "open quote", ";a=\"x", "a", NULL },
		{ "behind a broken one", ";;a=1", "a", NULL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text value = TEXT_NONE;
		bool found = sip_param_find(exact_of(rows[i].params),
					    text_of(rows[i].param), &value);

		expect_true(rows[i].name, found == (rows[i].want != NULL));
		if (found)
			expect_text(rows[i].name, value, rows[i].want);
	}
}

static void no_more_than_the_limit_is_looked_at(void **state)
{
	struct buf params = BUF_GROWING;

	for (unsigned i = 0; i < SIP_PARAMS_MAX; i++)
		buf_puts(&params, ";x");
	buf_puts(&params, ";tag=1");
	assert_false(sip_param_find(buf_text(&params), TEXT("tag"), NULL));
	buf_free(&params);
}

/* Every byte value at every place of a word, and of the bytes behind words. */
static void control_characters_are_found(void **state)
{
	for (unsigned c = 0; c < 256; c++) {
		bool control = c < 0x20 || c == 0x7f;

		for (size_t at = 0; at < 19; at++) {
			char bytes[19];

			for (size_t i = 0; i < sizeof(bytes); i++)
				bytes[i] = (char)(i < at ? 0x80 + i : 'a');
			bytes[at] = (char)c;
			assert_int_equal(scan_control(bytes, sizeof(bytes)),
					 control ? at : sizeof(bytes));
		}
	}
}

static void first_of_two_control_characters(void **state)
{
	assert_int_equal(scan_control("ab\x7f\x01xxxxxx", 10), 2);
	assert_int_equal(scan_control("ab\x01\x7fxxxxxx", 10), 2);
	assert_int_equal(scan_control("\x20\x21\x7e\x80\x1f", 5), 4);
	assert_int_equal(scan_control("", 0), 0);
}

static const struct {
	const char *what, *value, *call_id, *to_tag, *from_tag;
} replaces[] = {
	/* RFC 3891 6.1 */
	{ "plain", "a@b;to-tag=1;from-tag=2", "a@b", "1", "2" },
	{ "the other order, blanks", " a@b ; from-tag=2 ; to-tag=1 ", "a@b", "1", "2" },
	{ "more parameters", "a;x=y;to-tag=1;early-only;from-tag=0", "a", "1", "0" },
	{ "no Call-ID", ";to-tag=1;from-tag=2", NULL, NULL, NULL },
	{ "no to-tag", "a;from-tag=2", NULL, NULL, NULL },
	{ "no from-tag", "a;to-tag=1", NULL, NULL, NULL },
	{ "an empty tag", "a;to-tag=;from-tag=2", NULL, NULL, NULL },
	{ "nothing", "", NULL, NULL, NULL },
};

static void replaces_names_a_dialog(void **state)
{
	for (size_t i = 0; i < sizeof(replaces) / sizeof(replaces[0]); i++) {
		struct sip_replaces r;
		int rc = sip_replaces_decode(text_of(replaces[i].value), &r);

		if (rc != (replaces[i].call_id ? 0 : -EBADMSG))
			fail_msg("%s: %d", replaces[i].what, rc);
		if (rc)
			continue;
		assert_true(text_eq(r.call_id, text_of(replaces[i].call_id)));
		assert_true(text_eq(r.to_tag, text_of(replaces[i].to_tag)));
		assert_true(text_eq(r.from_tag, text_of(replaces[i].from_tag)));
	}
}

int test_param(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_elements),
		cmocka_unit_test(finding_parameters),
		cmocka_unit_test(no_more_than_the_limit_is_looked_at),
		cmocka_unit_test(control_characters_are_found),
		cmocka_unit_test(first_of_two_control_characters),
		cmocka_unit_test(replaces_names_a_dialog),
	};

	return cmocka_run_group_tests_name("sip/param", tests, NULL, NULL);
}
