/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_frame.c - ops/frame.c. */

#include "ops/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake/alloc.h"
#include "unit.h"

static const struct {
	const char *what;
	struct text bytes;
	ptrdiff_t result;
} rows[] = {
	{ "nothing", { "", 0 }, -EAGAIN },
	{ "half a length", { "\0\0\0", 3 }, -EAGAIN },
	{ "half a text", { "\0\0\0\2{", 5 }, -EAGAIN },
	{ "an empty object", { "\0\0\0\2{}", 6 }, 6 },
	{ "two frames: the first", { "\0\0\0\2{}\0\0\0\2{}", 12 }, 6 },
	{ "longer than allowed", { "\0\0\1\1", 4 }, -EMSGSIZE },
	{ "much longer", { "\xff\xff\xff\xff", 4 }, -EMSGSIZE },
	{ "length 0", { "\0\0\0\0", 4 }, -EBADMSG },
	{ "a list", { "\0\0\0\2[]", 6 }, -EBADMSG },
	{ "no JSON", { "\0\0\0\2{x", 6 }, -EBADMSG },
	{ "bytes behind", { "\0\0\0\3{}x", 7 }, -EBADMSG },
	{ "a key twice", { "\0\0\0\15{\"a\":1,\"a\":2}", 17 }, -EBADMSG },
	{ "an escaped NUL", { "\0\0\0\16{\"a\":\"\\u0000\"}", 18 }, -EBADMSG },
	{ "no UTF-8", { "\0\0\0\11{\"a\":\"\xff\"}", 13 }, -EBADMSG },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *j = NULL;
		/* Of its exact size, for the sanitizer. */
		char *copy = malloc(rows[i].bytes.len + 1);
		ptrdiff_t n;

		memcpy(copy, rows[i].bytes.p, rows[i].bytes.len);
		n = frame_next((struct text){ copy, rows[i].bytes.len }, 256, &j);
		if (n != rows[i].result || (n > 0) != (j != NULL))
			fail_msg("%s: %td", rows[i].what, n);
		json_decref(j);
		free(copy);
	}
}

static void test_round_trip(void **state)
{
	json_t *in = json_pack("{s:i, s:s, s:{s:s}}", "id", 7, "op", "line.list", "in",
			       "x", "\u00e9 \" \\"),
	       *out;
	struct buf b = BUF_SECRET;

	assert_int_equal(frame_put(&b, in, 1000), 0);
	assert_int_equal(frame_put(&b, in, 1000), 0);
	assert_int_equal(frame_next(buf_text(&b), 1000, &out), b.len / 2);
	assert_true(json_equal(in, out));
	json_decref(in);
	json_decref(out);
	buf_free_secret(&b);
}

static void test_too_long_leaves_nothing_behind(void **state)
{
	json_t *in = json_pack("{s:s}", "a", "0123456789");
	struct buf b = BUF_GROWING;

	buf_puts(&b, "before");
	assert_int_equal(frame_put(&b, in, 10), -EMSGSIZE);
	assert_true(text_eq(buf_text(&b), TEXT("before")));
	json_decref(in);
	buf_free(&b);
}

static void test_without_memory(void **state)
{
	json_t *in = json_pack("{s:s}", "a", "0123456789");
	struct buf b = BUF_GROWING;

	fail_alloc_nth(1);
	assert_int_equal(frame_put(&b, in, 100), -ENOMEM);
	assert_true(fail_alloc_off());
	json_decref(in);
	buf_free(&b);
}

int frame_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_too_long_leaves_nothing_behind),
		cmocka_unit_test(test_without_memory),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
