/* SPDX-License-Identifier: Apache-2.0 */
/* unit/loop/test_loop.c - src/loop/loop.c: tasks and descriptors */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake/alloc.h"
#include "fake/check.h"
#include "fake/clock.h"
#include "fake/loop.h"
#include "loop/loop.h"
#include "loop_tests.h"

struct note {
	struct task task;
	struct loop *loop;
	char letter;
	bool again;
};

static char written[64];
static size_t written_len;

static void write_letter(struct task *t)
{
	struct note *n = container_of(t, struct note, task);

	written[written_len++] = n->letter;
	if (n->again)
		loop_defer(n->loop, t);
	n->again = false;
}

static void begin(void)
{
	memset(written, 0, sizeof(written));
	written_len = 0;
}

static void deferred_tasks_run_in_the_next_turn(void **state)
{
	struct fake_clock c;
	struct loop *l;
	struct note a = { { NULL, write_letter }, NULL, 'a', true };
	struct note b = { { NULL, write_letter }, NULL, 'b', false };

	fake_clock_init(&c);
	l = loop_new_virtual(&c.clock);
	a.loop = b.loop = l;
	begin();
	loop_defer(l, &a.task);
	loop_defer(l, &b.task);
	assert_string_equal(written, "");
	assert_int_equal(loop_turn(l), 2);
	assert_string_equal(written, "ab");
	assert_int_equal(loop_turn(l), 1);
	assert_string_equal(written, "aba");
	assert_int_equal(loop_turn(l), 0);
	loop_free(l);
}

struct canceller {
	struct task task;
	struct loop *loop;
	struct task *victim;
};

static void cancel(struct task *t)
{
	struct canceller *c = container_of(t, struct canceller, task);

	loop_cancel(c->loop, c->victim);
}

static void cancelled_tasks_do_not_run(void **state)
{
	struct fake_clock c;
	struct loop *l;
	struct note a = { { NULL, write_letter }, NULL, 'a', false };
	struct note b = { { NULL, write_letter }, NULL, 'b', false };
	struct canceller canceller = { { NULL, cancel }, NULL, &b.task };

	fake_clock_init(&c);
	canceller.loop = l = loop_new_virtual(&c.clock);
	begin();
	loop_cancel(l, &a.task); /* in no queue */
	loop_defer(l, &a.task);
	loop_defer(l, &b.task);
	loop_cancel(l, &b.task);
	loop_defer(l, &b.task); /* the queue's end is right again */
	loop_turn(l);
	assert_string_equal(written, "ab");
	loop_defer(l, &canceller.task);
	loop_defer(l, &b.task); /* cancelled while its turn runs */
	loop_turn(l);
	assert_string_equal(written, "ab");
	loop_free(l);
}

enum { SENDERS = 4, PER_SENDER = 5000 };

struct numbered {
	struct task task;
	int sender;
	int number;
};

static struct loop *receiver;
static int next_number[SENDERS];
static int received;

static void receive(struct task *t)
{
	struct numbered *n = container_of(t, struct numbered, task);

	assert_int_equal(n->number, next_number[n->sender]++);
	free(n);
	if (++received == SENDERS * PER_SENDER)
		loop_stop(receiver);
}

static void *post_many(void *arg)
{
	int sender = *(int *)arg;

	for (int i = 0; i < PER_SENDER; i++) {
		struct numbered *n = malloc(sizeof(*n));

		*n = (struct numbered){ { NULL, receive }, sender, i };
		loop_post(receiver, &n->task);
	}
	return NULL;
}

static void posts_come_in_order_of_each_sender(void **state)
{
	int numbers[SENDERS];
	pthread_t threads[SENDERS];

	receiver = loop_new(clock_real());
	memset(next_number, 0, sizeof(next_number));
	received = 0;
	for (int i = 0; i < SENDERS; i++) {
		numbers[i] = i;
		assert_int_equal(
			pthread_create(&threads[i], NULL, post_many, &numbers[i]), 0);
	}
	loop_run(receiver);
	for (int i = 0; i < SENDERS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(received, SENDERS * PER_SENDER);
	loop_free(receiver);
}

static void stop_from_a_signal(int signal)
{
	loop_stop(receiver);
}

static void kill_self(struct timer *t)
{
	kill(getpid(), SIGUSR1);
}

static void a_signal_handler_may_stop_it(void **state)
{
	struct timer t = { 0 };

	receiver = loop_new(clock_real());
	signal(SIGUSR1, stop_from_a_signal);
	timer_start(receiver, &t, 1, kill_self);
	loop_run(receiver);
	signal(SIGUSR1, SIG_DFL);
	loop_stop(receiver); /* before it runs: it does not begin */
	loop_run(receiver);
	loop_free(receiver);
}

static void timers_wake_a_real_loop(void **state)
{
	int64_t before_us = clock_mono_us(clock_real());
	struct timer t = { 0 };

	receiver = loop_new(clock_real());
	timer_start(receiver, &t, 20, kill_self);
	signal(SIGUSR1, stop_from_a_signal);
	loop_run(receiver);
	signal(SIGUSR1, SIG_DFL);
	assert_true(clock_mono_us(clock_real()) - before_us >= 20000);
	loop_free(receiver);
}

struct end {
	struct watch watch;
	struct watch *victim;
	unsigned ready;
	int calls;
};

static void note_ready(struct watch *w, unsigned ready)
{
	struct end *e = container_of(w, struct end, watch);

	e->ready = ready;
	e->calls++;
	if (e->victim)
		watch_stop(e->victim);
}

static void watch_pair(struct loop *l, struct end ends[2])
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	for (int i = 0; i < 2; i++) {
		ends[i] = (struct end){ .watch = { .fd = fds[i], .fn = note_ready } };
		assert_int_equal(watch_start(l, &ends[i].watch, LOOP_READ), 0);
	}
}

static void watches_say_what_is_ready(void **state)
{
	struct loop *l = loop_new(clock_real());
	struct end ends[2];

	watch_pair(l, ends);
	assert_int_equal(loop_turn(l), 0);
	assert_int_equal(write(ends[0].watch.fd, "x", 1), 1);
	assert_int_equal(loop_turn(l), 1);
	assert_int_equal(ends[1].ready, LOOP_READ);
	assert_int_equal(loop_turn(l), 1); /* level-triggered */
	assert_int_equal(watch_change(&ends[1].watch, LOOP_WRITE), 0);
	loop_turn(l);
	assert_int_equal(ends[1].ready, LOOP_WRITE);
	assert_int_equal(watch_change(&ends[1].watch, 0), 0);
	assert_int_equal(loop_turn(l), 0);
	close(ends[0].watch.fd); /* hang-up comes as readable */
	ends[0].watch.loop = NULL;
	loop_turn(l);
	assert_int_equal(ends[1].ready, LOOP_READ);
	watch_stop(&ends[1].watch);
	watch_stop(&ends[1].watch);
	close(ends[1].watch.fd);
	assert_int_equal(watch_start(l, &ends[1].watch, LOOP_READ), -EBADF);
	loop_free(l);
}

/* Both are ready in one wait; whichever comes first stops the other. */
static void a_stopped_watch_hears_no_more(void **state)
{
	struct loop *l = loop_new(clock_real());
	struct end ends[2];

	watch_pair(l, ends);
	ends[0].victim = &ends[1].watch;
	ends[1].victim = &ends[0].watch;
	assert_int_equal(write(ends[0].watch.fd, "x", 1), 1);
	assert_int_equal(write(ends[1].watch.fd, "x", 1), 1);
	loop_turn(l);
	assert_int_equal(ends[0].calls + ends[1].calls, 1);
	for (int i = 0; i < 2; i++) {
		watch_stop(&ends[i].watch);
		close(ends[i].watch.fd);
	}
	loop_free(l);
}

static void a_virtual_loop_has_no_descriptors(void **state)
{
	struct end e = { .watch = { .fd = 0, .fn = note_ready } };
	struct fake_clock c;
	struct loop *l;

	fake_clock_init(&c);
	l = loop_new_virtual(&c.clock);
	assert_int_equal(watch_start(l, &e.watch, LOOP_READ), -EOPNOTSUPP);
	watch_stop(&e.watch);
	assert_ptr_equal(loop_clock(l), &c.clock);
	assert_int_equal(loop_now_us(l), c.mono_us);
	loop_free(l);
	loop_free(NULL);
}

static void memory_runs_out(void **state)
{
	for (unsigned n = 1;; n++) {
		struct loop *l;

		fail_alloc_nth(n);
		l = loop_new(clock_real());
		if (!fail_alloc_off()) {
			assert_non_null(l);
			loop_free(l);
			return;
		}
		assert_null(l);
	}
}

int loop_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deferred_tasks_run_in_the_next_turn),
		cmocka_unit_test(cancelled_tasks_do_not_run),
		cmocka_unit_test(posts_come_in_order_of_each_sender),
		cmocka_unit_test(a_signal_handler_may_stop_it),
		cmocka_unit_test(timers_wake_a_real_loop),
		cmocka_unit_test(watches_say_what_is_ready),
		cmocka_unit_test(a_stopped_watch_hears_no_more),
		cmocka_unit_test(a_virtual_loop_has_no_descriptors),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("loop/loop", tests, NULL, NULL);
}
