/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_ask.c - src/http/ask.c and exchange.c: what the core is asked, and what
 * is answered without it */

#include <stdio.h>

#include "groups.h"
#include "rig.h"

#define HOST  "Host: portal.example\r\n"
#define JSON  "Content-Type: application/json\r\n"
#define TOKEN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define OTHER "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void trust_loopback(struct web_config *c)
{
	addr_decode(TEXT("127.0.0.0"), 0, &c->proxies[0].addr);
	c->proxies[0].bits = 8;
	c->proxy_count = 1;
}

static void by_https(struct web_config *c)
{
	c->secure = true;
}

/* Every member of the frame that is said here is as it is said here; "-" is absent. */
static void a_request_becomes_a_frame(void **state)
{
	static const struct {
		const char *name;
		void (*change)(struct web_config *);
		const char *bytes;
		const char *op, *session, *csrf, *source, *agent, *in;
	} rows[] = {
		{ "the least", NULL, "GET /api/v1/session HTTP/1.1\r\n" HOST "\r\n",
		  "session.get", "-", "-", "127.0.0.1", "", "{}" },
		{ "everything", NULL,
		  "POST /api/v1/lines/%2B41441234567/consent HTTP/1.1\r\n" HOST JSON
		  "Cookie: a=b; ownline=" TOKEN "; c=d\r\nX-CSRF-Token: 0123abc\r\n"
		  "User-Agent: Mozilla/5.0 (X11)\r\nContent-Length: 22\r\n\r\n"
		  "{\"version\": \"current\"}",
		  "consent.record", TOKEN, "0123abc", "127.0.0.1", "Mozilla/5.0 (X11)",
		  "{\"number\":\"+41441234567\",\"version\":\"current\"}" },
		{ "a query", NULL, "GET /api/v1/events?limit=7 HTTP/1.1\r\n" HOST "\r\n",
		  "event.list", "-", "-", "127.0.0.1", "", "{\"limit\":7}" },
		{ "DELETE without a body", NULL,
		  "DELETE /api/v1/credentials/0123456789abc HTTP/1.1\r\n" HOST "\r\n",
		  "credential.revoke", "-", "-", "127.0.0.1", "",
		  "{\"id\":\"0123456789abc\"}" },
		{ "by https the cookie has its prefix", by_https,
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "Cookie: ownline=" OTHER
		  "; __Host-ownline=" TOKEN "\r\n\r\n",
		  "session.get", TOKEN, "-", "127.0.0.1", "", "{}" },
		{ "a planted cookie beside ours", NULL,
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "Cookie: ownline=" TOKEN
		  "; ownline=" OTHER "\r\n\r\n",
		  "session.get", "-", "-", "127.0.0.1", "", "{}" },
		{ "a planted cookie in another header", NULL,
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "Cookie: ownline=" TOKEN
		  "\r\nCookie: ownline=" OTHER "\r\n\r\n",
		  "session.get", "-", "-", "127.0.0.1", "", "{}" },
		{ "a cookie that is no token", NULL,
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "Cookie: ownline=x\r\n\r\n",
		  "session.get", "-", "-", "127.0.0.1", "", "{}" },
		{ "a user agent that is no UTF-8", NULL,
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "User-Agent: a\xff\xc3\r\n\r\n",
		  "session.get", "-", "-", "127.0.0.1", "a\?\?", "{}" },
		{ "a stranger's X-Forwarded-For", NULL,
		  "GET /api/v1/session HTTP/1.1\r\n" HOST
		  "X-Forwarded-For: 198.51.100.1\r\n\r\n",
		  "session.get", "-", "-", "127.0.0.1", "", "{}" },
		{ "a proxy's X-Forwarded-For", trust_loopback,
		  "GET /api/v1/session HTTP/1.1\r\n" HOST "X-Forwarded-For: 9.9.9.9\r\n"
		  "X-Forwarded-For: 198.51.100.1, 127.1.1.1\r\n\r\n",
		  "session.get", "-", "-", "198.51.100.1", "", "{}" },
		{ "more of them than are read", trust_loopback,
		  "GET /api/v1/session HTTP/1.1\r\n" HOST
		  "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 127.0.0.2\r\n"
		  "X-Forwarded-For: 127.0.0.3\r\nX-Forwarded-For: 127.0.0.4\r\n"
		  "X-Forwarded-For: 127.0.0.5\r\nX-Forwarded-For: 127.0.0.6\r\n"
		  "X-Forwarded-For: 127.0.0.7\r\nX-Forwarded-For: 127.0.0.8\r\n"
		  "X-Forwarded-For: 127.0.0.9\r\n\r\n",
		  "session.get", "-", "-", "127.0.0.2", "", "{}" },
	};

	EACH (row, rows) {
		const char *const members[][2] = { { "op", row->op },
						   { "session", row->session },
						   { "csrf", row->csrf },
						   { "source", row->source },
						   { "user_agent", row->agent } };
		struct browser *b;
		json_t *frame, *in;
		struct rig r;

		rig_open(&r, row->change);
		b = browser_open(&r);
		browser_say(&r, b, row->bytes);
		frame = core_next(&r);
		for (size_t i = 0; i < COUNT(members); i++) {
			const json_t *v = json_object_get(frame, members[i][0]);

			row_text(row, text_of(v ? json_string_value(v) : "-"),
				 text_of(members[i][1]));
		}
		in = json_loads(row->in, 0, NULL);
		row_true(row, json_equal(json_object_get(frame, "in"), in));
		row_true(row, json_integer_value(json_object_get(frame, "id")) > 0);
		json_decref(in);
		json_decref(frame);
		browser_close(b);
		rig_close(&r);
	}
}

static void what_is_wrong_never_reaches_the_core(void **state)
{
	static const struct {
		const char *name;
		const char *bytes;
		unsigned status;
		const char *code;
		const char *allow;
	} rows[] = {
		{ "an unknown address", "GET /api/v1/nothing HTTP/1.1\r\n" HOST "\r\n",
		  404, "not_found", "" },
		{ "a wrong method", "PUT /api/v1/lines HTTP/1.1\r\n" HOST "\r\n", 405,
		  "method_not_allowed", "GET" },
		{ "OPTIONS", "OPTIONS /api/v1/session HTTP/1.1\r\n" HOST "\r\n", 405,
		  "method_not_allowed", "POST, GET, DELETE" },
		{ "POST to a page",
		  "POST / HTTP/1.1\r\n" HOST JSON "Content-Length: 2\r\n\r\n{}", 405,
		  "method_not_allowed", "GET, HEAD" },
		{ "a form",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST
		  "Content-Type: application/x-www-form-urlencoded\r\n"
		  "Content-Length: 7\r\n\r\nlogin=a",
		  415, "not_json", "" },
		{ "JSON as plain text",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST
		  "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
		  415, "not_json", "" },
		{ "JSON without a type",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\n{}",
		  415, "not_json", "" },
		{ "a type that only begins so",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST
		  "Content-Type: application/jsonp\r\nContent-Length: 2\r\n\r\n{}",
		  415, "not_json", "" },
		{ "an array",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST JSON
		  "Content-Length: 2\r\n\r\n[]",
		  400, "bad_request", "" },
		{ "no JSON",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST JSON
		  "Content-Length: 2\r\n\r\n{{",
		  400, "bad_request", "" },
		{ "another site's page",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST JSON
		  "Sec-Fetch-Site: cross-site\r\nContent-Length: 2\r\n\r\n{}",
		  403, "csrf", "" },
		{ "a neighbour's page",
		  "DELETE /api/v1/session HTTP/1.1\r\n" HOST
		  "Sec-Fetch-Site: same-site\r\n\r\n",
		  403, "csrf", "" },
	};
	struct rig r;

	rig_open(&r, NULL);
	EACH (row, rows) {
		struct browser *b = browser_open(&r);
		struct reply reply;

		browser_say(&r, b, row->bytes);
		browser_read(&r, b, &reply);
		row_true(row, reply_has_error(&reply, row->status, row->code));
		row_text(row, reply_header(&reply, "Allow"), text_of(row->allow));
		row_text(row, reply_header(&reply, "Content-Type"),
			 TEXT("application/json"));
		/* The connection goes on: the request itself was clear. */
		browser_say(&r, b, "GET /api/v1/x HTTP/1.1\r\n" HOST "\r\n");
		browser_read(&r, b, &reply);
		row_int(row, reply.status, 404);
		browser_close(b);
	}
	assert_true(core_is_quiet(&r));
	rig_close(&r);
}

static void a_type_may_have_parameters_and_any_case(void **state)
{
	struct reply reply;
	struct browser *b;
	struct rig r;

	rig_open(&r, NULL);
	b = browser_open(&r);
	browser_say(&r, b,
		    "POST /api/v1/session HTTP/1.1\r\n" HOST
		    "Content-Type: Application/JSON ; charset=utf-8\r\n"
		    "Sec-Fetch-Site: same-origin\r\nContent-Length: 2\r\n\r\n{}");
	core_serve(&r, "session.open");
	browser_read(&r, b, &reply);
	assert_int_equal(reply.status, 200);
	browser_close(b);
	rig_close(&r);
}

static void bodies_have_an_end(void **state)
{
	static const struct {
		const char *name;
		size_t size; /* of a JSON object */
		unsigned status;
		bool closes;
	} rows[] = {
		{ "as long as allowed", WEB_BODY_MAX, 200, false },
		{ "a byte longer", WEB_BODY_MAX + 1, 413, false },
		{ "much longer", 1 << 20, 413, false },
		{ "longer than anybody reads", (1 << 20) + 1, 413, true },
	};
	struct rig r;

	rig_open(&r, NULL);
	EACH (row, rows) {
		struct browser *b = browser_open(&r);
		struct buf body = BUF_GROWING;
		struct reply reply;

		buf_printf(&body,
			   "POST /api/v1/session HTTP/1.1\r\n" HOST JSON
			   "Content-Length: %zu\r\n\r\n{\"login\":\"%0*d\"}",
			   row->size, (int)row->size - 12, 0);
		browser_send(&r, b, buf_text(&body));
		if (row->status == 200)
			core_serve(&r, "session.open");
		browser_read(&r, b, &reply);
		row_int(row, reply.status, row->status);
		if (row->status == 413)
			row_true(row, reply_has_error(&reply, 413, "too_large"));
		row_true(row,
			 (reply_header(&reply, "Connection").len > 0) == row->closes);
		browser_close(b);
		buf_free(&body);
	}
	assert_true(core_is_quiet(&r));
	rig_close(&r);
}

static void a_small_body_may_grow_too_large_for_the_core(void **state)
{
	struct buf body = BUF_GROWING;
	struct reply reply;
	struct rig r;

	rig_open(&r, NULL);
	buf_puts(&body, "{\"login\":[1e-9");
	while (body.len < 60000)
		buf_puts(&body, ",1e-9");
	buf_puts(&body, "]}");
	{
		struct browser *b = browser_open(&r);
		char head[256];

		snprintf(head, sizeof(head),
			 "POST /api/v1/session HTTP/1.1\r\n" HOST JSON
			 "Content-Length: %zu\r\n\r\n",
			 body.len);
		browser_say(&r, b, head);
		browser_send(&r, b, buf_text(&body));
		browser_read(&r, b, &reply);
		assert_true(reply_has_error(&reply, 413, "too_large"));
		browser_close(b);
	}
	buf_free(&body);
	rig_close(&r);
}

static void a_body_may_be_promised_first(void **state)
{
	struct reply reply;
	struct browser *b;
	struct rig r;

	rig_open(&r, NULL);
	b = browser_open(&r);
	browser_say(&r, b,
		    "POST /api/v1/session HTTP/1.1\r\n" HOST JSON
		    "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
	RIG_WAIT(&r, (browser_receive(b), b->in.len > 0));
	assert_text(text_sub(buf_text(&b->in), 0, 12), TEXT("HTTP/1.1 100"));
	buf_reset(&b->in);
	browser_say(&r, b, "{}");
	core_serve(&r, "session.open");
	browser_read(&r, b, &reply);
	assert_int_equal(reply.status, 200);
	browser_close(b);
	rig_close(&r);
}

static void many_wait_at_once_and_each_gets_its_own_answer(void **state)
{
	enum { MANY = 40 };
	struct browser *browsers[MANY];
	json_t *frames[MANY];
	struct reply reply;
	struct rig r;

	rig_open(&r, NULL);
	for (int i = 0; i < MANY; i++) {
		char bytes[128];

		browsers[i] = browser_open(&r);
		snprintf(bytes, sizeof(bytes),
			 "GET /api/v1/events?limit=%d HTTP/1.1\r\n" HOST "\r\n", i);
		browser_say(&r, browsers[i], bytes);
		frames[i] = core_next(&r);
	}
	for (int i = MANY - 1; i >= 0; i--) {
		json_t *in = json_object_get(frames[i], "in");

		core_say(&r, frames[i], json_pack("{s:b, s:O}", "ok", 1, "out", in));
		json_decref(frames[i]);
	}
	for (int i = 0; i < MANY; i++) {
		char want[32];

		snprintf(want, sizeof(want), "{\"limit\":%d}", i);
		browser_read(&r, browsers[i], &reply);
		assert_text(reply.body, text_of(want));
		browser_close(browsers[i]);
	}
	rig_close(&r);
}

int ask_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_becomes_a_frame),
		cmocka_unit_test(what_is_wrong_never_reaches_the_core),
		cmocka_unit_test(a_type_may_have_parameters_and_any_case),
		cmocka_unit_test(bodies_have_an_end),
		cmocka_unit_test(a_small_body_may_grow_too_large_for_the_core),
		cmocka_unit_test(a_body_may_be_promised_first),
		cmocka_unit_test(many_wait_at_once_and_each_gets_its_own_answer),
	};

	return cmocka_run_group_tests_name("http/ask", tests, NULL, NULL);
}
