/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_head.c - src/http/head.c: heads that two readers could read differently
 * (RFC 9112 11.2, ASVS 4.2.1), over the wire */

#include <stdio.h>

#include "groups.h"
#include "http/head.h"
#include "rig.h"

#define HOST     "Host: portal.example\r\n"
#define SMUGGLED "GET /api/v1/session HTTP/1.1\r\n" HOST "\r\n"

static void what_can_be_read_in_two_ways_is_refused_and_hung_up_on(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
	} rows[] = {
		{ "length and chunks",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST "Content-Length: 6\r\n"
		  "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nG" },
		{ "chunks and length", "POST /api/v1/session HTTP/1.1\r\n" HOST
				       "Transfer-Encoding: chunked\r\n"
				       "Content-Length: 6\r\n\r\n0\r\n\r\nG" },
		{ "chunks alone",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST
		  "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" },
		{ "another coding", "POST /api/v1/session HTTP/1.1\r\n" HOST
				    "Transfer-Encoding: xchunked\r\n\r\n" },
		{ "chunks in HTTP/1.0",
		  "POST /api/v1/session HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" },
		{ "two lengths",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST
		  "Content-Length: 2\r\nContent-Length: 49\r\n\r\n{}" SMUGGLED },
		{ "two equal lengths",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST
		  "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" },
		{ "a blank before the colon", "POST /api/v1/session HTTP/1.1\r\n" HOST
					      "Content-Length : 49\r\n\r\n" SMUGGLED },
		{ "a tab before the colon", "POST /api/v1/session HTTP/1.1\r\n" HOST
					    "Content-Length\t: 49\r\n\r\n" SMUGGLED },
		{ "a folded line", "POST /api/v1/session HTTP/1.1\r\n" HOST
				   "Content-Length: 49\r\n x\r\n\r\n" SMUGGLED },
		{ "a folded line that hides a name",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST "Content-: 49\r\n"
		  " Length\r\nX: y\r\n\r\n" SMUGGLED },
		{ "a line folded with a tab",
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n" },
		{ "a bare LF", "POST /api/v1/session HTTP/1.1\r\n" HOST "X: y\n"
			       "Content-Length: 2\r\n\r\n{}" },
		{ "a bare LF behind the first line",
		  "GET /api/v1/session HTTP/1.1\n" HOST "\r\n" },
		{ "a bare LF at the end", "GET /api/v1/session HTTP/1.1\r\n" HOST "\n" },
		{ "a bare LF behind the last header",
		  "GET /api/v1/session HTTP/1.1\r\nHost: portal.example\n\r\n" },
		{ "a bare CR",
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "X: y\rZ: 1\r\n\r\n" },
		{ "an empty name",
		  "GET /api/v1/session HTTP/1.1\r\n" HOST ": x\r\n\r\n" },
		{ "a name that is no token",
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "X(y): x\r\n\r\n" },
		{ "a name in another alphabet",
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "X\xc3\xa4: x\r\n\r\n" },
		{ "a control character in a value",
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "X: a\x01\r\n\r\n" },
		{ "two hosts", "GET /api/v1/session HTTP/1.1\r\n" HOST HOST "\r\n" },
		{ "two types",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST
		  "Content-Type: application/json\r\nContent-Type: text/plain\r\n"
		  "Content-Length: 2\r\n\r\n{}" },
		{ "two blanks in the first line",
		  "GET  /api/v1/session HTTP/1.1\r\n" HOST "\r\n" },
		{ "a whole URI", "GET http://portal.example/ HTTP/1.1\r\n" HOST "\r\n" },
		{ "a star", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n" },
		{ "a method that is no token", "G{T / HTTP/1.1\r\n" HOST "\r\n" },
	};
	struct rig r;

	rig_open(&r, NULL);
	EACH (row, rows) {
		struct browser *b = browser_open(&r);
		struct reply reply;

		browser_say(&r, b, row->bytes);
		browser_read(&r, b, &reply);
		row_true(row, reply_has_error(&reply, 400, "bad_request"));
		row_text(row, reply_header(&reply, "Connection"), TEXT("close"));
		RIG_WAIT(&r, (browser_receive(b), b->closed));
		row_int(row, b->in.len, 0);
		browser_close(b);
	}
	assert_true(core_is_quiet(&r));
	rig_close(&r);
}

/* The library answers these itself, with a page of its own, or just hangs up. */
static void what_is_no_http_at_all_goes_no_further(void **state)
{
	static const struct {
		const char *name;
		struct text bytes;
	} rows[] = {
		{ "no host", TEXT_INIT("GET /api/v1/session HTTP/1.1\r\n\r\n") },
		{ "no version", TEXT_INIT("GET /api/v1/session\r\n" HOST "\r\n") },
		{ "HTTP/2", TEXT_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") },
		{ "HTTP/0.9", TEXT_INIT("GET / HTTP/0.9\r\n\r\n") },
		{ "a blank in the path", TEXT_INIT("GET /a b HTTP/1.1\r\n" HOST "\r\n") },
		{ "a line without colon",
		  TEXT_INIT("GET / HTTP/1.1\r\n" HOST "X\r\n\r\n") },
		{ "a TLS hello", TEXT_INIT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
					   "\r\n\r\n") },
		{ "a length beyond 64 bits",
		  TEXT_INIT("POST /api/v1/session HTTP/1.1\r\n" HOST
			    "Content-Length: 18446744073709551616\r\n\r\n{}") },
		{ "a list of lengths", TEXT_INIT("POST /api/v1/session HTTP/1.1\r\n" HOST
						 "Content-Length: 2, 2\r\n\r\n{}") },
		{ "a length with a sign",
		  TEXT_INIT("POST /api/v1/session HTTP/1.1\r\n" HOST
			    "Content-Length: +2\r\n\r\n{}") },
		{ "a length in hex", TEXT_INIT("POST /api/v1/session HTTP/1.1\r\n" HOST
					       "Content-Length: 0x2\r\n\r\n{}") },
		{ "an empty length", TEXT_INIT("POST /api/v1/session HTTP/1.1\r\n" HOST
					       "Content-Length:\r\n\r\n") },
		{ "a negative length", TEXT_INIT("POST /api/v1/session HTTP/1.1\r\n" HOST
						 "Content-Length: -1\r\n\r\n{}") },
		{ "a NUL in a value",
		  TEXT_INIT("GET /api/v1/session HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n") },
		{ "a NUL in a name",
		  TEXT_INIT("GET /api/v1/session HTTP/1.1\r\n" HOST "X\0: b\r\n\r\n") },
		{ "a NUL in the path",
		  TEXT_INIT("GET /api/v1/session\0 HTTP/1.1\r\n" HOST "\r\n") },
	};
	struct rig r;

	rig_open(&r, NULL);
	EACH (row, rows) {
		struct browser *b = browser_open(&r);

		browser_send(&r, b, row->bytes);
		RIG_WAIT(&r, (browser_receive(b), b->closed));
		row_true(row,
			 b->in.len == 0 ||
				 text_starts(buf_text(&b->in), TEXT("HTTP/1.1 4")) ||
				 text_starts(buf_text(&b->in), TEXT("HTTP/1.1 505")));
		browser_close(b);
	}
	assert_true(core_is_quiet(&r));
	rig_close(&r);
}

static void what_browsers_send_passes(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
	} rows[] = {
		{ "HTTP/1.0", "GET /api/v1/session HTTP/1.0\r\n\r\n" },
		{ "a header without value",
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "X:\r\n\r\n" },
		{ "no blank behind the colon",
		  "GET /api/v1/session HTTP/1.1\r\nHost:x\r\nX:y\r\n\r\n" },
		{ "many blanks behind it",
		  "GET /api/v1/session HTTP/1.1\r\nHost: \t  x  \t\r\n\r\n" },
		{ "a query", "GET /api/v1/session? HTTP/1.1\r\n" HOST "\r\n" },
		{ "an empty line first",
		  "\r\nGET /api/v1/session HTTP/1.1\r\n" HOST "\r\n" },
		{ "another alphabet in a value",
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "X: \xc3\xa4\xff\r\n\r\n" },
		{ "an empty body", "DELETE /api/v1/session HTTP/1.1\r\n" HOST
				   "Content-Length: 0\r\n\r\n" },
	};
	struct rig r;

	rig_open(&r, NULL);
	EACH (row, rows) {
		struct browser *b = browser_open(&r);
		struct reply reply;
		json_t *frame;

		browser_say(&r, b, row->bytes);
		frame = core_next(&r);
		core_say(&r, frame, json_pack("{s:b, s:{}}", "ok", 1, "out"));
		json_decref(frame);
		browser_read(&r, b, &reply);
		row_int(row, reply.status, 200);
		browser_close(b);
	}
	rig_close(&r);
}

static void a_head_may_be_long_and_come_in_pieces(void **state)
{
	struct buf head = BUF_GROWING;
	struct reply reply;
	struct browser *b;
	struct rig r;

	rig_open(&r, NULL);
	buf_puts(&head, "GET /api/v1/session HTTP/1.1\r\n" HOST);
	for (int i = 0; i < 90; i++)
		buf_printf(&head, "X-Line-%d: %0200d\r\n", i, i);
	buf_puts(&head, "\r\n");
	assert_in_range(head.len, 18000, WEB_HEAD_MAX);
	b = browser_open(&r);
	for (int again = 0; again < 2; again++) {
		for (size_t at = 0; at < head.len; at += 997) {
			browser_send(&r, b, text_sub(buf_text(&head), at, 997));
			rig_settle(&r);
		}
		core_serve(&r, "session.get");
		browser_read(&r, b, &reply);
		assert_int_equal(reply.status, 200);
	}
	browser_close(b);
	buf_free(&head);
	rig_close(&r);
}

static void a_head_has_an_end(void **state)
{
	static const struct {
		const char *name;
		const char *format;
		int times;
		unsigned status;
	} rows[] = {
		{ "too many lines", "X%d: y\r\n", HEAD_LINES_MAX, 400 },
		{ "too many bytes", "X%d: %01000d\r\n", 60, 431 },
	};
	struct rig r;

	rig_open(&r, NULL);
	EACH (row, rows) {
		struct browser *b = browser_open(&r);
		struct buf head = BUF_GROWING;
		struct reply reply;

		buf_puts(&head, "GET /api/v1/session HTTP/1.1\r\n" HOST);
		for (int i = 0; i < row->times; i++)
			buf_printf(&head, row->format, i, i);
		buf_puts(&head, "\r\n");
		browser_send(&r, b, buf_text(&head));
		browser_read(&r, b, &reply);
		row_int(row, reply.status, row->status);
		browser_close(b);
		buf_free(&head);
	}
	assert_true(core_is_quiet(&r));
	rig_close(&r);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	struct reply reply;
	struct browser *b;
	struct rig r;

	rig_open(&r, NULL);
	b = browser_open(&r);
	browser_say(&r, b,
		    "GET /api/v1/session HTTP/1.1\r\n" HOST "\r\n"
		    "GET /api/v1/nothing HTTP/1.1\r\n" HOST "\r\n");
	assert_true((rig_settle(&r), b->in.len == 0));
	core_serve(&r, "session.get");
	browser_read(&r, b, &reply);
	assert_int_equal(reply.status, 200);
	browser_read(&r, b, &reply);
	assert_int_equal(reply.status, 404);
	browser_close(b);
	rig_close(&r);
}

int head_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_read_in_two_ways_is_refused_and_hung_up_on),
		cmocka_unit_test(what_is_no_http_at_all_goes_no_further),
		cmocka_unit_test(what_browsers_send_passes),
		cmocka_unit_test(a_head_may_be_long_and_come_in_pieces),
		cmocka_unit_test(a_head_has_an_end),
		cmocka_unit_test(pipelined_requests_are_answered_in_order),
	};

	return cmocka_run_group_tests_name("http/head", tests, NULL, NULL);
}
