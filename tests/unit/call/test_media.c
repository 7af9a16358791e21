/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_media.c - Session descriptions through a real relay. */

#include <string.h>
#include <unistd.h>

#include "call/limit.h"
#include "call/room.h"
#include "media/relay.h"
#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup_relay, rig_teardown)
#define HOLD                                                                             \
	"v=0\r\no=a 1 2 IN IP4 203.0.113.1\r\ns=-\r\nc=IN IP4 203.0.113.1\r\n"           \
	"t=0 0\r\nm=audio 4444 RTP/AVP 8 0\r\na=sendonly\r\n"

/* The audio port in what that peer heard. */
static unsigned port_of(const struct peer *p)
{
	struct sdp sdp;

	assert_int_equal(sdp_decode(p->msg.body, &sdp), 0);
	assert_int_equal(sdp.media_count, 1);
	return sdp.media[0].port;
}

static const struct call *only_call(const struct rig *r)
{
	return container_of(r->calls->calls.next, struct call, node);
}

static void test_addresses_are_ours(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];
	unsigned to_alice;

	invite(alice, "0447654321", NULL, SDP_A);
	expect(bob, "INVITE");
	heard(bob, "c=IN IP4 192.0.2.1\r\n");
	heard_not(bob, "203.0.113.1");
	expect(&r->peers[BOB2], "INVITE");
	assert_int_not_equal(port_of(bob), port_of(&r->peers[BOB2]));
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	heard(alice, "c=IN IP4 192.0.2.1\r\n");
	heard_not(alice, "203.0.113.2");
	to_alice = port_of(alice);
	assert_int_not_equal(to_alice, port_of(bob));
	ack(alice, NULL);
	/* The other branch's ends on the relay's own thread. */
	for (unsigned i = 0; i < 5000 && media_relay_sessions(r->media) > 1; i++)
		usleep(1000);
	assert_int_equal(media_relay_sessions(r->media), 1);
	reinvite(alice, HOLD);
	expect(bob, "ACK");
	expect(bob, "INVITE");
	heard(bob, "a=sendonly\r\n");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	assert_int_equal(port_of(alice), to_alice);
	ack(alice, NULL);
	assert_string_equal(only_call(r)->caller->sdp_agreed, HOLD);
	request(alice, "BYE", NULL, NULL);
}

/* As if a packet of the caller had just been relayed; real ones are media's tests. */
static void speak(struct rig *r)
{
	struct relay_session *s =
		container_of(only_call(r)->media, struct relay_session, base);

	atomic_store(&s->streams[0]->ends[MEDIA_A].packets, 1);
	atomic_store(&s->heard_us, clock_mono_us(&r->clock.clock));
}

static void talk(struct rig *r, const char *answer)
{
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	invite(alice, "0447654321", NULL, SDP_A);
	expect(bob, "INVITE");
	answer_invite(bob, 200, NULL, answer);
	expect(alice, "SIP/2.0 200");
	speak(r);
	ack(alice, NULL);
	expect(bob, "ACK");
}

static void test_silence_ends_the_call(void **state)
{
	struct rig *r = *state;
	struct cdr_row cdr;

	talk(r, SDP_B);
	fake_net_forget_sent(r->net);
	rig_run(r, (CALL_SILENCE_MAX_S - 1) * 1000);
	assert_int_equal(call_engine_count(r->calls), 1);
	fake_net_forget_sent(r->net);
	rig_run(r, 31 * 1000);
	assert_int_equal(call_engine_count(r->calls), 0);
	expect(&r->peers[ALICE], "BYE");
	expect(&r->peers[BOB], "BYE");
	rig_run(r, 40 * 1000);
	cdr = rig_cdr(r, LINE_A, 0);
	assert_string_equal(cdr.cause, "media_silence");
	assert_in_range(cdr.ended_at - cdr.answered_at, CALL_SILENCE_MAX_S * CALL_US,
			(CALL_SILENCE_MAX_S + 30) * CALL_US);
}

static void test_a_call_that_never_had_media_goes_on(void **state)
{
	struct rig *r = *state;

	connect_bob(r);
	rig_run(r, 2 * CALL_SILENCE_MAX_S * 1000);
	assert_int_equal(call_engine_count(r->calls), 1);
}

static void test_a_word_now_and_then_keeps_it(void **state)
{
	struct rig *r = *state;

	talk(r, SDP_B);
	for (unsigned i = 0; i < 4; i++) {
		rig_run(r, (CALL_SILENCE_MAX_S - CALL_LOOK_S) * 1000);
		speak(r);
	}
	assert_int_equal(call_engine_count(r->calls), 1);
}

static void test_a_held_call_may_be_silent(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	talk(r, SDP_B);
	reinvite(alice, HOLD);
	expect(bob, "INVITE");
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	rig_run(r, 2 * CALL_SILENCE_MAX_S * 1000);
	assert_int_equal(call_engine_count(r->calls), 1);
}

/* 14.1: what was agreed holds when the re-INVITE is refused. */
static void test_refused_reinvite(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	reinvite(alice, HOLD);
	expect(bob, "INVITE");
	answer_invite(bob, 488, NULL, NULL);
	expect(alice, "SIP/2.0 488");
	assert_string_equal(only_call(r)->caller->sdp_agreed, SDP_A);
	assert_null(only_call(r)->caller->sdp_pending);
	assert_string_equal(only_call(r)->callee->sdp_agreed, SDP_B);
}

/* The same device says other codecs in the 200 than in the 183: another dialog; it only
 * moved: the caller's description stays. */
static void test_early_media_changes(void **state)
{
	static const char moved[] =
		"v=0\r\no=b 1 2 IN IP4 203.0.113.9\r\ns=-\r\nc=IN IP4 203.0.113.9\r\n"
		"t=0 0\r\nm=audio 5500 RTP/AVP 8\r\n";
	static const struct {
		const char *sdp;
		bool same_tag;
	} rows[] = { { SDP_B, true }, { moved, true }, { SDP_C, false } };
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	for (size_t i = 0; i < COUNT(rows); i++) {
		char tag[64], body[1024];

		invite(alice, "0447654321", NULL, SDP_A);
		expect(bob, "INVITE");
		answer_invite(bob, 183, NULL, SDP_B);
		expect(alice, "SIP/2.0 183");
		strcpy(tag, alice->their_tag);
		assert_int_equal(text_copy(body, sizeof(body), alice->msg.body), 0);
		answer_invite(bob, 200, NULL, rows[i].sdp);
		expect(alice, "SIP/2.0 200");
		assert_int_equal(!strcmp(tag, alice->their_tag), rows[i].same_tag);
		assert_int_equal(text_eq(text_of(body), alice->msg.body),
				 rows[i].same_tag);
		ack(alice, NULL);
		request(alice, "BYE", NULL, NULL);
		rig_run(r, 64000);
		fake_net_forget_sent(r->net);
	}
}

/* Two answer behind one branch of a trunk: the first one's description holds, though the
 * second one has described itself after it. */
static void test_one_of_two_behind_a_trunk(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];
	unsigned port;

	invite(alice, "0443334455", NULL, SDP_A);
	expect(pstn, "INVITE");
	strcpy(pstn->own_tag, "one");
	answer_invite(pstn, 183, NULL, SDP_B);
	expect(alice, "SIP/2.0 183");
	port = port_of(alice);
	strcpy(pstn->own_tag, "two");
	answer_invite(pstn, 183, NULL, SDP_C);
	expect(alice, "SIP/2.0 183");
	strcpy(pstn->own_tag, "one");
	answer_invite(pstn, 200, NULL, NULL);
	expect(pstn, "ACK");
	expect(alice, "SIP/2.0 200");
	assert_int_equal(port_of(alice), port);
	ack(alice, NULL);
	assert_string_equal(only_call(r)->callee->sdp_agreed, SDP_B);
	request(alice, "BYE", NULL, NULL);
}

static void test_echo(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	struct cdr_row cdr;

	invite(alice, "*43", NULL, SDP_A);
	expect(alice, "SIP/2.0 200");
	heard(alice, "c=IN IP4 192.0.2.1\r\n");
	ack(alice, NULL);
	assert_int_equal(call_engine_count(r->calls), 1);
	reinvite(alice, HOLD);
	expect(alice, "SIP/2.0 488");
	ack(alice, NULL);
	request(alice, "INFO", NULL, NULL);
	expect(alice, "SIP/2.0 480");
	rig_run(r, 10000);
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
	cdr = rig_cdr(r, LINE_A, 0);
	assert_int_equal(cdr.charge_micros, 0);
	assert_string_equal(cdr.to, "CH:*43");
	assert_string_equal(cdr.cause, "caller_hung_up");
	rig_expect_nothing_left(r);
	invite(alice, "*43", NULL, NULL);
	expect(alice, "SIP/2.0 488");
}

/* The relay has two ports a side: the second call finds none, an emergency call goes on
 * without it. */
static void test_no_ports(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	connect_pstn(r, "0443334455");
	invite(&r->peers[BOB], "0443334455", NULL, SDP_B);
	expect(&r->peers[BOB], "SIP/2.0 503");
	ack(&r->peers[BOB], NULL);
	heard(&r->peers[BOB], "Retry-After: 30\r\n");
	expect_nothing(&r->peers[PSTN]);
	invite(&r->peers[BOB], "0441234567", NULL, SDP_B);
	expect(&r->peers[BOB], "SIP/2.0 503");
	ack(&r->peers[BOB], NULL);
	invite(&r->peers[BOB], "117", NULL, SDP_B);
	expect(&r->peers[PSTN], "INVITE sip:117@");
	heard(&r->peers[PSTN], SDP_B);
	request(alice, "BYE", NULL, NULL);
}

int media_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_addresses_are_ours),
		T(test_silence_ends_the_call),
		T(test_a_call_that_never_had_media_goes_on),
		T(test_a_word_now_and_then_keeps_it),
		T(test_a_held_call_may_be_silent),
		T(test_refused_reinvite),
		T(test_early_media_changes),
		T(test_one_of_two_behind_a_trunk),
		T(test_echo),
		cmocka_unit_test_setup_teardown(test_no_ports, rig_setup_small_relay,
						rig_teardown),
	};

	return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
