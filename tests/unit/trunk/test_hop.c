/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/test_hop.c - The states of a trunk's address. */

#include "trunk/hop.h"
#include "unit.h"

static void test_states(void **state)
{
	static const struct {
		enum hop_state before;
		enum hop_event event;
		enum hop_state after;
	} rows[] = {
		{ HOP_UP, HOP_ANSWERED, HOP_UP },
		{ HOP_UP, HOP_REFUSED, HOP_BUSY },
		{ HOP_UP, HOP_UNANSWERED, HOP_FAILED },
		{ HOP_UP, HOP_NO_PONG, HOP_SILENT },
		/* It has said for how long. */
		{ HOP_BUSY, HOP_PONG, HOP_BUSY },
		{ HOP_BUSY, HOP_ANSWERED, HOP_UP },
		{ HOP_BUSY, HOP_NO_PONG, HOP_SILENT },
		{ HOP_FAILED, HOP_PONG, HOP_UP },
		{ HOP_FAILED, HOP_ANSWERED, HOP_UP },
		{ HOP_SILENT, HOP_PONG, HOP_UP },
		{ HOP_SILENT, HOP_UNANSWERED, HOP_SILENT },
		{ HOP_SILENT, HOP_NO_PONG, HOP_SILENT },
		{ HOP_SILENT, HOP_REFUSED, HOP_BUSY },
		{ HOP_SILENT, HOP_ANSWERED, HOP_UP },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct trunk_hop h = { .state = rows[i].before, .until_us = 5000000 };
		bool changed = hop_event(&h, rows[i].event, 1000000, 30);

		assert_int_equal(h.state, rows[i].after);
		assert_int_equal(changed, rows[i].before != rows[i].after);
	}
}

static void test_rest(void **state)
{
	struct trunk_hop h = { .state = HOP_UP };

	assert_true(hop_event(&h, HOP_REFUSED, 1000000, 30));
	assert_false(hop_awake(&h, 30999999));
	assert_true(hop_awake(&h, 31000000));
	assert_string_equal(hop_state_name(&h, 2000000), "busy");
	assert_string_equal(hop_state_name(&h, 31000000), "up");
	/* rested: what comes then is a change from up */
	assert_true(hop_event(&h, HOP_REFUSED, 40000000, 30));
	assert_true(hop_event(&h, HOP_NO_PONG, 41000000, 0));
	assert_false(hop_awake(&h, INT64_MAX));
	assert_string_equal(hop_state_name(&h, INT64_MAX), "silent");
}

int hop_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_rest),
	};

	return cmocka_run_group_tests_name("hop", tests, NULL, NULL);
}
