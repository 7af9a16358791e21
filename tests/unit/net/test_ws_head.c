/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_ws_head.c - src/net/ws_head.c: who may open a WebSocket, and how (RFC 6455
 * 4.2.1, RFC 7118 4) */

#include "net/ws_head.h"

#include <errno.h>
#include <stdio.h>

#include "fake/check.h"
#include "net_tests.h"

#define GET    "GET / HTTP/1.1\r\n"
#define HOST   "Host: sip.example.ch\r\n"
#define UP     "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define KEY    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define V13    "Sec-WebSocket-Version: 13\r\n"
#define SIP    "Sec-WebSocket-Protocol: sip\r\n"
#define ORIGIN "Origin: https://portal.example.ch\r\n"
#define END    "\r\n"

static const struct {
	const char *name, *head;
	unsigned status; /* 101: taken; 0: more is to come */
} rows[] = {
	{ "a browser's", GET HOST UP KEY V13 SIP ORIGIN END, 101 },
	{ "any path", "GET /sip?x=1 HTTP/1.1\r\n" HOST UP KEY V13 SIP END, 101 },
	{ "lists and other cases",
	  GET HOST
	  "upgrade: h2c, WebSocket\r\nconnection: keep-alive, UPGRADE\r\n" KEY V13
	  "sec-websocket-protocol: xmpp, sip\r\n" END,
	  101 },
	{ "protocols in two lines",
	  GET HOST UP KEY V13 "Sec-WebSocket-Protocol: xmpp\r\n" SIP END, 101 },
	{ "extensions are not ours",
	  GET HOST UP KEY V13 SIP "Sec-WebSocket-Extensions: permessage-deflate\r\n" END,
	  101 },
	{ "a length of nothing", GET HOST UP KEY V13 SIP "Content-Length: 0\r\n" END,
	  101 },
	{ "no value", GET HOST UP KEY V13 SIP "X-Empty:\r\n" END, 101 },

	{ "half of it", GET HOST UP, 0 },
	{ "one byte", "G", 0 },
	{ "nothing", "", 0 },

	{ "POST", "POST / HTTP/1.1\r\n" HOST UP KEY V13 SIP END, 405 },
	{ "get in small letters", "get / HTTP/1.1\r\n" HOST UP KEY V13 SIP END, 405 },
	{ "HTTP/1.0", "GET / HTTP/1.0\r\n" HOST UP KEY V13 SIP END, 505 },
	{ "HTTP/2", "GET / HTTP/2\r\n" HOST UP KEY V13 SIP END, 505 },
	{ "an absolute target", "GET http://a/ HTTP/1.1\r\n" HOST UP KEY V13 SIP END,
	  400 },
	{ "no target", "GET HTTP/1.1\r\n" HOST UP KEY V13 SIP END, 400 },
	{ "two blanks", "GET  / HTTP/1.1\r\n" HOST UP KEY V13 SIP END, 400 },
	{ "SIP", "OPTIONS sip:a SIP/2.0\r\nVia: x\r\n\r\n", 400 },

	{ "no Host", GET UP KEY V13 SIP END, 400 },
	{ "two Hosts", GET HOST HOST UP KEY V13 SIP END, 400 },
	{ "an empty Host", GET "Host: \r\n" UP KEY V13 SIP END, 400 },
	{ "no Upgrade: just a page", GET HOST ORIGIN END, 426 },
	{ "another Upgrade",
	  GET HOST "Upgrade: h2c\r\nConnection: Upgrade\r\n" KEY V13 SIP END, 426 },
	{ "no word of it in Connection",
	  GET HOST "Upgrade: websocket\r\nConnection: close\r\n" KEY V13 SIP END, 426 },
	{ "no key", GET HOST UP V13 SIP END, 400 },
	{ "two keys", GET HOST UP KEY KEY V13 SIP END, 400 },
	{ "a short key",
	  GET HOST UP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=\r\n" V13 SIP END, 400 },
	{ "a long key",
	  GET HOST UP "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA==\r\n" V13 SIP END,
	  400 },
	{ "a key of no base64",
	  GET HOST UP "Sec-WebSocket-Key: dGhlIHNhb%BsZSBub25jZQ==\r\n" V13 SIP END,
	  400 },
	{ "version 8", GET HOST UP KEY "Sec-WebSocket-Version: 8\r\n" SIP END, 426 },
	{ "no version", GET HOST UP KEY SIP END, 400 },
	{ "no protocol", GET HOST UP KEY V13 END, 400 },
	{ "another protocol", GET HOST UP KEY V13 "Sec-WebSocket-Protocol: sips\r\n" END,
	  400 },
	{ "two Origins", GET HOST UP KEY V13 SIP ORIGIN ORIGIN END, 400 },

	{ "a body", GET HOST UP KEY V13 SIP "Content-Length: 5\r\n" END, 400 },
	{ "chunks", GET HOST UP KEY V13 SIP "Transfer-Encoding: chunked\r\n" END, 400 },
	{ "a blank before the colon", GET "Host : a\r\n" UP KEY V13 SIP END, 400 },
	{ "a folded line", GET HOST UP KEY V13 SIP "X: a\r\n b\r\n" END, 400 },
	{ "no colon", GET HOST UP KEY V13 SIP "nonsense\r\n" END, 400 },
	{ "no name", GET HOST UP KEY V13 SIP ": a\r\n" END, 400 },
	{ "a line feed alone", GET HOST UP KEY V13 SIP "X: a\nHost: b\r\n" END, 400 },
	{ "a control", GET HOST UP KEY V13 SIP "X: a\x01\r\n" END, 400 },
	{ "a DEL", GET HOST UP KEY V13 SIP "X: a\x7f\r\n" END, 400 },
};

static void heads(void **state)
{
	EACH (row, rows) {
		struct text in = text_of(row->head);
		struct ws_head h = { TEXT_NONE, TEXT_NONE };
		unsigned status = 0;
		ptrdiff_t r = ws_head_decode(in, &h, &status);

		if (row->status == 101) {
			row_int(row, r, in.len);
			row_text(row, h.key, TEXT("dGhlIHNhbXBsZSBub25jZQ=="));
		} else if (row->status == 0) {
			row_int(row, r, -EAGAIN);
		} else {
			row_int(row, r, -EBADMSG);
			row_int(row, status, row->status);
		}
	}
}

/* However it is cut: the rest of it changes nothing of what was said before. */
static void every_beginning_waits(void **state)
{
	struct text in = TEXT(GET HOST UP KEY V13 SIP ORIGIN END "frames");
	struct ws_head h;
	unsigned status;

	for (size_t n = 0; n < in.len - strlen("frames"); n++)
		assert_int_equal(ws_head_decode(text_sub(in, 0, n), &h, &status),
				 -EAGAIN);
	assert_int_equal(ws_head_decode(in, &h, &status), in.len - strlen("frames"));
	assert_true(text_eq(h.origin, TEXT("https://portal.example.ch")));
}

static void heads_have_limits(void **state)
{
	struct buf b = BUF_GROWING;
	unsigned status = 0;
	struct ws_head h;

	buf_puts(&b, GET HOST UP KEY V13 SIP);
	for (int i = 0; i < WS_HEADERS_MAX; i++)
		buf_printf(&b, "X%d: y\r\n", i);
	buf_puts(&b, END);
	assert_int_equal(ws_head_decode(buf_text(&b), &h, &status), -EBADMSG);
	assert_int_equal(status, 431);
	buf_reset(&b);
	buf_puts(&b, GET "X: ");
	while (b.len < WS_HEAD_MAX - 1)
		buf_putc(&b, 'x');
	assert_int_equal(ws_head_decode(buf_text(&b), &h, &status), -EAGAIN);
	buf_putc(&b, 'x');
	assert_int_equal(ws_head_decode(buf_text(&b), &h, &status), -EBADMSG);
	assert_int_equal(status, 431);
	buf_free(&b);
}

static void origins(void **state)
{
	static const char *const strict[] = { "https://portal.example.ch",
					      "https://a.example:8443" };
	static const char *const open[] = { "https://portal.example.ch", "none" };
	static const struct {
		const char *name, *origin; /* NULL: there is none */
		bool strict, open;
	} tries[] = {
		{ "the portal", "https://portal.example.ch", true, true },
		{ "in capitals", "HTTPS://Portal.example.ch", true, true },
		{ "another port", "https://portal.example.ch:444", false, false },
		{ "without TLS", "http://portal.example.ch", false, false },
		{ "a longer host", "https://portal.example.ch.evil.example", false,
		  false },
		{ "a host in front", "https://xportal.example.ch", false, false },
		{ "the second", "https://a.example:8443", true, false },
		{ "a file", "null", false, false },
		{ "nothing", "", false, false },
		{ "does not say", NULL, false, true },
		{ "says the word for it", "none", false, false },
	};

	EACH (row, tries) {
		struct text o = text_of(row->origin);

		row_int(row, ws_origin_allowed(o, strict, COUNT(strict)), row->strict);
		row_int(row, ws_origin_allowed(o, open, COUNT(open)), row->open);
		row_true(row, !ws_origin_allowed(o, NULL, 0));
	}
}

/* The example of RFC 6455 1.3. */
static void answers(void **state)
{
	static const unsigned statuses[] = { 400, 403, 405, 426, 431, 503, 505 };
	struct buf b = BUF_GROWING;
	struct ws_head h = { .key = TEXT_INIT("dGhlIHNhbXBsZSBub25jZQ==") };
	char begin[32];
	size_t at;

	ws_head_accept(&b, &h);
	assert_true(
		text_find_text(buf_text(&b),
			       TEXT("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
				    "\r\n"),
			       &at));
	assert_true(text_find_text(buf_text(&b), TEXT("Sec-WebSocket-Protocol: sip\r\n"),
				   &at));
	for (size_t i = 0; i < COUNT(statuses); i++) {
		buf_reset(&b);
		ws_head_refuse(&b, statuses[i]);
		snprintf(begin, sizeof(begin), "HTTP/1.1 %u ", statuses[i]);
		assert_true(text_starts(buf_text(&b), text_of(begin)));
		assert_true(text_ends(buf_text(&b), TEXT("\r\n\r\n")));
	}
	buf_free(&b);
}

int ws_head_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heads),
		cmocka_unit_test(every_beginning_waits),
		cmocka_unit_test(heads_have_limits),
		cmocka_unit_test(origins),
		cmocka_unit_test(answers),
	};

	return cmocka_run_group_tests_name("net/ws_head", tests, NULL, NULL);
}
