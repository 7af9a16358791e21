/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_text.c - src/base/text.c */

#include <errno.h>
#include <stdlib.h>

#include "base/text.h"
#include "base_tests.h"
#include "fake/alloc.h"
#include "fake/check.h"

static void compares(void **state)
{
	static const struct {
		const char *name;
		struct text a, b;
		bool eq, nocase, starts, ends;
	} rows[] = {
		{ "same", TEXT_INIT("via"), TEXT_INIT("via"), true, true, true, true },
		{ "case differs", TEXT_INIT("Via"), TEXT_INIT("vIA"), false, true, false,
		  false },
		{ "prefix", TEXT_INIT("via: x"), TEXT_INIT("via"), false, false, true,
		  false },
		{ "suffix", TEXT_INIT("x.via"), TEXT_INIT("via"), false, false, false,
		  true },
		{ "longer prefix", TEXT_INIT("vi"), TEXT_INIT("via"), false, false, false,
		  false },
		{ "both empty", { NULL, 0 }, TEXT_INIT(""), true, true, true, true },
		{ "empty prefix", TEXT_INIT("a"), { NULL, 0 }, false, false, true, true },
		{ "only letters fold", TEXT_INIT("a@"), TEXT_INIT("a`"), false, false,
		  false, false },
		{ "NUL is a byte", TEXT_INIT("a\0b"), TEXT_INIT("a\0c"), false, false,
		  false, false },
	};

	EACH (row, rows) {
		row_int(row, text_eq(row->a, row->b), row->eq);
		row_int(row, text_eq_secret(row->a, row->b), row->eq);
		row_int(row, text_eq_nocase(row->a, row->b), row->nocase);
		row_int(row, text_starts(row->a, row->b), row->starts);
		row_int(row, text_ends(row->a, row->b), row->ends);
	}
	assert_true(text_starts_nocase(TEXT("SIP:x"), TEXT("sip:")));
	assert_false(text_starts_nocase(TEXT("si"), TEXT("sip:")));
}

static void cuts(void **state)
{
	struct text t = TEXT("abcdef");

	assert_text(text_sub(t, 1, 3), TEXT("bcd"));
	assert_text(text_sub(t, 4, 9), TEXT("ef"));
	assert_text(text_sub(t, 9, 1), TEXT(""));
	assert_text(text_from(t, 2), TEXT("cdef"));
	assert_ptr_equal(text_from(t, 99).p, t.p + 6);
	assert_text(text_from(TEXT_NONE, 1), TEXT(""));
	assert_text(text_of(NULL), TEXT(""));
	assert_text(text_of("ab"), TEXT("ab"));
}

static void trims(void **state)
{
	static const struct {
		const char *name;
		struct text in, blanks, lws;
	} rows[] = {
		{ "both ends", TEXT_INIT(" \ta b\t "), TEXT_INIT("a b"),
		  TEXT_INIT("a b") },
		{ "line ends", TEXT_INIT("\r\n a\r\n"), TEXT_INIT("\r\n a\r\n"),
		  TEXT_INIT("a") },
		{ "only blanks", TEXT_INIT(" \t "), TEXT_INIT(""), TEXT_INIT("") },
		{ "nothing", { NULL, 0 }, { NULL, 0 }, { NULL, 0 } },
	};

	EACH (row, rows) {
		row_text(row, text_trim(row->in), row->blanks);
		row_text(row, text_trim_lws(row->in), row->lws);
	}
}

static void finds_and_splits(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		bool found;
		struct text head, rest;
	} rows[] = {
		{ "middle", TEXT_INIT("a;b;c"), true, TEXT_INIT("a"), TEXT_INIT("b;c") },
		{ "first", TEXT_INIT(";b"), true, TEXT_INIT(""), TEXT_INIT("b") },
		{ "last", TEXT_INIT("a;"), true, TEXT_INIT("a"), TEXT_INIT("") },
		{ "none", TEXT_INIT("abc"), false, TEXT_INIT("abc"), TEXT_INIT("") },
		{ "empty", { NULL, 0 }, false, TEXT_INIT(""), TEXT_INIT("") },
	};
	size_t at = 99;

	EACH (row, rows) {
		struct text head, rest;

		row_int(row, text_split(row->in, ';', &head, &rest), row->found);
		row_text(row, head, row->head);
		row_text(row, rest, row->rest);
		row_int(row, text_find(row->in, ';'),
			row->found ? (int)row->head.len : -1);
		row_int(row, text_split(row->in, ';', NULL, NULL), row->found);
	}
	assert_true(text_find_text(TEXT("to;tag=1"), TEXT(";tag"), &at));
	assert_int_equal(at, 2);
	assert_false(text_find_text(TEXT("to;ta"), TEXT(";tag"), &at));
	assert_false(text_find_text(TEXT_NONE, TEXT("x"), &at));
	assert_true(text_find_text(TEXT("x"), TEXT_NONE, &at));
	assert_int_equal(at, 0);
}

static void reads_numbers(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		uint64_t max;
		int result;
		uint64_t value;
	} rows[] = {
		{ "zero", TEXT_INIT("0"), 0, 0, 0 },
		{ "leading zeros", TEXT_INIT("00000000000000000000005060"), 65535, 0,
		  5060 },
		{ "the bound", TEXT_INIT("65535"), 65535, 0, 65535 },
		{ "above the bound", TEXT_INIT("65536"), 65535, -ERANGE, 0 },
		{ "2^64-1", TEXT_INIT("18446744073709551615"), UINT64_MAX, 0,
		  UINT64_MAX },
		{ "2^64 does not wrap", TEXT_INIT("18446744073709551616"), UINT64_MAX,
		  -ERANGE, 0 },
		{ "a wrap to a small one", TEXT_INIT("36893488147419103233"), UINT64_MAX,
		  -ERANGE, 0 },
		{ "empty", TEXT_INIT(""), 9, -EBADMSG, 0 },
		{ "sign", TEXT_INIT("-1"), 9, -EBADMSG, 0 },
		{ "plus", TEXT_INIT("+1"), 9, -EBADMSG, 0 },
		{ "blank", TEXT_INIT(" 1"), 9, -EBADMSG, 0 },
		{ "letter behind a huge one", TEXT_INIT("99999999999999999999999x"), 9,
		  -EBADMSG, 0 },
	};

	EACH (row, rows) {
		uint64_t n = 7;
		uint32_t small = 7;

		row_int(row, text_to_u64(row->in, row->max, &n), row->result);
		row_true(row, n == (row->result ? 7 : row->value));
		if (row->max > UINT32_MAX)
			continue;
		row_int(row, text_to_u32(row->in, (uint32_t)row->max, &small),
			row->result);
		row_true(row, small == (row->result ? 7 : row->value));
	}
}

static void copies(void **state)
{
	char dst[4] = "zzz";
	char *dup = text_dup(TEXT("ab\0c"));

	assert_int_equal(text_copy(dst, sizeof(dst), TEXT("abc")), 0);
	assert_string_equal(dst, "abc");
	assert_int_equal(text_copy(dst, sizeof(dst), TEXT("abcd")), -ENOSPC);
	assert_string_equal(dst, "");
	assert_int_equal(text_copy(dst, 0, TEXT("")), -ENOSPC);
	assert_int_equal(text_copy(dst, 1, TEXT_NONE), 0);
	assert_memory_equal(dup, "ab\0c", 5);
	free(dup);
	fail_alloc_nth(1);
	assert_null(text_dup(TEXT("x")));
	assert_true(fail_alloc_off());
}

static void hex(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		int result;
	} rows[] = {
		{ "lower", TEXT_INIT("00ff1a"), 0 },
		{ "upper", TEXT_INIT("00FF1A"), 0 },
		{ "short", TEXT_INIT("00ff1"), -EBADMSG },
		{ "long", TEXT_INIT("00ff1a0"), -EBADMSG },
		{ "not hex", TEXT_INIT("00ff1g"), -EBADMSG },
		{ "empty", { NULL, 0 }, -EBADMSG },
	};
	char out[7];

	EACH (row, rows) {
		uint8_t bytes[3] = { 9, 9, 9 };

		row_int(row, text_hex_decode(row->in, bytes, 3), row->result);
		if (!row->result)
			row_int(row, bytes[1], 0xff);
	}
	text_hex_encode(out, (const uint8_t *)"\x00\xff\x1a", 3);
	assert_string_equal(out, "00ff1a");
}

static void utf8(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		bool valid;
	} rows[] = {
		{ "empty", { NULL, 0 }, true },
		{ "ASCII", TEXT_INIT("abc\x7f"), true },
		{ "two, three, four bytes",
		  TEXT_INIT("\xc3\xbc\xe2\x82\xac\xf0\x9f\x93\x9e"), true },
		{ "cut", TEXT_INIT("\xe2\x82"), false },
		{ "a lone continuation", TEXT_INIT("a\x80"), false },
		{ "overlong slash", TEXT_INIT("\xc0\xaf"), false },
		{ "overlong in three", TEXT_INIT("\xe0\x80\xaf"), false },
		{ "a surrogate", TEXT_INIT("\xed\xa0\x80"), false },
		{ "beyond 10FFFF", TEXT_INIT("\xf4\x90\x80\x80"), false },
		{ "the last code point", TEXT_INIT("\xf4\x8f\xbf\xbf"), true },
		{ "Latin-1", TEXT_INIT("Z\xfcrich"), false },
		{ "FF", TEXT_INIT("\xff"), false },
	};

	EACH (row, rows)
		row_int(row, text_is_utf8(row->in), row->valid);
}

int text_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares),      cmocka_unit_test(cuts),
		cmocka_unit_test(trims),         cmocka_unit_test(finds_and_splits),
		cmocka_unit_test(reads_numbers), cmocka_unit_test(copies),
		cmocka_unit_test(hex),           cmocka_unit_test(utf8),
	};

	return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
