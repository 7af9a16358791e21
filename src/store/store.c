/* SPDX-License-Identifier: Apache-2.0 */
/* store/store.c - Opening and closing. */
#include "store/store.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "store/core.h"
#include "store/migrate.h"

enum { THREADS_DEFAULT = 4 };

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
	if (!driver) /* without the rest: it may hold a password */
		return store_reason(
			reason, -EINVAL,
			"a store is sqlite:FILE or postgresql://USER@HOST/NAME, "
			"not %.*s...",
			(int)strcspn(cfg->url, ":/@"), cfg->url);
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

/* On virtual time nobody else would run what is queued. */
static void run_queued(struct store *s)
{
	for (struct store_port *p = s->ports; s->virtual_time && p; p = p->next) {
		LIST_EACH_SAFE (node, &p->jobs) {
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
