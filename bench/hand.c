/* SPDX-License-Identifier: Apache-2.0 */
/* bench/hand.c - What it costs to hand a message to another worker: two loops on two threads,
 * and messages of 600 bytes copied, gathered and posted as edge/handover.c does.
 *
 * hand [MESSAGES]. Prints for batches of several sizes the CPU nanoseconds of one message on
 * the side that gives and on the side that takes, and the microseconds of one that is handed
 * to a loop that sleeps. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "loop/loop.h"

enum { MESSAGE_LEN = 600, AHEAD_MAX = 4096, PINGS = 2000 };

struct item {
	struct item *next;
	char bytes[MESSAGE_LEN];
};

struct batch {
	struct task task;
	struct side *to;
	struct item *first;
	unsigned count;
};

struct side {
	struct loop *loop;
	pthread_t thread;
	_Atomic unsigned long taken;
	int64_t cpu_ns; /* of its thread, at the end */
	unsigned long sum;
};

struct ping {
	struct task task;
	struct side *sides;
	unsigned at, left;
	pthread_mutex_t lock;
	pthread_cond_t over;
};

static int64_t ns_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

static void take(struct task *t)
{
	struct batch *b = (struct batch *)t;

	while (b->first) {
		struct item *item = b->first;

		b->first = item->next;
		b->to->sum += (unsigned char)item->bytes[MESSAGE_LEN / 2];
		free(item);
	}
	b->to->taken += b->count;
	free(b);
}

static void give(struct side *to, const char *message, unsigned count)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct item **last;

	if (!b)
		abort();
	b->task.fn = take;
	b->to = to;
	b->count = count;
	last = &b->first;
	for (unsigned i = 0; i < count; i++) {
		struct item *item = malloc(sizeof(*item));

		if (!item)
			abort();
		memcpy(item->bytes, message, MESSAGE_LEN);
		item->next = NULL;
		*last = item;
		last = &item->next;
	}
	loop_post(to->loop, &b->task);
}

static void *run(void *arg)
{
	struct side *s = arg;

	loop_run(s->loop);
	s->cpu_ns = ns_of(CLOCK_THREAD_CPUTIME_ID);
	return NULL;
}

static void side_start(struct side *s)
{
	*s = (struct side){ .loop = loop_new(clock_real()) };
	if (!s->loop || pthread_create(&s->thread, NULL, run, s))
		abort();
}

static void side_stop(struct side *s)
{
	loop_stop(s->loop);
	pthread_join(s->thread, NULL);
	loop_free(s->loop);
}

/* No more than AHEAD_MAX are on their way, as an edge worker bounds it. */
static void measure(unsigned long messages, unsigned batch)
{
	char message[MESSAGE_LEN];
	struct timespec nap = { 0, 20000 };
	struct side to;
	int64_t cpu_ns;

	memset(message, 'x', sizeof(message));
	side_start(&to);
	cpu_ns = ns_of(CLOCK_THREAD_CPUTIME_ID);
	for (unsigned long given = 0; given < messages; given += batch) {
		give(&to, message, batch);
		while (given + batch - to.taken > AHEAD_MAX)
			nanosleep(&nap, NULL);
	}
	cpu_ns = ns_of(CLOCK_THREAD_CPUTIME_ID) - cpu_ns;
	while (to.taken < messages)
		nanosleep(&nap, NULL);
	side_stop(&to);
	printf("{\"batch\": %u, \"give_ns\": %.0f, \"take_ns\": %.0f}\n", batch,
	       (double)cpu_ns / (double)messages, (double)to.cpu_ns / (double)messages);
}

static void bounce(struct task *t)
{
	struct ping *p = (struct ping *)t;

	if (--p->left) {
		p->at = !p->at;
		loop_post(p->sides[p->at].loop, t);
		return;
	}
	pthread_mutex_lock(&p->lock);
	p->at = 2;
	pthread_cond_signal(&p->over);
	pthread_mutex_unlock(&p->lock);
}

static void measure_wake(void)
{
	struct side sides[2];
	struct ping p = { .task = { .fn = bounce }, .sides = sides, .left = PINGS };
	int64_t begin;

	pthread_mutex_init(&p.lock, NULL);
	pthread_cond_init(&p.over, NULL);
	side_start(&sides[0]);
	side_start(&sides[1]);
	begin = ns_of(CLOCK_MONOTONIC);
	loop_post(sides[0].loop, &p.task);
	pthread_mutex_lock(&p.lock);
	while (p.at != 2)
		pthread_cond_wait(&p.over, &p.lock);
	pthread_mutex_unlock(&p.lock);
	printf("{\"wake_us\": %.2f}\n",
	       (double)(ns_of(CLOCK_MONOTONIC) - begin) / 1000 / PINGS);
	side_stop(&sides[0]);
	side_stop(&sides[1]);
}

int main(int argc, char **argv)
{
	static const unsigned batches[] = { 1, 8, 32 };
	unsigned long messages = argc > 1 ? strtoul(argv[1], NULL, 10) : 400000;

	messages -= messages % 32;
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++)
		measure(messages, batches[i]);
	measure_wake();
	return 0;
}
