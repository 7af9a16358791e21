/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_trunk.c - Calls to and from the voice network. */

#include <stdio.h>
#include <string.h>

#include "rig.h"
#include "trunk/set.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
#define CHALLENGE                                                                        \
	"Proxy-Authenticate: Digest realm=\"pstn\", nonce=\"n1\", "                      \
	"algorithm=MD5, qop=\"auth\"\r\n"

static void test_out(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	invite(alice, "0791234567", NULL, SDP_A);
	expect(pstn, "INVITE sip:+41791234567@198.51.100.1:5060;user=phone SIP/2.0");
	heard(pstn, "From: <sip:+41441234567@voip.example.ch>;tag=");
	heard(pstn, "To: <sip:+41791234567@voip.example.ch;user=phone>\r\n");
	heard(pstn, "P-Asserted-Identity: <sip:+41441234567@voip.example.ch>\r\n");
	heard_not(pstn, "Privacy");
	heard_not(pstn, "evil");
	heard_not(pstn,
		  "Geolocation"); /* nobody's business but the emergency services' */
	answer_invite(pstn, 404, NULL, NULL);
	expect(alice, "SIP/2.0 404");
	expect_nothing(&r->peers[SPARE]);
	assert_string_equal(rig_cdr(r, LINE_A, 0).to, "+41791234567");
	assert_string_equal(rig_cdr(r, LINE_A, 0).class_, "mobile");
	assert_string_equal(rig_cdr(r, LINE_A, 0).tariff, "home");
}

/* The network is told who calls; that it must not be shown is said beside it. */
static void test_hidden(void **state)
{
	struct rig *r = *state;
	struct peer *pstn = &r->peers[PSTN];

	invite(&r->peers[ALICE], "*31#0791234567", NULL, SDP_A);
	expect(pstn, "INVITE sip:+41791234567@");
	heard(pstn, "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=");
	heard(pstn, "Privacy: id\r\n");
	heard(pstn, "P-Asserted-Identity: <sip:+41441234567@voip.example.ch>\r\n");
}

static void test_in(void **state)
{
	static const struct {
		const char *headers, *from, *cdr;
	} rows[] = {
		{ "P-Asserted-Identity: <sip:+41791112233@pstn>\r\n",
		  "From: <sip:+41791112233@voip.example.ch>;tag=", "+41791112233" },
		{ "P-Asserted-Identity: \"X\" <sip:0791112233@pstn;user=phone>\r\n",
		  "From: <sip:+41791112233@", "+41791112233" },
		{ "P-Asserted-Identity: <sip:carol@pstn>, <tel:+4930123456>\r\n",
		  "From: <sip:+4930123456@", "+4930123456" },
		{ NULL, "From: <sip:+41000000000@", NULL },
		{ "P-Asserted-Identity: <sip:+41791112233@pstn>\r\nPrivacy: id\r\n",
		  "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>", "anonymous" },
	};
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!rows[i].cdr)
			continue;
		invite(pstn, i % 2 ? "0441234567" : "+41441234567", rows[i].headers,
		       SDP_B);
		expect(alice, "INVITE sip:alice@203.0.113.1:5060");
		heard(alice, rows[i].from);
		heard_not(alice, "198.51.100.1");
		if (!strcmp(rows[i].cdr, "anonymous"))
			heard_not(alice, "+4179");
		answer_invite(alice, 486, NULL, NULL);
		expect(alice, "ACK");
		expect(pstn, "SIP/2.0 486");
		ack(pstn, NULL);
		assert_string_equal(rig_cdr(r, LINE_A, 0).from, rows[i].cdr);
		assert_int_equal(rig_cdr(r, LINE_A, 0).direction, CALL_IN);
		assert_int_equal(rig_cdr(r, LINE_A, 0).credential_id, 0);
		fake_net_forget_sent(r->net);
	}
	rig_expect_nothing_left(r);
}

/* From the network to our lines only: never through us and out again. */
static void test_in_not_ours(void **state)
{
	static const char *const numbers[] = { "+41791234567", "117", "+41441234568",
					       "carol", "*43" };
	struct rig *r = *state;
	struct peer *pstn = &r->peers[PSTN];

	for (size_t i = 0; i < COUNT(numbers); i++) {
		invite(pstn, numbers[i], NULL, SDP_B);
		expect(pstn, "SIP/2.0 404");
		ack(pstn, NULL);
	}
	expect_nothing(&r->peers[SPARE]);
	expect_nothing(pstn);
	rig_expect_nothing_left(r);
}

static void test_next_trunk(void **state)
{
	static const unsigned failures[] = { 500, 502, 503, 504, 302, 401 };
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	for (size_t i = 0; i < COUNT(failures); i++) {
		invite(alice, "0791234567", NULL, SDP_A);
		expect(&r->peers[PSTN], "INVITE");
		answer_invite(&r->peers[PSTN], failures[i], NULL, NULL);
		expect(&r->peers[PSTN], "ACK");
		expect(&r->peers[SPARE],
		       "INVITE sip:+41791234567@198.51.100.2:5060;user=phone");
		heard(&r->peers[SPARE], SDP_A);
		expect_nothing(alice);
		answer_invite(&r->peers[SPARE], 486, NULL, NULL);
		expect(alice, "SIP/2.0 486");
		rig_run(r, 64000);
		fake_net_forget_sent(r->net);
	}
}

static void test_no_trunk_left(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	invite(alice, "0791234567", NULL, SDP_A);
	expect(&r->peers[PSTN], "INVITE");
	answer_invite(&r->peers[PSTN], 503, "Retry-After: 100\r\n", NULL);
	expect(&r->peers[SPARE], "INVITE");
	answer_invite(&r->peers[SPARE], 500, NULL, NULL);
	expect(alice, "SIP/2.0 503");
	heard_not(alice, "Secret");
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "trunk_failed");
	/* pstn rests: the next call goes to the other at once */
	fake_net_forget_sent(r->net);
	invite(alice, "0791234567", NULL, SDP_A);
	expect_nothing(&r->peers[PSTN]);
	expect(&r->peers[SPARE], "INVITE");
}

/* A trunk that says nothing loses the call after some seconds when there is another. */
static void test_silent_trunk(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	invite(alice, "0791234567", NULL, SDP_A);
	expect(pstn, "INVITE");
	fake_net_forget_sent(r->net);
	rig_run(r, 5900);
	expect_nothing(&r->peers[SPARE]);
	rig_run(r, 200);
	expect(&r->peers[SPARE], "INVITE");
	answer_invite(&r->peers[SPARE], 180, NULL, NULL);
	fake_net_forget_sent(r->net);
	/* It wakes up too late. */
	answer_invite(pstn, 200, NULL, SDP_B);
	expect(pstn, "ACK");
	expect(pstn, "BYE");
	answer_invite(&r->peers[SPARE], 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	assert_int_equal(call_engine_count(r->calls), 1);
}

static void test_trying_is_a_word(void **state)
{
	struct rig *r = *state;

	invite(&r->peers[ALICE], "0791234567", NULL, SDP_A);
	expect(&r->peers[PSTN], "INVITE");
	answer_invite(&r->peers[PSTN], 100, NULL, NULL);
	rig_run(r, 20000);
	expect_nothing(&r->peers[SPARE]);
}

/* 22.3: answered once, for the trunk that has a user, and not another time. */
static void test_challenge(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];
	char call_id[64];

	invite(alice, "0791234567", NULL, SDP_A);
	expect(pstn, "INVITE");
	heard(pstn, "CSeq: 1 INVITE\r\n");
	strcpy(call_id, pstn->call_id);
	answer_invite(pstn, 407, CHALLENGE, NULL);
	expect(pstn, "ACK");
	expect(pstn, "INVITE");
	heard(pstn, "CSeq: 2 INVITE\r\n");
	heard(pstn, "Proxy-Authorization: Digest username=\"us\", realm=\"pstn\", "
		    "nonce=\"n1\", "
		    "uri=\"sip:+41791234567@198.51.100.1:5060;user=phone\", response=\"");
	heard(pstn, "qop=auth, nc=00000001, cnonce=\"");
	heard_not(pstn, "secret");
	assert_string_equal(call_id, pstn->call_id);
	answer_invite(pstn, 407, CHALLENGE, NULL);
	expect(pstn, "ACK");
	expect_nothing(pstn);
	expect(&r->peers[SPARE], "INVITE");
	heard_not(&r->peers[SPARE], "Authorization");
	answer_invite(&r->peers[SPARE], 407, CHALLENGE, NULL);
	expect(&r->peers[SPARE], "ACK");
	expect_nothing(&r->peers[SPARE]);
	expect(alice, "SIP/2.0 503");
	heard_not(alice, "Authenticate");
}

static void test_challenge_stale(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	invite(alice, "0791234567", NULL, SDP_A);
	expect(pstn, "INVITE");
	answer_invite(pstn, 407, CHALLENGE, NULL);
	expect(pstn, "ACK");
	expect(pstn, "INVITE");
	answer_invite(
		pstn, 407,
		"Proxy-Authenticate: Digest realm=\"pstn\", nonce=\"n2\", stale=true\r\n",
		NULL);
	expect(pstn, "ACK");
	expect(pstn, "INVITE");
	heard(pstn, "nonce=\"n2\"");
	heard(pstn, "CSeq: 3 INVITE\r\n");
	answer_invite(pstn, 200, NULL, SDP_B);
	expect(pstn, "ACK");
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	request(alice, "BYE", NULL, NULL);
	expect(pstn, "BYE");
	heard(pstn, "Proxy-Authorization: Digest username=\"us\"");
}

/* Whoever else may sit behind the trunk gets no digest to try passwords on. */
static void test_challenge_of_another_realm(void **state)
{
	static const char *const headers[] = {
		"Proxy-Authenticate: Digest realm=\"evil\", nonce=\"n1\"\r\n",
		"Proxy-Authenticate: Digest realm=\"pstn2\", nonce=\"n1\"\r\n",
		"Proxy-Authenticate: Digest realm=\"\", nonce=\"n1\"\r\n",
	};
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	for (size_t i = 0; i < COUNT(headers); i++) {
		invite(alice, "0791234567", NULL, SDP_A);
		expect(pstn, "INVITE");
		answer_invite(pstn, 407, headers[i], NULL);
		expect(pstn, "ACK");
		expect_nothing(pstn);
		expect(&r->peers[SPARE], "INVITE");
		answer_invite(&r->peers[SPARE], 486, NULL, NULL);
		expect(&r->peers[SPARE], "ACK");
		expect(alice, "SIP/2.0 486");
		ack(alice, NULL);
	}
}

/* Its own among others is found. */
static void test_challenges_of_two_realms(void **state)
{
	struct rig *r = *state;
	struct peer *pstn = &r->peers[PSTN];

	invite(&r->peers[ALICE], "0791234567", NULL, SDP_A);
	expect(pstn, "INVITE");
	answer_invite(pstn, 407,
		      "Proxy-Authenticate: Digest realm=\"evil\", nonce=\"n0\", "
		      "algorithm=SHA-256\r\n" CHALLENGE,
		      NULL);
	expect(pstn, "ACK");
	expect(pstn, "INVITE");
	heard(pstn, "realm=\"pstn\", nonce=\"n1\"");
	heard_not(pstn, "evil");
}

/* The dialog's next hop is not the trunk: nothing for it. */
static void test_no_digest_to_another_address(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	invite(alice, "0791234567", NULL, SDP_A);
	expect(pstn, "INVITE");
	answer_invite(pstn, 407, CHALLENGE, NULL);
	expect(pstn, "ACK");
	expect(pstn, "INVITE");
	heard(pstn, "Proxy-Authorization");
	answer_invite(pstn, 200, "Record-Route: <sip:198.51.100.2:5060;lr>\r\n", SDP_B);
	expect(&r->peers[SPARE], "ACK");
	heard_not(&r->peers[SPARE], "Authorization");
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	request(alice, "BYE", NULL, NULL);
	expect(&r->peers[SPARE], "BYE");
	heard_not(&r->peers[SPARE], "Authorization");
}

/* A device that challenges us gets nothing. */
static void test_challenge_of_a_device(void **state)
{
	struct rig *r = *state;

	registrar_end_credential(r->registrar, CRED_B2);
	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
	expect(&r->peers[BOB], "INVITE");
	answer_invite(&r->peers[BOB], 407, CHALLENGE, NULL);
	expect(&r->peers[BOB], "ACK");
	expect_nothing(&r->peers[BOB]);
	expect(&r->peers[ALICE], "SIP/2.0 480");
	heard_not(&r->peers[ALICE], "Authenticate");
}

static void test_early_media(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	invite(alice, "0791234567", NULL, SDP_A);
	expect(pstn, "INVITE");
	answer_invite(pstn, 183, NULL, SDP_B);
	expect(alice, "SIP/2.0 183");
	heard(alice, SDP_B);
	answer_invite(pstn, 486, "Reason: Q.850;cause=17\r\n", NULL);
	expect(alice, "SIP/2.0 486");
	heard(alice, "Reason: Q.850;cause=17\r\n");
}

/* In a dialog with a trunk the next hop may be another address of it (16.12.1.1). */
static void test_next_hop(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];
	struct peer *spare = &r->peers[SPARE];

	invite(alice, "0791234567", NULL, SDP_A);
	expect(pstn, "INVITE");
	answer_invite(pstn, 200, "Record-Route: <sip:198.51.100.2:5060;lr>\r\n", SDP_B);
	expect(spare, "ACK sip:pstn@198.51.100.1:5060");
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	request(alice, "BYE", NULL, NULL);
	expect(spare, "BYE");
	heard(spare, "Route: <sip:198.51.100.2:5060;lr>\r\n");
	/* over TLS it would have to prove this name */
	assert_string_equal(r->net->connect_name, "198.51.100.1");
	expect_nothing(pstn);
}

/* A contact that names us or our insides is not followed; the trunk's own networks are. */
static void test_next_hop_inside(void **state)
{
	static const struct {
		const char *headers;
		bool followed;
	} rows[] = {
		{ "Record-Route: <sip:127.0.0.1;lr>\r\n", false },
		{ "Record-Route: <sip:10.0.0.1;lr>\r\n", false },
		{ "Record-Route: <sip:169.254.169.254:80;lr>\r\n", false },
		{ "Record-Route: <sip:[fd00::1];lr>\r\n", false },
		{ "Record-Route: <sip:239.1.2.3;lr>\r\n", false },
		{ "Record-Route: <sip:0.0.0.0;lr>\r\n", false },
		{ "Record-Route: <sip:192.168.7.9;lr>\r\n", true },
	};
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	r->trunks->trunks[0].cfg.sources[0] =
		(struct addr_network){ { .family = AF_INET, .ip = { 192, 168, 7 } }, 24 };
	r->trunks->trunks[0].cfg.source_count = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct flow to;
		struct text bytes;

		invite(alice, "0791234567", NULL, SDP_A);
		expect(pstn, "INVITE");
		answer_invite(pstn, 200, rows[i].headers, SDP_B);
		assert_true(fake_net_sent(r->net, &to, &bytes));
		while (!text_starts(bytes, TEXT("ACK ")))
			assert_true(fake_net_sent(r->net, &to, &bytes));
		assert_int_equal(addr_eq(&to.remote, &pstn->flow.remote),
				 !rows[i].followed);
		fake_net_forget_sent(r->net);
		rig_run(r, 64000);
		fake_net_forget_sent(r->net);
	}
}

/* Whoever knows a dialog's tags is not the trunk: it sends from its own addresses; one that is
 * known by a certificate over TLS only, whatever address a datagram names. */
static void test_who_is_the_trunk(void **state)
{
	static const struct {
		const char *remote;
		enum transport transport;
		enum call_source bare, certified;
	} rows[] = {
		{ "203.0.113.99:5060", TRANSPORT_UDP, CALL_SOURCE_FOREIGN,
		  CALL_SOURCE_FOREIGN },
		{ "203.0.113.99:5060", TRANSPORT_TLS, CALL_SOURCE_FOREIGN,
		  CALL_SOURCE_FOREIGN },
		{ NULL, TRANSPORT_UDP, CALL_SOURCE_KNOWN, CALL_SOURCE_FOREIGN },
		{ NULL, TRANSPORT_TCP, CALL_SOURCE_KNOWN, CALL_SOURCE_FOREIGN },
		{ NULL, TRANSPORT_TLS, CALL_SOURCE_KNOWN, CALL_SOURCE_KNOWN },
	};
	struct rig *r = *state;
	struct peer *pstn = &r->peers[PSTN];
	char text[1024];
	struct sip_fault fault;
	struct sip_msg m;
	int64_t ignored;
	int n;

	connect_pstn(r, "0443334455");
	n = snprintf(
		text, sizeof(text),
		"BYE sip:x@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bKx\r\n"
		"From: <sip:a@b>;tag=%s\r\nTo: <sip:b@c>;tag=%s\r\nCall-ID: %s\r\n"
		"CSeq: 77 BYE\r\n\r\n",
		pstn->own_tag, pstn->their_tag, pstn->call_id);
	assert_int_equal(sip_msg_decode((struct text){ text, (size_t)n }, &m, &fault), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct trunk_config *cfg = &r->trunks->trunks[0].cfg;
		struct flow from = pstn->flow;

		from.transport = rows[i].transport;
		from.remote.port = 40000;
		if (rows[i].remote)
			addr_decode(text_of(rows[i].remote), 0, &from.remote);
		assert_int_equal(call_source_of(r->calls, &from, &m, &ignored),
				 rows[i].bare);
		strcpy(cfg->certificate, "sbc.example.net");
		assert_int_equal(call_source_of(r->calls, &from, &m, &ignored),
				 rows[i].certified);
		cfg->certificate[0] = '\0';
	}
	request(pstn, "BYE", NULL, NULL);
}

static void test_no_emergency_trunk(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	/* spare takes no emergency calls: with pstn failing there is no other */
	invite(alice, "112", NULL, SDP_A);
	expect(&r->peers[PSTN], "INVITE sip:112@");
	answer_invite(&r->peers[PSTN], 503, NULL, NULL);
	expect(alice, "SIP/2.0 503");
	expect_nothing(&r->peers[SPARE]);
	/* and it is asked again though it rests */
	fake_net_forget_sent(r->net);
	invite(alice, "112", NULL, SDP_A);
	expect(&r->peers[PSTN], "INVITE sip:112@");
}

/* A trunk whose name gave no address yet is no reason to say that there is no such
 * number. */
static void test_trunk_without_address(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	for (unsigned i = 0; i < r->trunks->count; i++)
		r->trunks->trunks[i].hop_count = 0;
	invite(alice, "0791234567", NULL, SDP_A);
	expect(alice, "SIP/2.0 503");
	heard(alice, "Retry-After: 30\r\n");
	ack(alice, NULL);
	invite(alice, "117", NULL, SDP_A);
	expect(alice, "SIP/2.0 503");
	ack(alice, NULL);
}

int trunk_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_out),
		T(test_hidden),
		T(test_in),
		T(test_in_not_ours),
		T(test_next_trunk),
		T(test_no_trunk_left),
		T(test_silent_trunk),
		T(test_trying_is_a_word),
		T(test_challenge),
		T(test_challenge_stale),
		T(test_challenge_of_another_realm),
		T(test_challenges_of_two_realms),
		T(test_no_digest_to_another_address),
		T(test_challenge_of_a_device),
		T(test_early_media),
		T(test_next_hop),
		T(test_next_hop_inside),
		T(test_no_emergency_trunk),
		T(test_who_is_the_trunk),
		T(test_trunk_without_address),
	};

	return cmocka_run_group_tests_name("trunk", tests, NULL, NULL);
}
