/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/test_callback.c - Frozen lines that may be called back. */

#include "rig.h"

static void test_for_a_while(void **state)
{
	struct rig r;

	rig_open(&r, false);
	assert_false(registrar_callback_allowed(r.registrar, LINE));
	registrar_callback_allow(r.registrar, LINE, 3600 * 1000000LL);
	assert_true(registrar_callback_allowed(r.registrar, LINE));
	assert_false(registrar_callback_allowed(r.registrar, LINE + 1));
	rig_run(&r, 3599);
	assert_true(registrar_callback_allowed(r.registrar, LINE));
	rig_run(&r, 1);
	assert_false(registrar_callback_allowed(r.registrar, LINE));
	rig_close(&r);
}

static void test_another_call_counts_anew(void **state)
{
	struct rig r;

	rig_open(&r, false);
	registrar_callback_allow(r.registrar, LINE, 10 * 1000000LL);
	rig_run(&r, 9);
	registrar_callback_allow(r.registrar, LINE, 10 * 1000000LL);
	rig_run(&r, 9);
	assert_true(registrar_callback_allowed(r.registrar, LINE));
	rig_close(&r);
}

int callback_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_for_a_while),
		cmocka_unit_test(test_another_call_counts_anew),
	};

	return cmocka_run_group_tests_name("callback", tests, NULL, NULL);
}
