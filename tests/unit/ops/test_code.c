/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_code.c - ops/code.c. */

#include "ops/code.h"

#include <string.h>

#include "fake/random.h"
#include "unit.h"

#define SECOND INT64_C(1000000)

static const uint8_t key[CODE_KEY_SIZE] = "a key of the process";
static struct fake_random random_;

static int setup(void **state)
{
	fake_random_init(&random_, 17);
	return 0;
}

/* Another code than this one. */
static struct text other(const char digits[CODE_DIGITS + 1], char dst[CODE_DIGITS + 1])
{
	memcpy(dst, digits, CODE_DIGITS + 1);
	dst[5] = dst[5] == '9' ? '0' : (char)(dst[5] + 1);
	return text_of(dst);
}

static struct code make(char digits[CODE_DIGITS + 1])
{
	struct code c = { { 0 } };

	code_make(&c, key, &random_.random, TEXT("x"), CODE_LIFE_S, SECOND, digits);
	return c;
}

static enum code_verdict check(struct code *c, struct text digits, int64_t at_s)
{
	return code_check(c, key, TEXT("x"), digits, at_s * SECOND);
}

static void test_works_once(void **state)
{
	char digits[CODE_DIGITS + 1];
	struct code c = make(digits);

	assert_int_equal(strlen(digits), CODE_DIGITS);
	assert_int_equal(check(&c, text_of(digits), 2), CODE_RIGHT);
	assert_int_equal(check(&c, text_of(digits), 2), CODE_EXPIRED);
}

static void test_lives_five_minutes(void **state)
{
	char digits[CODE_DIGITS + 1];
	struct code c = make(digits), d = c;

	assert_int_equal(check(&c, text_of(digits), 1 + CODE_LIFE_S - 1), CODE_RIGHT);
	assert_int_equal(check(&d, text_of(digits), 1 + CODE_LIFE_S), CODE_EXPIRED);
}

static void test_five_tries_then_the_right_one_is_dead(void **state)
{
	char digits[CODE_DIGITS + 1], wrong[CODE_DIGITS + 1];
	struct code c = make(digits);

	for (unsigned i = 1; i < CODE_TRIES; i++) {
		assert_int_equal(check(&c, other(digits, wrong), 2), CODE_WRONG);
		assert_int_equal(code_tries_left(&c), CODE_TRIES - i);
	}
	assert_int_equal(check(&c, other(digits, wrong), 2), CODE_LOCKED);
	assert_int_equal(check(&c, text_of(digits), 2), CODE_LOCKED);
	assert_int_equal(code_tries_left(&c), 0);
}

static void test_a_new_one_keeps_the_failures(void **state)
{
	char digits[CODE_DIGITS + 1], wrong[CODE_DIGITS + 1];
	struct code c = make(digits);

	for (unsigned i = 1; i < CODE_TRIES; i++)
		check(&c, other(digits, wrong), 2);
	code_make(&c, key, &random_.random, TEXT("x"), CODE_LIFE_S, 40 * SECOND, digits);
	assert_int_equal(code_tries_left(&c), 1);
	assert_int_equal(check(&c, other(digits, wrong), 41), CODE_LOCKED);
}

static void test_a_new_one_replaces_the_old(void **state)
{
	char digits[CODE_DIGITS + 1], fresh[CODE_DIGITS + 1];
	struct code c = make(digits);

	code_make(&c, key, &random_.random, TEXT("x"), CODE_LIFE_S, 40 * SECOND, fresh);
	assert_string_not_equal(digits, fresh);
	assert_int_equal(check(&c, text_of(digits), 41), CODE_WRONG);
	assert_int_equal(check(&c, text_of(fresh), 41), CODE_RIGHT);
}

static void test_bound_to_what_it_is_for(void **state)
{
	char digits[CODE_DIGITS + 1];
	struct code c = make(digits);
	uint8_t other_key[CODE_KEY_SIZE] = "another";

	assert_int_equal(code_check(&c, key, TEXT("y"), text_of(digits), 2 * SECOND),
			 CODE_WRONG);
	assert_int_equal(
		code_check(&c, other_key, TEXT("x"), text_of(digits), 2 * SECOND),
		CODE_WRONG);
	assert_int_equal(check(&c, text_of(digits), 2), CODE_RIGHT);
}

static void test_kept_only_as_a_hash(void **state)
{
	char digits[CODE_DIGITS + 1];
	struct code c = make(digits);

	for (size_t i = 0; i + CODE_DIGITS <= sizeof(c); i++)
		assert_int_not_equal(memcmp((const char *)&c + i, digits, CODE_DIGITS),
				     0);
}

static void test_malformed_ones_are_wrong(void **state)
{
	static const char *const rows[] = { "",       "1",
					    "12345",  "1234567",
					    "abcdef", "\xff\xff\xff\xff\xff\xff" };
	char digits[CODE_DIGITS + 1];
	struct code c;

	for (size_t i = 0; i < COUNT(rows); i++) {
		c = make(digits);
		assert_int_equal(check(&c, text_of(rows[i]), 2), CODE_WRONG);
	}
}

static void test_resend_backs_off(void **state)
{
	char digits[CODE_DIGITS + 1];
	struct code c = make(digits); /* at 1 s */
	int64_t now_s = 1;

	for (unsigned wait_s = CODE_RESEND_S, n = 0; n < CODE_RESENDS; n++, wait_s *= 2) {
		assert_int_equal(code_resend_wait_s(&c, now_s * SECOND), wait_s);
		assert_int_equal(code_resend_wait_s(&c, (now_s + wait_s - 1) * SECOND),
				 1);
		assert_int_equal(code_resend_wait_s(&c, (now_s + wait_s) * SECOND), 0);
		now_s += wait_s;
		code_make(&c, key, &random_.random, TEXT("x"), CODE_LIFE_S,
			  now_s * SECOND, digits);
	}
	assert_int_equal(code_resend_wait_s(&c, (now_s + 10000) * SECOND), UINT32_MAX);
}

static void test_digits_are_spread(void **state)
{
	unsigned first[10] = { 0 };
	char digits[CODE_DIGITS + 1];

	for (int i = 0; i < 10000; i++) {
		make(digits);
		first[digits[0] - '0']++;
	}
	for (int i = 0; i < 10; i++)
		assert_in_range(first[i], 800, 1200);
}

int code_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_works_once),
		cmocka_unit_test(test_lives_five_minutes),
		cmocka_unit_test(test_five_tries_then_the_right_one_is_dead),
		cmocka_unit_test(test_a_new_one_keeps_the_failures),
		cmocka_unit_test(test_a_new_one_replaces_the_old),
		cmocka_unit_test(test_bound_to_what_it_is_for),
		cmocka_unit_test(test_kept_only_as_a_hash),
		cmocka_unit_test(test_malformed_ones_are_wrong),
		cmocka_unit_test(test_resend_backs_off),
		cmocka_unit_test(test_digits_are_spread),
	};

	return cmocka_run_group_tests_name("code", tests, setup, NULL);
}
