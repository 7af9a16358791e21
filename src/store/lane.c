/* SPDX-License-Identifier: Apache-2.0 */
/* store/lane.c - A connection, its thread and its queue. */
#include <errno.h>
#include <signal.h>

#include "store/core.h"

static struct store_job *take(struct store_lane *lane, struct store_job **slot)
{
	struct store_job *job =
		container_of(list_first(&lane->queue), struct store_job, node);

	list_remove(&job->node);
	job->state = JOB_BATCHED;
	job->slot = slot;
	lane->store->waiting--;
	*slot = job;
	return job;
}

static bool more_writes(const struct store_lane *lane)
{
	struct list *node = list_first(&lane->queue);

	return node && container_of(node, struct store_job, node)->kind == STORE_WRITE;
}

/* Waits; 0 when the store closes and all is done. */
static unsigned lane_take(struct store_lane *lane, enum store_kind *kind,
			  struct store_job **jobs)
{
	struct store *s = lane->store;
	unsigned count = 0;

	pthread_mutex_lock(&s->lock);
	while (list_empty(&lane->queue) && !s->closing)
		pthread_cond_wait(&lane->wake, &s->lock);
	if (!list_empty(&lane->queue)) {
		*kind = take(lane, &jobs[count++])->kind;
		while (*kind == STORE_WRITE && count < s->driver->batch_max &&
		       more_writes(lane)) {
			take(lane, &jobs[count]);
			count++;
		}
	}
	pthread_mutex_unlock(&s->lock);
	return count;
}

static void *lane_main(void *arg)
{
	struct store_lane *lane = arg;
	struct store_job *jobs[STORE_BATCH_MAX];
	enum store_kind kind = STORE_READ;
	unsigned count;

	while ((count = lane_take(lane, &kind, jobs)) > 0)
		store_lane_run(lane, kind, jobs, count);
	return NULL;
}

int store_lane_open(struct store_lane *lane, struct store *s, bool reader,
		    char reason[STORE_REASON_SIZE])
{
	int error;

	lane->store = s;
	lane->reader = reader;
	lane->db.store = s;
	list_init(&lane->queue);
	list_init(&lane->db.changes);
	lane->db.arena = arena_new(1024);
	if (!lane->db.arena)
		return store_reason(reason, -ENOMEM, "out of memory");
	error = s->driver->open(&s->place, reader, &lane->db.conn, reason);
	if (error) {
		arena_free(lane->db.arena);
		return error;
	}
	pthread_cond_init(&lane->wake, NULL);
	return 0;
}

int store_lane_start(struct store_lane *lane)
{
	sigset_t all, old;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&lane->thread, NULL, lane_main, lane);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	lane->started = error == 0;
	return -error;
}

void store_lane_join(struct store_lane *lane)
{
	if (lane->started)
		pthread_join(lane->thread, NULL);
	lane->started = false;
}

void store_lane_close(struct store_lane *lane)
{
	lane->store->driver->close(lane->db.conn);
	arena_free(lane->db.arena);
	pthread_cond_destroy(&lane->wake);
}
