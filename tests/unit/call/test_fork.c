/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_fork.c - All devices of a line ring: who wins, what the caller hears
 * when nobody does (RFC 3261 13.2.2.4, 16.7). */

#include <string.h>

#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void ring(struct rig *r)
{
	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
	expect(&r->peers[BOB], "INVITE");
	expect(&r->peers[BOB2], "INVITE");
}

static void ring_aloud(struct rig *r)
{
	ring(r);
	answer_invite(&r->peers[BOB], 180, NULL, NULL);
	expect(&r->peers[ALICE], "SIP/2.0 180");
	answer_invite(&r->peers[BOB2], 180, NULL, NULL);
	expect_nothing(&r->peers[ALICE]); /* it rings already */
}

static void test_first_wins(void **state)
{
	struct rig *r = *state;
	struct peer *bob2 = &r->peers[BOB2];

	ring_aloud(r);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	expect(&r->peers[BOB], "ACK sip:bob@203.0.113.2:5060 SIP/2.0");
	expect(&r->peers[ALICE], "SIP/2.0 200");
	heard(&r->peers[ALICE], SDP_B);
	expect(bob2, "CANCEL");
	heard(bob2, "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n");
	answer(bob2, 200);
	answer_invite(bob2, 487, NULL, NULL);
	expect(bob2, "ACK");
	expect_nothing(bob2);
	ack(&r->peers[ALICE], NULL);
	assert_int_equal(call_engine_count(r->calls), 1);
}

/* A 200 that crosses the CANCEL is taken and ended. */
static void test_late_answer(void **state)
{
	struct rig *r = *state;
	struct peer *bob2 = &r->peers[BOB2];

	ring_aloud(r);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	expect(bob2, "CANCEL");
	answer_invite(bob2, 200, NULL, SDP_C);
	expect(bob2, "ACK");
	expect(bob2, "BYE sip:bob2@203.0.113.3:5060");
	heard(bob2, "completed elsewhere");
	answer(bob2, 200);
	expect_nothing(bob2);
	expect(&r->peers[ALICE], "SIP/2.0 200");
	expect_nothing(&r->peers[ALICE]);
}

/* Two answers from behind one branch: the second dialog is ended, the first lives. */
static void test_two_answers_of_one_branch(void **state)
{
	struct rig *r = *state;
	struct peer *bob = &r->peers[BOB];
	char first[sizeof(bob->own_tag)];

	ring_aloud(r);
	strcpy(first, bob->own_tag);
	answer_invite(bob, 200, NULL, SDP_B);
	expect(bob, "ACK");
	strcpy(bob->own_tag, "another");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(bob, "ACK");
	heard(bob, ";tag=another\r\n");
	expect(bob, "BYE");
	heard(bob, ";tag=another\r\n");
	strcpy(bob->own_tag, first);
	answer_invite(bob, 200, NULL, SDP_B); /* again: our ACK was lost */
	expect(bob, "ACK");
	heard(bob, first);
	expect_nothing(bob);
	assert_int_equal(call_engine_count(r->calls), 1);
}

static void test_busy(void **state)
{
	struct rig *r = *state;

	ring_aloud(r);
	answer_invite(&r->peers[BOB2], 480, NULL, NULL);
	expect_nothing(&r->peers[ALICE]);
	answer_invite(&r->peers[BOB], 486, "Retry-After: 60\r\n", NULL);
	expect(&r->peers[ALICE], "SIP/2.0 486");
	heard(&r->peers[ALICE], "Retry-After: 60\r\n");
	heard_not(&r->peers[ALICE], "Secret");
	ack(&r->peers[ALICE], NULL);
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "busy");
	assert_int_equal(rig_cdr(r, LINE_A, 0).answered_at, 0);
	rig_expect_nothing_left(r);
}

/* 6xx is for all: the others stop ringing at once. */
static void test_declined(void **state)
{
	struct rig *r = *state;

	ring_aloud(r);
	answer_invite(&r->peers[BOB], 603, NULL, NULL);
	expect(&r->peers[ALICE], "SIP/2.0 603");
	expect(&r->peers[BOB2], "CANCEL");
	answer(&r->peers[BOB2], 200);
	answer_invite(&r->peers[BOB2], 487, NULL, NULL);
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "rejected");
}

/* Rang and was not answered: 480, and the devices hear why they stop. */
static void test_no_answer(void **state)
{
	struct rig *r = *state;

	ring_aloud(r);
	for (unsigned s = 0; s < 175; s += 35) {
		rig_run(r, 35000);
		answer_invite(&r->peers[BOB], 180, NULL, NULL);
		answer_invite(&r->peers[BOB2], 180, NULL, NULL);
	}
	fake_net_forget_sent(r->net);
	rig_run(r, 4999);
	expect_nothing(&r->peers[ALICE]);
	rig_run(r, 1);
	expect(&r->peers[ALICE], "SIP/2.0 480");
	expect(&r->peers[BOB], "CANCEL");
	heard(&r->peers[BOB], "Reason: SIP;cause=480;text=\"No answer\"\r\n");
	expect(&r->peers[BOB2], "CANCEL");
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "no_answer");
	rig_expect_nothing_left(r);
}

/* Devices that never say a word (timer B): 408, as RFC 3398 has it. */
static void test_silent(void **state)
{
	struct rig *r = *state;

	ring(r);
	rig_run(r, 31000);
	answer_invite(&r->peers[BOB], 480, NULL, NULL);
	fake_net_forget_sent(r->net);
	rig_run(r, 1500);
	expect(&r->peers[ALICE], "SIP/2.0 480");
	rig_expect_nothing_left(r);
	ring(r);
	rig_run(r, 31900);
	fake_net_forget_sent(r->net);
	rig_run(r, 200);
	expect(&r->peers[ALICE], "SIP/2.0 408");
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "unreachable");
	rig_expect_nothing_left(r);
}

static void test_cancel(void **state)
{
	struct rig *r = *state;

	ring_aloud(r);
	cancel(&r->peers[ALICE], "Reason: Q.850;cause=16\r\n");
	expect(&r->peers[ALICE], "SIP/2.0 200");
	expect(&r->peers[ALICE], "SIP/2.0 487");
	expect(&r->peers[BOB], "CANCEL");
	heard(&r->peers[BOB], "Reason: Q.850;cause=16\r\n");
	expect(&r->peers[BOB2], "CANCEL");
	answer_invite(&r->peers[BOB], 487, NULL, NULL);
	answer_invite(&r->peers[BOB2], 487, NULL, NULL);
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "cancelled");
	rig_expect_nothing_left(r);
}

/* 9.1: nothing is cancelled before its first provisional response. */
static void test_cancel_early(void **state)
{
	struct rig *r = *state;

	ring(r);
	cancel(&r->peers[ALICE], NULL);
	expect_nothing(&r->peers[BOB]);
	answer_invite(&r->peers[BOB], 100, NULL, NULL);
	expect(&r->peers[BOB], "CANCEL");
}

/* The answer crosses the caller's CANCEL: who was cancelled first counts. */
static void test_cancel_crosses_answer(void **state)
{
	struct rig *r = *state;
	struct peer *bob = &r->peers[BOB];

	ring_aloud(r);
	cancel(&r->peers[ALICE], NULL);
	expect(bob, "CANCEL");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(bob, "ACK");
	expect(bob, "BYE");
	expect(&r->peers[ALICE], "SIP/2.0 200"); /* to the CANCEL */
	expect(&r->peers[ALICE], "SIP/2.0 487");
	expect_nothing(&r->peers[ALICE]);
	assert_int_equal(rig_cdr(r, LINE_A, 0).answered_at, 0);
}

static void test_cancel_after_answer(void **state)
{
	struct rig *r = *state;

	ring_aloud(r);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	expect(&r->peers[ALICE], "SIP/2.0 200");
	cancel(&r->peers[ALICE], NULL);
	expect(&r->peers[ALICE], "SIP/2.0 200");
	heard(&r->peers[ALICE], "CSeq: 100 CANCEL\r\n");
	assert_int_equal(call_engine_count(r->calls), 1);
}

/* A device that does not take the call does not stop the others. */
static void test_device_is_away(void **state)
{
	struct rig *r = *state;

	r->net->send_error = -111;
	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
	r->net->send_error = 0;
	rig_run(r, 1000);
	expect_nothing(&r->peers[BOB]);
	assert_int_equal(call_engine_count(r->calls), 0);
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "unreachable");
}

int fork_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_first_wins),
		T(test_late_answer),
		T(test_two_answers_of_one_branch),
		T(test_busy),
		T(test_declined),
		T(test_no_answer),
		T(test_silent),
		T(test_cancel),
		T(test_cancel_early),
		T(test_cancel_crosses_answer),
		T(test_cancel_after_answer),
		T(test_device_is_away),
	};

	return cmocka_run_group_tests_name("fork", tests, NULL, NULL);
}
