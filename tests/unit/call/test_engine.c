/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_engine.c - Calls through rtpengine: what waits for it, in what order it goes
 * on, and what overtakes it. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call/room.h"
#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup_rtpengine, rig_teardown)
#define HERE    "c=IN IP4 198.18.0.1\r\n"

/* Alice's offer for Bob's two devices. */
static void ring(struct rig *r)
{
	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
	for (unsigned i = 0; i < 2; i++) {
		engine_asked(r, "offer");
		engine_answers(r);
	}
	expect(&r->peers[BOB2], "INVITE");
	expect(&r->peers[BOB], "INVITE");
}

static void connect_both(struct rig *r)
{
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	ring(r);
	answer_invite(bob, 200, NULL, SDP_B);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	expect(bob, "ACK");
	fake_net_forget_sent(r->net);
	/* The other device's session. */
	engine_asked(r, "delete");
	engine_answers(r);
}

static void expect_deleted(struct rig *r)
{
	rig_run(r, 1);
	engine_asked(r, "delete");
	engine_answers(r);
	assert_int_equal(r->asked_count, 0);
}

static void test_a_call(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	invite(alice, "0447654321", NULL, SDP_A);
	rig_run(r, 1);
	expect_nothing(bob);
	assert_int_equal(r->asked_count, 2);
	engine_answers(r);
	engine_answers(r);
	expect(bob, "INVITE");
	heard(bob, HERE);
	heard_not(bob, "203.0.113.1");
	answer_invite(bob, 200, NULL, SDP_B);
	expect_nothing(alice);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(alice, "SIP/2.0 200");
	heard(alice, HERE);
	ack(alice, NULL);
	expect(bob, "ACK");
	rig_run(r, 1);
	engine_answers(r); /* delete of the other device's */
	request(alice, "BYE", NULL, NULL);
	expect_deleted(r);
}

static void test_cancelled_while_asking(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	invite(alice, "0447654321", NULL, SDP_A);
	cancel(alice, NULL);
	expect(alice, "SIP/2.0 200");
	expect(alice, "SIP/2.0 487");
	ack(alice, NULL);
	rig_run(r, 1);
	expect_nothing(&r->peers[BOB]);
	for (unsigned i = 0; i < 2; i++) {
		engine_asked(r, "offer");
		engine_answers(r);
	}
	expect_nothing(&r->peers[BOB]);
	engine_asked(r, "delete");
	engine_answers(r);
	engine_asked(r, "delete");
	engine_answers(r);
	rig_expect_nothing_left(r);
}

/* What comes after a description that is being asked about waits behind it. */
static void test_order_is_kept(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	ring(r);
	answer_invite(bob, 183, NULL, SDP_B);
	answer_invite(bob, 180, NULL, NULL);
	answer_invite(bob, 200, NULL, SDP_C);
	answer_invite(bob, 200, NULL, SDP_C); /* again, for want of an ACK */
	expect_nothing(alice);
	assert_int_equal(r->asked_count, 1);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(alice, "SIP/2.0 183");
	expect(alice, "SIP/2.0 180");
	expect_nothing(alice);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	request(alice, "BYE", NULL, NULL);
}

static void test_refused_while_asking(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	ring(r);
	answer_invite(bob, 183, NULL, SDP_B);
	answer_invite(bob, 486, NULL, NULL);
	answer_invite(&r->peers[BOB2], 486, NULL, NULL);
	expect(alice, "SIP/2.0 486");
	ack(alice, NULL);
	engine_answers(r);
	expect_nothing(alice);
	rig_run(r, 1);
	while (r->asked_count)
		engine_answers(r);
	rig_expect_nothing_left(r);
}

static void test_cancelled_while_the_answer_is_asked(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	ring(r);
	answer_invite(bob, 200, NULL, SDP_B);
	cancel(alice, NULL);
	expect(alice, "SIP/2.0 200");
	expect(alice, "SIP/2.0 487");
	ack(alice, NULL);
	rig_run(r, 1);
	expect(bob, "ACK");
	expect(bob, "BYE");
	answer(bob, 200);
	engine_asked(r, "answer");
	engine_answers(r);
	rig_run(r, 1);
	while (r->asked_count)
		engine_answers(r);
}

static void test_silent(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	invite(alice, "0447654321", NULL, SDP_A);
	rig_run(r, 1500);
	expect(alice, "SIP/2.0 100");
	expect(alice, "SIP/2.0 503");
	heard(alice, "Retry-After: 30\r\n");
	ack(alice, NULL);
	expect_nothing(&r->peers[BOB]);
	rig_expect_nothing_left(r);
}

static void test_silent_but_signalled(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	invite(alice, "0447654321", NULL, SDP_A);
	rig_run(r, 1500);
	expect(bob, "INVITE");
	heard(bob, "c=IN IP4 203.0.113.1\r\n");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 100");
	expect(alice, "SIP/2.0 200");
	heard(alice, "c=IN IP4 203.0.113.2\r\n");
	ack(alice, NULL);
	request(alice, "BYE", NULL, NULL);
}

static void test_emergency_without_it(void **state)
{
	struct rig *r = *state;

	invite(&r->peers[ALICE], "117", NULL, SDP_A);
	rig_run(r, 1500);
	expect(&r->peers[PSTN], "INVITE sip:117@");
	heard(&r->peers[PSTN], "c=IN IP4 203.0.113.1\r\n");
	cancel(&r->peers[ALICE], NULL);
}

static void test_reinvite(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_both(r);
	reinvite(bob, SDP_C);
	expect_nothing(alice);
	reinvite(alice, SDP_A); /* crosses */
	expect(alice, "SIP/2.0 491");
	ack(alice, NULL);
	engine_asked(r, "offer");
	engine_answers(r);
	expect(alice, "INVITE");
	heard(alice, HERE);
	answer_invite(alice, 200, NULL, SDP_A);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(alice, "ACK");
	expect(bob, "SIP/2.0 200");
	heard(bob, HERE);
	ack(bob, NULL);
	request(bob, "BYE", NULL, NULL);
	expect_deleted(r);
}

static void test_hung_up_while_a_reinvite_is_asked(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_both(r);
	reinvite(bob, SDP_C);
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
	expect(bob, "SIP/2.0 487");
	ack(bob, NULL);
	expect(bob, "BYE");
	answer(bob, 200);
	engine_asked(r, "offer");
	engine_answers(r);
	expect_nothing(alice);
	expect_deleted(r);
	rig_expect_nothing_left(r);
}

/* The offer comes with the 200, the answer with the ACK. */
static void test_late_offer(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	invite(alice, "0447654321", NULL, NULL);
	expect(bob, "INVITE");
	answer_invite(bob, 200, NULL, SDP_B);
	expect_nothing(alice);
	engine_asked(r, "offer");
	engine_answers(r);
	expect(alice, "SIP/2.0 200");
	heard(alice, HERE);
	ack(alice, SDP_A);
	expect_nothing(bob);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(bob, "ACK");
	heard(bob, HERE);
	request(alice, "BYE", NULL, NULL);
}

/* The offer comes reliably with the 183, the answer with the PRACK. */
static void test_answer_in_prack(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];
	char rack[64];
	uint32_t rseq;

	invite(alice, "0447654321", "Supported: 100rel\r\n", NULL);
	expect(bob, "INVITE");
	answer_invite(bob, 183, "Require: 100rel\r\nRSeq: 7\r\n", SDP_B);
	expect_nothing(alice);
	engine_asked(r, "offer");
	engine_answers(r);
	expect(alice, "SIP/2.0 183");
	heard(alice, HERE);
	assert_int_equal(sip_msg_number(&alice->msg, SIP_HDR_RSEQ, &rseq), 0);
	snprintf(rack, sizeof(rack), "RAck: %u %u INVITE\r\n", rseq, alice->invite_cseq);
	request(alice, "PRACK", rack, SDP_A);
	expect(alice, "SIP/2.0 200");
	expect_nothing(bob);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(bob, "PRACK");
	heard(bob, HERE);
	answer(bob, 200);
	cancel(alice, NULL);
}

/* --- two behind the one branch of a trunk --- */

static void ring_trunk(struct rig *r, const char *offer)
{
	invite(&r->peers[ALICE], "0449876543", NULL, offer);
	if (offer) {
		engine_asked(r, "offer");
		engine_answers(r);
	}
	expect(&r->peers[PSTN], "INVITE");
}

/* The trunk says it as that one; what rtpengine is asked about goes by a tag of its own. */
static void as(struct rig *r, const char *tag, unsigned status, const char *sdp,
	       const char *command, char asked[64])
{
	struct peer *pstn = &r->peers[PSTN];

	snprintf(pstn->own_tag, sizeof(pstn->own_tag), "%s", tag);
	answer_invite(pstn, status, NULL, sdp);
	if (!command) {
		assert_int_equal(r->asked_count, 0);
		return;
	}
	engine_asked(r, command);
	engine_value(r, strcmp(command, "offer") == 0 ? "from-tag" : "to-tag", asked);
	engine_answers(r);
}

static unsigned told_port(const struct peer *p)
{
	const char *audio = strstr(p->heard, "m=audio ");

	assert_non_null(audio);
	return (unsigned)strtoul(audio + strlen("m=audio "), NULL, 10);
}

static void test_each_answerer_has_its_own_ports(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];
	char one[64], two[64], again[64];
	unsigned first;

	ring_trunk(r, SDP_A);
	as(r, "one", 183, SDP_B, "answer", one);
	expect(alice, "SIP/2.0 183");
	first = told_port(alice);
	as(r, "two", 183, SDP_C, "answer", two);
	expect(alice, "SIP/2.0 183");
	assert_string_not_equal(one, two);
	assert_int_not_equal(told_port(alice), first);
	as(r, "two", 180, NULL, NULL, NULL);
	expect(alice, "SIP/2.0 180");
	/* The second has spoken last, the first answers without a word of its own. */
	as(r, "one", 200, NULL, "answer", again);
	assert_string_equal(again, one);
	expect(alice, "SIP/2.0 200");
	assert_int_equal(told_port(alice), first);
	expect(pstn, "ACK");
	ack(alice, NULL);
	/* What comes too late turns nothing round. */
	as(r, "two", 200, SDP_C, NULL, NULL);
	expect(pstn, "ACK");
	expect(pstn, "BYE");
	answer(pstn, 200);
	as(r, "two", 183, SDP_C, NULL, NULL);
	strcpy(pstn->own_tag, "one");
	reinvite(alice, SDP_C);
	engine_asked(r, "offer");
	engine_value(r, "to-tag", again);
	assert_string_equal(again, one);
	engine_answers(r);
	expect(pstn, "INVITE");
	answer_invite(pstn, 200, NULL, SDP_B);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	request(alice, "BYE", NULL, NULL);
	expect_deleted(r);
}

/* Nobody else has spoken since: nothing is asked again, and nothing waits. */
static void test_an_answer_without_a_word_waits_for_nothing(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	char one[64];

	ring_trunk(r, SDP_A);
	as(r, "one", 183, SDP_B, "answer", one);
	expect(alice, "SIP/2.0 183");
	as(r, "one", 200, NULL, NULL, NULL);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	request(alice, "BYE", NULL, NULL);
	expect_deleted(r);
}

static void test_each_who_offers_has_its_own_ports(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];
	char one[64], asked[64];

	ring_trunk(r, NULL);
	as(r, "one", 200, SDP_B, "offer", one);
	expect(alice, "SIP/2.0 200");
	as(r, "two", 200, SDP_C, NULL, NULL);
	expect(pstn, "ACK");
	expect(pstn, "BYE");
	answer(pstn, 200);
	ack(alice, SDP_A);
	engine_asked(r, "answer");
	engine_value(r, "from-tag", asked);
	assert_string_equal(asked, one);
	engine_answers(r);
	expect(pstn, "ACK");
	request(alice, "BYE", NULL, NULL);
	expect_deleted(r);
}

/* Told the first one's ports under the one tag that it takes, the caller is offered the other's
 * when that one answers. */
static void test_the_one_dialog_moves_to_who_answers(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	char one[64], two[64];
	unsigned first;

	ring_trunk(r, SDP_A);
	as(r, "one", 183, SDP_B, "answer", one);
	expect(alice, "SIP/2.0 183");
	first = told_port(alice);
	as(r, "two", 200, SDP_C, "answer", two);
	expect(alice, "SIP/2.0 200");
	assert_int_equal(told_port(alice), first);
	ack(alice, NULL);
	rig_run(r, 2000);
	expect(alice, "INVITE");
	assert_int_not_equal(told_port(alice), first);
	fake_net_forget_sent(r->net);
	answer_invite(alice, 200, NULL, SDP_A);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(alice, "ACK");
	request(alice, "BYE", NULL, NULL);
	expect_deleted(r);
}

int engine_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_call),
		T(test_cancelled_while_asking),
		T(test_order_is_kept),
		T(test_refused_while_asking),
		T(test_cancelled_while_the_answer_is_asked),
		T(test_silent),
		cmocka_unit_test_setup_teardown(test_silent_but_signalled,
						rig_setup_rtpengine_signal, rig_teardown),
		T(test_emergency_without_it),
		T(test_reinvite),
		T(test_hung_up_while_a_reinvite_is_asked),
		T(test_late_offer),
		T(test_answer_in_prack),
		T(test_each_answerer_has_its_own_ports),
		T(test_an_answer_without_a_word_waits_for_nothing),
		T(test_each_who_offers_has_its_own_ports),
		cmocka_unit_test_setup_teardown(test_the_one_dialog_moves_to_who_answers,
						rig_setup_rtpengine_single, rig_teardown),
	};

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
