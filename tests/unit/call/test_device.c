/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_device.c - Calls between devices: what crosses, what does not, who is
 * refused. */

#include <string.h>

#include "call/room.h"
#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void test_call_and_hang_up(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];
	struct cdr_row out, in;

	connect_bob(r);
	assert_int_equal(call_engine_count(r->calls), 1);
	request(alice, "BYE", "Reason: Q.850;cause=16\r\n", NULL);
	expect(alice, "SIP/2.0 200");
	expect(bob, "BYE sip:bob@203.0.113.2:5060 SIP/2.0");
	heard(bob, "Reason: Q.850;cause=16\r\n");
	assert_int_equal(call_engine_count(r->calls), 0);
	answer(bob, 200);
	rig_expect_nothing_left(r);
	out = rig_cdr(r, LINE_A, 0);
	assert_string_equal(out.cause, "caller_hung_up");
	assert_string_equal(out.from, "+41441234567");
	assert_string_equal(out.to, "+41447654321");
	assert_string_equal(out.source, "203.0.113.1:5060");
	assert_string_equal(out.user_agent, "Secret Phone 1.0");
	assert_int_equal(out.direction, CALL_OUT);
	assert_int_equal(out.credential_id, CRED_A);
	assert_int_equal(out.charge_micros, 0);
	assert_true(out.answered_at > 0);
	in = rig_cdr(r, LINE_B, 0);
	assert_int_equal(in.direction, CALL_IN);
	assert_int_equal(in.credential_id, CRED_B);
	assert_string_equal(in.from, "+41441234567");
	assert_true(in.id != out.id);
}

static void test_callee_hangs_up(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	request(bob, "BYE", NULL, NULL);
	expect(bob, "SIP/2.0 200");
	expect(alice, "BYE");
	answer(alice, 200);
	rig_expect_nothing_left(r);
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "callee_hung_up");
}

/* RFC 3325, 7092: nothing of the caller's own words about itself or its network. */
static void test_what_crosses(void **state)
{
	static const char *const hidden[] = {
		"Secret",
		"bank",
		"evil",
		"203.0.113.1",
		"call-alice",
		"tag-alice",
		"z9hG4bKalice",
		"Diversion",
		"Remote-Party-ID",
		"P-Preferred",
		"Geolocation",
		"Subject",
		"Authorization",
		"P-Access-Network-Info",
		"X-Own",
		"History-Info",
	};
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	invite(alice, "0447654321",
	       "P-Asserted-Identity: <sip:+41000000000@evil.example>\r\n"
	       "P-Preferred-Identity: <sip:+41000000000@evil.example>\r\n"
	       "Remote-Party-ID: <sip:+41000000000@evil.example>\r\n"
	       "Diversion: <sip:+41000000000@evil.example>\r\n"
	       "History-Info: <sip:+41000000000@evil.example>;index=1\r\n"
	       "Geolocation: <cid:evil>\r\nP-Access-Network-Info: evil\r\n"
	       "Proxy-Authorization: Digest username=\"evil\"\r\n"
	       "Subject: evil\r\nX-Own: evil\r\n",
	       NULL);
	expect(bob, "INVITE sip:bob@203.0.113.2:5060;line=x SIP/2.0\r\n");
	for (size_t i = 0; i < COUNT(hidden); i++)
		heard_not(bob, hidden[i]);
	heard(bob, "From: <sip:+41441234567@voip.example.ch>;tag=");
	heard(bob, "P-Asserted-Identity: <sip:+41441234567@voip.example.ch>\r\n");
	heard(bob, "To: <sip:+41447654321@voip.example.ch>\r\n");
	heard(bob, "Contact: <sip:192.0.2.1:5060>\r\n");
	heard(bob, "Max-Forwards: 69\r\n");
	heard(bob, "User-Agent: Ownline\r\n");
	answer_invite(bob, 180, NULL, NULL);
	expect(alice, "SIP/2.0 180");
	heard_not(alice, "Secret");
	heard_not(alice, "203.0.113.2");
	heard(alice, "Contact: <sip:192.0.2.1:5060>\r\n");
}

static void test_number_hidden(void **state)
{
	static const struct {
		const char *number, *headers;
		bool hidden;
	} rows[] = {
		{ "*31#0447654321", NULL, true },
		{ "0447654321", "Privacy: id\r\n", true },
		{ "0447654321", "Privacy: header;user\r\n", true },
		{ "0447654321", "Privacy: none\r\n", false },
		{ "#31#0447654321", "Privacy: id\r\n", false },
		{ "0447654321", NULL, false },
	};
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	for (size_t i = 0; i < COUNT(rows); i++) {
		invite(alice, rows[i].number, rows[i].headers, SDP_A);
		expect(bob, "INVITE");
		if (rows[i].hidden) {
			heard(bob, "From: \"Anonymous\" "
				   "<sip:anonymous@anonymous.invalid>;tag=");
			heard_not(bob, "+41441234567");
			heard(bob, "Privacy: id\r\n");
		} else {
			heard(bob, "From: <sip:+41441234567@");
			heard_not(bob, "Privacy");
		}
		answer_invite(bob, 603, NULL, NULL);
		rig_run(r, 40000);
		fake_net_forget_sent(r->net);
	}
	assert_string_equal(rig_cdr(r, LINE_B, 5).from, "anonymous");
	assert_string_equal(rig_cdr(r, LINE_A, 5).from, "+41441234567");
}

static void test_refused(void **state)
{
	static const struct {
		const char *name, *number, *headers, *sdp;
		const char *answer;
		const char *has;
	} rows[] = {
		{ "cannot exist", "04412345", NULL, SDP_A, "SIP/2.0 404", NULL },
		{ "no number", "carol", NULL, SDP_A, "SIP/2.0 404", NULL },
		{ "no price", "+12125551234", NULL, SDP_A, "SIP/2.0 403",
		  "Warning: 399 voip.example.ch \"No price for this destination\"\r\n" },
		{ "no session description", "0447654321", NULL, "hello", "SIP/2.0 400",
		  NULL },
	};
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	for (size_t i = 0; i < COUNT(rows); i++) {
		invite(alice, rows[i].number, rows[i].headers, rows[i].sdp);
		expect(alice, rows[i].answer);
		if (rows[i].has)
			heard(alice, rows[i].has);
		ack(alice, NULL);
	}
	expect_nothing(&r->peers[BOB]);
	expect_nothing(&r->peers[PSTN]);
	assert_int_equal(rig_cdr_count(r, LINE_A), 0);
	rig_expect_nothing_left(r);
}

static void test_nobody_registered(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	registrar_end_credential(r->registrar, CRED_B);
	registrar_end_credential(r->registrar, CRED_B2);
	invite(alice, "0447654321", NULL, SDP_A);
	expect(alice, "SIP/2.0 480");
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "unreachable");
	assert_string_equal(rig_cdr(r, LINE_B, 0).cause, "unreachable");
	rig_expect_nothing_left(r);
}

/* One's own line rings the other devices, not the calling one. */
static void test_own_line(void **state)
{
	struct rig *r = *state;

	invite(&r->peers[BOB], "0447654321", NULL, SDP_B);
	expect(&r->peers[BOB2], "INVITE");
	expect_nothing(&r->peers[BOB]);
}

static void test_max_forwards(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];
	char *at;

	invite(alice, "0447654321", NULL, SDP_A);
	expect(&r->peers[BOB], "INVITE");
	at = strstr(r->peers[BOB].heard, "Max-Forwards: 69");
	assert_non_null(at);
}

/* A loop whose network forgets all that would show it: it ends when too many ring. */
static void test_forwards_that_ring(void **state)
{
	struct rig *r = *state;
	struct peer *caller = &r->peers[SPARE], *pstn = &r->peers[PSTN];

	rig_forward_line(r, LINE_B, FORWARD_ALWAYS, "+41791112233");
	for (unsigned i = 0; i < CALL_FORWARDS_RINGING_MAX; i++) {
		invite(caller, "+41447654321", NULL, SDP_A);
		expect(caller, "SIP/2.0 181");
		expect(pstn, "INVITE");
	}
	invite(caller, "+41447654321", NULL, SDP_A);
	expect(caller, "SIP/2.0 482");
	ack(caller, NULL);
	/* One is answered, or ends: another may ring. */
	answer_invite(pstn, 200, NULL, SDP_B);
	expect(pstn, "ACK");
	expect(caller, "SIP/2.0 200");
	invite(caller, "+41447654321", NULL, SDP_A);
	expect(caller, "SIP/2.0 181");
	expect(pstn, "INVITE");
	answer_invite(pstn, 486, NULL, NULL);
	expect(pstn, "ACK");
	expect(caller, "SIP/2.0 486");
	ack(caller, NULL);
	invite(caller, "+41447654321", NULL, SDP_A);
	expect(caller, "SIP/2.0 181");
	expect(pstn, "INVITE");
	invite(caller, "+41447654321", NULL, SDP_A);
	expect(caller, "SIP/2.0 482");
}

static void test_frozen_credential(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	account_credential_strike(r->book, CRED_A, CREDENTIAL_FROZEN);
	account_credential_strike(r->book, CRED_B2, CREDENTIAL_FROZEN);
	invite(alice, "0447654321", NULL, SDP_A);
	expect(alice, "SIP/2.0 403");
	heard(alice, "Warning: 399 voip.example.ch \"This credential is frozen\"\r\n");
	ack(alice, NULL);
	expect_nothing(bob);
	/* Its bindings do not ring either. */
	invite(&r->peers[PSTN], "+41441234567", NULL, SDP_B);
	expect(&r->peers[PSTN], "SIP/2.0 480");
	expect_nothing(alice);
	invite(&r->peers[PSTN], "+41447654321", NULL, SDP_B);
	expect(bob, "INVITE");
	expect_nothing(&r->peers[BOB2]);
}

static void test_frozen_line(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	rig_freeze_line(r, LINE_B, true);
	invite(bob, "0441234567", NULL, SDP_B);
	expect(bob, "SIP/2.0 403");
	heard(bob, "frozen");
	ack(bob, NULL);
	invite(alice, "0447654321", NULL, SDP_A);
	expect(alice, "SIP/2.0 480");
	expect_nothing(bob);
}

/* Only the emergency services may call back, for an hour. */
static void test_frozen_emergency(void **state)
{
	struct rig *r = *state;
	struct peer *bob = &r->peers[BOB], *pstn = &r->peers[PSTN];

	registrar_end_credential(r->registrar, CRED_B2);
	rig_freeze_line(r, LINE_B, true);
	account_credential_strike(r->book, CRED_B, CREDENTIAL_FROZEN);
	invite(bob, "117", "Privacy: id\r\n", SDP_B);
	expect(pstn, "INVITE sip:117@198.51.100.1:5060;user=phone");
	heard(pstn, "From: <sip:+41447654321@voip.example.ch>;tag=");
	heard(pstn, "P-Asserted-Identity: <sip:+41447654321@voip.example.ch>\r\n");
	heard_not(pstn, "Privacy");
	heard(pstn, "Geolocation: <" RIG_LOCATION ">\r\nGeolocation-Routing: yes\r\n");
	answer_invite(pstn, 486, NULL, NULL);
	expect(bob, "SIP/2.0 486");
	ack(bob, NULL);
	fake_net_forget_sent(r->net);
	invite(pstn, "+41447654321", NULL, SDP_C);
	expect(bob, "INVITE");
	answer_invite(bob, 486, NULL, NULL);
	expect(bob, "ACK");
	expect(pstn, "SIP/2.0 486");
	ack(pstn, NULL);
	rig_run(r, 3600 * 1000);
	rig_register(r, BOB); /* its binding has expired meanwhile */
	fake_net_forget_sent(r->net);
	invite(pstn, "+41447654321", NULL, SDP_C);
	expect(pstn, "SIP/2.0 4");
	expect_nothing(bob);
}

/* The offer of an emergency call beside its location goes through; the location, which
 * only the operator's own line data may state, does not. */
static void test_bodies(void **state)
{
	static const char body[] =
		"--x\r\nContent-Type: application/pidf+xml\r\n\r\n<evil/>"
		"\r\n--x\r\nContent-Type: application/sdp\r\n\r\n" SDP_A "\r\n--x--\r\n";
	struct rig *r = *state;
	struct peer *bob = &r->peers[BOB], *pstn = &r->peers[PSTN];

	invite_with(&r->peers[ALICE], "112", "multipart/mixed;boundary=\"x\"", body);
	expect(pstn, "INVITE sip:112@");
	heard(pstn, "Content-Type: application/sdp\r\n");
	heard(pstn, SDP_A);
	heard_not(pstn, "evil");
	invite_with(bob, "0791234567", "multipart/mixed;boundary=y", body);
	expect(bob, "SIP/2.0 400");
	ack(bob, NULL);
	invite_with(bob, "0791234567", "text/plain", "hello");
	expect(bob, "SIP/2.0 415");
	heard(bob, "Accept: application/sdp\r\n");
	ack(bob, NULL);
	/* An emergency call goes on without what cannot be read. */
	invite_with(bob, "112", "text/plain", "hello");
	expect(pstn, "INVITE sip:112@");
	heard(pstn, "Content-Length: 0\r\n");
}

int device_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_call_and_hang_up),
		T(test_callee_hangs_up),
		T(test_what_crosses),
		T(test_number_hidden),
		T(test_refused),
		T(test_nobody_registered),
		T(test_own_line),
		T(test_max_forwards),
		T(test_forwards_that_ring),
		T(test_frozen_credential),
		T(test_frozen_line),
		T(test_frozen_emergency),
		T(test_bodies),
	};

	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
