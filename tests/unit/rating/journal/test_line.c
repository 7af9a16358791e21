/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_line.c: every byte comes back, and no torn or changed line passes. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "rating/journal_line.h"
#include "unit.h"

static struct text encode(char *storage, size_t cap, enum journal_kind kind,
			  const struct cdr_row *call)
{
	struct buf line = { .p = storage, .cap = cap, .fixed = true };

	journal_line_encode(&line, kind, call);
	assert_int_equal(line.error, 0);
	assert_int_equal(line.p[line.len - 1], '\n');
	return text_sub(buf_text(&line), 0, line.len - 1);
}

static struct cdr_row full_call(void)
{
	struct cdr_row call = desk_call(INT64_MAX);

	call.customer_id = INT64_MIN + 1;
	call.ended_at = 5;
	call.charge_micros = -17;
	strcpy(call.to, "CH:1811");
	strcpy(call.user_agent, "tab\there 100% \n\r\x01\x7f \xc3\xbc \xff =\t=");
	return call;
}

static void every_byte_comes_back(void **state)
{
	static const enum journal_kind kinds[] = { JOURNAL_START, JOURNAL_ANSWER,
						   JOURNAL_END };
	struct cdr_row call = full_call();
	char storage[JOURNAL_LINE_MAX];

	for (int i = 0; i < 3; i++) {
		struct cdr_row got;
		enum journal_kind kind;
		struct text line = encode(storage, sizeof(storage), kinds[i], &call);

		assert_int_equal(text_find(line, '\n'), -1);
		assert_int_equal(journal_line_decode(line, &kind, &got), 0);
		assert_int_equal(kind, kinds[i]);
		assert_int_equal(got.id, call.id);
		assert_int_equal(got.customer_id, call.customer_id);
		assert_int_equal(got.charge_micros, call.charge_micros);
		assert_string_equal(got.user_agent, call.user_agent);
		assert_string_equal(got.to, call.to);
		assert_int_equal(got.direction, CALL_OUT);
	}
}

/* The longest fields, each byte escaped, still make a line. */
static void the_longest_call_fits(void **state)
{
	struct cdr_row call = desk_call(1);
	char storage[JOURNAL_LINE_MAX];

	memset(call.from, '%', sizeof(call.from) - 1);
	memset(call.to, 1, sizeof(call.to) - 1);
	memset(call.class_, 1, sizeof(call.class_) - 1);
	memset(call.tariff, 1, sizeof(call.tariff) - 1);
	memset(call.cause, 1, sizeof(call.cause) - 1);
	memset(call.source, 1, sizeof(call.source) - 1);
	memset(call.user_agent, 1, sizeof(call.user_agent) - 1);
	encode(storage, sizeof(storage), JOURNAL_END, &call);
}

static void a_torn_line_does_not_pass(void **state)
{
	struct cdr_row call = full_call(), got;
	char storage[JOURNAL_LINE_MAX];
	struct text line = encode(storage, sizeof(storage), JOURNAL_END, &call);
	enum journal_kind kind;

	for (size_t len = 0; len < line.len; len++)
		assert_int_equal(journal_line_decode(text_sub(line, 0, len), &kind, &got),
				 -EBADMSG);
}

static void a_changed_byte_does_not_pass(void **state)
{
	struct cdr_row call = full_call(), got;
	char storage[JOURNAL_LINE_MAX];
	struct text line = encode(storage, sizeof(storage), JOURNAL_END, &call);
	enum journal_kind kind;

	for (size_t i = 0; i < line.len; i++) {
		if (i == line.len - 17)
			continue; /* the blank in front of the checksum */
		storage[i] ^= 1;
		if (journal_line_decode(line, &kind, &got) != -EBADMSG)
			fail_msg("byte %zu", i);
		storage[i] ^= 1;
	}
	assert_int_equal(journal_line_decode(line, &kind, &got), 0);
}

struct body_case {
	const char *name;
	const char *body; /* a right checksum is added */
	int error;
};

static const struct body_case body_cases[] = {
	{ "nothing known", "end", 0 },
	{ "a field of a later version", "end\tid=7\tcolour=red\tcustomer_id=1", 0 },
	{ "a kind of a later version", "transfer\tid=7", -EBADMSG },
	{ "no kind", "", -EBADMSG },
	{ "no name", "end\tid", -EBADMSG },
	{ "no number", "end\tid=x", -EBADMSG },
	{ "empty number", "end\tid=", -EBADMSG },
	{ "number too large", "end\tid=9223372036854775808", -EBADMSG },
	{ "enum out of range", "end\tdirection=4294967296", -EBADMSG },
	{ "half an escape", "end\tcause=a%4", -EBADMSG },
	{ "no escape", "end\tcause=a%zz", -EBADMSG },
	{ "text too long", "end\tcause=0123456789012345678901234567890123456789",
	  -EBADMSG },
	{ "empty field", "end\t\tid=7", -EBADMSG },
};

static void what_is_in_a_line_is_checked(void **state)
{
	for (size_t i = 0; i < sizeof(body_cases) / sizeof(*body_cases); i++) {
		const struct body_case *c = &body_cases[i];
		struct cdr_row got;
		enum journal_kind kind;
		uint8_t hash[16];
		char sum[17], line[300];

		crypto_generichash(hash, sizeof(hash), (const uint8_t *)c->body,
				   strlen(c->body), NULL, 0);
		text_hex_encode(sum, hash, 8);
		snprintf(line, sizeof(line), "%s\t%s", c->body, sum);
		if (journal_line_decode(text_of(line), &kind, &got) != c->error)
			fail_msg("%s", c->name);
	}
}

int run_line(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_comes_back),
		cmocka_unit_test(the_longest_call_fits),
		cmocka_unit_test(a_torn_line_does_not_pass),
		cmocka_unit_test(a_changed_byte_does_not_pass),
		cmocka_unit_test(what_is_in_a_line_is_checked),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
