/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_stream.c - ops/stream.c: what changed, for the session's customer. */

#include <stdio.h>
#include <string.h>

#include "ops/session.h"
#include "rig.h"

struct page {
	struct ops_reply reply;
	unsigned events, answers;
	char last[200];
};

static void on_event(struct ops_reply *reply, const json_t *frame)
{
	struct page *p = container_of(reply, struct page, reply);
	const json_t *event = json_object_get(frame, "event");

	p->events++;
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

static void open_page(struct rig *r, struct page *p)
{
	json_t *request = json_pack("{s:i, s:s, s:s}", "id", 1000, "op", "stream",
				    "session", r->token);

	*p = (struct page){ .reply = { .answered = on_answer, .event = on_event } };
	ops_ask(r->ops, request, -1, OPS_WEB, &p->reply);
	json_decref(request);
	fake_loop_run(r->loop, &r->clock, 0);
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
	ops_cancel(r->ops, &p.reply);
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
	ops_cancel(r->ops, &p.reply);
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
	ops_cancel(r->ops, &pages[0].reply);
	open_page(r, &pages[0]);
	assert_int_equal(pages[0].answers, 0);
	for (int i = 0; i < SESSION_STREAMS_MAX; i++)
		ops_cancel(r->ops, &pages[i].reply);
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
	ops_cancel(r->ops, &p.reply); /* safe behind its answer */
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
	};
#undef CASE

	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
