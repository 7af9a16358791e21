/* SPDX-License-Identifier: Apache-2.0 */
/* loop/pool.h - Threads for work that would block a loop (argon2id, HTTP, files). */
#ifndef LOOP_POOL_H
#define LOOP_POOL_H

#include "loop/loop.h"

struct pool;

struct pool_job {
	void (*work)(struct pool_job *); /* on a thread of the pool */
	void (*done)(struct pool_job *); /* on the loop that submitted, never inline */
	/* The pool's own, until done: */
	struct task task;
	struct list node;
	struct loop *loop;
	struct pool *pool;
	bool deferred;
};

/* queue_max bounds the waiting jobs. threads == 0: work runs on the submitting loop in a
 * later turn (for tests on virtual time). */
struct pool *pool_new(unsigned threads, unsigned queue_max);
/* Waits for the running jobs; waiting ones are dropped without done. */
void pool_free(struct pool *p);
/* 0, or -EAGAIN when the queue is full. */
int pool_submit(struct pool *p, struct loop *l, struct pool_job *job);

#endif
