/* SPDX-License-Identifier: Apache-2.0 */
/* unit/notify/test_cap.c - notify/cap.c. */

#include "notify/cap.h"

#include <stdio.h>

#include "fake/random.h"
#include "unit.h"

#define MINUTE INT64_C(60000000)

static int setup(void **state)
{
	static struct cap c;
	static struct fake_random random;

	fake_random_init(&random, 1);
	assert_int_equal(cap_init(&c, &random.random), 0);
	*state = &c;
	return 0;
}

static int teardown(void **state)
{
	cap_fini(*state);
	return 0;
}

static void test_five_then_wait(void **state)
{
	for (int i = 0; i < CAP_MESSAGES; i++)
		assert_int_equal(cap_take(*state, TEXT("+41791234567"), i * MINUTE), 0);
	assert_int_equal(cap_take(*state, TEXT("+41791234567"), 5 * MINUTE), 301);
}

static void test_the_oldest_makes_room(void **state)
{
	for (int i = 0; i < CAP_MESSAGES; i++)
		cap_take(*state, TEXT("+41791234567"), i * MINUTE);
	assert_int_equal(cap_take(*state, TEXT("+41791234567"), 10 * MINUTE), 0);
	assert_true(cap_take(*state, TEXT("+41791234567"), 10 * MINUTE) > 0);
	assert_int_equal(cap_take(*state, TEXT("+41791234567"), 11 * MINUTE), 0);
}

static void test_refused_ones_do_not_count(void **state)
{
	for (int i = 0; i < CAP_MESSAGES; i++)
		cap_take(*state, TEXT("+41791234567"), 0);
	for (int i = 0; i < 100; i++)
		assert_true(cap_take(*state, TEXT("+41791234567"), MINUTE) > 0);
	assert_int_equal(cap_take(*state, TEXT("+41791234567"), 10 * MINUTE), 0);
}

static void test_others_are_not_touched(void **state)
{
	for (int i = 0; i < CAP_MESSAGES; i++)
		cap_take(*state, TEXT("+41791234567"), 0);
	assert_int_equal(cap_take(*state, TEXT("+41791234568"), 0), 0);
}

static void test_confirmed_ones_are_given_back(void **state)
{
	for (int i = 0; i < 50; i++) {
		assert_int_equal(cap_take(*state, TEXT("+41791234567"), 0), 0);
		cap_return(*state, TEXT("+41791234567"));
	}
	cap_return(*state, TEXT("nobody"));
}

static void test_memory_is_bounded(void **state)
{
	struct cap *c = *state;
	char key[24];

	for (int i = 0; i < CAP_KEYS_MAX + 10; i++) {
		snprintf(key, sizeof(key), "+4179%07d", i);
		assert_int_equal(cap_take(c, text_of(key), i), 0);
	}
	assert_int_equal(c->keys.count, CAP_KEYS_MAX);
}

int cap_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_five_then_wait),
		CASE(test_the_oldest_makes_room),
		CASE(test_refused_ones_do_not_count),
		CASE(test_others_are_not_touched),
		CASE(test_confirmed_ones_are_given_back),
		CASE(test_memory_is_bounded),
	};
#undef CASE

	return cmocka_run_group_tests_name("cap", tests, NULL, NULL);
}
