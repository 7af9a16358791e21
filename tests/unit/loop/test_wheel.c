/* SPDX-License-Identifier: Apache-2.0 */
/* unit/loop/test_wheel.c - src/loop/wheel.c and the timers of src/loop/loop.c */

#include <stdlib.h>

#include "fake/check.h"
#include "fake/clock.h"
#include "fake/loop.h"
#include "fake/random.h"
#include "loop/loop.h"
#include "loop_tests.h"

enum { MANY = 5000 };

struct seen {
	struct timer timer;
	struct fake_clock *clock;
	struct seen *victim; /* a timer that this one stops */
	int64_t due_us;
	int number;
	int fired;
	int64_t fired_us;
};

static int last_number;
static int64_t last_due_us;
static int fired_count;

static void fired(struct timer *t)
{
	struct seen *s = container_of(t, struct seen, timer);

	s->fired++;
	s->fired_us = s->clock->mono_us;
	fired_count++;
	assert_false(timer_running(t));
	assert_true(s->fired_us >= s->due_us);
	assert_true(s->due_us >= last_due_us);
	if (s->due_us == last_due_us)
		assert_true(s->number > last_number);
	last_due_us = s->due_us;
	last_number = s->number;
}

static void start(struct loop *l, struct seen *s, struct fake_clock *c, int64_t after_ms,
		  int number)
{
	s->clock = c;
	s->number = number;
	s->due_us = c->mono_us + after_ms * 1000;
	timer_start(l, &s->timer, after_ms, fired);
}

static void setup(struct fake_clock *c, struct loop **l)
{
	fake_clock_init(c);
	*l = loop_new_virtual(&c->clock);
	last_due_us = last_number = 0;
	fired_count = 0;
}

static void timers_fire_when_due(void **state)
{
	static const struct {
		const char *name;
		int64_t begin_ms, after_ms;
	} rows[] = {
		{ "1 ms", 1000000, 1 },
		{ "T1", 1000000, 500 },
		{ "the end of a slot", 0, 63 },
		{ "the next slot", 0, 64 },
		{ "over a slot's border", 63, 1 },
		{ "level 2", 0, 4096 },
		{ "64*T1", 1000000, 32000 },
		{ "an hour", 1000000, 3600000 },
		{ "a day", 1000000, 86400000 },
		{ "a year", 1000000, INT64_C(31536000000) },
		{ "over the border of level 6", (INT64_C(1) << 36) - 1, 1 },
		{ "far over it", (INT64_C(1) << 36) - 5, 100000 },
	};

	EACH (row, rows) {
		struct seen s = { 0 };
		struct fake_clock c;
		struct loop *l;

		setup(&c, &l);
		c.mono_us = row->begin_ms * 1000;
		loop_free(l);
		l = loop_new_virtual(&c.clock);
		start(l, &s, &c, row->after_ms, 1);
		row_int(row, loop_next_timer_us(l), s.due_us);
		fake_loop_run(l, &c, row->after_ms * 1000 - 1);
		row_int(row, s.fired, 0);
		fake_loop_run(l, &c, 1);
		row_int(row, s.fired, 1);
		row_int(row, s.fired_us, s.due_us);
		row_true(row, loop_next_timer_us(l) == INT64_MAX);
		loop_free(l);
	}
}

/* Between two milliseconds it is late rather than early. */
static void never_early(void **state)
{
	struct seen s = { 0 };
	struct fake_clock c;
	struct loop *l;

	setup(&c, &l);
	c.mono_us += 1;
	start(l, &s, &c, 1, 1);
	fake_loop_run(l, &c, 1998);
	assert_int_equal(s.fired, 0);
	fake_loop_run(l, &c, 1);
	assert_int_equal(s.fired, 1);
	loop_free(l);
}

static void fire_in_order_when_the_clock_jumps(void **state)
{
	static struct seen seen[MANY];
	struct fake_random r;
	struct fake_clock c;
	struct loop *l;
	int stopped = 0;

	setup(&c, &l);
	fake_random_init(&r, 4);
	memset(seen, 0, sizeof(seen));
	for (int i = 0; i < MANY; i++) {
		uint32_t range = random_below(&r.random, 2) ? 100 : 500000;

		start(l, &seen[i], &c, random_below(&r.random, range), i + 1);
	}
	for (int i = 0; i < MANY; i += 7) {
		timer_stop(&seen[i].timer);
		timer_stop(&seen[i].timer);
		stopped++;
	}
	for (int64_t next; (next = loop_next_timer_us(l)) != INT64_MAX;) {
		int before = fired_count;

		c.mono_us = next + random_below(&r.random, 3) * 7777;
		loop_turn(l);
		assert_true(fired_count > before);
	}
	assert_int_equal(fired_count, MANY - stopped);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(seen[i].fired, i % 7 != 0);
	loop_free(l);
}

static void restart_moves_a_timer(void **state)
{
	struct seen s = { 0 };
	struct fake_clock c;
	struct loop *l;

	setup(&c, &l);
	start(l, &s, &c, 100, 1);
	start(l, &s, &c, 5000, 1);
	assert_int_equal(loop_next_timer_us(l), c.mono_us + 5000000);
	fake_loop_run(l, &c, 4999000);
	assert_int_equal(s.fired, 0);
	start(l, &s, &c, 10, 1);
	fake_loop_run(l, &c, 10000);
	assert_int_equal(s.fired, 1);
	fake_loop_run(l, &c, 10000000);
	assert_int_equal(s.fired, 1);
	loop_free(l);
}

static void stops_another(struct timer *t)
{
	struct seen *s = container_of(t, struct seen, timer);

	s->fired++;
	timer_stop(&s->victim->timer);
}

/* Two are due at once; whichever comes first stops the other. */
static void a_callback_may_stop_the_next(void **state)
{
	struct seen a = { 0 }, b = { 0 };
	struct fake_clock c;
	struct loop *l;

	setup(&c, &l);
	a.victim = &b;
	b.victim = &a;
	timer_start(l, &a.timer, 10, stops_another);
	timer_start(l, &b.timer, 10, stops_another);
	fake_loop_run(l, &c, 20000);
	assert_int_equal(a.fired, 1);
	assert_int_equal(b.fired, 0);
	assert_false(timer_running(&b.timer));
	loop_free(l);
}

struct again {
	struct timer timer;
	struct loop *loop;
	int fired;
};

static void again(struct timer *t)
{
	struct again *a = container_of(t, struct again, timer);

	a->fired++;
	timer_start(a->loop, t, 0, again);
}

static void no_time_at_all_waits_for_the_next_turn(void **state)
{
	struct again a = { 0 };
	struct fake_clock c;

	setup(&c, &a.loop);
	timer_start(a.loop, &a.timer, 0, again);
	assert_int_equal(a.fired, 0);
	for (int turn = 1; turn < 5; turn++) {
		assert_int_equal(loop_turn(a.loop), 1);
		assert_int_equal(a.fired, turn);
	}
	timer_stop(&a.timer);
	assert_int_equal(loop_turn(a.loop), 0);
	loop_free(a.loop);
}

static void odd_times_are_bounded(void **state)
{
	struct seen far = { 0 }, past = { 0 };
	struct fake_clock c;
	struct loop *l;

	setup(&c, &l);
	timer_start(l, &far.timer, INT64_MAX, fired);
	start(l, &past, &c, -5, 1);
	past.due_us = 0;
	loop_turn(l);
	assert_int_equal(past.fired, 1);
	assert_true(timer_running(&far.timer));
	assert_true(loop_next_timer_us(l) > c.mono_us);
	timer_stop(&far.timer);
	assert_true(loop_next_timer_us(l) == INT64_MAX);
	loop_free(l);
}

int wheel_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_fire_when_due),
		cmocka_unit_test(never_early),
		cmocka_unit_test(fire_in_order_when_the_clock_jumps),
		cmocka_unit_test(restart_moves_a_timer),
		cmocka_unit_test(a_callback_may_stop_the_next),
		cmocka_unit_test(no_time_at_all_waits_for_the_next_turn),
		cmocka_unit_test(odd_times_are_bounded),
	};

	return cmocka_run_group_tests_name("loop/wheel", tests, NULL, NULL);
}
