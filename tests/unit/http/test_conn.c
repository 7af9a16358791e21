/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_conn.c - src/http/conn.c: how many, and how long */

#include <stdio.h>

#include "groups.h"
#include "rig.h"

#define HOST    "Host: portal.example\r\n"
#define UNKNOWN "GET /api/v1/x HTTP/1.1\r\n" HOST "\r\n"

static bool is_closed(struct browser *b)
{
	browser_receive(b);
	return b->closed;
}

static void one_source_has_so_many_connections(void **state)
{
	struct browser *all[WEB_SOURCE_CONNECTIONS_MAX], *more;
	struct reply reply;
	struct rig r;

	rig_open(&r, NULL);
	for (int i = 0; i < WEB_SOURCE_CONNECTIONS_MAX; i++) {
		all[i] = browser_open(&r);
		rig_settle(&r);
	}
	more = browser_open(&r);
	RIG_WAIT(&r, is_closed(more));
	browser_close(more);
	browser_say(&r, all[0], UNKNOWN);
	browser_read(&r, all[0], &reply);
	assert_int_equal(reply.status, 404);
	browser_close(all[0]);
	rig_settle(&r);
	all[0] = browser_open(&r);
	browser_say(&r, all[0], UNKNOWN);
	browser_read(&r, all[0], &reply);
	assert_int_equal(reply.status, 404);
	more = browser_open(&r);
	RIG_WAIT(&r, is_closed(more));
	browser_close(more);
	for (int i = 0; i < WEB_SOURCE_CONNECTIONS_MAX; i++)
		browser_close(all[i]);
	rig_close(&r);
}

static void trust_loopback(struct web_config *c)
{
	addr_decode(TEXT("127.0.0.1"), 0, &c->proxies[0].addr);
	c->proxies[0].bits = 32;
	c->proxy_count = 1;
}

static void a_proxy_has_as_many_as_it_likes(void **state)
{
	struct browser *all[WEB_SOURCE_CONNECTIONS_MAX + 20];
	struct reply reply;
	struct rig r;

	rig_open(&r, trust_loopback);
	for (size_t i = 0; i < COUNT(all); i++) {
		all[i] = browser_open(&r);
		rig_settle(&r);
	}
	for (size_t i = 0; i < COUNT(all); i++) {
		browser_say(&r, all[i], UNKNOWN);
		browser_read(&r, all[i], &reply);
		assert_int_equal(reply.status, 404);
		browser_close(all[i]);
	}
	rig_close(&r);
}

/* Slow senders: what comes at second n, one row per place in which one can be slow. */
static void slow_senders_are_hung_up_on(void **state)
{
	static const struct {
		const char *name;
		const char *first; /* at once */
		const char *drop;  /* every second */
		unsigned lives_s;
	} rows[] = {
		{ "who says nothing", "", "", WEB_REQUEST_S },
		{ "a first line byte by byte", "GET /", "a", WEB_REQUEST_S },
		{ "headers without end", "GET / HTTP/1.1\r\n" HOST, "X: y\r\n",
		  WEB_REQUEST_S },
		{ "a body byte by byte",
		  "POST /api/v1/session HTTP/1.1\r\n" HOST
		  "Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n",
		  "{", WEB_REQUEST_S },
		{ "the next body byte by byte",
		  UNKNOWN "POST /api/v1/session HTTP/1.1\r\n" HOST
			  "Content-Type: application/json\r\n"
			  "Content-Length: 9999\r\n\r\n",
		  "{", WEB_REQUEST_S },
		{ "a connection that rests", UNKNOWN, "", WEB_IDLE_S },
		{ "its next first line byte by byte", UNKNOWN "GET /", "a", WEB_IDLE_S },
	};

	EACH (row, rows) {
		unsigned lived_s = 0;
		struct browser *b;
		struct rig r;

		rig_open(&r, NULL);
		b = browser_open(&r);
		browser_say(&r, b, row->first);
		rig_settle(&r);
		while (!is_closed(b) && lived_s < 300) {
			browser_say(&r, b, row->drop);
			rig_advance(&r, 1);
			lived_s++;
		}
		row_true(row, lived_s >= row->lives_s && lived_s <= row->lives_s + 1);
		browser_close(b);
		rig_close(&r);
	}
}

static void a_core_that_takes_too_long_is_given_up(void **state)
{
	struct reply reply;
	json_t *frame, *cancel, *next;
	struct browser *b;
	struct rig r;

	rig_open(&r, NULL);
	b = browser_open(&r);
	browser_say(&r, b, "GET /api/v1/session HTTP/1.1\r\n" HOST "\r\n");
	frame = core_next(&r);
	rig_advance(&r, WEB_CORE_S - 1);
	assert_true(core_is_quiet(&r));
	rig_advance(&r, 2);
	cancel = core_next(&r);
	assert_string_equal(json_string_value(json_object_get(cancel, "op")), "cancel");
	assert_true(
		json_equal(json_object_get(cancel, "id"), json_object_get(frame, "id")));
	browser_read(&r, b, &reply);
	assert_true(reply_has_error(&reply, 503, "core_away"));
	/* Its answer, after all, is not taken for that to the next one. */
	browser_say(&r, b, "GET /api/v1/lines HTTP/1.1\r\n" HOST "\r\n");
	next = core_next(&r);
	core_say(&r, frame, json_pack("{s:b, s:{s:s}}", "ok", 1, "out", "whose", "old"));
	core_say(&r, next, json_pack("{s:b, s:{s:s}}", "ok", 1, "out", "whose", "new"));
	browser_read(&r, b, &reply);
	assert_text(reply.body, TEXT("{\"whose\":\"new\"}"));
	json_decref(next);
	json_decref(cancel);
	json_decref(frame);
	browser_close(b);
	rig_close(&r);
}

static void who_takes_an_answer_too_slowly_is_hung_up_on(void **state)
{
	json_t *frame, *list = json_array();
	struct browser *b;
	struct rig r;

	rig_open(&r, NULL);
	for (int i = 0; i < 20000; i++)
		json_array_append_new(list, json_sprintf("%01000d", i));
	b = browser_open(&r);
	browser_say(&r, b, "GET /api/v1/events HTTP/1.1\r\n" HOST "\r\n");
	frame = core_next(&r);
	core_say(&r, frame, json_pack("{s:b, s:{s:o}}", "ok", 1, "out", "events", list));
	rig_advance(&r, WEB_ANSWER_S + 1);
	RIG_WAIT(&r, is_closed(b));
	assert_true(b->in.len < 20000 * 1000);
	json_decref(frame);
	browser_close(b);
	rig_close(&r);
}

int conn_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_source_has_so_many_connections),
		cmocka_unit_test(a_proxy_has_as_many_as_it_likes),
		cmocka_unit_test(slow_senders_are_hung_up_on),
		cmocka_unit_test(a_core_that_takes_too_long_is_given_up),
		cmocka_unit_test(who_takes_an_answer_too_slowly_is_hung_up_on),
	};

	return cmocka_run_group_tests_name("http/conn", tests, NULL, NULL);
}
