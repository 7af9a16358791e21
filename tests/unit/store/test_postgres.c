/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's own ways: a server that goes away and comes back, two nodes on one
 * database, and changes that become visible out of order. */
#include <errno.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "fixture.h"

static void open_fixture(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->backend = &backend_postgres;
	backend_postgres.fresh(f->url);
	f->store = fixture_open(f->url);
	f->loop = loop_new(clock_real());
}

static void close_fixture(struct fixture *f)
{
	store_close(f->store);
	while (loop_turn(f->loop))
		;
	loop_free(f->loop);
}

static int put_meta(struct store_db *db, void *arg)
{
	return store_meta_put(db, "who", arg);
}

static int expect_meta(struct store_db *db, void *arg)
{
	char value[32];
	int error = store_meta_get(db, "who", value, sizeof(value));

	return error ? error : strcmp(value, arg) ? -EBADMSG : 0;
}

/* ---- away ---- */

/* A lane that gave up tries again after its back-off. */
static bool comes_back(struct fixture *f, int (*fn)(struct store_db *, void *), void *arg)
{
	int64_t until = clock_mono_us(clock_real()) + 10000000;
	struct timespec nap = { 0, 10000000 };

	while (fixture_run(f, STORE_WRITE, fn, arg)) {
		if (clock_mono_us(clock_real()) >= until)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

static void away_is_eio_and_it_works_again(void **state)
{
	struct fixture f;
	struct fixture_job write = { .fn = put_meta, .arg = (char *)"lost" };
	struct fixture_job read = { .fn = expect_meta, .arg = (char *)"before" };

	open_fixture(&f);
	assert_int_equal(fixture_run(&f, STORE_WRITE, put_meta, (char *)"before"), 0);
	cluster_stop();
	assert_int_equal(fixture_submit(&f, STORE_WRITE, 1, &write), 0);
	assert_int_equal(fixture_submit(&f, STORE_READ, 0, &read), 0);
	assert_true(fixture_wait(&f, &write.answered) &&
		    fixture_wait(&f, &read.answered));
	assert_int_equal(write.status, -EIO);
	assert_int_equal(read.status, -EIO);
	assert_true(store_feed_age_us(f.store) > 2000000);
	cluster_start();
	assert_true(comes_back(&f, put_meta, (char *)"after"));
	assert_true(comes_back(&f, expect_meta, (char *)"after"));
	close_fixture(&f);
}

/* Short absences are only felt as a delay. */
static void a_restart_is_waited_for(void **state)
{
	struct fixture f;
	struct fixture_job jobs[8];

	open_fixture(&f);
	assert_int_equal(fixture_run(&f, STORE_WRITE, put_meta, (char *)"before"), 0);
	cluster_stop();
	for (int i = 0; i < 8; i++) {
		jobs[i] = (struct fixture_job){ .fn = put_meta, .arg = (char *)"after" };
		assert_int_equal(fixture_submit(&f, STORE_WRITE, i, &jobs[i]), 0);
	}
	cluster_start();
	for (int i = 0; i < 8; i++) {
		assert_true(fixture_wait(&f, &jobs[i].answered));
		assert_int_equal(jobs[i].status, 0);
	}
	assert_int_equal(fixture_run(&f, STORE_READ, expect_meta, (char *)"after"), 0);
	close_fixture(&f);
}

static void an_unreachable_server_is_said(void **state)
{
	struct store_config cfg = { .url = "postgresql://nobody@/x?host=/nonexistent",
				    .clock = clock_real() };
	struct store *s;
	char reason[200];

	assert_int_equal(store_open(&cfg, true, &s, reason), -EIO);
	assert_non_null(strstr(reason, "cannot reach the database"));
}

/* ---- two nodes ---- */

static void *open_thread(void *arg)
{
	return fixture_open(arg);
}

static void two_nodes_may_start_at_the_same_time(void **state)
{
	char url[BACKEND_URL_SIZE];
	pthread_t threads[3];

	backend_postgres.fresh(url);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, open_thread, url);
	for (int i = 0; i < 3; i++) {
		void *s;

		pthread_join(threads[i], &s);
		assert_non_null(s);
		store_close(s);
	}
}

struct ear {
	struct store_feed feed;
	unsigned count;
	int64_t keys[32];
	bool everything;
};

static void hear(struct store_feed *feed, const char *topic, int64_t key)
{
	struct ear *ear = container_of(feed, struct ear, feed);

	ear->everything |= key == 0;
	if (ear->count < 32)
		ear->keys[ear->count] = key;
	ear->count++;
}

static void listen_with(struct fixture *f, struct store *s, struct ear *ear)
{
	memset(ear, 0, sizeof(*ear));
	ear->feed.changed = hear;
	ear->feed.loop = f->loop;
	assert_int_equal(store_feed_start(s, &ear->feed), 0);
}

static int change(struct store_db *db, void *arg)
{
	return store_changed(db, "credential", *(int64_t *)arg);
}

static void another_node_hears(void **state)
{
	struct fixture f;
	struct store *other;
	struct ear ear;
	int64_t key = 5;

	open_fixture(&f);
	other = fixture_open(f.url);
	listen_with(&f, other, &ear);
	assert_int_equal(fixture_run(&f, STORE_WRITE, change, &key), 0);
	assert_true(fixture_wait_count(&f, &ear.count, 1));
	assert_int_equal(ear.keys[0], 5);
	store_feed_stop(other, &ear.feed);
	store_close(other);
	close_fixture(&f);
}

static void run_sql(PGconn *pg, const char *sql)
{
	PGresult *result = PQexec(pg, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg));
	PQclear(result);
}

/* A transaction that began first commits last: what it changed lies below what was read.
 */
static void no_commit_order_hides_a_change(void **state)
{
	struct fixture f;
	struct ear ear;
	PGconn *slow;
	int64_t keys[] = { 101, 102, 103 };

	open_fixture(&f);
	listen_with(&f, f.store, &ear);
	slow = PQconnectdb(f.url);
	run_sql(slow, "BEGIN");
	run_sql(slow, "INSERT INTO change VALUES (txid_current(), 0, 'credential', 1,"
		      " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)");
	for (int i = 0; i < 3; i++)
		assert_int_equal(fixture_run(&f, STORE_WRITE, change, &keys[i]), 0);
	assert_true(fixture_wait_count(&f, &ear.count, 3));
	run_sql(slow, "COMMIT"); /* and no NOTIFY: polling has to find it */
	assert_true(fixture_wait_count(&f, &ear.count, 4));
	assert_int_equal(ear.keys[3], 1);
	PQfinish(slow);
	/* Nothing comes twice. */
	assert_int_equal(fixture_run(&f, STORE_WRITE, change, &keys[0]), 0);
	assert_true(fixture_wait_count(&f, &ear.count, 5));
	assert_false(ear.everything);
	store_feed_stop(f.store, &ear.feed);
	close_fixture(&f);
}

static void what_changed_while_away_is_heard(void **state)
{
	struct fixture f;
	struct ear ear;
	int64_t key = 77;
	PGconn *pg;

	open_fixture(&f);
	listen_with(&f, f.store, &ear);
	cluster_stop();
	cluster_start();
	pg = PQconnectdb(f.url);
	run_sql(pg, "INSERT INTO change VALUES (txid_current(), 0, 'credential', 77,"
		    " (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)");
	PQfinish(pg);
	assert_true(fixture_wait_count(&f, &ear.count, 1));
	assert_int_equal(ear.keys[0], key);
	store_feed_stop(f.store, &ear.feed);
	close_fixture(&f);
}

/* ---- a transaction that the server gives up ---- */

static int deadlock_step(struct store_db *db, void *arg)
{
	const char *const *names = arg;
	int error = store_meta_put(db, names[0], "x");
	char value[8];

	/* Reading waits for the write before it, so that the locks are taken in turn. */
	if (!error)
		error = store_meta_get(db, names[0], value, sizeof(value));
	return error ? error : store_meta_put(db, names[1], "x");
}

static void deadlocks_are_run_again(void **state)
{
	static const char *const ab[] = { "a", "b" }, *const ba[] = { "b", "a" };
	struct fixture f;
	struct fixture_job jobs[40];

	open_fixture(&f);
	for (int i = 0; i < 40; i++) {
		jobs[i] = (struct fixture_job){ .fn = deadlock_step,
						.arg = (void *)(i % 2 ? ab : ba) };
		assert_int_equal(fixture_submit(&f, STORE_WRITE, i * 13, &jobs[i]), 0);
	}
	for (int i = 0; i < 40; i++) {
		assert_true(fixture_wait(&f, &jobs[i].answered));
		assert_int_equal(jobs[i].status, 0);
	}
	close_fixture(&f);
}

int run_postgres(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(away_is_eio_and_it_works_again),
		cmocka_unit_test(a_restart_is_waited_for),
		cmocka_unit_test(an_unreachable_server_is_said),
		cmocka_unit_test(two_nodes_may_start_at_the_same_time),
		cmocka_unit_test(another_node_hears),
		cmocka_unit_test(no_commit_order_hides_a_change),
		cmocka_unit_test(what_changed_while_away_is_heard),
		cmocka_unit_test(deadlocks_are_run_again),
	};

	return cmocka_run_group_tests_name("postgresql", tests, NULL, NULL);
}
