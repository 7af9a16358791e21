/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_reinvite.c - Re-INVITEs, from either side (RFC 3261 14). */

#include <string.h>

#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
#define HOLD                                                                             \
	"v=0\r\no=a 1 2 IN IP4 203.0.113.1\r\ns=-\r\nc=IN IP4 203.0.113.1\r\n"           \
	"t=0 0\r\nm=audio 4000 RTP/AVP 8 0\r\na=sendonly\r\n"

static void test_offer(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	reinvite(alice, HOLD);
	expect(bob, "INVITE sip:bob@203.0.113.2:5060");
	heard(bob, HOLD);
	heard(bob, "Contact: <sip:192.0.2.1:5060>\r\n");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(bob, "ACK");
	expect(alice, "SIP/2.0 200");
	heard(alice, SDP_B);
	ack(alice, NULL);
	rig_run(r, 64000);
	expect_nothing(alice);
	/* And from the other side. */
	reinvite(bob, SDP_C);
	expect(alice, "INVITE sip:alice@203.0.113.1:5060");
	heard(alice, SDP_C);
	answer_invite(alice, 200, NULL, SDP_A);
	expect(alice, "ACK");
	expect(bob, "SIP/2.0 200");
	heard(bob, SDP_A);
	ack(bob, NULL);
	assert_int_equal(call_engine_count(r->calls), 1);
}

static void test_without_offer(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	reinvite(bob, NULL);
	expect(alice, "INVITE");
	heard(alice, "Content-Length: 0\r\n");
	answer_invite(alice, 200, NULL, SDP_A);
	expect_nothing(alice);
	expect(bob, "SIP/2.0 200");
	heard(bob, SDP_A);
	ack(bob, SDP_C);
	expect(alice, "ACK");
	heard(alice, SDP_C);
	answer_invite(alice, 200, NULL, SDP_A);
	expect(alice, "ACK");
	heard(alice, SDP_C);
}

static void test_refused(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	reinvite(alice, HOLD);
	expect(bob, "INVITE");
	answer_invite(bob, 488, NULL, NULL);
	expect(bob, "ACK");
	expect(alice, "SIP/2.0 488");
	ack(alice, NULL);
	assert_int_equal(call_engine_count(r->calls), 1);
	reinvite(alice, HOLD);
	expect(bob, "INVITE");
	answer_invite(bob, 491, NULL, NULL);
	expect(alice, "SIP/2.0 491");
	assert_int_equal(call_engine_count(r->calls), 1);
}

/* 12.2.1.2: who answers 481 to it, or nothing at all, does not have the call any more. */
static void test_lost(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	reinvite(alice, HOLD);
	expect(bob, "INVITE");
	answer_invite(bob, 481, NULL, NULL);
	expect(alice, "SIP/2.0 408");
	expect(alice, "BYE");
	assert_int_equal(call_engine_count(r->calls), 0);
	rig_expect_nothing_left(r);
	fake_net_forget_sent(r->net);
	connect_bob(r);
	reinvite(alice, HOLD);
	rig_run(r, 32000);
	assert_int_equal(call_engine_count(r->calls), 0);
	rig_expect_nothing_left(r);
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "unreachable");
}

static void test_glare(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	reinvite(alice, HOLD);
	expect(bob, "INVITE");
	reinvite(bob, SDP_C);
	expect(bob, "SIP/2.0 491");
	expect_nothing(alice);
	reinvite(alice, HOLD); /* before the first is answered */
	expect(alice, "SIP/2.0 500");
	heard(alice, "Retry-After: ");
	bob->cseq = 900;
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	/* Alice's ACK is not here yet: nobody may start anew. */
	reinvite(bob, SDP_C);
	expect(bob, "ACK");
	expect(bob, "SIP/2.0 491");
}

static void test_cancelled(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	reinvite(alice, HOLD);
	expect(bob, "INVITE");
	answer_invite(bob, 100, NULL, NULL);
	cancel(alice, NULL);
	expect(alice, "SIP/2.0 200");
	expect(bob, "CANCEL");
	answer(bob, 200);
	expect_nothing(alice);
	answer_invite(bob, 487, NULL, NULL);
	expect(alice, "SIP/2.0 487");
	assert_int_equal(call_engine_count(r->calls), 1);
}

/* BYE while it is under way: it is answered 487, the 2xx that crosses is taken. */
static void test_hang_up_meanwhile(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	reinvite(alice, HOLD);
	expect(bob, "INVITE");
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
	expect(alice, "SIP/2.0 487");
	expect(bob, "BYE");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(bob, "ACK");
	expect_nothing(bob);
	rig_expect_nothing_left(r);
}

/* CVE-2021-31878: the dialog is gone, its transactions are not yet. */
static void test_after_the_end(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	connect_bob(r);
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
	reinvite(alice, NULL);
	expect(alice, "SIP/2.0 481");
	ack(alice, SDP_A);
	expect(&r->peers[BOB], "BYE");
	expect_nothing(&r->peers[BOB]);
	rig_expect_nothing_left(r);
}

/* A device that has moved is found where it is now. */
static void test_moved(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	alice->address = "203.0.113.77:6000";
	alice->flow = fake_net_udp(r->net, alice->address);
	reinvite(alice, SDP_A);
	expect(bob, "INVITE");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	request(bob, "BYE", NULL, NULL);
	expect(alice, "BYE sip:alice@203.0.113.77:6000");
}

static void test_bad_description(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	connect_bob(r);
	reinvite(alice, "hello");
	expect(alice, "SIP/2.0 400");
	expect_nothing(&r->peers[BOB]);
	ack(alice, NULL);
	assert_int_equal(call_engine_count(r->calls), 1);
}

int reinvite_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_offer),
		T(test_without_offer),
		T(test_refused),
		T(test_lost),
		T(test_glare),
		T(test_cancelled),
		T(test_hang_up_meanwhile),
		T(test_moved),
		T(test_bad_description),
		T(test_after_the_end),
	};

	return cmocka_run_group_tests_name("reinvite", tests, NULL, NULL);
}
