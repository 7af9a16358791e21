/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_end.c - Revoke and freeze end calls; so does the end of the engine. */

#include <string.h>

#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void test_live_of_the_caller(void **state)
{
	struct rig *r = *state;
	struct call_ended ended;

	connect_pstn(r, "0443334455");
	rig_run(r, 10000);
	ended = call_engine_end_credential(r->calls, CRED_A, "revoked");
	assert_int_equal(ended.calls, 1);
	assert_int_equal(ended.spared, 0);
	expect(&r->peers[ALICE], "BYE");
	expect(&r->peers[PSTN], "BYE");
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "revoked");
	assert_int_equal(rig_cdr(r, LINE_A, 0).charge_micros, 10000);
	ended = call_engine_end_credential(r->calls, CRED_A, "revoked");
	assert_int_equal(ended.calls, 0);
	rig_expect_nothing_left(r);
}

static void test_live_of_the_callee(void **state)
{
	struct rig *r = *state;

	connect_bob(r);
	assert_int_equal(call_engine_end_credential(r->calls, CRED_B2, "frozen").calls,
			 0);
	assert_int_equal(call_engine_end_credential(r->calls, CRED_B, "frozen").calls, 1);
	expect(&r->peers[ALICE], "BYE");
	expect(&r->peers[BOB], "BYE");
	assert_string_equal(rig_cdr(r, LINE_B, 0).cause, "frozen");
}

static void test_ringing_of_the_caller(void **state)
{
	struct rig *r = *state;

	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
	expect(&r->peers[BOB], "INVITE");
	answer_invite(&r->peers[BOB], 180, NULL, NULL);
	expect(&r->peers[ALICE], "SIP/2.0 180");
	assert_int_equal(call_engine_end_credential(r->calls, CRED_A, "revoked").calls,
			 1);
	expect(&r->peers[ALICE], "SIP/2.0 403");
	expect(&r->peers[BOB], "CANCEL");
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "revoked");
	rig_expect_nothing_left(r);
}

/* Other devices of the callee go on ringing. */
static void test_ringing_of_the_callee(void **state)
{
	struct rig *r = *state;

	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
	expect(&r->peers[BOB], "INVITE");
	expect(&r->peers[BOB2], "INVITE");
	answer_invite(&r->peers[BOB], 180, NULL, NULL);
	answer_invite(&r->peers[BOB2], 180, NULL, NULL);
	expect(&r->peers[ALICE], "SIP/2.0 180");
	assert_int_equal(call_engine_end_credential(r->calls, CRED_B, "revoked").calls,
			 0);
	expect(&r->peers[BOB], "CANCEL");
	expect_nothing(&r->peers[BOB2]);
	expect_nothing(&r->peers[ALICE]);
	assert_int_equal(call_engine_end_credential(r->calls, CRED_B2, "revoked").calls,
			 1);
	expect(&r->peers[BOB2], "CANCEL");
	expect(&r->peers[ALICE], "SIP/2.0 480");
	rig_expect_nothing_left(r);
}

static void test_emergency_is_spared(void **state)
{
	struct rig *r = *state;
	struct call_ended ended;

	connect_pstn(r, "112");
	ended = call_engine_end_credential(r->calls, CRED_A, "revoked");
	assert_int_equal(ended.calls, 0);
	assert_int_equal(ended.spared, 1);
	expect_nothing(&r->peers[PSTN]);
	assert_int_equal(call_engine_count(r->calls), 1);
	assert_int_equal(call_engine_end_credential(r->calls, CRED_B, "revoked").spared,
			 0);
}

static void test_engine_ends(void **state)
{
	struct rig *r = *state;

	connect_pstn(r, "0443334455");
	invite(&r->peers[BOB], "0441234567", NULL, SDP_B);
	expect(&r->peers[ALICE], "INVITE");
	answer_invite(&r->peers[ALICE], 180, NULL, NULL);
	expect(&r->peers[BOB], "SIP/2.0 180");
	call_engine_free(r->calls);
	r->calls = NULL;
	expect(&r->peers[PSTN], "BYE");
	expect(&r->peers[BOB], "SIP/2.0 503");
	expect(&r->peers[ALICE], "BYE");
	expect(&r->peers[ALICE], "CANCEL");
	assert_string_equal(rig_cdr(r, LINE_B, 0).cause, "shutdown");
	assert_int_equal(rig_cdr_count(r, LINE_A), 2);
	call_engine_free(NULL);
}

/* A line pays for what it forwards, though none of its devices is in the call. */
static void test_forwarded_by_the_line(void **state)
{
	struct rig *r = *state;

	rig_forward_line(r, LINE_B, FORWARD_ALWAYS, "+41791112233");
	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
	expect(&r->peers[ALICE], "SIP/2.0 181");
	expect(&r->peers[PSTN], "INVITE");
	answer_invite(&r->peers[PSTN], 200, NULL, SDP_B);
	expect(&r->peers[ALICE], "SIP/2.0 200");
	ack(&r->peers[ALICE], NULL);
	assert_int_equal(call_engine_end_credential(r->calls, LINE_A, "frozen").calls, 0);
	assert_int_equal(call_engine_end_credential(r->calls, LINE_B, "frozen").calls, 1);
	expect(&r->peers[PSTN], "ACK");
	expect(&r->peers[PSTN], "BYE");
	expect(&r->peers[ALICE], "BYE");
	rig_expect_nothing_left(r);
}

static void test_forwarding_by_the_line(void **state)
{
	struct rig *r = *state;

	rig_forward_line(r, LINE_B, FORWARD_ALWAYS, "+41791112233");
	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
	expect(&r->peers[ALICE], "SIP/2.0 181");
	expect(&r->peers[PSTN], "INVITE");
	answer_invite(&r->peers[PSTN], 180, NULL, NULL);
	expect(&r->peers[ALICE], "SIP/2.0 180");
	assert_int_equal(call_engine_end_credential(r->calls, LINE_B, "frozen").calls, 1);
	expect(&r->peers[PSTN], "CANCEL");
	expect(&r->peers[ALICE], "SIP/2.0 480");
	rig_expect_nothing_left(r);
}

int end_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_live_of_the_caller),    T(test_live_of_the_callee),
		T(test_ringing_of_the_caller), T(test_ringing_of_the_callee),
		T(test_emergency_is_spared),   T(test_engine_ends),
		T(test_forwarded_by_the_line), T(test_forwarding_by_the_line),
	};

	return cmocka_run_group_tests_name("end", tests, NULL, NULL);
}
