/* SPDX-License-Identifier: Apache-2.0 */
/* store/batch.c - Waiting writes share one transaction (one sync to disk for all of
 * them), each behind a mark of its own, so that one job's failure does not harm the
 * others. When the transaction itself is lost, each job runs again alone. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "store/core.h"

enum { BACKOFF_FIRST_US = 20000, BACKOFF_MAX_US = 1000000, NAP_US = 10000 };

static int64_t now_us(void)
{
	return clock_mono_us(clock_real());
}

static void nap(int64_t us)
{
	struct timespec t = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&t, NULL);
}

/* False when it was cancelled. */
static bool job_enter(struct store *s, struct store_job **slot)
{
	bool there;

	pthread_mutex_lock(&s->lock);
	there = *slot != NULL;
	if (there)
		(*slot)->state = JOB_RUNNING;
	pthread_mutex_unlock(&s->lock);
	return there;
}

static void job_leave(struct store *s, struct store_job **slot, int status)
{
	struct store_job *job = *slot;

	pthread_mutex_lock(&s->lock);
	job->status = status;
	job->state = job->cancelled ? JOB_IDLE : JOB_BATCHED;
	if (job->cancelled)
		*slot = NULL;
	pthread_cond_broadcast(&s->moved);
	pthread_mutex_unlock(&s->lock);
}

static int job_work(struct store_db *db, struct store_job *job)
{
	int status;

	db->error = 0;
	status = job->work(db, job);
	return db->error ? db->error : status;
}

static bool transaction_lost(int status)
{
	return status == -EAGAIN || status == -ENOTCONN || status == -ECANCELED;
}

static void changes_drop_after(struct store_db *db, struct list *last)
{
	while (last->next != &db->changes) {
		struct list *node = last->next;

		list_remove(node);
		free(container_of(node, struct store_change, node));
	}
}

/* Error: the transaction cannot go on. What only the job did wrong is its status. */
static int job_run(struct store_lane *lane, struct store_job **slot, bool shared,
		   int *ret_status)
{
	const struct store_driver *driver = lane->store->driver;
	struct store_db *db = &lane->db;
	struct list *last = db->changes.prev;
	int error = shared ? driver->mark(db->conn) : 0;
	int status;

	*ret_status = -ECANCELED;
	if (error)
		return error;
	if (!job_enter(lane->store, slot))
		return shared ? driver->forget(db->conn) : 0;
	*ret_status = status = job_work(db, *slot);
	job_leave(lane->store, slot, status);
	if (db->error && transaction_lost(db->error))
		return db->error == -ECANCELED ? -EAGAIN : db->error;
	if (status)
		changes_drop_after(db, last);
	if (!shared)
		return 0;
	return status ? driver->undo(db->conn) : driver->forget(db->conn);
}

static int finish(struct store_lane *lane, bool keep)
{
	const struct store_driver *driver = lane->store->driver;
	int error = 0;

	if (keep)
		error = driver->commit(lane->db.conn);
	else
		driver->rollback(lane->db.conn);
	if (keep && !error)
		store_feed_publish(lane->store, &lane->db.changes);
	else
		store_changes_drop(&lane->db.changes);
	return error;
}

/* One transaction around all of them. */
static int attempt(struct store_lane *lane, enum store_kind kind, struct store_job **jobs,
		   unsigned count)
{
	int status = 0;
	int error = lane->store->driver->begin(lane->db.conn, kind);

	if (error)
		return error;
	for (unsigned i = 0; !error && i < count; i++)
		error = job_run(lane, &jobs[i], count > 1, &status);
	if (error) {
		finish(lane, false);
		return error;
	}
	return finish(lane, count > 1 || status == 0);
}

static bool closing(struct store *s)
{
	bool yes;

	pthread_mutex_lock(&s->lock);
	yes = s->closing;
	pthread_mutex_unlock(&s->lock);
	return yes;
}

/* True when the connection is there again; one try per back-off, for STORE_AWAY_MS since
 * it was lost. After that each job gets its error at once. */
static bool lane_back(struct store_lane *lane)
{
	const struct store_driver *driver = lane->store->driver;
	int64_t now = now_us();

	if (!lane->away_since_us) {
		lane->away_since_us = lane->next_try_us = now;
		lane->backoff_us = BACKOFF_FIRST_US;
	}
	for (;; now = now_us()) {
		if (now >= lane->next_try_us) {
			if (driver->reconnect && driver->reconnect(lane->db.conn) == 0) {
				lane->away_since_us = 0;
				return true;
			}
			lane->next_try_us = now_us() + lane->backoff_us;
			if (lane->backoff_us < BACKOFF_MAX_US)
				lane->backoff_us *= 2;
		}
		if (now - lane->away_since_us >= STORE_AWAY_MS * 1000LL ||
		    closing(lane->store))
			return false;
		nap(NAP_US);
	}
}

static void batch_adopt(struct store *s, struct store_job **jobs, unsigned count)
{
	pthread_mutex_lock(&s->lock);
	for (unsigned i = 0; i < count; i++) {
		if (!jobs[i])
			continue;
		jobs[i]->slot = &jobs[i];
		jobs[i]->state = JOB_BATCHED;
	}
	pthread_mutex_unlock(&s->lock);
}

static void answer(struct store *s, struct store_job **slot)
{
	struct store_job *job;

	pthread_mutex_lock(&s->lock);
	job = *slot;
	*slot = NULL;
	if (job && job->port) {
		job->state = JOB_ANSWERED;
		store_port_add(job->port, job);
	} else if (job) {
		job->state = JOB_IDLE;
		pthread_cond_broadcast(&s->moved);
	}
	pthread_mutex_unlock(&s->lock);
}

static void set_status(struct store *s, struct store_job **slot, int error)
{
	bool away = error == -EAGAIN || error == -ENOTCONN;

	pthread_mutex_lock(&s->lock);
	if (*slot)
		(*slot)->status = away ? -EIO : error;
	pthread_mutex_unlock(&s->lock);
}

/* Collisions come in pairs; the one with the longer nap lets the other pass. */
static bool again(struct store_lane *lane, int error, unsigned tries)
{
	if (tries >= STORE_RETRIES_MAX)
		return false;
	if (error == -ENOTCONN)
		return lane_back(lane);
	if (error != -EAGAIN)
		return false;
	nap(500 * (tries + 1) * (1 + (unsigned)(lane - lane->store->lanes)));
	return true;
}

static void run_alone(struct store_lane *lane, enum store_kind kind,
		      struct store_job **slot)
{
	unsigned tries = 0;
	int error;

	do {
		error = attempt(lane, kind, slot, 1);
	} while (error && again(lane, error, tries++));
	if (error)
		set_status(lane->store, slot, error);
	answer(lane->store, slot);
}

void store_lane_run(struct store_lane *lane, enum store_kind kind,
		    struct store_job **jobs, unsigned count)
{
	batch_adopt(lane->store, jobs, count);
	if (count > 1 && attempt(lane, kind, jobs, count) == 0) {
		for (unsigned i = 0; i < count; i++)
			answer(lane->store, &jobs[i]);
		return;
	}
	for (unsigned i = 0; i < count; i++)
		run_alone(lane, kind, &jobs[i]);
}
