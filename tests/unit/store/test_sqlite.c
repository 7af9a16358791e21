/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's own ways: files, their modes, what is wrong with them; a full disk; and the
 * store on virtual time, where nothing happens but in a turn of the loop. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake/alloc.h"
#include "fake/clock.h"
#include "fake/loop.h"
#include "fixture.h"

/* ---- what can be wrong ---- */

struct wrong_case {
	const char *name;
	const char *url; /* %s is the test's directory */
	bool create;
	int error;
	const char *reason; /* in it */
};

static const struct wrong_case wrong_cases[] = {
	{ "no such scheme", "mysql://ann:secret@db/x", true, -EINVAL,
	  "sqlite:FILE or postgresql://" },
	{ "empty", "", true, -EINVAL, "sqlite:FILE" },
	{ "directory missing", "sqlite:%s/nowhere/x.db", true, -ENOENT,
	  "nowhere of the database does not exist" },
	{ "file missing", "sqlite:%s/missing.db", false, -ENOENT, "ownline init" },
	{ "a directory", "sqlite:%s/a-dir", true, -EISDIR, "a-dir" },
	{ "another file", "sqlite:%s/text.db", true, -EINVAL,
	  "is not an SQLite database" },
	{ "not writable", "sqlite:%s/locked.db", true, -EACCES,
	  "check its owner and mode" },
	{ "read only in a directory of others", "sqlite:/etc/ownline-test.db", true,
	  -EACCES, "check its owner and mode" },
};

static void make_wrong_files(void)
{
	char path[200], url[BACKEND_URL_SIZE];
	FILE *file;

	snprintf(path, sizeof(path), "%s/a-dir", backend_dir());
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/text.db", backend_dir());
	file = fopen(path, "w");
	for (int i = 0; i < 100; i++)
		fputs("this is a letter to a friend and no database\n", file);
	fclose(file);
	chmod(path, 0666);
	snprintf(url, sizeof(url), "sqlite:%s/locked.db", backend_dir());
	store_close(fixture_open(url));
	chmod(url + 7, 0400);
}

/* Root may write everywhere. */
static void drop_rights(bool drop)
{
	if (getuid() != 0)
		return;
	chmod(backend_dir(), 0777);
	assert_int_equal(seteuid(drop ? 65534 : 0), 0);
	prctl(PR_SET_DUMPABLE, 1); /* the leak check needs it */
}

static void what_is_wrong_is_said(void **state)
{
	make_wrong_files();
	drop_rights(true);
	for (size_t i = 0; i < sizeof(wrong_cases) / sizeof(*wrong_cases); i++) {
		const struct wrong_case *c = &wrong_cases[i];
		char url[BACKEND_URL_SIZE], reason[200] = "";
		struct store_config cfg = { .url = url, .clock = clock_real() };
		struct store *s = NULL;
		int error;

		snprintf(url, sizeof(url), c->url, backend_dir());
		error = store_open(&cfg, c->create, &s, reason);
		if (error != c->error || !strstr(reason, c->reason))
			fail_msg("%s: %d %s", c->name, error, reason);
		assert_null(strstr(reason, "secret"));
	}
	drop_rights(false);
}

/* ---- files ---- */

static void nobody_else_can_read_the_files(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char url[BACKEND_URL_SIZE], path[BACKEND_URL_SIZE];
	mode_t old = umask(0);
	struct store *s;
	struct stat st;

	backend_sqlite.fresh(url);
	s = fixture_open(url);
	umask(old);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", url + 7, suffixes[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	store_close(s);
}

static void a_relative_path_is_in_the_state_dir(void **state)
{
	char reason[200], path[200];
	struct store_config cfg = { .url = "sqlite:inside.db",
				    .state_dir = backend_dir(),
				    .clock = clock_real() };
	struct store *s;

	assert_int_equal(store_open(&cfg, true, &s, reason), 0);
	assert_string_equal(store_driver_name(s), "sqlite");
	store_close(s);
	snprintf(path, sizeof(path), "%s/inside.db", backend_dir());
	assert_int_equal(access(path, F_OK), 0);
}

/* ---- a full disk ---- */

static int put_events(struct store_db *db, void *arg)
{
	struct event_row row = { .kind = "test" };
	int error = 0;

	memset(row.text, 'x', sizeof(row.text) - 1);
	for (int i = 1; i <= 500 && !error; i++) {
		row.id = *(int64_t *)arg + i;
		error = store_event_put(db, &row);
	}
	return error;
}

static ssize_t full_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	errno = ENOSPC;
	return -1;
}

static ssize_t full_write(int fd, const void *bytes, size_t len)
{
	errno = ENOSPC;
	return -1;
}

/* SQLite lets its system calls be replaced; NULL restores. */
static void fill_disk(bool full)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	sqlite3_syscall_ptr pwrite_fn = full ? (sqlite3_syscall_ptr)full_pwrite : NULL;
	sqlite3_syscall_ptr write_fn = full ? (sqlite3_syscall_ptr)full_write : NULL;

	vfs->xSetSystemCall(vfs, "pwrite", pwrite_fn);
	vfs->xSetSystemCall(vfs, "pwrite64", pwrite_fn);
	vfs->xSetSystemCall(vfs, "write", write_fn);
}

static int count_event(void *arg, const struct event_row *row)
{
	++*(int *)arg;
	return 0;
}

static int count_events(struct store_db *db, void *arg)
{
	return store_event_each(db, 0, 0, 0, count_event, arg);
}

static void a_full_disk_is_told_and_passes(void **state)
{
	struct fixture f = { .backend = &backend_sqlite };
	int64_t first = 0, second = 1000;
	int count = 0;

	backend_sqlite.fresh(f.url);
	f.store = fixture_open(f.url);
	fill_disk(true);
	assert_int_equal(fixture_run(&f, STORE_WRITE, put_events, &first), -ENOSPC);
	fill_disk(false);
	assert_int_equal(fixture_run(&f, STORE_WRITE, put_events, &second), 0);
	assert_int_equal(fixture_run(&f, STORE_READ, count_events, &count), 0);
	assert_int_equal(count, 500);
	store_close(f.store);
}

/* ---- virtual time ---- */

static void fixture_virtual(struct fixture *f, struct fake_clock *clock)
{
	struct store_config cfg = {
		.url = "sqlite::memory:", .clock = &clock->clock, .virtual_time = true
	};
	char reason[200];

	fake_clock_init(clock);
	f->loop = loop_new_virtual(&clock->clock);
	assert_int_equal(store_open(&cfg, true, &f->store, reason), 0);
}

static int put_meta(struct store_db *db, void *arg)
{
	return store_meta_put(db, "order", arg);
}

static int get_meta(struct store_db *db, void *arg)
{
	return store_meta_get(db, "order", arg, 8);
}

static void on_virtual_time_jobs_run_in_a_later_turn(void **state)
{
	struct fixture f = { 0 };
	struct fake_clock clock;
	struct fixture_job first = { .fn = put_meta, .arg = (char *)"1" };
	struct fixture_job second = { .fn = put_meta, .arg = (char *)"2" };
	struct fixture_job cancelled = { .fn = put_meta, .arg = (char *)"3" };
	char value[8] = "";

	fixture_virtual(&f, &clock);
	assert_int_equal(fixture_submit(&f, STORE_WRITE, 1, &first), 0);
	assert_int_equal(fixture_submit(&f, STORE_WRITE, 2, &second), 0);
	assert_int_equal(fixture_submit(&f, STORE_WRITE, 2, &cancelled), 0);
	store_cancel(&cancelled.job);
	assert_false(first.answered);
	assert_int_equal(fixture_run(&f, STORE_READ, get_meta, value), -ENOENT);
	fake_loop_run(f.loop, &clock, 0);
	assert_true(first.answered && second.answered && !cancelled.answered);
	assert_int_equal(fixture_run(&f, STORE_READ, get_meta, value), 0);
	assert_string_equal(value, "2");
	store_close(f.store);
	loop_free(f.loop);
}

static void on_virtual_time_close_finishes_too(void **state)
{
	struct fixture f = { 0 };
	struct fake_clock clock;
	struct fixture_job job = { .fn = put_meta, .arg = (char *)"1" };
	struct fixture_job late = { .fn = put_meta, .arg = (char *)"2" };

	fixture_virtual(&f, &clock);
	assert_int_equal(fixture_submit(&f, STORE_WRITE, 1, &job), 0);
	assert_int_equal(fixture_submit(&f, STORE_WRITE, 1, &late), 0);
	store_close(f.store);
	assert_false(job.answered);
	store_cancel(&late.job);
	fake_loop_run(f.loop, &clock, 0);
	assert_true(job.answered);
	assert_int_equal(job.status, 0);
	assert_false(late.answered);
	loop_free(f.loop);
}

/* ---- memory ---- */

static void opening_without_memory_fails_cleanly(void **state)
{
	struct store_config cfg = {
		.url = "sqlite::memory:", .clock = clock_real(), .virtual_time = true
	};
	char reason[200];

	for (unsigned n = 1;; n++) {
		struct store *s = NULL;
		int error;

		fail_alloc_nth(n);
		error = store_open(&cfg, true, &s, reason);
		if (!fail_alloc_off()) {
			assert_int_equal(error, 0);
			store_close(s);
			break;
		}
		if (error == 0) {
			store_close(s);
			continue;
		}
		assert_int_equal(error, -ENOMEM);
		assert_null(s);
		assert_true(reason[0] != '\0');
	}
}

int run_sqlite(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(nobody_else_can_read_the_files),
		cmocka_unit_test(a_relative_path_is_in_the_state_dir),
		cmocka_unit_test(a_full_disk_is_told_and_passes),
		cmocka_unit_test(on_virtual_time_jobs_run_in_a_later_turn),
		cmocka_unit_test(on_virtual_time_close_finishes_too),
		cmocka_unit_test(opening_without_memory_fails_cleanly),
	};

	return cmocka_run_group_tests_name("sqlite", tests, NULL, NULL);
}
