/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/test_web.c - src/http/web.c and core.c: the start, and a core that goes */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake/alloc.h"
#include "groups.h"
#include "rig.h"

#define HOST    "Host: portal.example\r\n"
#define SESSION "GET /api/v1/session HTTP/1.1\r\n" HOST "\r\n"

static void those_who_wait_hear_that_the_core_is_gone(void **state)
{
	struct browser *waiting, *later;
	struct reply reply;
	json_t *frame;
	struct rig r;

	rig_open(&r, NULL);
	waiting = browser_open(&r);
	later = browser_open(&r);
	browser_say(&r, waiting, SESSION);
	frame = core_next(&r);
	core_close(&r);
	browser_read(&r, waiting, &reply);
	assert_true(reply_has_error(&reply, 503, "core_away"));
	RIG_WAIT(&r, r.gone == 1);
	browser_say(&r, later, SESSION);
	browser_read(&r, later, &reply);
	assert_true(reply_has_error(&reply, 503, "core_away"));
	json_decref(frame);
	browser_close(waiting);
	browser_close(later);
	rig_close(&r);
}

static void it_is_told_within_a_second_whoever_dawdles(void **state)
{
	struct browser *slow;
	struct rig r;

	rig_open(&r, NULL);
	slow = browser_open(&r);
	browser_say(&r, slow, "GET / HTTP/1.1\r\n" HOST "X:");
	rig_settle(&r);
	core_close(&r);
	rig_settle(&r);
	assert_int_equal(r.gone, 0);
	rig_advance(&r, 1);
	assert_int_equal(r.gone, 1);
	browser_close(slow);
	rig_close(&r);
}

static void a_core_that_talks_nonsense_is_no_core(void **state)
{
	static const struct {
		const char *name;
		struct text bytes;
	} rows[] = {
		{ "a frame longer than any", TEXT_INIT("\xff\xff\xff\xff") },
		{ "no JSON", TEXT_INIT("\0\0\0\2{{") },
		{ "no object", TEXT_INIT("\0\0\0\2[]") },
	};

	EACH (row, rows) {
		struct reply reply;
		struct browser *b;
		json_t *frame;
		struct rig r;

		rig_open(&r, NULL);
		b = browser_open(&r);
		browser_say(&r, b, SESSION);
		frame = core_next(&r);
		assert_int_equal(send(r.core, row->bytes.p, row->bytes.len, 0),
				 row->bytes.len);
		browser_read(&r, b, &reply);
		row_true(row, reply_has_error(&reply, 503, "core_away"));
		RIG_WAIT(&r, r.gone == 1);
		json_decref(frame);
		browser_close(b);
		rig_close(&r);
	}
}

static void what_nobody_asked_is_passed_over(void **state)
{
	static const char *const frames[] = {
		"{\"id\":4711,\"ok\":true,\"out\":{}}",
		"{\"id\":-1,\"ok\":true,\"out\":{}}",
		"{\"id\":0,\"event\":{}}",
		"{\"id\":\"x\",\"ok\":true}",
		"{}",
	};
	struct reply reply;
	struct browser *b;
	struct rig r;

	rig_open(&r, NULL);
	for (size_t i = 0; i < COUNT(frames); i++) {
		json_t *answer = json_loads(frames[i], 0, NULL),
		       *as_is = json_pack("{s:O*}", "id", json_object_get(answer, "id"));

		core_say(&r, as_is, answer);
		json_decref(as_is);
	}
	b = browser_open(&r);
	browser_say(&r, b, SESSION);
	core_serve(&r, "session.get");
	browser_read(&r, b, &reply);
	assert_int_equal(reply.status, 200);
	assert_int_equal(r.gone, 0);
	browser_close(b);
	rig_close(&r);
}

/* A full socket: requests wait in the web process and leave when the core reads. */
static void a_core_that_reads_late_gets_everything(void **state)
{
	enum { MANY = 60 };
	struct browser *all[MANY];
	struct buf request = BUF_GROWING;
	struct reply reply;
	struct rig r;

	rig_open(&r, NULL);
	buf_printf(&request,
		   "POST /api/v1/session HTTP/1.1\r\n" HOST
		   "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
		   "{\"login\":\"%0*d\"}",
		   WEB_BODY_MAX, WEB_BODY_MAX - 12, 0);
	for (int i = 0; i < MANY; i++) {
		all[i] = browser_open(&r);
		browser_send(&r, all[i], buf_text(&request));
		rig_settle(&r);
	}
	for (int i = 0; i < MANY; i++)
		core_serve(&r, "session.open");
	for (int i = 0; i < MANY; i++) {
		browser_read(&r, all[i], &reply);
		assert_int_equal(reply.status, 200);
		browser_close(all[i]);
	}
	buf_free(&request);
	rig_close(&r);
}

static void requests_under_way_do_not_hinder_the_end(void **state)
{
	struct browser *asking, *streaming, *sending;
	json_t *frames[2];
	struct rig r;

	rig_open(&r, NULL);
	asking = browser_open(&r);
	browser_say(&r, asking, SESSION);
	frames[0] = core_next(&r);
	streaming = browser_open(&r);
	browser_say(&r, streaming, "GET /api/v1/stream HTTP/1.1\r\n" HOST "\r\n");
	frames[1] = core_next(&r);
	core_say(&r, frames[1], json_pack("{s:{}}", "event"));
	rig_settle(&r);
	sending = browser_open(&r);
	browser_say(&r, sending, "GET / HTTP/1.1\r\n" HOST "X:");
	rig_settle(&r);
	rig_close(&r);
	browser_close(asking);
	browser_close(streaming);
	browser_close(sending);
	json_decref(frames[0]);
	json_decref(frames[1]);
}

struct start {
	struct fake_clock clock;
	struct web_config config;
};

static void prepare(struct start *s)
{
	int pair[2];

	fake_clock_init(&s->clock);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	close(pair[0]);
	s->config = (struct web_config){ .loop = loop_new(&s->clock.clock),
					 .listen_fd = socket(AF_INET, SOCK_STREAM, 0),
					 .core_fd = pair[1] };
	assert_int_equal(listen(s->config.listen_fd, 1), 0);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void a_start_that_fails_says_why_and_leaves_nothing_open(void **state)
{
	static const struct {
		const char *name;
		const char *pages, *cert, *key;
		const char *reason; /* begins so */
	} rows[] = {
		{ "no pages", "/nonexistent", NULL, NULL,
		  "pages /nonexistent: No such file or directory" },
		{ "no certificate", NULL, "x", "y",
		  "the certificate and its key are no good or no pair" },
	};

	EACH (row, rows) {
		char reason[WEB_REASON_SIZE] = "";
		struct web *w = NULL;
		struct start s;

		prepare(&s);
		s.config.pages = row->pages;
		s.config.cert = row->cert;
		s.config.key = row->key;
		row_true(row, web_start(&s.config, &w, reason) < 0);
		row_true(row, text_starts(text_of(reason), text_of(row->reason)));
		row_true(row, !is_open(s.config.listen_fd) && !is_open(s.config.core_fd));
		loop_free(s.config.loop);
	}
}

static void nothing_is_lost_when_memory_is_out(void **state)
{
	for (unsigned n = 1;; n++) {
		char reason[WEB_REASON_SIZE] = "";
		struct web *w = NULL;
		struct start s;
		int error;

		prepare(&s);
		fail_alloc_nth(n);
		error = web_start(&s.config, &w, reason);
		if (!fail_alloc_off()) {
			assert_int_equal(error, 0);
			web_free(w);
			loop_free(s.config.loop);
			break;
		}
		assert_true(error < 0 && reason[0]);
		assert_false(is_open(s.config.listen_fd) || is_open(s.config.core_fd));
		loop_free(s.config.loop);
	}
	web_free(NULL);
}

/* Whatever allocation fails while a request passes, the process goes on. */
static void a_request_may_fail_for_want_of_memory(void **state)
{
	bool failed = true;
	struct rig r;

	rig_open(&r, NULL);
	for (unsigned n = 1; failed && n < 500; n++) {
		struct browser *b = browser_open(&r);
		json_t *frame;

		fail_alloc_nth(n);
		assert_true(send(b->fd, SESSION, strlen(SESSION), 0) > 0);
		for (int turn = 0; turn < 20; turn++)
			loop_turn(r.loop);
		failed = fail_alloc_off();
		frame = core_poll(&r);
		if (frame)
			core_say(&r, frame, json_pack("{s:b, s:{}}", "ok", 1, "out"));
		json_decref(frame);
		RIG_WAIT(&r, (browser_receive(b), b->closed || b->in.len > 0 || r.gone));
		browser_close(b);
		if (r.gone) { /* the frame to the core was broken: a new one */
			rig_close(&r);
			rig_open(&r, NULL);
		}
	}
	assert_false(failed);
	rig_close(&r);
}

int web_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_who_wait_hear_that_the_core_is_gone),
		cmocka_unit_test(it_is_told_within_a_second_whoever_dawdles),
		cmocka_unit_test(a_core_that_talks_nonsense_is_no_core),
		cmocka_unit_test(what_nobody_asked_is_passed_over),
		cmocka_unit_test(a_core_that_reads_late_gets_everything),
		cmocka_unit_test(requests_under_way_do_not_hinder_the_end),
		cmocka_unit_test(a_start_that_fails_says_why_and_leaves_nothing_open),
		cmocka_unit_test(nothing_is_lost_when_memory_is_out),
		cmocka_unit_test(a_request_may_fail_for_want_of_memory),
	};

	return cmocka_run_group_tests_name("http/web", tests, NULL, NULL);
}
