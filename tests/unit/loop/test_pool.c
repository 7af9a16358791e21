/* SPDX-License-Identifier: Apache-2.0 */
/* unit/loop/test_pool.c - src/loop/pool.c */

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "fake/alloc.h"
#include "fake/check.h"
#include "fake/clock.h"
#include "fake/loop.h"
#include "loop/pool.h"
#include "loop_tests.h"

enum { JOBS = 20 };

struct work {
	struct pool_job job;
	pthread_t worker;
	pthread_mutex_t *gate;
	bool worked;
	bool done;
};

static struct loop *owner;
static int done_count;
static _Atomic int entered;

static void work(struct pool_job *job)
{
	struct work *w = container_of(job, struct work, job);

	atomic_fetch_add(&entered, 1);
	if (w->gate) {
		pthread_mutex_lock(w->gate);
		pthread_mutex_unlock(w->gate);
	}
	w->worker = pthread_self();
	w->worked = true;
}

static void done(struct pool_job *job)
{
	struct work *w = container_of(job, struct work, job);

	assert_true(w->worked);
	w->done = true;
	if (++done_count == JOBS)
		loop_stop(owner);
}

static void jobs_run_on_threads_and_end_on_the_loop(void **state)
{
	struct work works[JOBS];
	struct pool *p = pool_new(3, JOBS);

	owner = loop_new(clock_real());
	done_count = 0;
	for (int i = 0; i < JOBS; i++) {
		works[i] = (struct work){ .job = { work, done } };
		assert_int_equal(pool_submit(p, owner, &works[i].job), 0);
	}
	assert_int_equal(done_count, 0);
	loop_run(owner);
	for (int i = 0; i < JOBS; i++) {
		assert_true(works[i].done);
		assert_false(pthread_equal(works[i].worker, pthread_self()));
	}
	pool_free(p);
	loop_free(owner);
}

/* One job is held on the only thread, so the queue fills behind it. */
static void a_full_queue_refuses(void **state)
{
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	struct work held = { .job = { work, done }, .gate = &gate }, waiting[3];
	struct pool *p = pool_new(1, 2);

	owner = loop_new(clock_real());
	atomic_store(&entered, 0);
	pthread_mutex_lock(&gate);
	assert_int_equal(pool_submit(p, owner, &held.job), 0);
	while (atomic_load(&entered) == 0)
		sched_yield();
	for (int i = 0; i < 3; i++) {
		waiting[i] = (struct work){ .job = { work, done } };
		assert_int_equal(pool_submit(p, owner, &waiting[i].job),
				 i < 2 ? 0 : -EAGAIN);
	}
	pthread_mutex_unlock(&gate);
	pool_free(p); /* waits for what runs */
	assert_true(held.worked);
	assert_false(held.done);
	loop_turn(owner);
	assert_true(held.done);
	loop_free(owner);
}

static void without_threads_a_later_turn_does_it(void **state)
{
	struct work a = { .job = { work, done } }, b = a, c = a;
	struct pool *p = pool_new(0, 2);
	struct fake_clock clock;

	fake_clock_init(&clock);
	owner = loop_new_virtual(&clock.clock);
	assert_int_equal(pool_submit(p, owner, &a.job), 0);
	assert_int_equal(pool_submit(p, owner, &b.job), 0);
	assert_int_equal(pool_submit(p, owner, &c.job), -EAGAIN);
	assert_false(a.worked);
	fake_loop_run(owner, &clock, 0);
	assert_true(a.done && b.done);
	assert_int_equal(pool_submit(p, owner, &c.job), 0); /* there is room again */
	pool_free(p);                                       /* drops it */
	fake_loop_run(owner, &clock, 0);
	assert_false(c.worked);
	loop_free(owner);
	pool_free(NULL);
}

static void memory_runs_out(void **state)
{
	for (unsigned n = 1;; n++) {
		struct pool *p;

		fail_alloc_nth(n);
		p = pool_new(2, 4);
		if (!fail_alloc_off()) {
			assert_non_null(p);
			pool_free(p);
			return;
		}
		assert_null(p);
	}
}

int pool_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_run_on_threads_and_end_on_the_loop),
		cmocka_unit_test(a_full_queue_refuses),
		cmocka_unit_test(without_threads_a_later_turn_does_it),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("loop/pool", tests, NULL, NULL);
}
