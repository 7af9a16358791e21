/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_offer.c - Re-INVITEs that we begin ourselves (RFC 3261 14.1). */

#include <string.h>

#include "call/answer.h"
#include "call/leg.h"
#include "call/offer.h"
#include "call/room.h"
#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

struct result {
	unsigned calls, status;
	char sdp[512];
};

static void note(void *arg, struct leg *l, unsigned status, const struct sip_msg *m)
{
	struct result *r = arg;

	r->calls++;
	r->status = status;
	if (m)
		assert_int_equal(text_copy(r->sdp, sizeof(r->sdp), m->body), 0);
}

static struct call *only_call(const struct rig *r)
{
	return container_of(r->calls->calls.next, struct call, node);
}

static void test_with_offer(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	struct result result = { 0 };

	connect_bob(r);
	assert_int_equal(leg_offer(only_call(r)->caller, TEXT(SDP_C), note, &result), 0);
	assert_int_equal(leg_offer(only_call(r)->caller, TEXT(SDP_C), note, &result),
			 -EBUSY);
	expect(alice, "INVITE sip:alice@203.0.113.1:5060");
	heard(alice, SDP_C);
	heard(alice, "Contact: <sip:192.0.2.1:5060>\r\n");
	reinvite(alice, SDP_A); /* crosses */
	expect(alice, "SIP/2.0 491");
	ack(alice, NULL);
	answer_invite(alice, 180, NULL, NULL);
	assert_int_equal(result.calls, 0);
	answer_invite(alice, 200, NULL, SDP_A);
	expect(alice, "ACK");
	assert_int_equal(result.calls, 1);
	assert_int_equal(result.status, 200);
	assert_string_equal(result.sdp, SDP_A);
	answer_invite(alice, 200, NULL, SDP_A); /* again: our ACK was lost */
	expect(alice, "ACK");
	assert_int_equal(result.calls, 1);
	expect_nothing(&r->peers[BOB]);
}

static void test_asks_for_an_offer(void **state)
{
	struct rig *r = *state;
	struct peer *bob = &r->peers[BOB];
	struct result result = { 0 };
	struct leg *l;

	connect_bob(r);
	l = only_call(r)->callee;
	assert_int_equal(leg_offer(l, TEXT_NONE, note, &result), 0);
	expect(bob, "INVITE sip:bob@203.0.113.2:5060");
	heard(bob, "Content-Length: 0\r\n");
	answer_invite(bob, 200, NULL, SDP_B);
	expect_nothing(bob);
	assert_int_equal(result.calls, 1);
	assert_string_equal(result.sdp, SDP_B);
	leg_send_ack(l, TEXT(SDP_A));
	expect(bob, "ACK");
	heard(bob, SDP_A);
}

/* Who owns the Call-ID waits 2.1 to 4 s, the other one less than 2 s. */
static void test_glare(void **state)
{
	static const struct {
		enum peer_id peer;
		int64_t least_ms, most_ms;
	} rows[] = { { ALICE, 0, 2000 }, { BOB, 2100, 4000 } };
	struct rig *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct peer *p = &r->peers[rows[i].peer];
		struct result result = { 0 };
		struct call *c;

		connect_bob(r);
		c = only_call(r);
		assert_int_equal(
			leg_offer(i ? c->callee : c->caller, TEXT(SDP_C), note, &result),
			0);
		for (unsigned tries = 1; tries < LEG_OFFER_TRIES_MAX; tries++) {
			expect(p, "INVITE");
			fake_net_forget_sent(r->net); /* sent again meanwhile */
			answer_invite(p, 491, NULL, NULL);
			expect(p, "ACK");
			if (rows[i].least_ms)
				rig_run(r, rows[i].least_ms - 1);
			if (rows[i].least_ms)
				expect_nothing(p);
			rig_run(r, rows[i].most_ms - rows[i].least_ms + 1);
		}
		expect(p, "INVITE");
		fake_net_forget_sent(r->net);
		assert_int_equal(result.calls, 0);
		answer_invite(p, 491, NULL, NULL);
		expect(p, "ACK");
		assert_int_equal(result.calls, 1);
		assert_int_equal(result.status, 491);
		assert_int_equal(call_engine_count(r->calls), 1);
		request(&r->peers[ALICE], "BYE", NULL, NULL);
		rig_run(r, 64000);
		fake_net_forget_sent(r->net);
	}
}

/* While the peer's own exchange runs, ours waits. */
static void test_waits_for_the_peer(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];
	struct result result = { 0 };

	connect_bob(r);
	reinvite(alice, SDP_C);
	expect(bob, "INVITE");
	assert_int_equal(leg_offer(only_call(r)->caller, TEXT(SDP_B), note, &result), 0);
	expect_nothing(alice);
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	rig_run(r, 2000);
	expect(alice, "INVITE");
	answer_invite(alice, 200, NULL, SDP_A);
	assert_int_equal(result.status, 200);
}

static void test_refused(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	struct result result = { 0 };

	connect_bob(r);
	assert_int_equal(leg_offer(only_call(r)->caller, TEXT(SDP_C), note, &result), 0);
	expect(alice, "INVITE");
	answer_invite(alice, 488, NULL, NULL);
	expect(alice, "ACK");
	assert_int_equal(result.status, 488);
	assert_int_equal(call_engine_count(r->calls), 1);
}

/* 12.2.1.2: 481, 408 and silence. */
static void test_lost(void **state)
{
	static const unsigned rows[] = { 481, 408, 0 };
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct result result = { 0 };

		connect_bob(r);
		assert_int_equal(
			leg_offer(only_call(r)->caller, TEXT(SDP_C), note, &result), 0);
		expect(alice, "INVITE");
		if (rows[i])
			answer_invite(alice, rows[i], NULL, NULL);
		else
			rig_run(r, 32000);
		assert_int_equal(result.calls, 1);
		assert_int_equal(result.status, rows[i] ? rows[i] : 408);
		assert_int_equal(call_engine_count(r->calls), 0);
		expect(&r->peers[BOB], "BYE");
		rig_expect_nothing_left(r);
		assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "unreachable");
		fake_net_forget_sent(r->net);
	}
}

/* BYE while it is under way, and while it waits: nobody is called back. */
static void test_hang_up_meanwhile(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	for (unsigned waits = 0; waits < 2; waits++) {
		struct result result = { 0 };

		connect_bob(r);
		assert_int_equal(
			leg_offer(only_call(r)->caller, TEXT(SDP_C), note, &result), 0);
		expect(alice, "INVITE");
		if (waits)
			answer_invite(alice, 491, NULL, NULL);
		request(&r->peers[BOB], "BYE", NULL, NULL);
		if (!waits)
			answer_invite(alice, 200, NULL, SDP_A);
		expect(alice, waits ? "ACK" : "BYE");
		expect(alice, waits ? "BYE" : "ACK");
		rig_expect_nothing_left(r);
		assert_int_equal(result.calls, 0);
		fake_net_forget_sent(r->net);
	}
}

/* The peer has moved and does not answer it: its own comes first, ours again behind it, where
 * the peer is now. */
static void test_gone_astray(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];
	struct result result = { 0 };

	connect_bob(r);
	assert_int_equal(leg_offer(only_call(r)->caller, TEXT(SDP_C), note, &result), 0);
	expect(alice, "INVITE");
	answer_invite(alice, 100, NULL, NULL);
	alice->flow = fake_net_udp(r->net, "203.0.113.99:5060");
	reinvite(alice, SDP_A);
	expect(bob, "INVITE");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	expect(bob, "ACK");
	ack(alice, NULL);
	assert_int_equal(result.calls, 0);
	rig_run(r, 4000);
	expect(alice, "INVITE");
	heard(alice, SDP_C);
	fake_net_forget_sent(r->net); /* it was resent meanwhile */
	answer_invite(alice, 200, NULL, SDP_A);
	expect(alice, "ACK");
	assert_int_equal(result.calls, 1);
	assert_int_equal(result.status, 200);
	rig_run(r, 40000);
	assert_int_equal(call_engine_count(r->calls), 1);
	request(alice, "BYE", NULL, NULL);
	expect(bob, "BYE");
	answer(bob, 200);
	rig_expect_nothing_left(r);
}

int offer_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_with_offer),         T(test_asks_for_an_offer), T(test_glare),
		T(test_waits_for_the_peer), T(test_refused),           T(test_lost),
		T(test_hang_up_meanwhile),  T(test_gone_astray),
	};

	return cmocka_run_group_tests_name("offer", tests, NULL, NULL);
}
