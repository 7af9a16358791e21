/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/test_penalty.c - auth/penalty.c, and what auth/check.c makes of it. */

#include "auth/penalty.h"

#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"
#include "fake/random.h"
#include "scene.h"
#include "unit.h"

static struct fake_random random_;
static const struct text name = TEXT_INIT("k7m2x9qd");

static struct penalty *make(unsigned slots)
{
	struct penalty *p;

	fake_random_init(&random_, 7);
	p = penalty_new(&random_.random, slots);
	assert_non_null(p);
	return p;
}

static struct addr at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_decode(text_of(text), 5060, &a), 0);
	return a;
}

/* Whoever waits is known. */
static uint32_t wait_s(struct penalty *p, struct text who, const struct addr *from,
		       uint32_t now_s)
{
	bool known;
	uint32_t s = penalty_wait_s(p, who, from, now_s, &known);

	assert_true(known || !s);
	return s;
}

static uint32_t wait_urgent_s(struct penalty *p, struct text who, const struct addr *from,
			      uint32_t now_s)
{
	bool known;
	uint32_t s = penalty_wait_urgent_s(p, who, from, now_s, &known);

	assert_true(known || !s);
	return s;
}

static void test_a_right_answer_is_told_what_it_ends(void **state)
{
	struct penalty *p = make(64);
	struct addr from = at("192.0.2.7");
	bool known = true;

	penalty_wait_s(p, name, &from, 1, &known);
	assert_false(known);
	penalty_wrong(p, name, &from, 1);
	penalty_wait_s(p, name, &from, 1, &known);
	assert_true(known);
	penalty_right(p, name, &from);
	penalty_wait_s(p, name, &from, 1, &known);
	assert_false(known);
	penalty_free(p);
}

/* Until it must wait; at the time now. */
static void use_up(struct penalty *p, const struct addr *from, uint32_t now_s)
{
	for (unsigned i = 0; i < PENALTY_FREE; i++) {
		assert_int_equal(wait_s(p, name, from, now_s), 0);
		penalty_wrong(p, name, from, now_s);
	}
}

static void test_the_wait_doubles_up_to_a_bound(void **state)
{
	static const uint32_t waits[] = { 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900 };
	struct penalty *p = make(64);
	struct addr from = at("192.0.2.7");
	uint32_t now_s = 1;

	use_up(p, &from, now_s);
	for (size_t i = 0; i < COUNT(waits); i++) {
		assert_int_equal(wait_s(p, name, &from, now_s), waits[i]);
		assert_int_equal(wait_s(p, name, &from, now_s + waits[i] - 1), 1);
		now_s += waits[i];
		assert_int_equal(wait_s(p, name, &from, now_s), 0);
		penalty_wrong(p, name, &from, now_s);
	}
	penalty_free(p);
}

static void test_who_is_not_concerned(void **state)
{
	static const struct {
		const char *what, *name, *source;
		bool waits;
	} rows[] = {
		{ "the same", "k7m2x9qd", "192.0.2.7", true },
		{ "from another port", "k7m2x9qd", "192.0.2.7:9999", true },
		{ "with a domain", "k7m2x9qd@voip.example.ch", "192.0.2.7", true },
		{ "the owner elsewhere", "k7m2x9qd", "192.0.2.8", false },
		{ "the owner's new credential", "p3n8w5rt", "192.0.2.7", false },
		{ "an empty name", "", "192.0.2.7", false },
	};
	struct penalty *p = make(64);
	struct addr from = at("192.0.2.7");

	use_up(p, &from, 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct addr other = at(rows[i].source);

		if (!wait_s(p, text_of(rows[i].name), &other, 1) == rows[i].waits)
			fail_msg("%s", rows[i].what);
	}
	penalty_free(p);
}

static void test_one_household_is_one_source_in_ipv6(void **state)
{
	struct penalty *p = make(64);
	struct addr from = at("2001:db8:1:2::1"), same = at("2001:db8:1:2:ffff::9"),
		    next = at("2001:db8:1:3::1");

	use_up(p, &from, 1);
	assert_int_not_equal(wait_s(p, name, &same, 1), 0);
	assert_int_equal(wait_s(p, name, &next, 1), 0);
	penalty_free(p);
}

static void test_what_forgets(void **state)
{
	struct penalty *p = make(64);
	struct addr from = at("192.0.2.7");

	use_up(p, &from, 1);
	penalty_right(p, name, &from);
	use_up(p, &from, 2); /* all are free again */
	penalty_wrong(p, name, &from, 3 + PENALTY_QUIET_S);
	assert_int_equal(wait_s(p, name, &from, 3 + PENALTY_QUIET_S), 0);
	penalty_free(p);
}

/* What a day of guessing from one source comes to. */
static void test_guesses_in_a_day(void **state)
{
	struct penalty *p = make(64);
	struct addr from = at("192.0.2.7");
	unsigned guesses = 0;

	for (uint32_t now_s = 1; now_s < 86400; now_s++) {
		if (wait_s(p, name, &from, now_s))
			continue;
		penalty_wrong(p, name, &from, now_s);
		guesses++;
	}
	assert_in_range(guesses, 90, 120);
	penalty_free(p);
}

static void test_memory_is_bounded(void **state)
{
	struct penalty *p = make(8);
	struct addr from = at("192.0.2.7");
	char other[16];

	use_up(p, &from, 1);
	for (unsigned i = 0; i < 7; i++) {
		snprintf(other, sizeof(other), "x%u", i);
		penalty_wrong(p, text_of(other), &from, 2);
	}
	assert_int_not_equal(wait_s(p, name, &from, 2), 0);
	penalty_wrong(p, TEXT("one more"), &from, 2); /* the oldest gives way */
	assert_int_equal(wait_s(p, name, &from, 2), 0);
	penalty_free(p);
}

static void test_without_memory(void **state)
{
	struct penalty *p = NULL;

	for (unsigned n = 1; !p; n++) {
		fail_alloc_nth(n);
		p = penalty_new(&random_.random, 64);
		fail_alloc_off();
		assert_true(n < 10);
	}
	penalty_free(p);
	penalty_free(NULL);
}

/* ---- before the door ---- */

static bool holds_binding(void *arg, int64_t credential_id, const struct addr *source)
{
	return credential_id == ((struct scene *)arg)->credential.id;
}

static void guess(struct scene *s, const char *who)
{
	for (unsigned i = 0; i < PENALTY_FREE; i++) {
		struct challenge c = scene_first(s);
		struct auth_result r = scene_check(
			s, &(struct request){ .username = who, .password = "guess" }, &c);

		assert_int_equal(r.verdict, AUTH_WRONG);
	}
}

static void test_who_guesses_is_made_to_wait(void **state)
{
	/* The same for a name that there is and one that is invented. */
	static const char *const names[] = { "k7m2x9qd", "invented1" };
	struct scene *s = *state;

	s->source = at("192.0.2.7");
	for (size_t i = 0; i < COUNT(names); i++) {
		struct challenge c = scene_first(s);
		struct auth_result r;

		guess(s, names[i]);
		r = scene_check(s, &(struct request){ .username = names[i] }, &c);
		assert_result(&r, AUTH_WAIT, "too_many_wrong");
		assert_int_equal(r.wait_s, 2);
	}
	fake_clock_advance_us(&s->room->clock, 2 * 1000000);
	{
		struct challenge c = scene_first(s);
		struct auth_result r = scene_check(s, &(struct request){ 0 }, &c);

		assert_result(&r, AUTH_OK, "ok");
	}
}

static void test_first_challenges_are_not_counted(void **state)
{
	struct scene *s = *state;

	s->source = at("192.0.2.7");
	for (unsigned i = 0; i < 3 * PENALTY_FREE; i++)
		scene_first(s);
	guess(s, "k7m2x9qd");
}

/* Somebody guesses behind the address of a registered device of the owner. */
static void test_a_live_binding_is_spared(void **state)
{
	struct scene *s = *state;
	struct challenge c;
	struct auth_result r;

	s->source = at("192.0.2.7");
	auth_spare(s->auth, holds_binding, s);
	guess(s, "k7m2x9qd");
	c = scene_first(s);
	r = scene_check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_OK, "ok");
}

/* Who calls for help behind the same address must get through; who guesses that way does
 * not guess for ever at any speed. */
static void test_a_call_for_help_is_looked_at(void **state)
{
	struct penalty *p = make(64);
	struct addr from = at("192.0.2.7"), other = at("192.0.2.8");
	uint32_t now_s = 10;

	for (unsigned i = 0; i < PENALTY_URGENT_FREE; i++) {
		assert_int_equal(wait_urgent_s(p, name, &from, now_s), 0);
		penalty_wrong(p, name, &from, now_s);
	}
	assert_int_equal(wait_s(p, name, &from, now_s), PENALTY_MAX_S);
	for (unsigned i = 0; i < 3; i++, now_s++) {
		assert_int_equal(wait_urgent_s(p, name, &from, now_s), 0);
		assert_int_equal(wait_urgent_s(p, name, &from, now_s), 1);
	}
	assert_int_equal(wait_urgent_s(p, name, &other, now_s), 0);
	penalty_right(p, name, &from);
	assert_int_equal(wait_s(p, name, &from, now_s), 0);
	penalty_free(p);
}

int penalty_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, scene_setup, scene_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_right_answer_is_told_what_it_ends),
		cmocka_unit_test(test_the_wait_doubles_up_to_a_bound),
		cmocka_unit_test(test_who_is_not_concerned),
		cmocka_unit_test(test_one_household_is_one_source_in_ipv6),
		cmocka_unit_test(test_what_forgets),
		cmocka_unit_test(test_a_call_for_help_is_looked_at),
		cmocka_unit_test(test_guesses_in_a_day),
		cmocka_unit_test(test_memory_is_bounded),
		cmocka_unit_test(test_without_memory),
		CASE(test_who_guesses_is_made_to_wait),
		CASE(test_first_challenges_are_not_counted),
		CASE(test_a_live_binding_is_spared),
	};
#undef CASE

	return cmocka_run_group_tests_name("penalty", tests, NULL, NULL);
}
