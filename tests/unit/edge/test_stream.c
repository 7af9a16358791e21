/* SPDX-License-Identifier: Apache-2.0 */
/* unit/edge/test_stream.c - edge/stream.c: messages out of a stream, keep-alives (RFC
 * 3261 18.3, RFC 5626 4.4.1). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "unit/edge/groups.h"
#include "unit/edge/rig.h"

#define HEAD(length)                                                                     \
	"OPTIONS sip:example.com SIP/2.0\r\n"                                            \
	"Via: SIP/2.0/TCP 198.51.100.7:5060;branch=z9hG4bKs\r\nMax-Forwards: 70\r\n"     \
	"From: <sip:a@example.com>;tag=f\r\nTo: <sip:b@example.com>\r\nCall-ID: c\r\n"   \
	"CSeq: 1 OPTIONS\r\n" length "\r\n"
#define GOOD HEAD("Content-Length: 0\r\n")

static const struct {
	const char *name, *bytes;
	const char *answers; /* statuses; "pong" for CRLF */
	bool stays_open;
} rows[] = {
	{ "one message", GOOD, "200", true },
	{ "two in one piece", GOOD GOOD, "200 200", true },
	{ "blank lines before it", "\r\n" GOOD, "200", true },
	{ "a ping is answered", "\r\n\r\n", "pong", true },
	{ "a ping before a message", "\r\n\r\n" GOOD, "pong 200", true },
	{ "many pings at once get one pong", "\r\n\r\n\r\n\r\n\r\n\r\n", "pong", true },
	{ "half a ping is none", "\r\n", "", true },
	{ "half a message waits", "OPTIONS sip:example.com SIP/2.0\r\nVia: SIP", "",
	  true },
	{ "with a body", HEAD("Content-Type: a/b\r\nContent-Length: 3\r\n") "abc" GOOD,
	  "200 200", true },
	{ "no Content-Length: answered, then closed", HEAD(""), "400", false },
	{ "a bad Content-Length likewise", HEAD("Content-Length: -999\r\n"), "400",
	  false },
	{ "a Content-Length that wraps", HEAD("Content-Length: 4294967296\r\n"), "400",
	  false },
	{ "two Content-Lengths", HEAD("Content-Length: 0\r\nContent-Length: 5\r\n"),
	  "400", false },
	{ "noise: closed", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", false },
};

static void collect(struct rig *r, char *answers)
{
	while (rig_sent(r)) {
		if (*answers)
			strcat(answers, " ");
		if (strcmp(r->sent, "\r\n") == 0)
			strcat(answers, "pong");
		else
			strncat(answers, r->sent + strlen("SIP/2.0 "), 3);
	}
}

static void check(size_t i, bool in_bytes)
{
	struct rig r;
	char answers[128] = "";
	struct text bytes = text_of(rows[i].bytes);

	rig_open(&r, TRANSPORT_TCP);
	while (in_bytes && bytes.len > 1 && fake_net_open(r.net, &r.peer)) {
		fake_net_inject(r.net, &r.peer, text_sub(bytes, 0, 1));
		rig_turn(&r);
		bytes = text_from(bytes, 1);
	}
	if (fake_net_open(r.net, &r.peer))
		fake_net_inject(r.net, &r.peer, bytes);
	collect(&r, answers);
	rig_turn(&r);
	if (strcmp(answers, rows[i].answers) != 0 &&
	    !(in_bytes && strchr(rows[i].bytes, '\r') == rows[i].bytes))
		fail_msg("%s: \"%s\"", rows[i].name, answers);
	if (fake_net_open(r.net, &r.peer) != rows[i].stays_open)
		fail_msg("%s: open or not", rows[i].name);
	rig_close(&r);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(i, false);
}

/* Byte by byte; a ping cut into pieces is no ping, and nobody minds. */
static void test_in_bytes(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(i, true);
}

static void test_closed(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_TCP);
	fake_net_close_peer(r.net, &r.peer, 0);
	assert_string_equal(stubs.visited, "flow-closed");
	rig_close(&r);
}

/* RFC 7118 5: the frame ends the message; Content-Length may be missing, and says what the
 * body is when it is not. */
static void test_websocket(void **state)
{
	static const struct {
		const char *name, *message, *answers;
	} messages[] = {
		{ "a request", GOOD, "200" },
		{ "without Content-Length", HEAD(""), "200" },
		{ "a body without Content-Length", HEAD("Content-Type: a/b\r\n") "abc",
		  "200" },
		{ "a Content-Length beyond the end", HEAD("Content-Length: 9\r\n"),
		  "400" },
		{ "a ping", "\r\n\r\n", "pong" },
		{ "half a ping", "\r\n", "" },
		{ "noise", "hello", "" },
		{ "a second message is not seen", GOOD GOOD, "200" },
	};

	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		char answers[128] = "";
		struct rig r;

		rig_open(&r, TRANSPORT_WSS);
		fake_net_inject(r.net, &r.peer, text_of(messages[i].message));
		rig_turn(&r);
		collect(&r, answers);
		if (strcmp(answers, messages[i].answers) != 0)
			fail_msg("%s: \"%s\"", messages[i].name, answers);
		assert_true(fake_net_open(r.net, &r.peer));
		rig_close(&r);
	}
}

int group_stream(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_in_bytes),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_websocket),
	};

	return cmocka_run_group_tests_name("edge/stream", tests, NULL, NULL);
}
