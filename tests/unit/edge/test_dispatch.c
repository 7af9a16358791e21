/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/test_dispatch.c - edge/dispatch.c, check.c, answer.c, register.c, invite.c,
 * verdict.c, diagnose.c: which request goes to which room, and what is refused before
 * (RFC 3261 8.2, 10.3, 16.3; RFC 4475 3.3). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "edge/worker.h"
#include "fake/alloc.h"
#include "unit/edge/groups.h"
#include "unit/edge/rig.h"

#define OURS "sip:044@example.com"
#define SDP  "Content-Type: application/sdp\r\n"

static const struct {
	const char *name;
	const char *method, *uri, *to_tag, *headers, *body;
	unsigned status;     /* 0: no answer by the edge */
	const char *has;     /* in the answer */
	const char *visited; /* rooms, in order */
} rows[] = {
	{ "REGISTER goes to the registrar", "REGISTER", "sip:example.com", "", "", "",
	  200, "", "auth registrar" },
	{ "the domain in any case", "REGISTER", "sip:EXAMPLE.com", "", "", "", 200, "",
	  "auth registrar" },
	{ "our address as the registrar", "REGISTER", "sip:192.0.2.1:5060", "", "", "",
	  200, "", "auth registrar" },
	{ "REGISTER for another domain (10.3)", "REGISTER", "sip:example.net", "", "", "",
	  404, "", "" },
	{ "REGISTER with a To tag is one all the same", "REGISTER", "sip:example.com",
	  "x", "", "", 200, "", "auth registrar" },
	{ "REGISTER of an unknown scheme (RFC 4475 3.3.2)", "REGISTER", "isbn:2983792873",
	  "", "", "", 416, "", "" },

	{ "INVITE of a device", "INVITE", OURS, "", "", "", 0, "",
	  "proxy-auth call-device" },
	{ "INVITE of a tel URI", "INVITE", "tel:+41445550102", "", "", "", 0, "",
	  "proxy-auth call-device" },
	{ "INVITE of an emergency URN", "INVITE", "urn:service:sos", "", "", "", 0, "",
	  "proxy-auth call-device" },
	{ "an emergency INVITE is not refused for its domain", "INVITE",
	  "sip:112@example.net", "", "", "", 0, "", "urgent proxy-auth call-device" },
	{ "nor for its scheme", "INVITE", "sips:112@example.com", "", "", "", 0, "",
	  "urgent proxy-auth call-device" },
	{ "nor for what it requires, its hops, its body, what it accepts", "INVITE",
	  "sip:112@example.com", "",
	  "Require: foo\r\nProxy-Require: bar\r\nMax-Forwards: 0\r\n"
	  "Accept: text/html\r\nContent-Type: a/b\r\nContent-Encoding: gzip\r\n",
	  "x", 0, "", "urgent proxy-auth call-device" },
	{ "INVITE to another domain is not relayed", "INVITE", "sip:044@example.net", "",
	  "", "", 404, "", "proxy-auth" },
	{ "INVITE with sips", "INVITE", "sips:044@example.com", "", "", "", 416, "", "" },
	{ "INVITE of an atypical scheme (RFC 4475 3.3.3)", "INVITE",
	  "soap.beep://192.0.2.103:3002", "", "", "", 416, "", "" },
	{ "INVITE at its last hop (16.3)", "INVITE", OURS, "", "Max-Forwards: 0\r\n", "",
	  483, "", "" },
	{ "re-INVITE", "INVITE", OURS, "bob", "", "", 0, "", "call-in-dialog" },
	{ "INVITE with SDP", "INVITE", OURS, "", SDP, "v=0\r\n", 0, "",
	  "proxy-auth call-device" },
	{ "INVITE with SDP and parameters", "INVITE", OURS, "",
	  "Content-Type: Application/SDP ;charset=utf-8\r\n", "v=0\r\n", 0, "",
	  "proxy-auth call-device" },
	{ "INVITE with a multipart body", "INVITE", OURS, "",
	  "Content-Type: multipart/mixed;boundary=a\r\n", "--a\r\n", 0, "",
	  "proxy-auth call-device" },
	{ "INVITE with an unknown body (RFC 4475 3.3.6)", "INVITE", OURS, "",
	  "Content-Type: application/unknownformat\r\n", "x", 415,
	  "\r\nAccept: application/sdp\r\n", "" },
	{ "INVITE with a body of no type", "INVITE", OURS, "", "", "x", 415,
	  "\r\nAccept: application/sdp\r\n", "" },
	{ "INVITE with a packed body", "INVITE", OURS, "",
	  SDP "Content-Encoding: gzip\r\n", "x", 415, "\r\nAccept-Encoding: identity\r\n",
	  "" },
	{ "INVITE that accepts no SDP (RFC 4475 3.3.15)", "INVITE", OURS, "",
	  "Accept: text/nobodyKnowsThis\r\n", "", 406, "", "" },
	{ "INVITE that accepts SDP among others", "INVITE", OURS, "",
	  "Accept: text/html, application/sdp;level=1\r\n", "", 0, "",
	  "proxy-auth call-device" },
	{ "INVITE that accepts everything", "INVITE", OURS, "", "Accept: */*\r\n", "", 0,
	  "", "proxy-auth call-device" },

	{ "Require of the unknown (8.2.2.3)", "INVITE", OURS, "",
	  "Require: 100rel, bar, foo, timer\r\n", "", 420,
	  "\r\nUnsupported: bar, foo\r\n", "" },
	{ "Require and Proxy-Require (RFC 4475 3.3.5)", "OPTIONS", OURS, "",
	  "Require: a\r\nProxy-Require: b, c\r\nRequire: d\r\n", "", 420,
	  "\r\nUnsupported: a, d, b, c\r\n", "" },
	{ "an empty Require asks for nothing", "OPTIONS", OURS, "", "Require:\r\n", "",
	  200, "", "" },
	{ "Require inside a dialog", "INVITE", OURS, "bob", "Require: foo\r\n", "", 420,
	  "\r\nUnsupported: foo\r\n", "" },
	{ "an ACK is never refused (8.2.2.3)", "ACK", OURS, "bob", "Require: foo\r\n", "",
	  0, "", "call-in-dialog" },
	{ "an ACK without To tag is dropped", "ACK", OURS, "", "", "", 0, "", "" },

	{ "OPTIONS", "OPTIONS", OURS, "", "", "", 200,
	  "\r\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, UPDATE, REFER, "
	  "REGISTER\r\n",
	  "" },
	{ "OPTIONS says what it accepts", "OPTIONS", "sip:192.0.2.1", "", "", "", 200,
	  "\r\nAccept: application/sdp\r\n", "" },
	{ "OPTIONS at its last hop is answered (11)", "OPTIONS", OURS, "",
	  "Max-Forwards: 0\r\n", "", 200, "", "" },
	{ "OPTIONS for another domain", "OPTIONS", "sip:user@example.net", "", "", "",
	  404, "", "" },
	{ "OPTIONS of an unknown scheme (RFC 4475 3.3.2)", "OPTIONS",
	  "nobodyKnowsThisScheme:totallyopaquecontent", "", "", "", 416, "", "" },
	{ "OPTIONS inside a dialog", "OPTIONS", OURS, "bob", "", "", 0, "",
	  "call-in-dialog" },

	{ "BYE without a dialog", "BYE", OURS, "", "", "", 481, "", "" },
	{ "INFO without a dialog", "INFO", OURS, "", "", "", 481, "", "" },
	{ "UPDATE without a dialog", "UPDATE", OURS, "", "", "", 481, "", "" },
	{ "PRACK without a dialog", "PRACK", OURS, "", "", "", 481, "", "" },
	{ "BYE", "BYE", OURS, "bob", "", "", 0, "", "call-in-dialog" },
	{ "INFO", "INFO", OURS, "bob", "", "", 0, "", "call-in-dialog" },
	{ "MESSAGE is not relayed", "MESSAGE", OURS, "", "", "hi", 405,
	  "\r\nAllow: INVITE", "" },
	{ "SUBSCRIBE is not relayed", "SUBSCRIBE", OURS, "", "", "", 489,
	  "\r\nAllow-Events: ", "" },
	{ "PUBLISH is not relayed", "PUBLISH", OURS, "", "", "", 489,
	  "\r\nAllow-Events: ", "" },
	{ "REFER is not relayed", "REFER", OURS, "", "Refer-To: <sip:+882@evil>\r\n", "",
	  405, "\r\nAllow: ", "" },
	{ "NOTIFY of no subscription", "NOTIFY", OURS, "", "", "", 481, "", "" },
	{ "an unknown method", "NEWMETHOD", OURS, "", "", "", 501, "\r\nAllow: ", "" },
	{ "an unknown method with a To tag", "NEWMETHOD", OURS, "bob", "", "", 501, "",
	  "" },
};

static void inject(struct rig *r, const char *method, const char *uri, const char *to_tag,
		   const char *headers, const char *body)
{
	static unsigned serial;
	char text[4096];

	serial++;
	snprintf(text, sizeof(text),
		 "%s %s SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKt%u\r\n%s"
		 "From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.com>%s%s\r\n"
		 "Call-ID: c%u\r\nCSeq: 1 %s\r\n%sContent-Length: %zu\r\n\r\n%s",
		 method, uri, serial,
		 strstr(headers, "Max-Forwards") ? "" : "Max-Forwards: 70\r\n",
		 *to_tag ? ";tag=" : "", to_tag, serial, method, headers, strlen(body),
		 body);
	fake_net_inject(r->net, &r->peer, text_of(text));
	rig_turn(r);
}

/* As short as a request can be, and what is refused without being one: the answer has at
 * most twice its bytes, or does not leave (R 3261 18.2.2, checklist 53). */
static void test_no_amplifier(void **state)
{
	static const char *const methods[] = { "REGISTER", "INVITE", "OPTIONS", "MESSAGE",
					       "CANCEL",   "BYE",    "X",       "REFER" };
	static const char *const shapes[] = {
		"%s sip:e SIP/2.0\r\nv:SIP/2.0/UDP a;branch=z9hG4bK%u\r\n"
		"f:<sip:a>;tag=1\r\nt:<sip:b>\r\ni:%u\r\nCSeq:1 "
		"%s\r\nMax-Forwards:9\r\n\r\n",
		"%s sip:example.com SIP/2.0\r\nv:SIP/2.0/UDP "
		"198.51.100.7;branch=z9hG4bK%u\r\n"
		"f:<sip:a@b>;tag=1\r\nt:<sip:b@b>\r\ni:%u\r\nCSeq:1 "
		"%s\r\nRequire:a,b\r\n\r\n",
		"%s sip:e SIP/2.0\r\nv:SIP/2.0/UDP a;branch=z9hG4bK%u\r\n\r\n%u%s",
		"%s x SIP/9.0\r\nv:SIP/2.0/UDP a;branch=z9hG4bK%u\r\n\r\n%u%s",
	};
	unsigned serial = 0, answered = 0;
	char text[512];
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	stubs.verdict = AUTH_NONE;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		for (size_t k = 0; k < sizeof(shapes) / sizeof(shapes[0]); k++) {
			serial++;
			snprintf(text, sizeof(text), shapes[k], methods[i], serial,
				 serial, methods[i]);
			fake_net_inject(r.net, &r.peer, text_of(text));
			rig_turn(&r);
			if (!rig_sent(&r))
				continue;
			answered++;
			if (strlen(r.sent) > TXN_REPLY_TIMES * strlen(text))
				fail_msg("%zu for %zu bytes:\n%s", strlen(r.sent),
					 strlen(text), text);
			assert_false(rig_sent(&r));
		}
	}
	assert_true(answered > 16); /* short answers are given, not only silence */
	/* An INVITE is challenged once: nothing comes again, no state is kept. */
	fake_clock_advance_us(&r.clock, 64 * 1000000LL);
	rig_turn(&r);
	assert_false(rig_sent(&r));
	rig_close(&r);
}

static void check_row(size_t i, enum transport t)
{
	struct rig r;

	rig_open(&r, t);
	inject(&r, rows[i].method, rows[i].uri, rows[i].to_tag, rows[i].headers,
	       rows[i].body);
	rig_sent(&r);
	if (rig_status(&r) != rows[i].status || !strstr(r.sent, rows[i].has) ||
	    strcmp(stubs.visited, rows[i].visited) != 0)
		fail_msg("%s: visited \"%s\", answered:\n%s", rows[i].name, stubs.visited,
			 r.sent);
	assert_false(rig_sent(&r));
	rig_close(&r);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_row(i, TRANSPORT_UDP);
		check_row(i, TRANSPORT_TCP);
	}
}

/* RFC 5630: sips is for what came over TLS, and then like sip. */
static void test_sips(void **state)
{
	static const struct {
		const char *name, *method, *uri;
		unsigned secure, plain;
		const char *visited; /* over TLS */
	} tries[] = {
		{ "REGISTER", "REGISTER", "sips:example.com", 200, 416,
		  "auth registrar" },
		{ "INVITE", "INVITE", "sips:044@example.com", 0, 416,
		  "proxy-auth call-device" },
		{ "another domain", "INVITE", "sips:044@example.net", 404, 416,
		  "proxy-auth" },
		{ "OPTIONS", "OPTIONS", "sips:example.com", 200, 416, "" },
		{ "a method that is not for us", "MESSAGE", "sips:example.com", 405, 405,
		  "" },
	};
	static const enum transport ways[] = { TRANSPORT_TLS, TRANSPORT_WSS,
					       TRANSPORT_TCP, TRANSPORT_UDP };

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
			bool secure = transport_secure((uint8_t)ways[w]);
			struct rig r;

			rig_open(&r, ways[w]);
			inject(&r, tries[i].method, tries[i].uri, "", "", "");
			rig_sent(&r);
			if (rig_status(&r) !=
				    (secure ? tries[i].secure : tries[i].plain) ||
			    (secure && strcmp(stubs.visited, tries[i].visited) != 0))
				fail_msg("%s by %s: visited \"%s\", answered:\n%s",
					 tries[i].name, transport_uri_name(ways[w]),
					 stubs.visited, r.sent);
			rig_close(&r);
		}
	}
}

static const struct {
	enum auth_verdict verdict;
	const char *method;
	unsigned status;
	const char *has;
} verdict_rows[] = {
	{ AUTH_NONE, "REGISTER", 401, "\r\nWWW-Authenticate: Digest" },
	{ AUTH_STALE, "REGISTER", 401, "\r\nWWW-Authenticate: Digest" },
	{ AUTH_SHA256, "REGISTER", 401, "\r\nWWW-Authenticate: Digest" },
	{ AUTH_WRONG, "REGISTER", 401, "\r\nWWW-Authenticate: Digest" },
	{ AUTH_REVOKED, "REGISTER", 403, "\r\nRetry-After: 3600" },
	{ AUTH_MALFORMED, "REGISTER", 400, "" },
	{ AUTH_NONE, "INVITE", 407, "\r\nProxy-Authenticate: Digest" },
	{ AUTH_STALE, "INVITE", 407, "\r\nProxy-Authenticate: Digest" },
	{ AUTH_SHA256, "INVITE", 407, "\r\nProxy-Authenticate: Digest" },
	{ AUTH_WRONG, "INVITE", 407, "\r\nProxy-Authenticate: Digest" },
	{ AUTH_REVOKED, "INVITE", 403, "\r\nRetry-After: 3600" },
	{ AUTH_MALFORMED, "INVITE", 400, "" },
	{ AUTH_WAIT, "REGISTER", 403, "\r\nRetry-After: 64\r\n" },
	{ AUTH_WAIT, "INVITE", 403, "\r\nRetry-After: 64\r\n" },
};

static void test_verdicts(void **state)
{
	for (size_t i = 0; i < sizeof(verdict_rows) / sizeof(verdict_rows[0]); i++) {
		struct rig r;

		rig_open(&r, TRANSPORT_UDP);
		stubs.verdict = verdict_rows[i].verdict;
		stubs.reason = stubs.verdict == AUTH_REVOKED ? "revoked" : "other";
		inject(&r, verdict_rows[i].method,
		       *verdict_rows[i].method == 'R' ? "sip:example.com" : OURS, "", "",
		       "");
		assert_true(rig_sent(&r));
		if (rig_status(&r) != verdict_rows[i].status ||
		    !strstr(r.sent, verdict_rows[i].has))
			fail_msg("verdict %d: %s", (int)verdict_rows[i].verdict, r.sent);
		/* No further room, and no state: nothing to exhaust by asking. */
		assert_null(strchr(stubs.visited, ' '));
		rig_close(&r);
	}
}

static void test_trunk(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	stubs.trunk_source = "198.51.100.7:5060";
	inject(&r, "INVITE", "sip:+41445550101@203.0.113.1", "", "", "");
	assert_string_equal(stubs.visited, "call-trunk");
	rig_close(&r);
}

/* The ACK of the answer that lies in r->sent. */
/* Who calls for help from a trunk's address is a device. */
static void test_emergency_from_a_trunk(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	stubs.trunk_source = "198.51.100.7:5060";
	inject(&r, "INVITE", "sip:112@example.com", "", "", "");
	assert_string_equal(stubs.visited, "urgent proxy-auth call-device");
	rig_close(&r);
}

static void test_emergency_known_by_connection(void **state)
{
	static const struct {
		enum auth_verdict verdict;
		enum credential_status bound;
		const char *uri, *visited;
		unsigned status;
	} cases[] = {
		{ AUTH_WRONG, CREDENTIAL_ACTIVE, "sip:112@example.com",
		  "urgent proxy-auth call-device", 0 },
		{ AUTH_WAIT, CREDENTIAL_FROZEN, "sip:112@example.com",
		  "urgent proxy-auth call-device", 0 },
		{ AUTH_NONE, CREDENTIAL_ACTIVE, "sip:112@example.com",
		  "urgent proxy-auth call-device", 0 },
		{ AUTH_WRONG, CREDENTIAL_REVOKED, "sip:112@example.com",
		  "urgent proxy-auth", 407 },
		{ AUTH_REVOKED, CREDENTIAL_ACTIVE, "sip:112@example.com",
		  "urgent proxy-auth", 403 },
		{ AUTH_WRONG, CREDENTIAL_ACTIVE, OURS, "proxy-auth", 407 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rig r;

		rig_open(&r, TRANSPORT_UDP);
		stubs.verdict = cases[i].verdict;
		stubs.reason = cases[i].verdict == AUTH_REVOKED ? "revoked" : "other";
		stubs.bound_connection = 42;
		stubs.bound_status = cases[i].bound;
		inject(&r, "INVITE", cases[i].uri, "", "", "");
		assert_string_equal(stubs.visited, cases[i].visited);
		assert_int_equal(rig_sent(&r) ? rig_status(&r) : 0, cases[i].status);
		rig_close(&r);
	}
}

static void inject_ack(struct rig *r)
{
	char text[1024], tag[64], call_id[32];

	assert_int_equal(
		sscanf(strstr(r->sent, "To: "), "To: %*[^;];tag=%63[a-z0-9]", tag), 1);
	assert_int_equal(sscanf(strstr(r->sent, "Call-ID: "), "Call-ID: %31s", call_id),
			 1);
	snprintf(text, sizeof(text),
		 "ACK " OURS " SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKack\r\nMax-Forwards: "
		 "70\r\n"
		 "From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.com>;tag=%s\r\n"
		 "Call-ID: %s\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
		 tag, call_id);
	fake_net_inject(r->net, &r->peer, text_of(text));
}

/* 17.1.1.3, 8.2.7: the ACK of a 407 goes nowhere. */
static void test_ack_of_407(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	stubs.verdict = AUTH_NONE;
	inject(&r, "INVITE", OURS, "", "", "");
	assert_true(rig_sent(&r));
	stubs.visited[0] = '\0';
	inject_ack(&r);
	assert_string_equal(stubs.visited, "");
	assert_false(rig_sent(&r));
	rig_close(&r);
}

/* A repetition gets the same answer and does not reach the registrar again. */
static void test_register_again(void **state)
{
	static const char text[] =
		"REGISTER sip:example.com SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKagain\r\nMax-Forwards: "
		"70\r\n"
		"From: <sip:b@example.com>;tag=f\r\nTo: <sip:b@example.com>\r\nCall-ID: "
		"c\r\n"
		"CSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	for (unsigned i = 0; i < 3; i++) {
		fake_net_inject(r.net, &r.peer, text_of(text));
		assert_true(rig_sent(&r));
		assert_int_equal(rig_status(&r), 200);
	}
	assert_string_equal(stubs.visited, "auth registrar");
	rig_close(&r);
}

/* 8.2.2.2 */
static void test_merged(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	for (unsigned i = 0; i < 2; i++) {
		char text[1024];

		snprintf(text, sizeof(text),
			 "REGISTER sip:example.com SIP/2.0\r\n"
			 "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKm%u\r\n"
			 "Max-Forwards: 70\r\nFrom: <sip:b@example.com>;tag=f\r\n"
			 "To: <sip:b@example.com>\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n"
			 "Content-Length: 0\r\n\r\n",
			 i);
		fake_net_inject(r.net, &r.peer, text_of(text));
		assert_true(rig_sent(&r));
		assert_int_equal(rig_status(&r), i == 0 ? 200 : 482);
	}
	rig_close(&r);
}

static const struct {
	const char *reason, *auth_name, *says;
	int64_t credential;
	unsigned weighed; /* nobody's takes as long */
} diagnoses[] = {
	{ "wrong_password", "k7m2x9qd", "wrong password", 42, 0 },
	{ "wrong_password", "invented", "", 0, 1 },
	{ "unknown_auth_name", "invented", "", 0, 1 },
	{ "user_name_sent", "+41445550101@example.com", "phone number where", 0, 0 },
	{ "user_name_sent", "+41445550199", "", 0, 1 },
	{ "nonce_forged", "k7m2x9qd", "", 0, 0 },
	{ "wrong_realm", "invented", "", 0, 0 }, /* nobody has an event of it */
};

static void test_diagnoses(void **state)
{
	for (size_t i = 0; i < sizeof(diagnoses) / sizeof(diagnoses[0]); i++) {
		struct rig r;
		char header[256];

		rig_open(&r, TRANSPORT_UDP);
		stubs.verdict = AUTH_WRONG;
		stubs.reason = diagnoses[i].reason;
		snprintf(header, sizeof(header),
			 "Authorization: Digest username=\"%s\", realm=\"example.com\", "
			 "nonce=\"1\", uri=\"sip:example.com\", "
			 "response=\"0123456789abcdef0123456789abcdef\"\r\n",
			 diagnoses[i].auth_name);
		inject(&r, "REGISTER", "sip:example.com", "", header, "");
		assert_int_equal(stubs.event_credential, diagnoses[i].credential);
		assert_int_equal(stubs.weighed, diagnoses[i].weighed);
		if (*diagnoses[i].says)
			assert_non_null(strstr(stubs.event, diagnoses[i].says));
		else
			assert_string_equal(stubs.event, "");
		rig_close(&r);
	}
}

/* Once the digest has verified, the device hears it as well. */
static const struct {
	enum auth_verdict verdict;
	const char *reason;
	unsigned status;
	const char *heard; /* "": no Warning */
	const char *retry; /* "": no Retry-After */
	const char *event; /* kind and reason of the event for its owner */
} verified[] = {
	{ AUTH_REVOKED, "revoked", 403,
	  "Warning: 399 example.com \"This credential was revoked: remove it, or enter a "
	  "new one\"\r\n",
	  "Retry-After: 3600\r\n", "device_refused revoked" },
	{ AUTH_REVOKED, "line_ended", 403,
	  "Warning: 399 example.com \"This line has ended\"\r\n", "Retry-After: 3600\r\n",
	  "device_refused line_ended" },
	{ AUTH_STALE, "nonce_expired", 401, "", "", "" },
	{ AUTH_SHA256, "sha256_asked", 401, "", "", "" },
	{ AUTH_WAIT, "too_many_wrong", 403, "", "Retry-After: 64\r\n", "" },
	{ AUTH_MALFORMED, "uri_mismatch", 400, "", "", "" },
	{ AUTH_WRONG, "wrong_password", 401, "", "", "" },
	{ AUTH_WRONG, "unknown_auth_name", 401, "", "", "" },
};

static void test_verified(void **state)
{
	for (size_t i = 0; i < sizeof(verified) / sizeof(verified[0]); i++) {
		struct rig r;

		rig_open(&r, TRANSPORT_UDP);
		stubs.verdict = verified[i].verdict;
		stubs.reason = verified[i].reason;
		inject(&r, "REGISTER", "sip:example.com", "", "", "");
		assert_true(rig_sent(&r));
		assert_int_equal(rig_status(&r), verified[i].status);
		assert_true(strstr(r.sent, verified[i].heard) != NULL);
		assert_true(strstr(r.sent, verified[i].retry) != NULL);
		if (!*verified[i].heard)
			assert_null(strstr(r.sent, "Warning:"));
		if (!*verified[i].retry)
			assert_null(strstr(r.sent, "Retry-After:"));
		assert_string_equal(stubs.device_event, verified[i].event);
		rig_close(&r);
	}
}

/* The live check of a line: nothing is done for it while nobody looks. */
static void test_attempts(void **state)
{
	static const char invite[] =
		"Proxy-Authorization: Digest username=\"nobody\", realm=\"example.com\", "
		"nonce=\"1\", uri=\"sip:example.com\", "
		"response=\"0123456789abcdef0123456789abcdef\"\r\nUser-Agent: Box 1\r\n";
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	inject(&r, "REGISTER", "sip:example.com", "", "", "");
	assert_int_equal(stubs.attempts, 0);
	stubs.watched = true;
	inject(&r, "REGISTER", "sip:example.com", "", "", "");
	assert_int_equal(stubs.attempts, 1);
	assert_int_equal(stubs.attempt.credential_id, 42);
	assert_string_equal(stubs.attempt.reason, "ok");
	stubs.verdict = AUTH_WRONG;
	stubs.reason = "unknown_auth_name";
	inject(&r, "INVITE", "sip:7@example.com", "", invite, "");
	assert_int_equal(stubs.attempts, 2);
	assert_int_equal(stubs.attempt.line_id, 0);
	assert_int_equal(stubs.attempt.status, 407);
	assert_string_equal(stubs.attempt.auth_name, "nobody");
	assert_string_equal(stubs.attempt.user_agent, "Box 1");
	assert_string_equal(stubs.attempt.transport, "udp");
	stubs.verdict = AUTH_NONE;
	stubs.reason = "no_credentials";
	inject(&r, "REGISTER", "sip:example.com", "", "", "");
	assert_int_equal(stubs.attempts, 3);
	assert_string_equal(stubs.attempt.reason, "no_credentials");
	rig_close(&r);
}

static unsigned lines;
static char last_line[512];

static void count_line(void *arg, enum log_level level, const char *line)
{
	lines++;
	snprintf(last_line, sizeof(last_line), "%s", line);
}

/* Each line is a write of the worker's thread. */
static void test_strangers_cause_few_lines(void **state)
{
	static const struct {
		const char *what, *method, *uri;
		enum auth_verdict verdict;
		bool bounded;
	} cases[] = {
		{ "refused before anybody asked", "REGISTER", "sip:example.net", AUTH_OK,
		  true },
		{ "a wrong digest", "REGISTER", "sip:example.com", AUTH_WRONG, true },
		{ "who must wait", "REGISTER", "sip:example.com", AUTH_WAIT, true },
		{ "an unknown method", "FROB", OURS, AUTH_OK, true },
		{ "who is known", "REGISTER", "sip:example.com", AUTH_OK, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rig r;

		rig_open(&r, TRANSPORT_UDP);
		stubs.verdict = cases[i].verdict;
		lines = 0;
		log_set_level(LOG_INFO);
		log_set_sink(count_line, NULL);
		for (unsigned n = 0; n < 200; n++)
			inject(&r, cases[i].method, cases[i].uri, "", "", "");
		if (lines != (cases[i].bounded ? 50 : 200))
			fail_msg("%s: %u", cases[i].what, lines);
		lines = 0;
		fake_clock_advance_us(&r.clock, 1000000);
		inject(&r, cases[i].method, cases[i].uri, "", "", "");
		assert_int_equal(lines, cases[i].bounded ? 2 : 1);
		log_set_sink(NULL, NULL);
		log_set_level(LOG_ERROR);
		rig_close(&r);
	}
}

static void test_what_was_not_logged_is_counted(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	log_set_level(LOG_INFO);
	log_set_sink(count_line, NULL);
	for (unsigned n = 0; n < 200; n++)
		inject(&r, "FROB", OURS, "", "", "");
	fake_clock_advance_us(&r.clock, 1000000);
	edge_log_dropped(&r.edge->workers[0]);
	log_set_sink(NULL, NULL);
	log_set_level(LOG_ERROR);
	assert_non_null(strstr(last_line, "lines_dropped=150"));
	rig_close(&r);
}

/* What is no SIP: answered when it can be, never otherwise. */
static const struct {
	const char *name, *bytes;
	unsigned status;
} faults[] = {
	{ "noise", "\x01\x02\x03", 0 },
	{ "one byte", "x", 0 },
	{ "blank", "\r\n\r\n", 0 },
	{ "version 7 (RFC 4475 3.1.2.16)",
	  "OPTIONS sip:example.com SIP/7.0\r\nVia: SIP/7.0/UDP "
	  "198.51.100.7;branch=z9hG4bKa\r\n"
	  "From: <sip:a@x>;tag=f\r\nTo: <sip:b@x>\r\nCall-ID: c\r\nCSeq: 1 "
	  "OPTIONS\r\n\r\n",
	  505 },
	{ "no Call-ID (RFC 4475 3.3.1)",
	  "INVITE sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP "
	  "198.51.100.7;branch=z9hG4bKa\r\n"
	  "From: <sip:a@x>;tag=f\r\nTo: <sip:b@x>\r\nCSeq: 1 INVITE\r\n\r\n",
	  400 },
	{ "an ACK is not answered",
	  "ACK sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP "
	  "198.51.100.7;branch=z9hG4bKa\r\n"
	  "From: <sip:a@x>;tag=f\r\nTo: <sip:b@x>\r\nCSeq: 1 ACK\r\n\r\n",
	  0 },
	{ "a response is not answered",
	  "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKa\r\n\r\n", 0 },
};

static void test_faults(void **state)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct rig r;

		rig_open(&r, TRANSPORT_UDP);
		fake_net_inject(r.net, &r.peer, text_of(faults[i].bytes));
		rig_sent(&r);
		if (rig_status(&r) != faults[i].status)
			fail_msg("%s: %s", faults[i].name, r.sent);
		rig_close(&r);
	}
}

/* RFC 5626 4.4.2: over UDP, where it came from, and nothing that is broken. */
static void test_stun(void **state)
{
	static const char request[] = "\x00\x01\x00\x00!\x12\xa4"
				      "Babcdefghijkl";
	struct text bytes = { request, sizeof(request) - 1 }, answer;
	struct flow to;
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	fake_net_inject(r.net, &r.peer, text_sub(bytes, 0, bytes.len - 1));
	assert_false(fake_net_sent(r.net, &to, &answer));
	fake_net_inject(r.net, &r.peer, bytes);
	assert_true(fake_net_sent(r.net, &to, &answer));
	assert_true(flow_eq(&to, &r.peer));
	assert_int_equal(answer.len, 32);
	assert_memory_equal(answer.p, "\x01\x01", 2);
	assert_int_equal(stubs.visited[0], '\0');
	rig_close(&r);
	rig_open(&r, TRANSPORT_TCP);
	fake_net_inject(r.net, &r.peer, bytes);
	assert_false(fake_net_sent(r.net, &to, &answer));
	rig_close(&r);
}

/* Without memory it does not start, and nothing stays behind. */
static void test_start_memory(void **state)
{
	struct rig r = { .edge = NULL };

	fake_clock_init(&r.clock);
	fake_random_init(&r.random, 11);
	for (unsigned n = 1; !r.edge; n++) {
		struct edge_config cfg = { .clock = &r.clock.clock,
					   .random = &r.random.random,
					   .domain = "example.com",
					   .advertise = "" };

		r.loop = loop_new_virtual(&r.clock.clock);
		r.net = fake_net_new(r.loop);
		cfg.test_loop = r.loop;
		cfg.test_net = &r.net->net;
		fail_alloc_nth(n);
		assert_int_equal(edge_start(&cfg, &r.edge) == 0, !fail_alloc_off());
		edge_stop(r.edge);
		net_free(&r.net->net);
		loop_free(r.loop);
	}
}

/* Whatever allocation fails, a request is answered late or not at all, and nothing
 * breaks: the peer asks again. */
static void test_request_memory(void **state)
{
	static const char *const methods[] = { "REGISTER", "INVITE", "OPTIONS",
					       "MESSAGE" };

	for (unsigned i = 0; i < 4; i++) {
		bool failed = true;

		for (unsigned n = 1; failed; n++) {
			struct rig r;

			rig_open(&r, TRANSPORT_UDP);
			stubs.verdict = n % 2 ? AUTH_WRONG : AUTH_OK;
			fail_alloc_nth(n);
			inject(&r, methods[i], "sip:example.com", "", "", "");
			failed = fail_alloc_off();
			rig_close(&r);
			assert_true(n < 100);
		}
	}
}

int group_dispatch(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_sips),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_trunk),
		cmocka_unit_test(test_emergency_from_a_trunk),
		cmocka_unit_test(test_emergency_known_by_connection),
		cmocka_unit_test(test_ack_of_407),
		cmocka_unit_test(test_register_again),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_no_amplifier),
		cmocka_unit_test(test_diagnoses),
		cmocka_unit_test(test_verified),
		cmocka_unit_test(test_attempts),
		cmocka_unit_test(test_strangers_cause_few_lines),
		cmocka_unit_test(test_what_was_not_logged_is_counted),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_stun),
		cmocka_unit_test(test_start_memory),
		cmocka_unit_test(test_request_memory),
	};

	return cmocka_run_group_tests_name("edge/dispatch", tests, NULL, NULL);
}
