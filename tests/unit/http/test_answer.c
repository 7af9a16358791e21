/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_answer.c - src/http/answer.c: headers on everything (ASVS 3.3, 3.4),
 * cookies, errors */

#include "groups.h"
#include "rig.h"

#define HOST    "Host: portal.example\r\n"
#define TOKEN   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SESSION "GET /api/v1/session HTTP/1.1\r\n" HOST "\r\n"
#define CREATE                                                                           \
	"POST /api/v1/lines/+41441234567/credentials HTTP/1.1\r\n" HOST                  \
	"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

static void by_https(struct web_config *c)
{
	c->secure = true;
}

static void say_and_read(struct rig *r, const char *request, json_t *answer,
			 struct reply *reply)
{
	struct browser *b = browser_open(r);
	json_t *frame;

	browser_say(r, b, request);
	frame = core_next(r);
	core_say(r, frame, answer);
	json_decref(frame);
	browser_read(r, b, reply);
	browser_close(b);
}

static void every_answer_carries_the_headers(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
	} rows[] = {
		{ "an answer", SESSION },
		{ "an error", "GET /api/v1/x HTTP/1.1\r\n" HOST "\r\n" },
		{ "a refusal", "GET /api/v1/x HTTP/1.1\r\n" HOST HOST "\r\n" },
		{ "a page that is not there", "GET /x.js HTTP/1.1\r\n" HOST "\r\n" },
	};
	static const char *const headers[][2] = {
		{ "Content-Security-Policy",
		  "default-src 'self'; object-src 'none'; base-uri 'none'; "
		  "frame-ancestors 'none'; form-action 'self'; img-src 'self' data:" },
		{ "Strict-Transport-Security", "max-age=31536000" },
		{ "X-Content-Type-Options", "nosniff" },
		{ "Referrer-Policy", "no-referrer" },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Cross-Origin-Resource-Policy", "same-origin" },
		{ "Cache-Control", "no-store" },
		{ "Content-Type", "application/json" },
		{ "Access-Control-Allow-Origin", "" },
		{ "Server", "" },
	};
	struct rig r;

	rig_open(&r, by_https);
	EACH (row, rows) {
		struct browser *b = browser_open(&r);
		struct reply reply;

		browser_say(&r, b, row->bytes);
		if (row->bytes == rows[0].bytes)
			core_serve(&r, "session.get");
		browser_read(&r, b, &reply);
		for (size_t i = 0; i < COUNT(headers); i++)
			row_text(row, reply_header(&reply, headers[i][0]),
				 text_of(headers[i][1]));
		row_true(row, text_starts(reply_header(&reply, "Permissions-Policy"),
					  TEXT("accelerometer=()")));
		browser_close(b);
	}
	rig_close(&r);
}

static void hsts_is_for_https(void **state)
{
	struct reply reply;
	struct rig r;

	rig_open(&r, NULL);
	rig_once(&r, "GET /api/v1/x HTTP/1.1\r\n" HOST "\r\n", &reply);
	assert_text(reply_header(&reply, "Strict-Transport-Security"), TEXT(""));
	rig_close(&r);
}

static void the_core_s_token_becomes_the_cookie(void **state)
{
	static const struct {
		const char *name;
		void (*change)(struct web_config *);
		const char *token;
		const char *cookie;
	} rows[] = {
		{ "none", by_https, NULL, "" },
		{ "by https", by_https, TOKEN,
		  "__Host-ownline=" TOKEN "; Path=/; HttpOnly; SameSite=Strict; Secure" },
		{ "by plain http", NULL, TOKEN,
		  "ownline=" TOKEN "; Path=/; HttpOnly; SameSite=Strict" },
		{ "to be forgotten", by_https, "",
		  "__Host-ownline=; Path=/; HttpOnly; SameSite=Strict; Secure; "
		  "Max-Age=0" },
		{ "no token of ours", by_https, "x; Domain=evil.example", "" },
	};

	EACH (row, rows) {
		struct reply reply;
		struct rig r;

		rig_open(&r, row->change);
		say_and_read(&r, SESSION,
			     json_pack("{s:b, s:{}, s:s*}", "ok", 1, "out", "token",
				       row->token),
			     &reply);
		row_int(row, reply.status, 200);
		row_text(row, reply_header(&reply, "Set-Cookie"), text_of(row->cookie));
		row_text(row, reply.body, TEXT("{}"));
		rig_close(&r);
	}
}

static void the_core_s_answer_becomes_the_response(void **state)
{
	static const struct {
		const char *name;
		const char *request;
		const char *answer;
		unsigned status;
		const char *body;
		const char *retry;
	} rows[] = {
		{ "out", SESSION, "{\"ok\":true,\"out\":{\"login\":\"b\xc3\xbc\"}}", 200,
		  "{\"login\":\"b\xc3\xbc\"}", "" },
		{ "the operation's own status", CREATE,
		  "{\"ok\":true,\"out\":{\"password\":\"x\"}}", 201,
		  "{\"password\":\"x\"}", "" },
		{ "an error", CREATE,
		  "{\"ok\":false,\"error\":{\"code\":\"step_up_required\",\"http\":401,"
		  "\"action\":\"a1\"}}",
		  401, "{\"error\":{\"code\":\"step_up_required\",\"action\":\"a1\"}}",
		  "" },
		{ "wait a little", CREATE,
		  "{\"ok\":false,\"error\":{\"code\":\"x\",\"http\":429,"
		  "\"retry_after_s\":30}}",
		  429, "{\"error\":{\"code\":\"x\",\"retry_after_s\":30}}", "30" },
		{ "a status that is none", CREATE,
		  "{\"ok\":false,\"error\":{\"code\":\"x\",\"http\":99}}", 500,
		  "{\"error\":{\"code\":\"x\"}}", "" },
		{ "neither", SESSION, "{\"ok\":false}", 500,
		  "{\"error\":{\"code\":\"internal\",\"message\":\"Something went "
		  "wrong.\"}}",
		  "" },
	};
	struct rig r;

	rig_open(&r, NULL);
	EACH (row, rows) {
		struct reply reply;

		say_and_read(&r, row->request, json_loads(row->answer, 0, NULL), &reply);
		row_int(row, reply.status, row->status);
		row_text(row, reply.body, text_of(row->body));
		row_text(row, reply_header(&reply, "Retry-After"), text_of(row->retry));
	}
	rig_close(&r);
}

static void a_long_answer_leaves_whole(void **state)
{
	enum { ROWS = 20000 };
	json_t *frame, *list = json_array();
	struct browser *b;
	size_t end;
	struct rig r;

	rig_open(&r, NULL);
	for (int i = 0; i < ROWS; i++)
		json_array_append_new(list, json_sprintf("%0100d", i));
	b = browser_open(&r);
	browser_say(&r, b, "GET /api/v1/events HTTP/1.1\r\n" HOST "\r\n");
	frame = core_next(&r);
	core_say(&r, frame, json_pack("{s:b, s:{s:o}}", "ok", 1, "out", "events", list));
	json_decref(frame);
	RIG_WAIT(&r, (browser_receive(b), text_ends(buf_text(&b->in), TEXT("\"]}"))));
	assert_true(text_find_text(buf_text(&b->in), TEXT("\r\n\r\n"), &end));
	assert_int_equal(b->in.len - end - 4, strlen("{\"events\":[]}") + ROWS * 103 - 1);
	browser_close(b);
	rig_close(&r);
}

int answer_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_carries_the_headers),
		cmocka_unit_test(hsts_is_for_https),
		cmocka_unit_test(the_core_s_token_becomes_the_cookie),
		cmocka_unit_test(the_core_s_answer_becomes_the_response),
		cmocka_unit_test(a_long_answer_leaves_whole),
	};

	return cmocka_run_group_tests_name("http/answer", tests, NULL, NULL);
}
