/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_session.c - ops/session.c. */

#include "ops/session.h"

#include <string.h>

#include "fake/alloc.h"
#include "fake/clock.h"
#include "fake/random.h"
#include "unit.h"

#define SECOND INT64_C(1000000)

static struct fake_clock clock_;
static struct fake_random random_;
static const struct login_row anna = { .id = 7,
				       .customer_id = 70,
				       .name = "anna",
				       .mobile = "+41791234567",
				       .language = "de" };
static const struct login_row beat = { .id = 8, .customer_id = 80, .name = "beat" };

static int setup(void **state)
{
	static struct sessions all;

	fake_clock_init(&clock_);
	fake_random_init(&random_, 29);
	assert_int_equal(sessions_init(&all, &random_.random, &clock_.clock), 0);
	*state = &all;
	return 0;
}

static int teardown(void **state)
{
	sessions_fini(*state);
	return 0;
}

static struct session *open_active(struct sessions *all, const struct login_row *login,
				   char token[SESSION_TOKEN_SIZE])
{
	struct session *s = session_open(all, login, "Anna Muster", "192.0.2.1", token);

	session_activate(all, s, token);
	return s;
}

static void pass(int64_t seconds)
{
	fake_clock_advance_us(&clock_, seconds * SECOND);
}

static void test_token_is_long_random_and_kept_as_hash(void **state)
{
	char one[SESSION_TOKEN_SIZE], two[SESSION_TOKEN_SIZE];
	struct session *s = session_open(*state, &anna, "Anna Muster", "192.0.2.1", one);

	session_open(*state, &anna, "Anna Muster", "192.0.2.1", two);
	assert_int_equal(strlen(one), 64);
	assert_string_not_equal(one, two);
	for (size_t i = 0; i + 32 <= sizeof(*s); i++)
		assert_int_not_equal(memcmp((const char *)s + i, one, 32), 0);
	assert_ptr_equal(session_find(*state, text_of(one)), s);
	assert_int_equal(s->state, SESSION_PENDING);
	assert_string_equal(s->login, "anna");
	assert_string_equal(s->customer_name, "Anna Muster");
}

static void test_foreign_tokens_find_nothing(void **state)
{
	static const char *const rows[] = {
		"", "x",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"00000000000000000000000000000000000000000000000000000000000000000000"
	};
	char token[SESSION_TOKEN_SIZE];

	session_open(*state, &anna, "", "", token);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_null(session_find(*state, text_of(rows[i])));
	token[0] = token[0] == '0' ? '1' : '0';
	assert_null(session_find(*state, text_of(token)));
}

static void test_second_factor_changes_token_and_csrf(void **state)
{
	char before[SESSION_TOKEN_SIZE], after[SESSION_TOKEN_SIZE],
		csrf[SESSION_CSRF_SIZE];
	struct session *s = session_open(*state, &anna, "", "", before);

	strcpy(csrf, s->csrf);
	session_activate(*state, s, after);
	assert_null(session_find(*state, text_of(before)));
	assert_ptr_equal(session_find(*state, text_of(after)), s);
	assert_int_equal(s->state, SESSION_ACTIVE);
	assert_string_not_equal(csrf, s->csrf);
}

static void test_idle_for_half_an_hour_ends(void **state)
{
	char token[SESSION_TOKEN_SIZE];

	open_active(*state, &anna, token);
	pass(SESSION_IDLE_S - 1);
	assert_non_null(session_find(*state, text_of(token)));
	pass(SESSION_IDLE_S - 1);
	assert_non_null(session_find(*state, text_of(token)));
	pass(SESSION_IDLE_S);
	assert_null(session_find(*state, text_of(token)));
}

static void test_twelve_hours_end_it_however_busy(void **state)
{
	char token[SESSION_TOKEN_SIZE];
	int64_t lived = 0;

	open_active(*state, &anna, token);
	while (session_find(*state, text_of(token))) {
		pass(600);
		lived += 600;
	}
	assert_int_equal(lived, SESSION_LIFE_S);
}

static void test_pending_ends_after_a_quarter(void **state)
{
	char token[SESSION_TOKEN_SIZE];

	session_open(*state, &anna, "", "", token);
	pass(SESSION_PENDING_S - 1);
	assert_non_null(session_find(*state, text_of(token)));
	pass(1);
	assert_null(session_find(*state, text_of(token)));
}

static void test_closed_is_gone(void **state)
{
	char token[SESSION_TOKEN_SIZE];
	struct session *s = open_active(*state, &anna, token);
	uint8_t hash[SESSION_HASH_SIZE];

	memcpy(hash, s->hash, sizeof(hash));
	assert_ptr_equal(session_by_hash(*state, hash), s);
	session_close(*state, s);
	assert_null(session_find(*state, text_of(token)));
	assert_null(session_by_hash(*state, hash));
}

static void test_a_login_has_so_many_and_then_loses_the_oldest(void **state)
{
	char first[SESSION_TOKEN_SIZE], other[SESSION_TOKEN_SIZE],
		token[SESSION_TOKEN_SIZE];

	open_active(*state, &beat, other);
	open_active(*state, &anna, first);
	for (int i = 1; i < SESSIONS_PER_LOGIN_MAX; i++)
		open_active(*state, &anna, token);
	assert_non_null(session_find(*state, text_of(first)));
	open_active(*state, &anna, token);
	assert_null(session_find(*state, text_of(first)));
	assert_non_null(session_find(*state, text_of(token)));
	assert_non_null(session_find(*state, text_of(other)));
}

static void count_closing(void *arg, struct session *s)
{
	++*(unsigned *)arg;
}

static void test_sweep_closes_what_is_over(void **state)
{
	struct sessions *all = *state;
	char token[SESSION_TOKEN_SIZE];
	static unsigned closed;

	all->closing = count_closing;
	all->arg = &closed;
	closed = 0;
	for (int i = 0; i < 3; i++)
		open_active(all, &anna, token);
	pass(SESSION_IDLE_S / 2);
	open_active(all, &anna, token);
	sessions_sweep(all);
	assert_int_equal(closed, 0);
	pass(SESSION_IDLE_S / 2);
	sessions_sweep(all);
	assert_int_equal(closed, 3);
	assert_int_equal(all->by_hash.count, 1);
}

static void test_without_memory(void **state)
{
	char token[SESSION_TOKEN_SIZE];

	fail_alloc_nth(1);
	assert_null(session_open(*state, &anna, "", "", token));
	assert_true(fail_alloc_off());
}

int session_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_token_is_long_random_and_kept_as_hash),
		CASE(test_foreign_tokens_find_nothing),
		CASE(test_second_factor_changes_token_and_csrf),
		CASE(test_idle_for_half_an_hour_ends),
		CASE(test_twelve_hours_end_it_however_busy),
		CASE(test_pending_ends_after_a_quarter),
		CASE(test_closed_is_gone),
		CASE(test_a_login_has_so_many_and_then_loses_the_oldest),
		CASE(test_sweep_closes_what_is_over),
		CASE(test_without_memory),
	};
#undef CASE

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
