/* SPDX-License-Identifier: Apache-2.0 */
/* loop/loop.h - An event loop: file descriptors, timers, tasks. One thread runs it;
 * everything here but loop_post and loop_stop is for that thread only. */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/list.h"

struct loop;

/* Epoll and timerfd-free waiting on the clock. NULL when out of memory or descriptors. */
struct loop *loop_new(const struct clock *clock);
/* A loop without descriptors for tests: time moves only when the clock does, and only
 * loop_turn runs it. */
struct loop *loop_new_virtual(const struct clock *clock);
void loop_free(struct loop *l);

void loop_run(struct loop *l);  /* until loop_stop */
void loop_stop(struct loop *l); /* from any thread, and from a signal handler */
/* One turn without waiting: due timers, posted and deferred tasks, ready descriptors.
 * Returns how many callbacks ran. */
unsigned loop_turn(struct loop *l);
const struct clock *loop_clock(const struct loop *l);
/* Monotonic microseconds: inside a turn read once for all, outside read anew. */
int64_t loop_now_us(const struct loop *l);
/* Monotonic time of the next timer, INT64_MAX when there is none. */
int64_t loop_next_timer_us(const struct loop *l);

/* Timers: a wheel, O(1) to start and stop, milliseconds. Zero-initialise, embed. */
struct timer {
	struct list node;
	int64_t due_ms;
	void (*fn)(struct timer *);
	struct loop *loop; /* NULL while not running */
};

/* (Re)starts; a running timer is moved. fn runs once, never early, never inline: with 0
 * in the next turn. Timers of one millisecond run in the order they were started. */
void timer_start(struct loop *l, struct timer *t, int64_t after_ms,
		 void (*fn)(struct timer *));
void timer_stop(struct timer *t); /* safe on one that is not running */
static inline int timer_running(const struct timer *t)
{
	return t->loop != NULL;
}

/* Tasks: embed, fill fn, hand over. A task is in one queue at a time and belongs to the
 * loop until fn runs; fn may free it. */
struct task {
	struct task *next;
	void (*fn)(struct task *);
};

void loop_defer(struct loop *l, struct task *t); /* next turn, same thread */
void loop_post(struct loop *l, struct task *t); /* from any thread, in order per sender */
/* Takes back a deferred (not a posted) task; safe on one that is in no queue. */
void loop_cancel(struct loop *l, struct task *t);

/* Descriptors. Level-triggered. */
enum { LOOP_READ = 1, LOOP_WRITE = 2 };

struct watch {
	int fd;
	unsigned events;
	void (*fn)(struct watch *,
		   unsigned ready); /* LOOP_READ on error and hang-up too */
	struct loop *loop;
};

/* 0 or negative errno (-EOPNOTSUPP on a virtual loop). Fill fd and fn before. */
int watch_start(struct loop *l, struct watch *w, unsigned events);
int watch_change(struct watch *w, unsigned events);
void watch_stop(struct watch *w); /* does not close fd; safe when not started */

#endif
