/* SPDX-License-Identifier: Apache-2.0 */
/* What store/store.h promises of jobs, on every backend. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "store/row.h"

enum { BURST = 60, KEYS = 5, THREADS = 4, STEPS = 50 };

static struct customer_row customer(int64_t id)
{
	struct customer_row row;

	memset(&row, 0, sizeof(row));
	row.id = id;
	row.segment = SEGMENT_RES;
	snprintf(row.ref, sizeof(row.ref), "C-%lld", (long long)id);
	strcpy(row.name, "0");
	return row;
}

static int put_customer(struct store_db *db, void *arg)
{
	struct customer_row row = customer(*(int64_t *)arg);

	return store_customer_put(db, &row);
}

static int get_customer(struct store_db *db, void *arg)
{
	struct customer_row row;

	return store_customer_get(db, *(int64_t *)arg, &row);
}

static void expect_customer(struct fixture *f, int64_t id, int status)
{
	assert_int_equal(fixture_run(f, STORE_READ, get_customer, &id), status);
}

/* ---- done ---- */

static void done_comes_on_the_loop(struct fixture *f)
{
	int64_t id = 7;
	struct fixture_job job = { .fn = put_customer, .arg = &id };

	assert_int_equal(fixture_submit(f, STORE_WRITE, id, &job), 0);
	/* Committed, as a job behind it shows, and still not answered. */
	while (fixture_run(f, STORE_READ, get_customer, &id) == -ENOENT)
		;
	assert_false(job.answered);
	assert_true(fixture_wait(f, &job.answered));
	assert_int_equal(job.status, 0);
}

static int put_and_fail(struct store_db *db, void *arg)
{
	int error = put_customer(db, arg);

	return error ? error : -EPERM;
}

static void an_error_rolls_back(struct fixture *f)
{
	int64_t id = 7;

	assert_int_equal(fixture_run(f, STORE_WRITE, put_and_fail, &id), -EPERM);
	expect_customer(f, id, -ENOENT);
}

static void one_failure_harms_no_other(struct fixture *f)
{
	static struct fixture_job jobs[BURST];
	static int64_t ids[BURST];

	for (int i = 0; i < BURST; i++) {
		ids[i] = i + 1;
		jobs[i] = (struct fixture_job){ .fn = i % 7 == 3 ? put_and_fail
								 : put_customer,
						.arg = &ids[i] };
		assert_int_equal(fixture_submit(f, STORE_WRITE, 0, &jobs[i]), 0);
	}
	assert_true(fixture_wait(f, &jobs[BURST - 1].answered));
	for (int i = 0; i < BURST; i++) {
		assert_int_equal(jobs[i].status, i % 7 == 3 ? -EPERM : 0);
		expect_customer(f, ids[i], i % 7 == 3 ? -ENOENT : 0);
	}
}

/* The statement fails in the database itself, and the job pretends that all is well. */
static int bad_statement(struct store_db *db, void *arg)
{
	static const struct store_query nonsense = { .tail = "DELETE FROM nowhere" };

	put_customer(db, arg);
	store_exec(db, &nonsense, NULL, 0);
	return 0;
}

static void a_bad_statement_harms_only_its_job(struct fixture *f)
{
	static struct fixture_job jobs[BURST];
	static int64_t ids[BURST];

	for (int i = 0; i < BURST; i++) {
		ids[i] = i + 1;
		jobs[i] = (struct fixture_job){ .fn = i % 9 == 4 ? bad_statement
								 : put_customer,
						.arg = &ids[i] };
		assert_int_equal(fixture_submit(f, STORE_WRITE, 0, &jobs[i]), 0);
	}
	assert_true(fixture_wait(f, &jobs[BURST - 1].answered));
	for (int i = 0; i < BURST; i++) {
		assert_int_equal(jobs[i].status, i % 9 == 4 ? -EINVAL : 0);
		expect_customer(f, ids[i], i % 9 == 4 ? -ENOENT : 0);
	}
}

static void a_read_job_cannot_write(struct fixture *f)
{
	int64_t id = 7;

	assert_true(fixture_run(f, STORE_READ, put_customer, &id) < 0);
	expect_customer(f, id, -ENOENT);
	assert_int_equal(fixture_run(f, STORE_WRITE, put_customer, &id), 0);
}

/* ---- order ---- */

static int order_got[BURST];
static int order_count;

static void note_order(struct fixture_job *job)
{
	order_got[order_count++] = (int)*(int64_t *)job->arg;
}

static void writes_of_a_key_complete_in_order(struct fixture *f)
{
	static struct fixture_job jobs[BURST];
	static int64_t ids[BURST];
	int last[KEYS] = { 0 };

	order_count = 0;
	for (int i = 0; i < BURST; i++) {
		ids[i] = i + 1;
		jobs[i] = (struct fixture_job){ .fn = i % 11 == 5 ? put_and_fail
								  : put_customer,
						.arg = &ids[i],
						.then = note_order };
		assert_int_equal(fixture_submit(f, STORE_WRITE, i % KEYS, &jobs[i]), 0);
	}
	for (int i = 0; i < BURST; i++)
		assert_true(fixture_wait(f, &jobs[i].answered));
	for (int i = 0; i < BURST; i++) {
		int key = (order_got[i] - 1) % KEYS;

		assert_true(order_got[i] > last[key]);
		last[key] = order_got[i];
	}
}

/* ---- cancel and limits ---- */

static sem_t gate, entered;

static int wait_at_gate(struct store_db *db, void *arg)
{
	sem_post(&entered);
	sem_wait(&gate);
	return 0;
}

static void block_lane(struct fixture *f, struct fixture_job *blocker)
{
	sem_init(&gate, 0, 0);
	sem_init(&entered, 0, 0);
	*blocker = (struct fixture_job){ .fn = wait_at_gate };
	assert_int_equal(fixture_submit(f, STORE_WRITE, 0, blocker), 0);
	sem_wait(&entered);
}

static void a_waiting_job_is_cancelled(struct fixture *f)
{
	int64_t id = 7, other = 8;
	struct fixture_job blocker, job = { .fn = put_customer, .arg = &id };
	struct fixture_job behind = { .fn = put_customer, .arg = &other };

	block_lane(f, &blocker);
	assert_int_equal(fixture_submit(f, STORE_WRITE, 0, &job), 0);
	assert_int_equal(fixture_submit(f, STORE_WRITE, 0, &behind), 0);
	store_cancel(&job.job);
	sem_post(&gate);
	assert_true(fixture_wait(f, &behind.answered));
	assert_false(job.answered);
	expect_customer(f, id, -ENOENT);
	expect_customer(f, other, 0);
}

static int take_for_ever(struct store_db *db, void *arg)
{
	static const struct store_query endless = {
		.tail = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c"
			" WHERE x < 2000000000) SELECT count(*) FROM c"
	};

	sem_post(&entered);
	return store_exec_found(db, &endless, NULL, 0);
}

/* It gives its memory back soon, whatever the database does. */
static void a_running_job_is_cancelled(struct fixture *f)
{
	struct fixture_job *job = calloc(1, sizeof(*job));
	int64_t id = 7;

	sem_init(&entered, 0, 0);
	job->fn = take_for_ever;
	assert_int_equal(fixture_submit(f, STORE_READ, 0, job), 0);
	sem_wait(&entered);
	store_cancel(&job->job);
	assert_false(job->answered);
	free(job);
	assert_int_equal(fixture_run(f, STORE_WRITE, put_customer, &id), 0);
	for (int i = 0; i < 8; i++)
		expect_customer(f, id, 0);
}

static void an_answer_on_its_way_is_cancelled(struct fixture *f)
{
	int64_t id = 7, other = 8;
	struct fixture_job *job = calloc(1, sizeof(*job));
	struct fixture_job behind = { .fn = put_customer, .arg = &other };

	*job = (struct fixture_job){ .fn = put_customer, .arg = &id };
	assert_int_equal(fixture_submit(f, STORE_WRITE, 0, job), 0);
	/* When one that came later is done, so is this one. */
	assert_int_equal(fixture_run(f, STORE_WRITE, put_customer, &other), 0);
	store_cancel(&job->job);
	free(job);
	assert_int_equal(fixture_submit(f, STORE_WRITE, 0, &behind), 0);
	assert_true(fixture_wait(f, &behind.answered));
	expect_customer(f, id, 0);
}

static void cancel_of_nothing_is_safe(struct fixture *f)
{
	int64_t id = 7;
	struct fixture_job job = { .fn = put_customer, .arg = &id };

	store_cancel(&job.job);
	assert_int_equal(fixture_submit(f, STORE_WRITE, 0, &job), 0);
	assert_true(fixture_wait(f, &job.answered));
	store_cancel(&job.job);
}

static void a_full_queue_refuses(struct fixture *f)
{
	struct fixture_job *jobs = calloc(STORE_QUEUE_MAX + 1, sizeof(*jobs));
	struct fixture_job blocker;
	int64_t id = 7;
	int i, error = 0;

	block_lane(f, &blocker);
	for (i = 0; i <= STORE_QUEUE_MAX && !error; i++) {
		jobs[i] = (struct fixture_job){ .fn = put_customer, .arg = &id };
		error = fixture_submit(f, STORE_WRITE, 0, &jobs[i]);
	}
	assert_int_equal(error, -EAGAIN);
	assert_int_equal(i, STORE_QUEUE_MAX + 1);
	for (i = 1; i < STORE_QUEUE_MAX; i++)
		store_cancel(&jobs[i].job);
	sem_post(&gate);
	assert_true(fixture_wait(f, &jobs[0].answered));
	assert_false(jobs[1].answered);
	free(jobs);
}

static void close_finishes_what_is_queued(struct fixture *f)
{
	static struct fixture_job jobs[BURST];
	static int64_t ids[BURST];

	for (int i = 0; i < BURST; i++) {
		ids[i] = i + 1;
		jobs[i] = (struct fixture_job){ .fn = put_customer, .arg = &ids[i] };
		assert_int_equal(fixture_submit(f, STORE_WRITE, i, &jobs[i]), 0);
	}
	store_close(f->store);
	for (int i = 0; i < BURST; i++) {
		assert_true(fixture_wait(f, &jobs[i].answered));
		assert_int_equal(jobs[i].status, 0);
	}
	f->store = fixture_open(f->url);
	for (int i = 0; i < BURST; i++)
		expect_customer(f, ids[i], 0);
}

/* ---- many at once ---- */

/* Reads and writes back: lost when two do it at the same time and nobody notices. */
static int count_up(struct store_db *db, void *arg)
{
	struct customer_row row;
	int error = store_customer_get(db, 1, &row);

	if (error)
		return error;
	snprintf(row.name, sizeof(row.name), "%d", atoi(row.name) + 1);
	return store_customer_put(db, &row);
}

struct counter {
	struct fixture own; /* with a loop of its own */
	int64_t key;
	int failed;
};

static void *count_thread(void *arg)
{
	struct counter *c = arg;
	struct fixture_job jobs[STEPS];

	c->own.loop = loop_new(clock_real());
	for (int i = 0; i < STEPS; i++) {
		jobs[i] = (struct fixture_job){ .fn = count_up };
		c->failed += fixture_submit(&c->own, STORE_WRITE, c->key, &jobs[i]) != 0;
	}
	for (int i = 0; i < STEPS; i++)
		c->failed += !fixture_wait(&c->own, &jobs[i].answered) || jobs[i].status;
	return NULL;
}

static int read_count(struct store_db *db, void *arg)
{
	struct customer_row row;
	int error = store_customer_get(db, 1, &row);

	*(int *)arg = error ? -1 : atoi(row.name);
	return error;
}

static void nobody_overwrites_anothers_change(struct fixture *f)
{
	struct counter counters[THREADS];
	pthread_t threads[THREADS];
	int64_t id = 1;
	int count = 0;

	assert_int_equal(fixture_run(f, STORE_WRITE, put_customer, &id), 0);
	for (int i = 0; i < THREADS; i++) {
		counters[i] = (struct counter){ .own = *f, .key = i * 7 + 1 };
		pthread_create(&threads[i], NULL, count_thread, &counters[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(counters[i].failed, 0);
	}
	assert_int_equal(fixture_run(f, STORE_READ, read_count, &count), 0);
	assert_int_equal(count, THREADS * STEPS);
	/* Loops go when the store no longer knows them. */
	store_close(f->store);
	for (int i = 0; i < THREADS; i++)
		loop_free(counters[i].own.loop);
	f->store = fixture_open(f->url);
}

/* ---- migrations ---- */

static void a_second_opening_changes_nothing(struct fixture *f)
{
	int64_t id = 7;

	assert_int_equal(fixture_run(f, STORE_WRITE, put_customer, &id), 0);
	store_close(f->store);
	f->store = fixture_open(f->url);
	expect_customer(f, id, 0);
}

static void a_newer_schema_is_refused(struct fixture *f)
{
	struct store_config cfg = { .url = f->url, .clock = clock_real() };
	struct store *s;
	char reason[200];

	store_close(f->store);
	fixture_sql(f,
		    "INSERT INTO schema_migration VALUES (9999, 'from-the-future', 0)");
	assert_int_equal(store_open(&cfg, false, &s, reason), -EPROTO);
	assert_non_null(strstr(reason, "newer"));
	fixture_sql(f, "DELETE FROM schema_migration WHERE version = 9999");
	f->store = fixture_open(f->url);
}

static void an_empty_database_wants_init(struct fixture *f)
{
	struct store_config cfg = { .url = f->url, .clock = clock_real() };
	struct store *s;
	char reason[200];

	store_close(f->store);
	f->backend->fresh(f->url);
	fixture_sql(f, "CREATE TABLE unrelated (x INTEGER)");
	assert_int_equal(store_open(&cfg, false, &s, reason), -ENOENT);
	assert_non_null(strstr(reason, "ownline init"));
	f->store = fixture_open(f->url);
}

const struct contract_case contract_cases[] = {
	{ "done comes on the loop, never inline", done_comes_on_the_loop },
	{ "an error rolls back", an_error_rolls_back },
	{ "one job's failure harms no other", one_failure_harms_no_other },
	{ "a bad statement harms only its job", a_bad_statement_harms_only_its_job },
	{ "a read job cannot write", a_read_job_cannot_write },
	{ "writes of a key complete in order", writes_of_a_key_complete_in_order },
	{ "a waiting job is cancelled", a_waiting_job_is_cancelled },
	{ "a running job is cancelled", a_running_job_is_cancelled },
	{ "an answer on its way is cancelled", an_answer_on_its_way_is_cancelled },
	{ "cancel of nothing is safe", cancel_of_nothing_is_safe },
	{ "a full queue refuses", a_full_queue_refuses },
	{ "close finishes what is queued", close_finishes_what_is_queued },
	{ "nobody overwrites another's change", nobody_overwrites_anothers_change },
	{ "a second opening changes nothing", a_second_opening_changes_nothing },
	{ "a newer schema is refused", a_newer_schema_is_refused },
	{ "an empty database wants init", an_empty_database_wants_init },
	{ NULL, NULL },
};
