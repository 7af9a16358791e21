/* SPDX-License-Identifier: Apache-2.0 */
/* unit/media/test_bencode.c - What rtpengine sends, and what it never would. */

#include "help.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "media/bencode.h"

static void test_find(void **state)
{
	static const struct {
		const char *name, *in;
		int error;
		const char *value;
	} rows[] = {
		{ "the only key", "d3:sdp3:v=0e", 0, "3:v=0" },
		{ "behind others", "d6:result2:ok3:sdp0:e", 0, "0:" },
		{ "the first of two", "d3:sdp1:a3:sdp1:be", 0, "1:a" },
		{ "a dictionary", "d1:xd1:yi1ee3:sdpd1:zi2eee", 0, "d1:zi2ee" },
		{ "a list before it", "d4:tagsl1:ald1:be1:ce3:sdp1:xe", -EBADMSG, NULL },
		{ "a good list before it", "d4:tagsl1:ald1:b1:ceee3:sdp1:xe", 0, "1:x" },
		{ "a number", "d3:sdpi-7ee", 0, "i-7e" },
		{ "not there", "d6:result2:oke", -ENOENT, NULL },
		{ "empty", "de", -ENOENT, NULL },
		{ "no dictionary", "l3:sdp1:xe", -EBADMSG, NULL },
		{ "nothing", "", -EBADMSG, NULL },
		{ "no end", "d6:result2:ok", -EBADMSG, NULL },
		{ "no value", "d3:sdp", -EBADMSG, NULL },
		{ "longer than it is", "d3:sdp9:v=0e", -EBADMSG, NULL },
		{ "length that wraps", "d3:sdp4294967299:v=0e", -EBADMSG, NULL },
		{ "length of 2^64", "d3:sdp18446744073709551615:ve", -EBADMSG, NULL },
		{ "negative length", "d3:sdp-1:v=0e", -EBADMSG, NULL },
		{ "length without colon", "d3:sdp3", -EBADMSG, NULL },
		{ "key is a number", "di3e3:sdp3:v=0e", -EBADMSG, NULL },
		{ "empty number", "d1:xie3:sdp0:e", -EBADMSG, NULL },
		{ "number without end", "d1:xi12", -EBADMSG, NULL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text value = TEXT_NONE;
		int error = bencode_find(text_of(rows[i].in), TEXT("sdp"), &value);

		if (error != rows[i].error)
			fail_msg("%s: %d", rows[i].name, error);
		if (!error)
			expect_true(rows[i].name, text_eq(value, text_of(rows[i].value)));
	}
}

static void test_depth(void **state)
{
	char in[2 * 100000 + 32];
	struct text value;

	/* As deep as allowed, then as deep as a datagram may be. */
	for (unsigned depth = BENCODE_DEPTH_MAX; depth <= 30000; depth += 29000) {
		size_t n = (size_t)sprintf(in, "d1:x");

		memset(in + n, 'l', depth);
		memset(in + n + depth, 'e', depth);
		strcpy(in + n + 2 * depth, "3:sdp1:ye");
		assert_int_equal(bencode_find(text_of(in), TEXT("sdp"), &value),
				 depth <= BENCODE_DEPTH_MAX ? 0 : -EBADMSG);
	}
}

static void test_values(void **state)
{
	static const struct {
		const char *in;
		int error;
		uint64_t n;
	} numbers[] = {
		{ "i0e", 0, 0 },
		{ "i42e", 0, 42 },
		{ "i9223372036854775807e", 0, INT64_MAX },
		{ "i9223372036854775808e", -EBADMSG, 0 },
		{ "i-1e", -EBADMSG, 0 },
		{ "ie", -EBADMSG, 0 },
		{ "2:ok", -EBADMSG, 0 },
	};
	struct text text;

	for (size_t i = 0; i < COUNT(numbers); i++) {
		uint64_t n = 0;

		assert_int_equal(bencode_number(text_of(numbers[i].in), &n),
				 numbers[i].error);
		assert_int_equal(n, numbers[i].n);
	}
	assert_int_equal(bencode_text(TEXT("2:ok"), &text), 0);
	assert_true(text_eq(text, TEXT("ok")));
	assert_int_equal(bencode_text(TEXT("2:okx"), &text), -EBADMSG);
	assert_int_equal(bencode_text(TEXT("i1e"), &text), -EBADMSG);
}

static void test_put(void **state)
{
	struct buf b = BUF_GROWING;

	buf_putc(&b, 'd');
	bencode_put_pair(&b, "command", TEXT("ping"));
	bencode_put_pair(&b, "empty", TEXT_NONE);
	buf_putc(&b, 'e');
	assert_true(text_eq(buf_text(&b), TEXT("d7:command4:ping5:empty0:e")));
	buf_free(&b);
}

int test_bencode(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_put),
	};

	return cmocka_run_group_tests_name("bencode", tests, NULL, NULL);
}
