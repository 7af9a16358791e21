/* SPDX-License-Identifier: Apache-2.0 */
/* unit/notify/test_sms.c - notify/sms.c, notify/console.c: the queue and the console. */

#include "notify/sms.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "fake/alloc.h"
#include "fake/loop.h"
#include "fake/random.h"
#include "notify/cap.h"
#include "unit.h"

struct rig {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct sms *sms;
	int console;
};

static struct sms_config config_of(struct rig *r)
{
	return (struct sms_config){ .via = SMS_CONSOLE,
				    .loop = r->loop,
				    .clock = &r->clock.clock,
				    .random = &r->random.random,
				    .console_fd = r->console };
}

static int setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct sms_config cfg;

	fake_clock_init(&r->clock);
	fake_random_init(&r->random, 3);
	r->loop = loop_new_virtual(&r->clock.clock);
	r->console = memfd_create("console", 0);
	cfg = config_of(r);
	assert_int_equal(sms_new(&cfg, &r->sms), 0);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct rig *r = *state;

	sms_free(r->sms);
	loop_free(r->loop);
	close(r->console);
	free(r);
	return 0;
}

struct sent {
	struct sms_job job;
	unsigned calls;
	int status;
};

static void on_done(struct sms_job *job, int status)
{
	struct sent *s = container_of(job, struct sent, job);

	s->calls++;
	s->status = status;
}

static int send_one(struct rig *r, struct sent *s, const char *to, const char *text,
		    unsigned *wait_s)
{
	*s = (struct sent){ .job = { .done = on_done } };
	strcpy(s->job.to, to);
	strcpy(s->job.text, text);
	return sms_send(r->sms, &s->job, wait_s);
}

static void assert_console(struct rig *r, const char *want)
{
	char bytes[2000] = "";

	assert_true(pread(r->console, bytes, sizeof(bytes) - 1, 0) >= 0);
	assert_string_equal(bytes, want);
}

static void test_console_prints_one_line(void **state)
{
	struct rig *r = *state;
	struct sent s;
	unsigned wait_s;

	assert_int_equal(send_one(r, &s, "+41791234567",
				  "Code 483920\n@p.example #483920", &wait_s),
			 0);
	assert_int_equal(s.calls, 0);
	fake_loop_run(r->loop, &r->clock, 0);
	assert_int_equal(s.calls, 1);
	assert_int_equal(s.status, 0);
	assert_console(r,
		       "sms to=+41791234567 text=\"Code 483920\\n@p.example #483920\"\n");
}

static void test_console_escapes_what_would_end_the_line(void **state)
{
	struct rig *r = *state;
	struct sent s;
	unsigned wait_s;

	send_one(r, &s, "+41791234567", "a\"b\\c\x1b[2J\r\xc3\xa9", &wait_s);
	fake_loop_run(r->loop, &r->clock, 0);
	assert_console(r,
		       "sms to=+41791234567 text=\"a\\\"b\\\\c\\x1b[2J\\r\xc3\xa9\"\n");
}

static void count_line(void *arg, enum log_level level, const char *line)
{
	++*(unsigned *)arg;
}

static void test_nothing_of_it_is_logged_or_kept(void **state)
{
	struct rig *r = *state;
	unsigned wait_s, lines = 0;
	struct sent s;

	log_set_sink(count_line, &lines);
	log_set_level(LOG_DEBUG);
	send_one(r, &s, "+41791234567", "483920", &wait_s);
	fake_loop_run(r->loop, &r->clock, 0);
	log_set_level(LOG_INFO);
	log_set_sink(NULL, NULL);
	assert_int_equal(lines, 0);
	for (size_t i = 0; i < sizeof(s.job.text); i++)
		assert_int_equal(s.job.text[i], 0);
}

static void test_a_number_gets_five_in_ten_minutes(void **state)
{
	struct rig *r = *state;
	struct sent s[CAP_MESSAGES + 1];
	unsigned wait_s = 0;

	for (int i = 0; i < CAP_MESSAGES; i++)
		assert_int_equal(send_one(r, &s[i], "+41791234567", "x", &wait_s), 0);
	assert_int_equal(send_one(r, &s[CAP_MESSAGES], "+41791234567", "x", &wait_s),
			 -EDQUOT);
	assert_int_equal(wait_s, 601);
	fake_loop_run(r->loop, &r->clock, 601 * INT64_C(1000000));
	assert_int_equal(send_one(r, &s[0], "+41791234567", "x", &wait_s), 0);
	fake_loop_run(r->loop, &r->clock, 0);
}

static void test_a_login_gets_five_whatever_the_number(void **state)
{
	struct rig *r = *state;
	struct sent s[CAP_MESSAGES + 1];
	unsigned wait_s = 0;
	char to[] = "+41791234560";

	for (int i = 0; i <= CAP_MESSAGES; i++) {
		s[i] = (struct sent){ .job = { .done = on_done, .login_id = 7 } };
		to[11] = (char)('0' + i);
		strcpy(s[i].job.to, to);
		assert_int_equal(sms_send(r->sms, &s[i].job, &wait_s),
				 i < CAP_MESSAGES ? 0 : -EDQUOT);
	}
	sms_confirmed(r->sms, to, 7);
	assert_int_equal(sms_send(r->sms, &s[CAP_MESSAGES].job, &wait_s), 0);
	fake_loop_run(r->loop, &r->clock, 0);
}

static void test_the_queue_is_bounded(void **state)
{
	struct rig *r = *state;
	struct sent *s = calloc(SMS_QUEUE_MAX + 1, sizeof(*s));
	unsigned wait_s, queued = 0;
	char to[24];

	for (int i = 0; i <= SMS_QUEUE_MAX; i++) {
		snprintf(to, sizeof(to), "+4179%07d", i);
		queued += send_one(r, &s[i], to, "x", &wait_s) == 0;
	}
	assert_int_equal(queued, SMS_QUEUE_MAX);
	assert_int_equal(send_one(r, &s[SMS_QUEUE_MAX], "+41780000000", "x", &wait_s),
			 -EAGAIN);
	fake_loop_run(r->loop, &r->clock, 0);
	for (int i = 0; i < SMS_QUEUE_MAX; i++)
		assert_int_equal(s[i].calls, 1);
	free(s);
}

static void test_a_closed_console_is_an_error_with_a_reason(void **state)
{
	struct rig *r = *state;
	struct sent s;
	unsigned wait_s;

	close(r->console);
	send_one(r, &s, "+41791234567", "x", &wait_s);
	fake_loop_run(r->loop, &r->clock, 0);
	assert_int_equal(s.status, -EIO);
	assert_non_null(strstr(s.job.reason, "standard output"));
	r->console = memfd_create("console", 0);
}

static void test_without_memory(void **state)
{
	struct rig *r = *state;
	struct sms_config cfg = config_of(r);
	struct sms *sms = NULL;

	for (unsigned n = 1;; n++) {
		fail_alloc_nth(n);
		if (sms_new(&cfg, &sms) == 0) {
			assert_false(fail_alloc_off());
			break;
		}
		assert_true(fail_alloc_off());
		assert_null(sms);
	}
	sms_free(sms);
	sms_free(NULL);
}

int sms_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_console_prints_one_line),
		CASE(test_console_escapes_what_would_end_the_line),
		CASE(test_nothing_of_it_is_logged_or_kept),
		CASE(test_a_number_gets_five_in_ten_minutes),
		CASE(test_a_login_gets_five_whatever_the_number),
		CASE(test_the_queue_is_bounded),
		CASE(test_a_closed_console_is_an_error_with_a_reason),
		CASE(test_without_memory),
	};
#undef CASE

	return cmocka_run_group_tests_name("sms", tests, NULL, NULL);
}
