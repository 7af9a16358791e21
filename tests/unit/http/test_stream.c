/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_stream.c - src/http/stream.c: server-sent events */

#include <sys/socket.h>

#include "groups.h"
#include "http/web.h"
#include "rig.h"

#define HOST   "Host: portal.example\r\n"
#define STREAM "GET /api/v1/stream HTTP/1.1\r\n" HOST "\r\n"

static json_t *event(const char *topic, const char *what)
{
	return json_pack("{s:{s:s, s:s}}", "event", "topic", topic, "what", what);
}

static bool has(struct browser *b, const char *text)
{
	size_t at;

	browser_receive(b);
	return text_find_text(buf_text(&b->in), text_of(text), &at);
}

/* A stream that the core has accepted; its frame is the caller's. */
static struct browser *open_stream(struct rig *r, json_t **frame)
{
	struct browser *b = browser_open(r);

	browser_say(r, b, STREAM);
	*frame = core_next(r);
	core_say(r, *frame, event("session", "open"));
	RIG_WAIT(r, has(b, ": open\n\n"));
	return b;
}

static void assert_cancelled(struct rig *r, const json_t *stream)
{
	json_t *frame = core_next(r);

	assert_string_equal(json_string_value(json_object_get(frame, "op")), "cancel");
	assert_true(
		json_equal(json_object_get(frame, "id"), json_object_get(stream, "id")));
	json_decref(frame);
}

static void changes_arrive_as_they_happen(void **state)
{
	struct browser *b;
	json_t *frame;
	struct rig r;

	rig_open(&r, NULL);
	b = open_stream(&r, &frame);
	assert_true(has(b, "HTTP/1.1 200"));
	assert_true(has(b, "Content-Type: text/event-stream\r\n"));
	assert_true(has(b, "Cache-Control: no-store\r\n"));
	assert_false(has(b, "\"session\""));
	core_say(&r, frame, event("line:+41441234567", "bindings"));
	RIG_WAIT(&r, has(b, "event: changed\ndata: {\"topic\":\"line:+41441234567\","
			    "\"what\":\"bindings\"}\n\n"));
	core_say(&r, frame, event("line:+41441234567", "calls"));
	RIG_WAIT(&r, has(b, "\"what\":\"calls\"}\n\n"));
	json_decref(frame);
	browser_close(b);
	rig_close(&r);
}

static void a_refusal_is_an_ordinary_error(void **state)
{
	struct reply reply;
	struct browser *b;
	json_t *frame;
	struct rig r;

	rig_open(&r, NULL);
	b = browser_open(&r);
	browser_say(&r, b, STREAM);
	frame = core_next(&r);
	core_say(&r, frame,
		 json_pack("{s:b, s:{s:s, s:s, s:i}}", "ok", 0, "error", "code",
			   "sign_in_required", "message", "Please sign in.", "http",
			   401));
	browser_read(&r, b, &reply);
	assert_true(reply_has_error(&reply, 401, "sign_in_required"));
	json_decref(frame);
	browser_close(b);
	rig_close(&r);
}

static void it_ends_with_its_session(void **state)
{
	struct browser *b;
	json_t *frame;
	struct rig r;

	rig_open(&r, NULL);
	b = open_stream(&r, &frame);
	core_say(&r, frame, json_pack("{s:b, s:{}}", "ok", 1, "out"));
	RIG_WAIT(&r, has(b, "\r\n0\r\n\r\n"));
	assert_true(core_is_quiet(&r)); /* the core knows already */
	json_decref(frame);
	browser_close(b);
	rig_close(&r);
}

static void it_ends_with_the_core(void **state)
{
	struct browser *b;
	json_t *frame;
	struct rig r;

	rig_open(&r, NULL);
	b = open_stream(&r, &frame);
	core_close(&r);
	RIG_WAIT(&r, has(b, "\r\n0\r\n\r\n"));
	json_decref(frame);
	browser_close(b);
	rig_close(&r);
}

static void the_core_hears_when_the_browser_leaves(void **state)
{
	static const struct {
		const char *name;
		bool half; /* only its own end, as a TLS client does */
	} rows[] = { { "it hangs up", false }, { "it closes its end", true } };

	EACH (row, rows) {
		struct browser *b;
		json_t *frame;
		struct rig r;

		rig_open(&r, NULL);
		b = open_stream(&r, &frame);
		if (row->half)
			shutdown(b->fd, SHUT_WR);
		else
			browser_close(b);
		rig_advance(&r, 1);
		assert_cancelled(&r, frame);
		json_decref(frame);
		if (row->half)
			browser_close(b);
		rig_close(&r);
	}
}

static void the_heart_beats_every_15_seconds_of_silence(void **state)
{
	struct browser *b;
	json_t *frame;
	struct rig r;

	rig_open(&r, NULL);
	b = open_stream(&r, &frame);
	rig_advance(&r, 10);
	core_say(&r, frame, event("line:+41441234567", "calls"));
	RIG_WAIT(&r, has(b, "changed"));
	buf_reset(&b->in);
	rig_advance(&r, 14);
	browser_receive(b);
	assert_int_equal(b->in.len, 0);
	rig_advance(&r, 1);
	RIG_WAIT(&r, has(b, ":\n\n"));
	json_decref(frame);
	browser_close(b);
	rig_close(&r);
}

static void a_browser_that_takes_nothing_is_let_go(void **state)
{
	json_t *frame, *cancel = NULL;
	char what[8192] = "";
	struct browser *b;
	struct rig r;

	rig_open(&r, NULL);
	b = open_stream(&r, &frame);
	memset(what, 'x', sizeof(what) - 1);
	/* The kernel's buffers take megabytes before ours is asked. */
	for (int i = 0; i < 200 && !cancel; i++) {
		for (int n = 0; n < 50; n++)
			core_say(&r, frame, event("line:+41441234567", what));
		cancel = core_poll(&r);
	}
	assert_non_null(cancel);
	assert_true(
		json_equal(json_object_get(cancel, "id"), json_object_get(frame, "id")));
	rig_advance(&r, WEB_ANSWER_S + 1);
	RIG_WAIT(&r, (browser_receive(b), b->closed));
	json_decref(cancel);
	json_decref(frame);
	browser_close(b);
	rig_close(&r);
}

static void streams_of_all_sessions_have_a_limit(void **state)
{
	struct reply reply;
	struct browser *b;
	json_t *frame;
	struct rig r;

	rig_open(&r, NULL);
	r.web->stream_count = WEB_STREAMS_MAX; /* sparing the sockets */
	b = browser_open(&r);
	browser_say(&r, b, STREAM);
	frame = core_next(&r);
	core_say(&r, frame, event("session", "open"));
	assert_cancelled(&r, frame);
	browser_read(&r, b, &reply);
	assert_true(reply_has_error(&reply, 429, "too_many_streams"));
	r.web->stream_count = 0;
	json_decref(frame);
	browser_close(b);
	frame = NULL;
	b = open_stream(&r, &frame);
	assert_int_equal(r.web->stream_count, 1);
	browser_close(b);
	rig_advance(&r, 1);
	assert_int_equal(r.web->stream_count, 0);
	json_decref(frame);
	rig_close(&r);
}

int stream_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_arrive_as_they_happen),
		cmocka_unit_test(a_refusal_is_an_ordinary_error),
		cmocka_unit_test(it_ends_with_its_session),
		cmocka_unit_test(it_ends_with_the_core),
		cmocka_unit_test(the_core_hears_when_the_browser_leaves),
		cmocka_unit_test(the_heart_beats_every_15_seconds_of_silence),
		cmocka_unit_test(a_browser_that_takes_nothing_is_let_go),
		cmocka_unit_test(streams_of_all_sessions_have_a_limit),
	};

	return cmocka_run_group_tests_name("http/stream", tests, NULL, NULL);
}
