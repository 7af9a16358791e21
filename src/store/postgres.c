/* SPDX-License-Identifier: Apache-2.0 */
/* store/postgres.c - PostgreSQL. Statements without results are only sent; their errors
 * come with the next result that somebody waits for, or with commit. */
#include <errno.h>

#include "store/postgres.h"
#include "store/row.h"

/* As with SQLite: what a job reads does not change under it, and who would overwrite
 * another's change runs again. */
#define BEGIN_REPEATABLE "BEGIN ISOLATION LEVEL REPEATABLE READ"
static const struct store_query begin_read = { .tail = BEGIN_REPEATABLE " READ ONLY" };
static const struct store_query begin_write = { .tail = BEGIN_REPEATABLE };
static const struct store_query commit_all = { .tail = "COMMIT" };
static const struct store_query roll_back = { .tail = "ROLLBACK" };
static const struct store_query mark_job = { .tail = "SAVEPOINT job" };
static const struct store_query forget_job = { .tail = "RELEASE job" };
static const struct store_query undo_job = { .tail = "ROLLBACK TO job" };

struct pg_conn *pg_of(struct store_conn *conn)
{
	return container_of(conn, struct pg_conn, conn);
}

int pg_exec(struct store_conn *conn, const struct store_query *query,
	    const struct store_value *params, unsigned count,
	    int (*row)(void *arg, const struct store_value *columns, unsigned n),
	    void *arg)
{
	struct pg_conn *c = pg_of(conn);
	int error = pg_send(c, query, params, count);

	return error || !row ? error : pg_fetch(c, row, arg);
}

int pg_begin(struct store_conn *conn, enum store_kind kind)
{
	struct pg_conn *c = pg_of(conn);

	c->error = 0;
	c->changes = 0;
	return pg_send(c, kind == STORE_READ ? &begin_read : &begin_write, NULL, 0);
}

/* After an error that nobody has read yet the first ROLLBACK is skipped, too. */
void pg_rollback(struct store_conn *conn)
{
	struct pg_conn *c = pg_of(conn);

	for (int i = 0; i < 2 && !c->lost; i++) {
		if (c->aborted)
			pg_sync(c);
		c->error = 0;
		if (pg_send(c, &roll_back, NULL, 0) == 0 && pg_sync(c) == 0)
			return;
	}
}

int pg_commit(struct store_conn *conn)
{
	struct pg_conn *c = pg_of(conn);
	int error = pg_send(c, &commit_all, NULL, 0);

	if (!error)
		error = pg_sync(c);
	if (error)
		pg_rollback(conn);
	return error;
}

static int pg_mark(struct store_conn *conn)
{
	return pg_send(pg_of(conn), &mark_job, NULL, 0);
}

static int pg_forget(struct store_conn *conn)
{
	return pg_send(pg_of(conn), &forget_job, NULL, 0);
}

/* An error of the server may be an earlier job's: then each has to run alone. */
static int pg_undo(struct store_conn *conn)
{
	struct pg_conn *c = pg_of(conn);
	int error = c->error || c->lost ? -EAGAIN : pg_send(c, &undo_job, NULL, 0);

	return error ? error : pg_forget(conn);
}

static void pg_interrupt(struct store_conn *conn)
{
	pg_wake(pg_of(conn));
}

static int pg_open(const struct store_place *place, bool reader, struct store_conn **ret,
		   char reason[STORE_REASON_SIZE])
{
	struct pg_conn *c;
	int error = pg_conn_new(place->url, &c, reason);

	if (!error)
		*ret = &c->conn;
	return error;
}

static void pg_close(struct store_conn *conn)
{
	pg_conn_free(pg_of(conn));
}

static int pg_again(struct store_conn *conn)
{
	char ignored[STORE_REASON_SIZE];

	return pg_reconnect(pg_of(conn), ignored);
}

static int pg_run_script(struct store_conn *conn, const char *sql,
			 char reason[STORE_REASON_SIZE])
{
	return pg_script(pg_of(conn), sql, reason);
}

static const struct store_word words[] = {
	{ "int", "BIGINT" },
	{ "text", "TEXT COLLATE \"C\"" }, /* the same order everywhere */
	{ "blob", "BYTEA" },
	{ "table", "" },
	{ NULL, NULL },
};

const struct store_driver store_postgres = {
	.name = "postgresql",
	.scheme = "postgresql://",
	.scheme_too = "postgres://",
	.batch_max = 32,
	.words = words,
	.table = { .tail = "SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname ="
			   " current_schema() AND tablename = $1" },
	.lock_sql = "SELECT pg_advisory_lock(7885631562835124837)",
	.unlock_sql = "SELECT pg_advisory_unlock(7885631562835124837)",
	.open = pg_open,
	.close = pg_close,
	.reconnect = pg_again,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.mark = pg_mark,
	.forget = pg_forget,
	.undo = pg_undo,
	.exec = pg_exec,
	.script = pg_run_script,
	.interrupt = pg_interrupt,
	.feed = &pg_feed,
};
