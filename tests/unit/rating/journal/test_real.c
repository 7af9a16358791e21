/* SPDX-License-Identifier: Apache-2.0 */
/* The real thing: threads, a disk, and a process that is killed. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

enum { THREADS = 4, EACH = 100, KILL_AFTER = 300 };

struct caller {
	struct desk *desk;
	int64_t first;
};

static void *call_many(void *arg)
{
	struct caller *caller = arg;

	for (int i = 0; i < EACH; i++)
		desk_whole_call(caller->desk, caller->first + i);
	return NULL;
}

/* On the database and the journal that are in the desk's directory. */
static void real_open(struct desk *desk)
{
	struct store_config store = { .clock = clock_real() };
	struct journal_config cfg = { .dir = desk->dir, .clock = clock_real() };
	char url[100], reason[200];

	snprintf(url, sizeof(url), "sqlite:%s/journal-.db", desk->dir);
	store.url = url;
	cfg.loop = desk->loop = loop_new(clock_real());
	assert_int_equal(store_open(&store, true, &desk->store, reason), 0);
	cfg.store = desk->store;
	assert_int_equal(journal_open(&cfg, &desk->journal, reason), 0);
}

static void real_build(struct desk *desk)
{
	desk_build(desk);
	store_close(desk->store);
	loop_free(desk->loop);
	real_open(desk);
}

static bool drained_within(struct desk *desk, int64_t us)
{
	int64_t until = clock_mono_us(clock_real()) + us;
	struct timespec nap = { 0, 500000 };

	while (journal_backlog(desk->journal)) {
		if (clock_mono_us(clock_real()) > until)
			return false;
		if (!loop_turn(desk->loop))
			nanosleep(&nap, NULL);
	}
	return true;
}

static void real_tear_down(struct desk *desk)
{
	journal_close(desk->journal);
	store_close(desk->store);
	while (loop_turn(desk->loop))
		;
	loop_free(desk->loop);
	desk->journal = NULL;
	desk->store = NULL;
	desk->loop = loop_new_virtual(&desk->clock.clock);
	desk_tear_down(desk);
}

static void calls_of_many_threads_are_all_booked_and_synced(void **state)
{
	struct desk desk;
	struct caller callers[THREADS];
	pthread_t threads[THREADS];

	real_build(&desk);
	for (int i = 0; i < THREADS; i++) {
		callers[i] = (struct caller){ &desk, 1 + i * 1000 };
		pthread_create(&threads[i], NULL, call_many, &callers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(drained_within(&desk, 20000000));
	assert_int_equal(desk_booked(&desk).count, THREADS * EACH);
	assert_int_equal(desk_booked(&desk).ledger, THREADS * EACH * 350);
	real_tear_down(&desk);
	assert_true(wraps.syncs > 0);
}

static void a_call_is_in_the_database_within_a_second(void **state)
{
	struct desk desk;

	real_build(&desk);
	desk_whole_call(&desk, 7);
	assert_true(drained_within(&desk, 1000000));
	assert_int_equal(desk_booked(&desk).count, 1);
	real_tear_down(&desk);
}

/* Ends calls, says which over the pipe, and books meanwhile, until it is killed. */
static void call_until_killed(struct desk *desk, int fd)
{
	pid_t parent = getppid();

	real_open(desk);
	for (int64_t id = 1; getppid() == parent; id++) {
		desk_whole_call(desk, id);
		if (write(fd, &id, sizeof(id)) != sizeof(id))
			_exit(1);
		loop_turn(desk->loop);
	}
	_exit(0);
}

/* What a killed process said that it wrote down is booked by the next one, once. */
static void a_killed_process_loses_no_call(void **state)
{
	struct desk desk;
	int fds[2];
	int64_t id = 0;
	pid_t child;

	desk_build(&desk);
	store_close(desk.store);
	loop_free(desk.loop);
	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (child == 0)
		call_until_killed(&desk, fds[1]);
	close(fds[1]);
	while (id < KILL_AFTER)
		assert_int_equal(read(fds[0], &id, sizeof(id)), sizeof(id));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	while (read(fds[0], &id, sizeof(id)) == sizeof(id))
		;
	close(fds[0]);
	real_open(&desk);
	assert_true(drained_within(&desk, 20000000));
	assert_in_range(desk_booked(&desk).count, id, id + 1);
	assert_in_range(desk_booked(&desk).ledger, id * 350, (id + 1) * 350);
	real_tear_down(&desk);
}

int run_real(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_of_many_threads_are_all_booked_and_synced),
		cmocka_unit_test(a_call_is_in_the_database_within_a_second),
		cmocka_unit_test(a_killed_process_loses_no_call),
	};

	return cmocka_run_group_tests_name("real", tests, NULL, NULL);
}
