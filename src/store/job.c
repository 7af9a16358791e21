/* SPDX-License-Identifier: Apache-2.0 */
/* store/job.c - The way of a job into a lane's queue, and out of it when nobody wants the
 * answer any more. */
#include <errno.h>
#include <time.h>

#include "store/core.h"

enum { CANCEL_PATIENCE_NS = 2000000 };

static struct store_lane *lane_for(struct store *s, enum store_kind kind, int64_t key)
{
	unsigned readers = s->lane_count - s->first_reader;

	if (kind == STORE_WRITE)
		return &s->lanes[((uint64_t)key * 0x9e3779b97f4a7c15U >> 32) %
				 s->writer_count];
	return &s->lanes[s->first_reader + s->next_reader++ % readers];
}

static void enqueue(struct store *s, struct store_job *job)
{
	struct store_lane *lane = lane_for(s, job->kind, job->key);

	s->waiting++;
	job->lane = lane;
	list_append(&lane->queue, &job->node);
	pthread_cond_signal(&lane->wake);
}

static int submit_locked(struct store *s, struct loop *l, struct store_job *job)
{
	if (s->closing)
		return -ECANCELED;
	if (s->waiting >= STORE_QUEUE_MAX)
		return -EAGAIN;
	job->port = store_port_get(s, l);
	if (!job->port)
		return -ENOMEM;
	job->state = JOB_QUEUED;
	if (!s->virtual_time) {
		enqueue(s, job);
		return 0;
	}
	s->waiting++;
	job->lane = &s->lanes[0];
	store_port_add(job->port, job);
	return 0;
}

static void job_init(struct store *s, struct store_job *job, enum store_kind kind,
		     int64_t key)
{
	job->store = s;
	job->kind = kind;
	job->key = key;
	job->status = 0;
	job->slot = NULL;
	job->port = NULL;
	job->state = JOB_IDLE;
	job->cancelled = false;
}

int store_submit(struct store *s, struct loop *l, enum store_kind kind, int64_t key,
		 struct store_job *job)
{
	int error;

	job_init(s, job, kind, key);
	pthread_mutex_lock(&s->lock);
	error = submit_locked(s, l, job);
	pthread_mutex_unlock(&s->lock);
	if (error)
		job->store = NULL;
	return error;
}

int store_run(struct store *s, enum store_kind kind, struct store_job *job)
{
	job_init(s, job, kind, 0);
	if (s->virtual_time) {
		struct store_job *slot = job;

		store_lane_run(&s->lanes[0], job->kind, &slot, 1);
		job->store = NULL;
		return job->status;
	}
	pthread_mutex_lock(&s->lock);
	job->state = JOB_QUEUED;
	enqueue(s, job);
	while (job->state != JOB_IDLE)
		pthread_cond_wait(&s->moved, &s->lock);
	pthread_mutex_unlock(&s->lock);
	job->store = NULL;
	return job->status;
}

/* Work is using the job's memory at this instant. It is short; a database that hangs is
 * interrupted. */
static void cancel_running(struct store *s, struct store_job *job)
{
	struct timespec until;
	int error = 0;

	job->cancelled = true;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += CANCEL_PATIENCE_NS;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (job->state == JOB_RUNNING && !error)
		error = pthread_cond_timedwait(&s->moved, &s->lock, &until);
	if (job->state == JOB_RUNNING)
		s->driver->interrupt(job->lane->db.conn);
	while (job->state == JOB_RUNNING)
		pthread_cond_wait(&s->moved, &s->lock);
}

static void cancel_locked(struct store *s, struct store_job *job)
{
	switch ((enum job_state)job->state) {
	case JOB_IDLE:
		break;
	case JOB_QUEUED:
		s->waiting--;
		if (s->virtual_time)
			store_port_remove(job);
		else
			list_remove(&job->node);
		break;
	case JOB_RUNNING:
		cancel_running(s, job);
		break;
	case JOB_BATCHED:
		*job->slot = NULL;
		break;
	case JOB_ANSWERED:
		store_port_remove(job);
		break;
	}
	job->state = JOB_IDLE;
}

void store_cancel(struct store_job *job)
{
	struct store *s = job->store;

	if (!s)
		return;
	pthread_mutex_lock(&s->lock);
	cancel_locked(s, job);
	pthread_mutex_unlock(&s->lock);
	job->store = NULL;
}
