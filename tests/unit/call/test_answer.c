/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_answer.c - Early media, tags, the 2xx until its ACK (RFC 3261 13.3.1.4).
 */

#include <string.h>

#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void ring(struct rig *r, const char *sdp)
{
	invite(&r->peers[ALICE], "0447654321", NULL, sdp);
	expect(&r->peers[BOB], "INVITE");
	expect(&r->peers[BOB2], "INVITE");
}

static void test_early_media_of_the_winner(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	char tag[64];

	ring(r, SDP_A);
	heard(&r->peers[BOB], SDP_A);
	answer_invite(&r->peers[BOB], 183, NULL, SDP_B);
	expect(alice, "SIP/2.0 183");
	heard(alice, SDP_B);
	strcpy(tag, alice->their_tag);
	/* The second branch is an early dialog of its own. */
	answer_invite(&r->peers[BOB2], 183, NULL, SDP_C);
	expect(alice, "SIP/2.0 183");
	heard(alice, SDP_C);
	assert_string_not_equal(tag, alice->their_tag);
	answer_invite(&r->peers[BOB2], 183, NULL, SDP_C);
	expect_nothing(alice);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	heard(alice, SDP_B);
	assert_string_equal(tag, alice->their_tag);
}

/* 13.3.1.1: proxies before the caller must hear that it still rings. */
static void test_progress_each_minute(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	ring(r, SDP_A);
	answer_invite(&r->peers[BOB2], 486, NULL, NULL);
	answer_invite(&r->peers[BOB], 183, NULL, SDP_B);
	expect(alice, "SIP/2.0 183");
	for (unsigned i = 0; i < 2; i++) {
		rig_run(r, 59999);
		expect_nothing(alice);
		rig_run(r, 1);
		expect(alice, "SIP/2.0 183");
		heard(alice, SDP_B);
	}
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	rig_run(r, 120000);
	expect_nothing(alice);
}

/* Another branch answers than the one whose media the caller knows: another dialog. */
static void test_early_media_of_a_loser(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	char tag[64];

	ring(r, SDP_A);
	answer_invite(&r->peers[BOB], 183, NULL, SDP_B);
	expect(alice, "SIP/2.0 183");
	strcpy(tag, alice->their_tag);
	answer_invite(&r->peers[BOB2], 200, NULL, SDP_C);
	expect(alice, "SIP/2.0 200");
	heard(alice, SDP_C);
	assert_string_not_equal(tag, alice->their_tag);
	ack(alice, NULL);
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
}

/* The 200 without the description that the 183 had: it is given all the same. */
static void test_description_in_183_only(void **state)
{
	struct rig *r = *state;

	ring(r, SDP_A);
	answer_invite(&r->peers[BOB], 183, NULL, SDP_B);
	answer_invite(&r->peers[BOB], 200, NULL, NULL);
	expect(&r->peers[ALICE], "SIP/2.0 183");
	expect(&r->peers[ALICE], "SIP/2.0 200");
	heard(&r->peers[ALICE], SDP_B);
}

/* Without an offer of the caller, the offer comes in the 200 and the answer in the ACK.
 */
static void test_late_offer(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	ring(r, NULL);
	heard(bob, "Content-Length: 0\r\n");
	answer_invite(bob, 183, NULL, SDP_B);
	expect(alice, "SIP/2.0 183");
	heard_not(alice, "m=audio");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	heard(alice, SDP_B);
	expect_nothing(bob);
	ack(alice, SDP_A);
	expect(bob, "ACK");
	heard(bob, SDP_A);
	answer_invite(bob, 200, NULL, SDP_B);
	expect(bob, "ACK");
	heard(bob, SDP_A);
}

/* T1, 2*T1 ... T2, to 64*T1; then BYE. */
static void test_200_until_ack(void **state)
{
	static const unsigned at_ms[] = { 500,  1000, 2000, 4000, 4000,
					  4000, 4000, 4000, 4000, 4000 };
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	ring(r, SDP_A);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	for (size_t i = 0; i < COUNT(at_ms); i++) {
		rig_run(r, at_ms[i] - 1);
		expect_nothing(alice);
		rig_run(r, 1);
		expect(alice, "SIP/2.0 200");
	}
	fake_net_forget_sent(r->net);
	rig_run(r, 500);
	expect(alice, "BYE");
	expect(&r->peers[BOB], "BYE");
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "unreachable");
	rig_expect_nothing_left(r);
}

static void test_ack_stops_it(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	ring(r, SDP_A);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	rig_run(r, 600);
	expect(alice, "SIP/2.0 200");
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	rig_run(r, 64000);
	expect_nothing(alice);
	assert_int_equal(call_engine_count(r->calls), 1);
}

/* Section 15: no BYE before the ACK. */
static void test_hang_up_before_ack(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	ring(r, SDP_A);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	request(&r->peers[BOB], "BYE", NULL, NULL);
	expect_nothing(alice);
	assert_int_equal(call_engine_count(r->calls), 0);
	ack(alice, NULL);
	expect(alice, "BYE");
	answer(alice, 200);
	rig_expect_nothing_left(r);
}

/* The caller hangs up before its ACK, or the BYE overtakes it. */
static void test_caller_bye_before_ack(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	ring(r, SDP_A);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
	expect(&r->peers[BOB], "ACK");
	expect(&r->peers[BOB], "BYE");
	ack(alice, NULL);
	expect_nothing(alice);
	rig_run(r, 5000);
	expect_nothing(alice);
	rig_expect_nothing_left(r);
}

/* A description that is none in the answer: ended, and the caller told. */
static void test_answer_with_a_bad_description(void **state)
{
	struct rig *r = *state;

	ring(r, SDP_A);
	answer_invite(&r->peers[BOB2], 486, NULL, NULL);
	answer_invite(&r->peers[BOB], 200, NULL, "hello");
	expect(&r->peers[BOB], "ACK");
	expect(&r->peers[BOB], "BYE");
	expect(&r->peers[ALICE], "SIP/2.0 486");
	rig_expect_nothing_left(r);
}

static void test_route_sets(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	invite(alice, "0447654321",
	       "Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>\r\n", SDP_A);
	expect(bob, "INVITE");
	heard_not(bob, "Route");
	expect(&r->peers[BOB2], "INVITE");
	answer_invite(bob, 200,
		      "Record-Route: <sip:q2.example;lr>, <sip:q1.example;lr>\r\n",
		      SDP_B);
	expect(bob, "ACK");
	heard(bob, "Route: <sip:q1.example;lr>, <sip:q2.example;lr>\r\n");
	expect(alice, "SIP/2.0 200");
	heard(alice, "Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>\r\n");
	heard_not(alice, "q1.example");
	ack(alice, NULL);
	request(bob, "BYE", NULL, NULL);
	expect(alice, "BYE sip:alice@203.0.113.1:5060");
	heard(alice, "Route: <sip:p2.example;lr>, <sip:p1.example;lr>\r\n");
}

/* 12.2.1.1: the first hop does not know lr. */
static void test_strict_route(void **state)
{
	struct rig *r = *state;
	struct peer *bob = &r->peers[BOB];

	ring(r, SDP_A);
	answer_invite(bob, 200, "Record-Route: <sip:q2.example;lr>, <sip:q1.example>\r\n",
		      SDP_B);
	expect(bob, "ACK sip:q1.example SIP/2.0\r\n");
	heard(bob, "Route: <sip:q2.example;lr>\r\nRoute: <sip:bob@203.0.113.2:5060>\r\n");
}

int answer_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_early_media_of_the_winner),
		T(test_progress_each_minute),
		T(test_early_media_of_a_loser),
		T(test_description_in_183_only),
		T(test_late_offer),
		T(test_200_until_ack),
		T(test_ack_stops_it),
		T(test_hang_up_before_ack),
		T(test_caller_bye_before_ack),
		T(test_answer_with_a_bad_description),
		T(test_route_sets),
		T(test_strict_route),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
