/* SPDX-License-Identifier: Apache-2.0 */
/* loop/loop.c - An event loop on epoll. One turn: what other threads posted, due timers,
 * deferred tasks, then the wait, then ready descriptors. So what a descriptor's callback
 * defers (a batch of datagrams) runs before the next wait. */

#include "loop/loop.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "loop/wheel.h"

enum { LOOP_EVENTS = 128 };

#define TIMER_MAX_MS (INT64_C(1) << 40)

struct loop {
	const struct clock *clock;
	int epoll_fd; /* -1: virtual */
	int wake_fd;
	bool in_turn;
	int64_t now_us;
	struct wheel wheel;
	struct task *deferred;
	struct task **deferred_end;
	struct task *running;          /* deferred tasks of this turn */
	_Atomic(struct task *) posted; /* newest first */
	_Atomic bool stop;
	struct epoll_event events[LOOP_EVENTS];
	int event_at;
	int event_count;
};

static struct loop *loop_alloc(const struct clock *clock)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->clock = clock;
	l->epoll_fd = l->wake_fd = -1;
	l->deferred_end = &l->deferred;
	wheel_init(&l->wheel, clock_mono_us(clock) / 1000);
	return l;
}

struct loop *loop_new_virtual(const struct clock *clock)
{
	return loop_alloc(clock);
}

struct loop *loop_new(const struct clock *clock)
{
	struct epoll_event wake = { .events = EPOLLIN };
	struct loop *l = loop_alloc(clock);

	if (!l)
		return NULL;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->epoll_fd < 0 || l->wake_fd < 0 ||
	    epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->wake_fd, &wake) < 0) {
		loop_free(l);
		return NULL;
	}
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	if (l->epoll_fd >= 0)
		close(l->epoll_fd);
	if (l->wake_fd >= 0)
		close(l->wake_fd);
	free(l);
}

const struct clock *loop_clock(const struct loop *l)
{
	return l->clock;
}

int64_t loop_now_us(const struct loop *l)
{
	return l->in_turn ? l->now_us : clock_mono_us(l->clock);
}

static int64_t ms_to_us(int64_t ms)
{
	return ms == INT64_MAX ? INT64_MAX : ms * 1000;
}

int64_t loop_next_timer_us(const struct loop *l)
{
	return ms_to_us(wheel_next_ms(&l->wheel));
}

/* Rounded up: a timer may be late by a millisecond, never early. */
void timer_start(struct loop *l, struct timer *t, int64_t after_ms,
		 void (*fn)(struct timer *))
{
	timer_stop(t);
	if (after_ms < 0)
		after_ms = 0;
	if (after_ms > TIMER_MAX_MS)
		after_ms = TIMER_MAX_MS;
	t->due_ms = (loop_now_us(l) + (after_ms ? 999 : 0)) / 1000 + after_ms;
	t->fn = fn;
	t->loop = l;
	wheel_insert(&l->wheel, t);
}

void timer_stop(struct timer *t)
{
	if (!t->loop)
		return;
	wheel_remove(&t->loop->wheel, t);
	t->loop = NULL;
}

void loop_defer(struct loop *l, struct task *t)
{
	t->next = NULL;
	*l->deferred_end = t;
	l->deferred_end = &t->next;
}

static bool unlink_task(struct task **at, struct task *t)
{
	while (*at && *at != t)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = t->next;
	return true;
}

void loop_cancel(struct loop *l, struct task *t)
{
	if (unlink_task(&l->running, t) || !unlink_task(&l->deferred, t))
		return;
	l->deferred_end = &l->deferred;
	while (*l->deferred_end)
		l->deferred_end = &(*l->deferred_end)->next;
}

static void wake(struct loop *l)
{
	const uint64_t one = 1;

	/* A full counter wakes as well as one more would. */
	if (l->wake_fd >= 0 && write(l->wake_fd, &one, sizeof(one)) < 0)
		return;
}

/* Only who finds the list empty wakes the loop: one write for a burst. */
void loop_post(struct loop *l, struct task *t)
{
	struct task *top = atomic_load_explicit(&l->posted, memory_order_relaxed);

	do {
		t->next = top;
	} while (!atomic_compare_exchange_weak(&l->posted, &top, t));
	if (!top)
		wake(l);
}

void loop_stop(struct loop *l)
{
	atomic_store(&l->stop, true);
	wake(l);
}

static unsigned run_tasks(struct loop *l)
{
	unsigned ran = 0;

	while (l->running) {
		struct task *t = l->running;

		l->running = t->next;
		t->fn(t);
		ran++;
	}
	return ran;
}

static unsigned run_posted(struct loop *l)
{
	struct task *newest = atomic_exchange(&l->posted, NULL);

	while (newest) {
		struct task *t = newest;

		newest = t->next;
		t->next = l->running;
		l->running = t;
	}
	return run_tasks(l);
}

static unsigned run_deferred(struct loop *l)
{
	l->running = l->deferred;
	l->deferred = NULL;
	l->deferred_end = &l->deferred;
	return run_tasks(l);
}

/* What a callback starts with no time at all waits for the next turn. */
static unsigned run_timers(struct loop *l)
{
	struct list due;
	unsigned ran = 0;

	wheel_advance(&l->wheel, l->now_us / 1000);
	list_init(&due);
	if (!list_empty(&l->wheel.ready)) {
		list_append(&l->wheel.ready, &due);
		list_remove(&l->wheel.ready);
	}
	while (!list_empty(&due)) {
		struct timer *t = container_of(list_first(&due), struct timer, node);

		list_remove(&t->node);
		t->loop = NULL;
		t->fn(t);
		ran++;
	}
	return ran;
}

static void drain_wake(struct loop *l)
{
	uint64_t count;

	if (read(l->wake_fd, &count, sizeof(count)) < 0)
		return; /* another turn drained it */
}

static unsigned run_watch(struct watch *w, uint32_t ready)
{
	unsigned what = 0;

	if (ready & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		what |= LOOP_READ;
	if (ready & EPOLLOUT)
		what |= LOOP_WRITE;
	w->fn(w, what);
	return 1;
}

static unsigned run_watches(struct loop *l, int timeout_ms)
{
	unsigned ran = 0;

	if (l->epoll_fd < 0)
		return 0;
	l->event_count = epoll_wait(l->epoll_fd, l->events, LOOP_EVENTS, timeout_ms);
	l->now_us = clock_mono_us(l->clock);
	for (l->event_at = 0; l->event_at < l->event_count; l->event_at++) {
		struct epoll_event *e = &l->events[l->event_at];

		if (e->data.ptr)
			ran += run_watch(e->data.ptr, e->events);
		else if (e->events)
			drain_wake(l);
	}
	l->event_count = 0;
	return ran;
}

static int wait_ms(struct loop *l)
{
	int64_t wake_us = ms_to_us(wheel_wake_ms(&l->wheel));
	int64_t wait_us =
		wake_us == INT64_MAX ? INT64_MAX : wake_us - clock_mono_us(l->clock);

	if (l->deferred || wait_us <= 0 || atomic_load(&l->stop))
		return 0;
	if (wait_us == INT64_MAX)
		return -1;
	return wait_us > INT32_MAX ? INT32_MAX / 1000 : (int)((wait_us + 999) / 1000);
}

static unsigned turn(struct loop *l, bool may_wait)
{
	unsigned ran;

	l->now_us = clock_mono_us(l->clock);
	l->in_turn = true;
	ran = run_posted(l);
	ran += run_timers(l);
	ran += run_deferred(l);
	ran += run_watches(l, may_wait ? wait_ms(l) : 0);
	l->in_turn = false;
	return ran;
}

unsigned loop_turn(struct loop *l)
{
	return turn(l, false);
}

void loop_run(struct loop *l)
{
	while (!atomic_load(&l->stop))
		turn(l, true);
	atomic_store(&l->stop, false);
}

static uint32_t epoll_events(unsigned events)
{
	return (events & LOOP_READ ? EPOLLIN | EPOLLRDHUP : 0) |
	       (events & LOOP_WRITE ? EPOLLOUT : 0);
}

static int watch_control(struct loop *l, int op, struct watch *w, unsigned events)
{
	struct epoll_event e = { .events = epoll_events(events), .data.ptr = w };

	if (l->epoll_fd < 0)
		return -EOPNOTSUPP;
	return epoll_ctl(l->epoll_fd, op, w->fd, &e) < 0 ? -errno : 0;
}

int watch_start(struct loop *l, struct watch *w, unsigned events)
{
	int r = watch_control(l, EPOLL_CTL_ADD, w, events);

	if (r < 0)
		return r;
	w->events = events;
	w->loop = l;
	return 0;
}

int watch_change(struct watch *w, unsigned events)
{
	int r;

	if (w->events == events)
		return 0;
	r = watch_control(w->loop, EPOLL_CTL_MOD, w, events);
	if (r == 0)
		w->events = events;
	return r;
}

/* Its events that were fetched already must not reach it any more: the callback that
 * runs now may be about to free it. */
void watch_stop(struct watch *w)
{
	struct loop *l = w->loop;

	if (!l)
		return;
	watch_control(l, EPOLL_CTL_DEL, w, 0);
	for (int i = l->event_at + 1; i < l->event_count; i++) {
		if (l->events[i].data.ptr == w)
			l->events[i] = (struct epoll_event){ 0 };
	}
	w->loop = NULL;
	w->events = 0;
}
