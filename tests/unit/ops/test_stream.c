/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_stream.c - ops/stream.c: what changed, for the session's customer;
 * ops/attempts.c: what devices try on a line. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/attempt.h"
#include "ops/session.h"
#include "rig.h"

struct page {
	struct ops_reply reply;
	unsigned events, answers;
	char last[200];
	json_t *event; /* the last one */
};

static void on_event(struct ops_reply *reply, const json_t *frame)
{
	struct page *p = container_of(reply, struct page, reply);
	const json_t *event = json_object_get(frame, "event");

	p->events++;
	json_decref(p->event);
	p->event = json_deep_copy(event);
	snprintf(p->last, sizeof(p->last), "%s %s",
		 json_string_value(json_object_get(event, "topic")),
		 json_string_value(json_object_get(event, "what")));
}

static void on_answer(struct ops_reply *reply, const json_t *answer)
{
	struct page *p = container_of(reply, struct page, reply);

	p->answers++;
	snprintf(p->last, sizeof(p->last), "%s", rig_error(answer));
}

static void open_stream(struct rig *r, struct page *p, const char *op, json_t *in)
{
	json_t *request = json_pack("{s:i, s:s, s:s, s:o*}", "id", 1000, "op", op,
				    "session", r->token, "in", in);

	*p = (struct page){ .reply = { .answered = on_answer, .event = on_event } };
	ops_ask(r->ops, request, -1, OPS_WEB, &p->reply);
	json_decref(request);
	fake_loop_run(r->loop, &r->clock, 0);
}

static void open_page(struct rig *r, struct page *p)
{
	open_stream(r, p, "stream", NULL);
}

static void close_page(struct rig *r, struct page *p)
{
	ops_cancel(r->ops, &p->reply);
	json_decref(p->event);
	p->event = NULL;
}

static int64_t customer_of(struct rig *r, const char *number)
{
	struct account_line line;

	assert_int_equal(account_line_by_number(r->book, text_of(number), &line), 0);
	return line.customer_id;
}

static void test_tells_what_changed(void **state)
{
	struct rig *r = *state;
	struct page p;

	rig_sign_in(r, "anna");
	open_page(r, &p);
	assert_int_equal(p.events, 1);
	event_notify(r->events, customer_of(r, ANNA_LINE), ANNA_LINE, "bindings");
	rig_pass(r, 1);
	assert_string_equal(p.last, "line:" ANNA_LINE " bindings");
	close_page(r, &p);
	event_notify(r->events, customer_of(r, ANNA_LINE), ANNA_LINE, "calls");
	rig_pass(r, 1);
	assert_string_equal(p.last, "line:" ANNA_LINE " bindings");
}

static void test_not_what_is_somebody_elses(void **state)
{
	struct rig *r = *state;
	struct page p;
	unsigned before;

	rig_sign_in(r, "anna");
	open_page(r, &p);
	before = p.events;
	event_notify(r->events, customer_of(r, BEAT_LINE), BEAT_LINE, "bindings");
	rig_pass(r, 1);
	assert_int_equal(p.events, before);
	close_page(r, &p);
}

static void test_so_many_per_session(void **state)
{
	struct rig *r = *state;
	struct page pages[SESSION_STREAMS_MAX + 1];

	rig_sign_in(r, "anna");
	for (int i = 0; i <= SESSION_STREAMS_MAX; i++)
		open_page(r, &pages[i]);
	assert_int_equal(pages[SESSION_STREAMS_MAX].answers, 1);
	assert_string_equal(pages[SESSION_STREAMS_MAX].last, "too_many_streams");
	close_page(r, &pages[0]);
	open_page(r, &pages[0]);
	assert_int_equal(pages[0].answers, 0);
	for (int i = 0; i < SESSION_STREAMS_MAX; i++)
		close_page(r, &pages[i]);
}

static void test_ends_with_the_session(void **state)
{
	struct rig *r = *state;
	struct page p, q;

	rig_sign_in(r, "anna");
	open_page(r, &p);
	open_page(r, &q);
	rig_ask(r, "session.close", "{}");
	assert_int_equal(p.answers, 1);
	assert_int_equal(q.answers, 1);
	close_page(r, &p); /* safe behind its answer */
	close_page(r, &q);
}

static void test_ends_when_the_session_is_over(void **state)
{
	struct rig *r = *state;
	struct page p;

	rig_sign_in(r, "anna");
	open_page(r, &p);
	rig_pass(r, SESSION_IDLE_S - 60);
	assert_int_equal(p.answers, 0);
	rig_pass(r, 120);
	assert_int_equal(p.answers, 1);
	close_page(r, &p);
}

/* ---- attempts ---- */

static void open_attempts(struct rig *r, struct page *p, const char *number)
{
	open_stream(r, p, "line.attempts", json_pack("{s:s}", "number", number));
}

static int64_t line_of(struct rig *r, const char *number)
{
	struct account_line line;

	assert_int_equal(account_line_by_number(r->book, text_of(number), &line), 0);
	return line.id;
}

static const char *told(const struct page *p, const char *name)
{
	return json_string_value(json_object_get(p->event, name));
}

static void test_attempts_on_the_line(void **state)
{
	struct rig *r = *state;
	struct attempt known = { .line_id = line_of(r, ANNA_LINE),
				 .status = 401,
				 .method = "REGISTER",
				 .transport = "tls",
				 .reason = "wrong_password",
				 .auth_name = "k7m2x9qd" };
	struct attempt unknown = { .status = 401,
				   .method = "REGISTER",
				   .transport = "udp",
				   .reason = "unknown_auth_name",
				   .number = ANNA_LINE,
				   .auth_name = "an\xffna",
				   .user_agent = "Box \"1\"" };
	struct page p;

	assert_false(attempt_watched(r->events));
	rig_sign_in(r, "anna");
	open_attempts(r, &p, ANNA_LINE);
	assert_int_equal(p.events, 1);
	attempt_put(r->events, &known);
	rig_pass(r, 1);
	assert_int_equal(p.events, 2);
	assert_string_equal(told(&p, "topic"), "line:" ANNA_LINE);
	assert_string_equal(told(&p, "what"), "attempt");
	assert_string_equal(told(&p, "reason"), "wrong_password");
	attempt_put(r->events, &unknown);
	rig_pass(r, 1);
	assert_int_equal(p.events, 3);
	assert_string_equal(told(&p, "reason"), "unknown_auth_name");
	assert_string_equal(told(&p, "auth_name"), "\"an\\xffna\"");
	assert_string_equal(told(&p, "user_agent"), "Box \"1\"");
	assert_string_equal(told(&p, "transport"), "udp");
	close_page(r, &p);
	assert_false(attempt_watched(r->events));
}

static void test_attempts_of_others_are_not_shown(void **state)
{
	struct rig *r = *state;
	struct attempt others = { .line_id = line_of(r, BEAT_LINE),
				  .verified = true,
				  .number = ANNA_LINE };
	struct attempt nobodys = { .number = "+41449999999" };
	struct page p, q;

	rig_sign_in(r, "anna");
	open_attempts(r, &p, ANNA_LINE);
	attempt_put(r->events, &others);
	attempt_put(r->events, &nobodys);
	rig_pass(r, 1);
	assert_int_equal(p.events, 1);
	close_page(r, &p);

	/* Another's line is as one that does not exist. */
	open_attempts(r, &p, BEAT_LINE);
	open_attempts(r, &q, "+41449999999");
	assert_string_equal(p.last, "not_found");
	assert_string_equal(q.last, "not_found");
	close_page(r, &p);
	close_page(r, &q);
	assert_false(attempt_watched(r->events));
}

/* Nobody finds out by the page of his own line which auth names and numbers there are. */
static void test_attempts_with_names_of_others(void **state)
{
	static const char *const reasons[] = { "unknown_auth_name", "wrong_password",
					       "wrong_domain",      "user_name_sent",
					       "no_hash",           "vault_mismatch" };
	struct rig *r = *state;
	char *first = NULL, *text;
	struct page p;

	rig_sign_in(r, "anna");
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		struct attempt a = { .at = 1,
				     .line_id = i ? line_of(r, BEAT_LINE) : 0,
				     .credential_id = i ? 42 : 0,
				     .status = 401,
				     .number = ANNA_LINE,
				     .auth_name = "guessed" };

		snprintf(a.reason, sizeof(a.reason), "%s", reasons[i]);
		open_attempts(r, &p, ANNA_LINE);
		attempt_put(r->events, &a);
		rig_pass(r, 1);
		assert_int_equal(p.events, 2);
		text = json_dumps(p.event, JSON_SORT_KEYS);
		if (first)
			assert_string_equal(text, first);
		else
			first = strdup(text);
		free(text);
		close_page(r, &p);
	}
	free(first);
}

/* Who guesses does not drown the device that is being set up. */
static void test_attempts_are_so_many(void **state)
{
	struct rig *r = *state;
	struct attempt a = { .line_id = line_of(r, ANNA_LINE) };
	struct page p;

	rig_sign_in(r, "anna");
	open_attempts(r, &p, ANNA_LINE);
	for (int i = 0; i < 50; i++)
		attempt_put(r->events, &a);
	rig_pass(r, 0);
	assert_int_equal(p.events, 1 + 10);
	rig_pass(r, 2);
	attempt_put(r->events, &a);
	rig_pass(r, 0);
	assert_int_equal(p.events, 1 + 11);
	close_page(r, &p);
}

static void test_a_forgotten_page_looks_no_longer(void **state)
{
	struct rig *r = *state;
	struct attempt a = { .line_id = line_of(r, ANNA_LINE) };
	struct page p;

	rig_sign_in(r, "anna");
	open_attempts(r, &p, ANNA_LINE);
	for (int i = 0; i < 4; i++) {
		rig_pass(r, 8 * 60);
		rig_ask(r, "session.get", "{}");
	}
	assert_true(attempt_watched(r->events));
	attempt_put(r->events, &a);
	rig_pass(r, 0);
	assert_int_equal(p.events, 1);
	assert_false(attempt_watched(r->events));
	close_page(r, &p);
}

int stream_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_tells_what_changed),
		CASE(test_not_what_is_somebody_elses),
		CASE(test_so_many_per_session),
		CASE(test_ends_with_the_session),
		CASE(test_ends_when_the_session_is_over),
		CASE(test_attempts_on_the_line),
		CASE(test_attempts_of_others_are_not_shown),
		CASE(test_attempts_with_names_of_others),
		CASE(test_attempts_are_so_many),
		CASE(test_a_forgotten_page_looks_no_longer),
	};
#undef CASE

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
