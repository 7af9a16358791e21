/* SPDX-License-Identifier: Apache-2.0 */
/* store/store.c - Opening, closing, and the way of a job into a lane's queue. */
#include "store/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "store/core.h"
#include "store/migrate.h"

enum { THREADS_DEFAULT = 4, CANCEL_PATIENCE_NS = 2000000 };

static const struct store_driver *const drivers[] = { &store_sqlite, &store_postgres };

int store_reason(char reason[STORE_REASON_SIZE], int error, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, STORE_REASON_SIZE, fmt, args);
	va_end(args);
	for (char *p = reason; *p; p++) {
		if (*p == '\n')
			*p = ' ';
	}
	return error;
}

/* ---- open ---- */

static const struct store_driver *driver_of(const char *url)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
		const struct store_driver *d = drivers[i];

		if (text_starts(text_of(url), text_of(d->scheme)) ||
		    (d->scheme_too && text_starts(text_of(url), text_of(d->scheme_too))))
			return d;
	}
	return NULL;
}

static int place_set(struct store *s, const struct store_config *cfg, bool create)
{
	const char *path = s->url + strcspn(s->url, ":") + 1;
	bool whole = path[0] == '/' || path[0] == ':' || !cfg->state_dir;
	int len = snprintf(s->place.path, sizeof(s->place.path), "%s%s%s",
			   whole ? "" : cfg->state_dir, whole ? "" : "/", path);

	s->place.url = s->url;
	s->place.create = create;
	return len < (int)sizeof(s->place.path) ? 0 : -ENAMETOOLONG;
}

static struct store *store_new(const struct store_config *cfg,
			       const struct store_driver *driver)
{
	struct store *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->url = text_dup(text_of(cfg->url));
	if (!s->url) {
		free(s);
		return NULL;
	}
	s->driver = driver;
	s->clock = cfg->clock;
	s->virtual_time = cfg->virtual_time;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->moved, NULL);
	return s;
}

/* Lane 0 writes; the others write or read as the driver has it. */
static void lanes_plan(struct store *s, unsigned threads, unsigned *ret_count)
{
	bool single = s->virtual_time || strcmp(s->place.path, ":memory:") == 0;
	unsigned all = threads ? threads : THREADS_DEFAULT;

	if (all > STORE_LANES_MAX)
		all = STORE_LANES_MAX;
	s->writer_count = single                   ? 1
			  : s->driver->lanes_write ? s->driver->lanes_write
						   : all;
	s->first_reader = s->driver->lanes_write && !single ? s->writer_count : 0;
	*ret_count = s->writer_count + (single ? 0 : s->driver->lanes_read);
}

static int lanes_open(struct store *s, unsigned threads, bool create,
		      char reason[STORE_REASON_SIZE])
{
	unsigned count;
	int error = 0;

	lanes_plan(s, threads, &count);
	for (unsigned i = 0; !error && i < count; i++) {
		error = store_lane_open(&s->lanes[i], s, i >= s->writer_count, reason);
		if (!error)
			s->lane_count++;
		if (!error && i == 0)
			error = store_migrate(s->lanes[0].db.conn, create, s->clock,
					      reason);
	}
	for (unsigned i = 0; !error && !s->virtual_time && i < count; i++) {
		error = store_lane_start(&s->lanes[i]);
		if (error)
			store_reason(reason, error, "cannot start a thread");
	}
	return error;
}

int store_open(const struct store_config *cfg, bool create, struct store **ret,
	       char reason[200])
{
	const struct store_driver *driver = driver_of(cfg->url);
	struct store *s;
	int error;

	reason[0] = '\0';
	if (!driver)
		return store_reason(reason, -EINVAL,
				    "a store is sqlite:FILE or "
				    "postgresql://USER@HOST/NAME, not %.60s",
				    cfg->url);
	s = store_new(cfg, driver);
	if (!s)
		return store_reason(reason, -ENOMEM, "out of memory");
	error = place_set(s, cfg, create);
	if (error)
		store_reason(reason, error, "the path of the database is too long");
	if (!error)
		error = lanes_open(s, cfg->threads, create, reason);
	if (!error)
		error = store_feed_open(s, reason);
	if (error) {
		if (!reason[0])
			store_reason(reason, error, "cannot open the database: %s",
				     strerror(-error));
		store_close(s);
		return error;
	}
	*ret = s;
	return 0;
}

const char *store_driver_name(const struct store *s)
{
	return s->driver->name;
}

/* ---- close ---- */

/* On virtual time nobody else would run what is queued. */
static void run_queued(struct store *s)
{
	for (struct store_port *p = s->ports; s->virtual_time && p; p = p->next) {
		LIST_EACH_SAFE(node, &p->jobs)
		{
			struct store_job *job =
				container_of(node, struct store_job, node);
			struct store_job *slot = job;

			if (job->state != JOB_QUEUED)
				continue;
			s->waiting--;
			job->port = NULL;
			store_lane_run(&s->lanes[0], job->kind, &slot, 1);
			job->port = p;
			job->state = JOB_ANSWERED;
		}
	}
}

void store_close(struct store *s)
{
	if (!s)
		return;
	store_feed_close(s);
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	for (unsigned i = 0; i < s->lane_count; i++)
		pthread_cond_signal(&s->lanes[i].wake);
	pthread_mutex_unlock(&s->lock);
	for (unsigned i = 0; i < s->lane_count; i++)
		store_lane_join(&s->lanes[i]);
	run_queued(s);
	/* The first lane last: with SQLite it is the one that may checkpoint. */
	for (unsigned i = s->lane_count; i > 0; i--)
		store_lane_close(&s->lanes[i - 1]);
	pthread_mutex_lock(&s->lock);
	s->closed = true;
	store_unlock_or_free(s);
}

/* ---- jobs ---- */

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

/* ---- cancel ---- */

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
