/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_dialog.c - Requests inside a dialog (RFC 3261 12.2.2). */

#include <string.h>

#include "call/room.h"
#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void test_not_its_dialog(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	struct peer good;

	connect_bob(r);
	good = *alice;
	strcpy(alice->own_tag, "other");
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 481");
	*alice = good;
	alice->cseq += 10;
	strcpy(alice->call_id, "other");
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 481");
	*alice = good;
	alice->cseq += 20;
	alice->their_tag[5] ^= 1;
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 481");
	*alice = good;
	alice->cseq += 30;
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
}

static void test_order(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	connect_bob(r);
	alice->cseq = 200;
	request(alice, "OPTIONS", NULL, NULL);
	expect(alice, "SIP/2.0 200");
	heard(alice,
	      "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, UPDATE, REFER\r\n");
	heard(alice, "Accept: application/sdp\r\n");
	alice->cseq = 150;
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 500");
	alice->cseq = 200; /* the same again */
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 500");
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
}

static void test_other_methods(void **state)
{
	static const char *const methods[] = { "NOTIFY", "SUBSCRIBE", "MESSAGE" };
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	connect_bob(r);
	for (size_t i = 0; i < COUNT(methods); i++) {
		request(alice, methods[i], NULL, NULL);
		expect(alice, "SIP/2.0 405");
		heard(alice, "Allow: INVITE, ACK");
	}
	expect_nothing(&r->peers[BOB]);
	request(alice, "FROB", NULL, NULL);
	expect(alice, "SIP/2.0 501");
}

static void test_info(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	request(alice, "INFO", "Info-Package: dtmf\r\nX-Own: evil\r\n",
		"Signal=5\r\nDuration=160\r\n");
	expect(bob, "INFO sip:bob@203.0.113.2:5060");
	heard(bob, "\r\n\r\nSignal=5\r\nDuration=160\r\n");
	heard(bob, "Content-Type: application/dtmf-relay\r\n");
	heard(bob, "Info-Package: dtmf\r\n");
	heard_not(bob, "evil");
	answer(bob, 200);
	expect(alice, "SIP/2.0 200");
	heard(alice, "INFO\r\n");
	request(bob, "INFO", NULL, NULL);
	expect(alice, "INFO");
	answer(alice, 415);
	expect(bob, "SIP/2.0 415");
	request(bob, "INFO", NULL, NULL);
	expect(alice, "INFO");
	answer(alice, 408); /* RFC 4320 4.2 */
	expect(bob, "SIP/2.0 500");
	expect_nothing(alice);
}

static void test_info_without_answer(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	connect_bob(r);
	for (unsigned i = 0; i < CALL_RELAYS_MAX; i++)
		request(alice, "INFO", NULL, NULL);
	expect_nothing(alice);
	request(alice, "INFO", NULL, NULL);
	expect(alice, "SIP/2.0 503");
	fake_net_forget_sent(r->net);
	request(alice, "BYE", NULL, NULL);
	for (unsigned i = 0; i < CALL_RELAYS_MAX; i++) {
		expect(alice, "SIP/2.0 ");
		heard_not(alice, "SIP/2.0 503");
	}
	rig_expect_nothing_left(r);
}

/* 12.2.1.2 */
static void test_info_unknown_call(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	request(alice, "INFO", NULL, NULL);
	expect(bob, "INFO");
	answer(bob, 481);
	expect(alice, "SIP/2.0 481");
	expect(alice, "BYE");
	assert_int_equal(call_engine_count(r->calls), 0);
	rig_expect_nothing_left(r);
}

static void test_info_times_out(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	connect_bob(r);
	request(alice, "INFO", NULL, NULL);
	rig_run(r, 32000);
	expect(alice, "SIP/2.0 500"); /* RFC 4320 4.2: not 408 */
	assert_int_equal(call_engine_count(r->calls), 1);
}

static void test_early_dialog(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	invite(alice, "0447654321", NULL, SDP_A);
	answer_invite((expect(&r->peers[BOB], "INVITE"), &r->peers[BOB]), 180, NULL,
		      NULL);
	expect(alice, "SIP/2.0 180");
	request(alice, "INFO", NULL, NULL);
	expect(alice, "SIP/2.0 480");
	reinvite(alice, SDP_A);
	expect(alice, "SIP/2.0 500");
	ack(alice, NULL);
	/* 15.1: the caller may end an early dialog by BYE. */
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
	expect(alice, "SIP/2.0 487");
	expect(&r->peers[BOB], "CANCEL");
	assert_int_equal(call_engine_count(r->calls), 0);
}

static void test_after_the_end(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	request(alice, "BYE", NULL, NULL);
	expect(bob, "BYE");
	/* BYEs that cross are both answered. */
	request(bob, "BYE", NULL, NULL);
	expect(bob, "SIP/2.0 ");
	fake_net_forget_sent(r->net);
	answer(bob, 200);
	rig_expect_nothing_left(r);
	request(alice, "OPTIONS", NULL, NULL);
	expect(alice, "SIP/2.0 481");
}

/* The other end is gone without a word: nothing is left here. */
static void test_bye_without_answer(void **state)
{
	struct rig *r = *state;

	connect_bob(r);
	request(&r->peers[ALICE], "BYE", NULL, NULL);
	rig_expect_nothing_left(r);
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "caller_hung_up");
}

int dialog_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_not_its_dialog),      T(test_order),
		T(test_other_methods),       T(test_info),
		T(test_info_without_answer), T(test_info_times_out),
		T(test_info_unknown_call),   T(test_early_dialog),
		T(test_after_the_end),       T(test_bye_without_answer),
	};

	return cmocka_run_group_tests_name("dialog", tests, NULL, NULL);
}
