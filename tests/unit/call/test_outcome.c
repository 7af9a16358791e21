/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_outcome.c - What a failure on one side means on the other. */

#include "call/outcome.h"

#include "rig.h"

/* Help is looked for until a trunk says that those who help are busy. */
static void test_emergency(void **state)
{
	for (unsigned status = 300; status < 700; status++) {
		bool busy = status == 486 || status == 600;

		assert_int_equal(outcome_next_trunk(status, true), !busy);
	}
	assert_true(outcome_next_trunk(0, true));
}

static void test_told(void **state)
{
	static const struct {
		unsigned status, device, trunk;
		bool next;
		const char *cause;
	} rows[] = {
		{ 404, 404, 404, false, "unreachable" },
		{ 408, 408, 503, true, "unreachable" },
		{ 480, 480, 480, false, "no_answer" },
		{ 484, 484, 484, false, "unreachable" },
		{ 486, 486, 486, false, "busy" },
		{ 488, 488, 488, false, "rejected" },
		{ 600, 600, 600, false, "busy" },
		{ 603, 603, 603, false, "rejected" },
		{ 302, 480, 503, true, "rejected" },
		{ 401, 480, 503, true, "unreachable" },
		{ 407, 480, 503, true, "unreachable" },
		{ 487, 480, 480, false, "no_answer" },
		{ 500, 500, 503, true, "unreachable" },
		{ 503, 480, 503, true, "unreachable" },
		{ 599, 599, 599, false, "unreachable" },
		{ 403, 403, 403, false, "rejected" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(outcome_status(rows[i].status, false), rows[i].device);
		assert_int_equal(outcome_status(rows[i].status, true), rows[i].trunk);
		assert_int_equal(outcome_next_trunk(rows[i].status, false), rows[i].next);
		assert_string_equal(outcome_cause(rows[i].status, false), rows[i].cause);
		if (rows[i].next)
			assert_string_equal(outcome_cause(rows[i].status, true),
					    "trunk_failed");
	}
}

/* RFC 3261 16.7 step 6: 6xx wins; among the rest, the one that says most. */
static void test_best(void **state)
{
	static const unsigned order[] = { 603, 486, 488, 480, 408, 404,
					  403, 407, 302, 500, 503 };

	for (size_t i = 0; i < COUNT(order); i++) {
		for (size_t j = i + 1; j < COUNT(order); j++)
			assert_false(outcome_better(order[j], order[i]));
		assert_false(outcome_better(order[i], order[i]));
	}
	assert_true(outcome_better(486, 480));
	assert_true(outcome_better(600, 486));
}

int outcome_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_emergency),
		cmocka_unit_test(test_best),
	};

	return cmocka_run_group_tests_name("outcome", tests, NULL, NULL);
}
