/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum { DEADLINE_US = 20000000 };

struct store *fixture_open(const char *url)
{
	struct store_config cfg = { .url = url, .clock = clock_real() };
	struct store *s = NULL;
	char reason[200];

	if (store_open(&cfg, true, &s, reason))
		fail_msg("store_open: %s", reason);
	return s;
}

static int job_work(struct store_db *db, struct store_job *job)
{
	struct fixture_job *own = container_of(job, struct fixture_job, job);

	return own->fn(db, own->arg);
}

static void job_done(struct store_job *job, int status)
{
	struct fixture_job *own = container_of(job, struct fixture_job, job);

	own->answered = true;
	own->status = status;
	if (own->then)
		own->then(own);
}

int fixture_run(struct fixture *f, enum store_kind kind,
		int (*fn)(struct store_db *db, void *arg), void *arg)
{
	struct fixture_job own = { .fn = fn, .arg = arg };

	own.job.work = job_work;
	return store_run(f->store, kind, &own.job);
}

int fixture_submit(struct fixture *f, enum store_kind kind, int64_t key,
		   struct fixture_job *job)
{
	job->job.work = job_work;
	job->job.done = job_done;
	job->answered = false;
	return store_submit(f->store, f->loop, kind, key, &job->job);
}

static bool turn_until(struct fixture *f, int64_t until_us)
{
	struct timespec nap = { 0, 200000 };

	if (!loop_turn(f->loop))
		nanosleep(&nap, NULL);
	return clock_mono_us(clock_real()) < until_us;
}

bool fixture_wait(struct fixture *f, const bool *flag)
{
	int64_t until = clock_mono_us(clock_real()) + DEADLINE_US;

	while (!*flag && turn_until(f, until))
		;
	return *flag;
}

bool fixture_wait_count(struct fixture *f, const unsigned *count, unsigned want)
{
	int64_t until = clock_mono_us(clock_real()) + DEADLINE_US;

	while (*count < want && turn_until(f, until))
		;
	return *count == want;
}

static void sqlite_sql(const char *path, const char *sql)
{
	sqlite3 *db;
	char *message = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &message))
		fail_msg("%s: %s", sql, message);
	sqlite3_close(db);
}

void fixture_sql(struct fixture *f, const char *sql)
{
	PGconn *pg;
	PGresult *result;

	if (strncmp(f->url, "sqlite:", 7) == 0) {
		sqlite_sql(f->url + 7, sql);
		return;
	}
	pg = PQconnectdb(f->url);
	result = PQexec(pg, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK &&
	    PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg));
	PQclear(result);
	PQfinish(pg);
}
