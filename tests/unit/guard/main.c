/* SPDX-License-Identifier: Apache-2.0 */
/* unit/guard/main.c - How far calls may go (guard/reach.h). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "guard/reach.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_reach(void **state)
{
	static const struct {
		const char *behaviour, *dialled;
		bool onnet;
		/* of home, europe, world, nobody's choice, another word */
		bool pass[5];
	} rows[] = {
		{ "at home", "0441234567", false, { 1, 1, 1, 1, 1 } },
		{ "a mobile at home", "0791234567", false, { 1, 1, 1, 1, 1 } },
		{ "Liechtenstein is home", "004232345678", false, { 1, 1, 1, 1, 1 } },
		{ "a neighbour", "00493012345678", false, { 0, 1, 1, 1, 0 } },
		{ "a small one", "0035312345678", false, { 0, 1, 1, 1, 0 } },
		{ "the Faroes", "00298123456", false, { 0, 1, 1, 1, 0 } },
		{ "Greenland is no Europe", "00299123456", false, { 0, 0, 1, 1, 0 } },
		{ "overseas", "0012125551234", false, { 0, 0, 1, 1, 0 } },
		{ "zone 7", "0074951234567", false, { 0, 0, 1, 1, 0 } },
		{ "a satellite", "00881612345678", false, { 0, 0, 1, 1, 0 } },
		{ "overseas, but ours", "0012125551234", true, { 1, 1, 1, 1, 1 } },
		{ "emergency", "112", false, { 1, 1, 1, 1, 1 } },
		{ "a helpline", "143", false, { 1, 1, 1, 1, 1 } },
		{ "a short code", "1811", false, { 1, 1, 1, 1, 1 } },
		{ "the echo number", PLAN_ECHO, false, { 1, 1, 1, 1, 1 } },
	};
	static const char *const reaches[] = { "home", "europe", "world", "", "moon" };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct destination d;

		if (plan_resolve_text(text_of(rows[i].dialled), "CH", &d))
			fail_msg("%s: no destination", rows[i].behaviour);
		for (size_t n = 0; n < COUNT(reaches); n++) {
			if ((guard_reach(reaches[n], &d, "CH", rows[i].onnet) ==
			     GUARD_PASS) != rows[i].pass[n])
				fail_msg("%s, reach \"%s\"", rows[i].behaviour,
					 reaches[n]);
		}
	}
}

static void test_another_home(void **state)
{
	struct destination d;

	assert_int_equal(plan_resolve_text(TEXT("+4232345678"), "AT", &d), 0);
	assert_int_equal(guard_reach("home", &d, "AT", false), GUARD_OUT_OF_REACH);
	assert_int_equal(plan_resolve_text(TEXT("+431234567"), "AT", &d), 0);
	assert_int_equal(guard_reach("home", &d, "AT", false), GUARD_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_another_home),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
