/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_throttle.c - ops/throttle.c. */

#include "ops/throttle.h"

#include <stdio.h>

#include "fake/random.h"
#include "unit.h"

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)

static int setup(void **state)
{
	static struct throttle t;
	static struct fake_random random;

	fake_random_init(&random, 23);
	assert_int_equal(throttle_init(&t, &random.random), 0);
	*state = &t;
	return 0;
}

static int teardown(void **state)
{
	throttle_fini(*state);
	return 0;
}

/* How many attempts go through until the first wait; what the wait is. */
static unsigned take_all(struct throttle *t, enum throttle_kind kind, const char *key,
			 int64_t now, unsigned *wait_s)
{
	unsigned n = 0;

	while ((*wait_s = throttle_take(t, kind, text_of(key), now)) == 0)
		n++;
	return n;
}

static void test_free_ones_then_a_wait(void **state)
{
	unsigned wait_s;

	assert_int_equal(take_all(*state, THROTTLE_LOGIN, "anna", SECOND, &wait_s), 10);
	assert_int_equal(wait_s, 1);
	assert_int_equal(take_all(*state, THROTTLE_KNOWN, "anna", SECOND, &wait_s), 8);
	assert_int_equal(take_all(*state, THROTTLE_SOURCE, "192.0.2.1", SECOND, &wait_s),
			 20);
	assert_int_equal(take_all(*state, THROTTLE_CODES, "7", SECOND, &wait_s), 10);
}

static void test_the_wait_doubles_up_to_a_bound(void **state)
{
	int64_t now = SECOND;
	unsigned wait_s, expect_s = 1;

	take_all(*state, THROTTLE_LOGIN, "anna", now, &wait_s);
	for (int i = 0; i < 30; i++) {
		assert_int_equal(wait_s, expect_s);
		now += wait_s * SECOND;
		assert_int_equal(take_all(*state, THROTTLE_LOGIN, "anna", now, &wait_s),
				 1);
		expect_s = expect_s * 2 > 900 ? 900 : expect_s * 2;
	}
	assert_int_equal(expect_s, 900);
}

static void test_waiting_costs_nothing(void **state)
{
	unsigned wait_s;

	take_all(*state, THROTTLE_LOGIN, "anna", SECOND, &wait_s);
	for (int i = 0; i < 1000; i++)
		throttle_take(*state, THROTTLE_LOGIN, TEXT("anna"), SECOND);
	assert_int_equal(throttle_take(*state, THROTTLE_LOGIN, TEXT("anna"), 2 * SECOND),
			 0);
}

static void test_success_starts_anew(void **state)
{
	unsigned wait_s;

	take_all(*state, THROTTLE_LOGIN, "anna", SECOND, &wait_s);
	throttle_passed(*state, THROTTLE_LOGIN, TEXT("anna"));
	assert_int_equal(take_all(*state, THROTTLE_LOGIN, "anna", SECOND, &wait_s), 10);
}

static void test_own_account_does_not_wash_a_source_clean(void **state)
{
	unsigned wait_s;

	for (int i = 0; i < 19; i++)
		throttle_take(*state, THROTTLE_SOURCE, TEXT("192.0.2.1"), SECOND);
	throttle_passed(*state, THROTTLE_SOURCE, TEXT("192.0.2.1"));
	assert_int_equal(take_all(*state, THROTTLE_SOURCE, "192.0.2.1", SECOND, &wait_s),
			 2);
}

static void test_many_good_ones_from_one_source_pass(void **state)
{
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(
			throttle_take(*state, THROTTLE_SOURCE, TEXT("192.0.2.1"), SECOND),
			0);
		throttle_passed(*state, THROTTLE_SOURCE, TEXT("192.0.2.1"));
	}
}

static void test_quiet_ones_are_forgotten(void **state)
{
	unsigned wait_s;

	take_all(*state, THROTTLE_SOURCE, "192.0.2.1", SECOND, &wait_s);
	assert_int_equal(
		take_all(*state, THROTTLE_SOURCE, "192.0.2.1", 2 * HOUR, &wait_s), 20);
}

static void test_keys_and_kinds_are_apart(void **state)
{
	unsigned wait_s;

	take_all(*state, THROTTLE_LOGIN, "anna", SECOND, &wait_s);
	assert_int_equal(throttle_take(*state, THROTTLE_LOGIN, TEXT("beat"), SECOND), 0);
	assert_int_equal(throttle_take(*state, THROTTLE_CODES, TEXT("anna"), SECOND), 0);
}

static void test_known_sources(void **state)
{
	assert_false(throttle_knows(*state, TEXT("192.0.2.1 anna")));
	throttle_know(*state, TEXT("192.0.2.1 anna"), SECOND);
	assert_true(throttle_knows(*state, TEXT("192.0.2.1 anna")));
	assert_false(throttle_knows(*state, TEXT("192.0.2.2 anna")));
}

/* How many until the end, when whoever it is asks every minute. */
static unsigned guess(void *state, enum throttle_kind kind, int64_t *now, int64_t until)
{
	unsigned guesses = 0;

	for (; *now < until; *now += 60 * SECOND)
		guesses += throttle_take(state, kind, TEXT("anna"), *now) == 0;
	return guesses;
}

/* NIST SP 800-63B 3.2.2: no more than 100 failures in a row; then one a day. */
static void test_failures_in_a_row(void **state)
{
	static const enum throttle_kind all[] = { THROTTLE_LOGIN, THROTTLE_KNOWN,
						  THROTTLE_CODES };

	for (size_t i = 0; i < COUNT(all); i++) {
		int64_t now = SECOND;
		unsigned first = guess(*state, all[i], &now, 6 * 24 * HOUR);

		assert_in_range(first, 100, 106);
		assert_in_range(guess(*state, all[i], &now, 16 * 24 * HOUR), 9, 11);
		now += 60 * 24 * HOUR; /* patience does not help */
		assert_in_range(guess(*state, all[i], &now, now + 24 * HOUR), 1, 2);
		throttle_passed(*state, all[i], TEXT("anna"));
		assert_true(guess(*state, all[i], &now, now + HOUR) > 5);
	}
}

static void test_no_more_than_100_on_the_first_day(void **state)
{
	int64_t now = SECOND;

	assert_in_range(guess(*state, THROTTLE_LOGIN, &now, 24 * HOUR), 90, 100);
}

static void test_memory_is_bounded(void **state)
{
	struct throttle *t = *state;
	char key[32];

	for (unsigned i = 0; i < THROTTLE_BUCKETS_MAX + 100; i++) {
		snprintf(key, sizeof(key), "198.51.%u", i);
		throttle_take(t, THROTTLE_SOURCE, text_of(key), SECOND + i);
	}
	assert_int_equal(t->buckets.count, THROTTLE_BUCKETS_MAX);
}

int throttle_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_free_ones_then_a_wait),
		CASE(test_the_wait_doubles_up_to_a_bound),
		CASE(test_waiting_costs_nothing),
		CASE(test_success_starts_anew),
		CASE(test_own_account_does_not_wash_a_source_clean),
		CASE(test_many_good_ones_from_one_source_pass),
		CASE(test_quiet_ones_are_forgotten),
		CASE(test_keys_and_kinds_are_apart),
		CASE(test_known_sources),
		CASE(test_failures_in_a_row),
		CASE(test_no_more_than_100_on_the_first_day),
		CASE(test_memory_is_bounded),
	};
#undef CASE

	return cmocka_run_group_tests_name("throttle", tests, NULL, NULL);
}
