/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_buf.c - src/base/buf.c */

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base_tests.h"
#include "fake/alloc.h"
#include "fake/check.h"

static void grows(void **state)
{
	struct buf b = BUF_GROWING;

	for (int i = 0; i < 3000; i++)
		buf_putc(&b, (char)('a' + i % 26));
	buf_put_u64(&b, 0);
	buf_put_u64(&b, UINT64_MAX);
	buf_puts(&b, " x=");
	buf_printf(&b, "%d", 42);
	buf_put(&b, TEXT_NONE);
	assert_int_equal(b.error, 0);
	assert_text(text_from(buf_text(&b), 3000), TEXT("018446744073709551615 x=42"));
	buf_consume(&b, 3001);
	assert_text(text_sub(buf_text(&b), 0, 4), TEXT("1844"));
	buf_consume(&b, 100000);
	assert_int_equal(b.len, 0);
	buf_free(&b);
	buf_free(&b);
}

static void fixed_says_when_full(void **state)
{
	char storage[8];
	struct buf b = BUF_FIXED(storage);

	buf_puts(&b, "12345678");
	assert_int_equal(b.error, 0);
	buf_putc(&b, '9');
	assert_int_equal(b.error, -ENOSPC);
	buf_consume(&b, 4);
	buf_puts(&b, "x"); /* the first error sticks */
	assert_text(buf_text(&b), TEXT("5678"));
	buf_reset(&b);
	buf_printf(&b, "%s", "1234567");
	assert_int_equal(b.error, 0);
	buf_reset(&b);
	buf_printf(&b, "%s", "12345678"); /* wants the NUL's room */
	assert_int_equal(b.error, -ENOSPC);
	buf_free(&b);
	assert_ptr_equal(b.p, storage);
}

static void reserve_gives_a_place(void **state)
{
	struct buf b = BUF_GROWING;
	char *to = buf_reserve(&b, 1000);

	assert_non_null(to);
	memset(to, 'x', 1000);
	b.len += 1000;
	assert_ptr_equal(buf_reserve(&b, 0), b.p + 1000);
	assert_null(buf_reserve(&b, SIZE_MAX - 10)); /* no wrap to something small */
	assert_int_equal(b.error, -ENOMEM);
	buf_free(&b);
	assert_int_equal(b.error, 0);
	assert_non_null(buf_reserve(&b, 0));
	buf_free(&b);
}

static void memory_runs_out(void **state)
{
	for (unsigned n = 1;; n++) {
		struct buf b = BUF_GROWING;

		fail_alloc_nth(n);
		for (int i = 0; i < 1000; i++)
			buf_putc(&b, 'x');
		if (!fail_alloc_off()) {
			assert_int_equal(b.len, 1000);
			buf_free(&b);
			return;
		}
		assert_int_equal(b.error, -ENOMEM);
		assert_true(b.len < 1000); /* what came before is whole */
		for (size_t i = 0; i < b.len; i++)
			assert_int_equal(b.p[i], 'x');
		buf_free(&b);
	}
}

static void secrets_survive_growth(void **state)
{
	struct buf b = BUF_SECRET;

	for (int i = 0; i < 400; i++)
		buf_putc(&b, (char)('a' + i % 26));
	assert_int_equal(b.len, 400);
	assert_int_equal(b.p[399], 'a' + 399 % 26);
	buf_free_secret(&b);
	assert_null(b.p);
	buf_free_secret(&b);
}

static void secrets_are_wiped(void **state)
{
	char storage[16] = "................";
	struct buf b = { .p = storage, .cap = sizeof(storage), .fixed = true };

	buf_puts(&b, "password");
	buf_free_secret(&b);
	for (size_t i = 0; i < sizeof(storage); i++)
		assert_int_equal(storage[i], 0);
}

int buf_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),
		cmocka_unit_test(fixed_says_when_full),
		cmocka_unit_test(reserve_gives_a_place),
		cmocka_unit_test(memory_runs_out),
		cmocka_unit_test(secrets_survive_growth),
		cmocka_unit_test(secrets_are_wiped),
	};

	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
