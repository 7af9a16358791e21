/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_message.c - ops/message.c. */

#include "ops/message.h"

#include <string.h>

#include "unit.h"

static const struct ops desk = { .cfg = { .country = "CH",
					  .portal_host = "portal.example.ch" } };

static struct text write_message(struct buf *b, const char *language,
				 enum message_kind kind, const char *label)
{
	struct message m = { kind, TEXT("+41441234567"), text_of(label), "483920" };

	buf_reset(b);
	message_write(b, &desk, language, &m);
	assert_int_equal(b->error, 0);
	return buf_text(b);
}

static bool has(struct text t, const char *part)
{
	size_t at;

	return text_find_text(t, text_of(part), &at);
}

static void test_each_language_names_line_device_and_code(void **state)
{
	static const struct {
		const char *language, *word;
	} rows[] = { { "de", "NEUER SIP-ZUGANG" },  { "fr", "NOUVEL ACC\u00c8S SIP" },
		     { "it", "NUOVO ACCESSO SIP" }, { "en", "NEW SIP ACCESS" },
		     { "rm", "NEW SIP ACCESS" },    { "", "NEW SIP ACCESS" } };
	struct buf b = BUF_GROWING;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text t =
			write_message(&b, rows[i].language, MESSAGE_CREATE, "Zoiper");

		assert_true(text_starts(t, text_of(rows[i].word)));
		assert_true(has(t, "044 xxx xx 67"));
		assert_true(has(t, "\"Zoiper\""));
		assert_true(has(t, "483920"));
		assert_false(has(t, "#"));
		assert_false(has(t, "{"));
		assert_true(t.len < SMS_TEXT_SIZE);
	}
	buf_free(&b);
}

static void test_signing_in_ends_with_the_line_for_browsers(void **state)
{
	static const char *const languages[] = { "de", "fr", "it", "en" };
	struct buf b = BUF_GROWING;

	for (size_t i = 0; i < COUNT(languages); i++) {
		struct text t = write_message(&b, languages[i], MESSAGE_SIGN_IN, "");

		assert_true(text_ends(t, TEXT("\n@portal.example.ch #483920")));
		assert_true(t.len < 160);
	}
	buf_free(&b);
}

static void test_a_label_cannot_end_its_quotes(void **state)
{
	struct buf b = BUF_GROWING;
	struct text t = write_message(&b, "en", MESSAGE_CREATE, "x\". Code 111111. \"");

	assert_true(has(t, "device \"x'. Code 111111. '\"."));
	buf_free(&b);
}

static void test_a_long_label_is_cut_between_characters(void **state)
{
	struct buf b = BUF_GROWING;
	struct text t = write_message(
		&b, "en", MESSAGE_CREATE,
		"a\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
		"\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9");

	assert_true(text_is_utf8(t));
	assert_true(has(t, "\u00e9...\""));
	buf_free(&b);
}

static void test_masks(void **state)
{
	static const struct {
		const char *number, *mask;
	} rows[] = { { "+41441234567", "044 xxx xx 67" },
		     { "+41791234501", "079 xxx xx 01" } };
	char mask[MESSAGE_MASK_SIZE];

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(message_mask(mask, text_of(rows[i].number), "CH"),
				    rows[i].mask);
	message_mask(mask, TEXT("+4930123456"), "CH");
	assert_null(strstr(mask, "1234"));
}

int message_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_language_names_line_device_and_code),
		cmocka_unit_test(test_signing_in_ends_with_the_line_for_browsers),
		cmocka_unit_test(test_a_label_cannot_end_its_quotes),
		cmocka_unit_test(test_a_long_label_is_cut_between_characters),
		cmocka_unit_test(test_masks),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
