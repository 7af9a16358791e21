/* SPDX-License-Identifier: Apache-2.0 */
/* unit/notify/test_push.c - notify/push.c: what a webhook is sent, and that the queue, a
 * caller who has gone and the end of the server are taken well. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"
#include "fake/loop.h"
#include "notify/push.h"
#include "unit.h"

struct scene {
	struct fake_clock clock;
	struct loop *loop;
	struct push *push;
	int error; /* what the webhook answers */
	char json[1024];
	char sent_to[PUSH_NAME_SIZE];
	unsigned sent, done;
	int status;
	char reason[REQUEST_REASON_SIZE];
};

static const struct push_provider providers[] = {
	{ .name = "apns", .url = "https://push.example/apns" },
	{ .name = "fcm", .url = "https://push.example/fcm" },
};

static int take(void *arg, const struct push_provider *p, struct text json,
		char reason[REQUEST_REASON_SIZE])
{
	struct scene *s = arg;

	s->sent++;
	text_copy(s->json, sizeof(s->json), json);
	snprintf(s->sent_to, sizeof(s->sent_to), "%s", p->name);
	snprintf(reason, REQUEST_REASON_SIZE, "no");
	return s->error;
}

static void on_done(void *arg, int status, const char *reason)
{
	struct scene *s = arg;

	s->done++;
	s->status = status;
	snprintf(s->reason, sizeof(s->reason), "%s", reason);
}

static int open_push(struct scene *s)
{
	return push_new(&(struct push_config){ .providers = providers,
					       .provider_count = COUNT(providers),
					       .send = take,
					       .arg = s },
			&s->push);
}

static void scene_open(struct scene *s)
{
	*s = (struct scene){ .done = 0 };
	fake_clock_init(&s->clock);
	s->loop = loop_new_virtual(&s->clock.clock);
	assert_int_equal(open_push(s), 0);
}

static void scene_close(struct scene *s)
{
	push_free(s->push);
	loop_free(s->loop);
}

static int send_one(struct scene *s, const char *provider, struct push_job **ret)
{
	struct push_target target = { .prid = "tok\"en", .param = "TEAM.app" };

	snprintf(target.provider, sizeof(target.provider), "%s", provider);
	return push_send(s->push, s->loop, &target, 4711, on_done, s, ret);
}

static void test_what_is_sent(void **state)
{
	struct push_job *job;
	struct scene s;

	scene_open(&s);
	assert_int_equal(send_one(&s, "fcm", &job), 0);
	assert_int_equal(s.done, 0); /* never inline */
	fake_loop_run(s.loop, &s.clock, 0);
	assert_int_equal(s.done, 1);
	assert_int_equal(s.status, 0);
	assert_string_equal(s.sent_to, "fcm");
	assert_string_equal(s.json, "{\"provider\":\"fcm\",\"prid\":\"tok\\\"en\","
				    "\"param\":\"TEAM.app\",\"call\":\"4711\"}");
	scene_close(&s);
}

static void test_failure_has_a_reason(void **state)
{
	struct push_job *job;
	struct scene s;

	scene_open(&s);
	s.error = -EIO;
	assert_int_equal(send_one(&s, "apns", &job), 0);
	fake_loop_run(s.loop, &s.clock, 0);
	assert_int_equal(s.status, -EIO);
	assert_string_equal(s.reason, "no");
	scene_close(&s);
}

static void test_who_there_is(void **state)
{
	struct push_job *job;
	struct scene s;

	scene_open(&s);
	assert_true(push_has(s.push, "apns"));
	assert_false(push_has(s.push, "webpush"));
	assert_false(push_has(NULL, "apns"));
	assert_string_equal(push_name(s.push, 1), "fcm");
	assert_null(push_name(s.push, 2));
	assert_null(push_name(NULL, 0));
	assert_int_equal(send_one(&s, "webpush", &job), -ENOENT);
	scene_close(&s);
}

static void test_forgotten(void **state)
{
	struct push_job *job;
	struct scene s;

	scene_open(&s);
	assert_int_equal(send_one(&s, "apns", &job), 0);
	push_forget(job);
	push_forget(NULL);
	fake_loop_run(s.loop, &s.clock, 0);
	assert_int_equal(s.sent, 1);
	assert_int_equal(s.done, 0);
	scene_close(&s);
}

/* What waits is dropped, what comes is refused, nothing is left in memory. */
static void test_closed(void **state)
{
	struct push_job *job;
	struct scene s;

	scene_open(&s);
	assert_int_equal(send_one(&s, "apns", &job), 0);
	push_close(s.push);
	assert_int_equal(send_one(&s, "apns", &job), -ESHUTDOWN);
	fake_loop_run(s.loop, &s.clock, 0);
	assert_int_equal(s.sent, 0);
	scene_close(&s);
}

static void test_full(void **state)
{
	struct push_job *job;
	struct scene s;

	scene_open(&s);
	for (unsigned i = 0; i < PUSH_QUEUE_MAX; i++)
		assert_int_equal(send_one(&s, "apns", &job), 0);
	assert_int_equal(send_one(&s, "apns", &job), -EAGAIN);
	fake_loop_run(s.loop, &s.clock, 0);
	assert_int_equal(s.done, PUSH_QUEUE_MAX);
	assert_int_equal(send_one(&s, "apns", &job), 0);
	scene_close(&s);
}

static void test_memory(void **state)
{
	struct push_job *job;
	struct scene s;
	unsigned n;

	scene_open(&s);
	for (n = 1; n < 20; n++) {
		int error;

		fail_alloc_nth(n);
		error = send_one(&s, "apns", &job);
		if (!fail_alloc_off())
			break;
		assert_true(error == -ENOMEM || error == 0);
	}
	assert_true(n > 1 && n < 20);
	push_free(s.push);
	for (n = 1; n < 20; n++) {
		int error;

		fail_alloc_nth(n);
		error = open_push(&s);
		if (!fail_alloc_off())
			break;
		assert_int_equal(error, -ENOMEM);
	}
	assert_true(n > 1 && n < 20);
	scene_close(&s);
}

int push_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_sent),
		cmocka_unit_test(test_failure_has_a_reason),
		cmocka_unit_test(test_who_there_is),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests_name("push", tests, NULL, NULL);
}
