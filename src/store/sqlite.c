/* SPDX-License-Identifier: Apache-2.0 */
/* store/sqlite.c - Statements and transactions of SQLite. */
#include "store/sqlite.h"

#include <errno.h>

#include "store/row.h"

enum { READERS = 2 };

static struct sqlite_conn *sqlite_of(struct store_conn *conn)
{
	return container_of(conn, struct sqlite_conn, conn);
}

static int system_error(sqlite3 *db)
{
	int number = sqlite3_system_errno(db);

	return number == ENOSPC || number == EDQUOT || number == EFBIG ? -ENOSPC : -EIO;
}

int sqlite_error(sqlite3 *db)
{
	int code = sqlite3_extended_errcode(db);

	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
		return -EEXIST;
	case SQLITE_IOERR_NOMEM:
		return -ENOMEM;
	}
	switch (code & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_READONLY:
	case SQLITE_AUTH:
		return -EROFS;
	case SQLITE_INTERRUPT:
		return -ECANCELED;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_RANGE:
	case SQLITE_ERROR:
		return -EINVAL;
	default:
		return system_error(db);
	}
}

static struct sqlite_statement *statement_slot(struct sqlite_conn *c,
					       const struct store_query *query)
{
	size_t i = (uintptr_t)query * 0x9e3779b97f4a7c15U >> 40;

	for (;; i++) {
		struct sqlite_statement *st = &c->statements[i % SQLITE_SLOTS];

		if (!st->query || st->query == query)
			return st;
	}
}

/* The house writes $1 as PostgreSQL does; to SQLite that would be a name. */
static sqlite3_stmt *prepare(struct sqlite_conn *c, const struct store_query *query,
			     unsigned flags)
{
	char sql[STORE_SQL_SIZE];
	struct buf text = BUF_FIXED(sql);
	sqlite3_stmt *stmt = NULL;

	store_query_write(query, &text);
	for (size_t i = 0; i < text.len; i++) {
		if (sql[i] == '$')
			sql[i] = '?';
	}
	if (text.error ||
	    sqlite3_prepare_v3(c->db, sql, (int)text.len, flags, &stmt, NULL))
		return NULL;
	return stmt;
}

/* Past the last slot a statement lives for one execution. */
static sqlite3_stmt *statement_get(struct sqlite_conn *c, const struct store_query *query,
				   bool *ret_kept)
{
	struct sqlite_statement *st = statement_slot(c, query);
	bool keep = st->query || c->statement_count < STORE_STATEMENTS_MAX;

	*ret_kept = keep;
	if (st->query)
		return st->stmt;
	if (!keep)
		return prepare(c, query, 0);
	st->stmt = prepare(c, query, SQLITE_PREPARE_PERSISTENT);
	if (st->stmt) {
		st->query = query;
		c->statement_count++;
	}
	return st->stmt;
}

static int bind_one(sqlite3_stmt *stmt, int at, const struct store_value *value)
{
	switch (value->type) {
	case STORE_INT:
		return sqlite3_bind_int64(stmt, at, value->number);
	case STORE_TEXT:
		return sqlite3_bind_text64(stmt, at, value->len ? value->bytes : "",
					   value->len, SQLITE_STATIC, SQLITE_UTF8);
	case STORE_BLOB:
		return sqlite3_bind_blob64(stmt, at, value->len ? value->bytes : "",
					   value->len, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(stmt, at);
	}
}

static struct store_value column_get(sqlite3_stmt *stmt, int at)
{
	struct store_value value = { .type = STORE_NULL };

	switch (sqlite3_column_type(stmt, at)) {
	case SQLITE_INTEGER:
		return store_int(sqlite3_column_int64(stmt, at));
	case SQLITE_TEXT:
		value.type = STORE_TEXT;
		value.bytes = sqlite3_column_text(stmt, at);
		break;
	case SQLITE_BLOB:
		value.type = STORE_BLOB;
		value.bytes = sqlite3_column_blob(stmt, at);
		break;
	default:
		return value;
	}
	value.len = (size_t)sqlite3_column_bytes(stmt, at);
	return value;
}

static int give_row(sqlite3_stmt *stmt,
		    int (*row)(void *, const struct store_value *, unsigned), void *arg)
{
	struct store_value columns[STORE_COLUMNS_MAX];
	int count = sqlite3_column_count(stmt);

	if (!row)
		return 0;
	if (count > STORE_COLUMNS_MAX)
		return -EINVAL;
	for (int i = 0; i < count; i++)
		columns[i] = column_get(stmt, i);
	return row(arg, columns, (unsigned)count);
}

static int run_statement(sqlite3 *db, sqlite3_stmt *stmt,
			 const struct store_value *params, unsigned count,
			 int (*row)(void *, const struct store_value *, unsigned),
			 void *arg)
{
	int code = SQLITE_OK, error = 0;

	for (unsigned i = 0; code == SQLITE_OK && i < count; i++)
		code = bind_one(stmt, (int)i + 1, &params[i]);
	if (code != SQLITE_OK)
		return sqlite_error(db);
	while (!error && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		error = give_row(stmt, row, arg);
	return error || code == SQLITE_DONE ? error : sqlite_error(db);
}

static int sqlite_exec(struct store_conn *conn, const struct store_query *query,
		       const struct store_value *params, unsigned count,
		       int (*row)(void *, const struct store_value *, unsigned),
		       void *arg)
{
	struct sqlite_conn *c = sqlite_of(conn);
	bool kept;
	sqlite3_stmt *stmt = statement_get(c, query, &kept);
	int error;

	if (!stmt)
		return sqlite_error(c->db);
	error = run_statement(c->db, stmt, params, count, row, arg);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	if (!kept)
		sqlite3_finalize(stmt);
	return error;
}

static int sqlite_script(struct store_conn *conn, const char *sql,
			 char reason[STORE_REASON_SIZE])
{
	struct sqlite_conn *c = sqlite_of(conn);

	if (sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return store_reason(reason, sqlite_error(c->db),
			    "the database refuses its tables: %s", sqlite3_errmsg(c->db));
}

static int run_raw(struct store_conn *conn, const struct store_query *query)
{
	return sqlite_exec(conn, query, NULL, 0, NULL, NULL);
}

static const struct store_query begin_read = { .tail = "BEGIN" };
static const struct store_query begin_write = { .tail = "BEGIN IMMEDIATE" };
static const struct store_query commit_all = { .tail = "COMMIT" };
static const struct store_query roll_back = { .tail = "ROLLBACK" };
static const struct store_query mark_job = { .tail = "SAVEPOINT job" };
static const struct store_query forget_job = { .tail = "RELEASE job" };
static const struct store_query undo_job = { .tail = "ROLLBACK TO job" };
static const struct store_query query_only = { .tail = "PRAGMA query_only = 1" };
static const struct store_query query_all = { .tail = "PRAGMA query_only = 0" };

/* The writer reads, too, where it is the only connection: then it must not write. */
static int sqlite_begin(struct store_conn *conn, enum store_kind kind)
{
	struct sqlite_conn *c = sqlite_of(conn);
	bool only = kind == STORE_READ;
	int error = 0;

	if (!c->reader && c->query_only != only)
		error = run_raw(conn, only ? &query_only : &query_all);
	c->query_only = only;
	if (error)
		return error;
	return run_raw(conn, only ? &begin_read : &begin_write);
}

static void sqlite_rollback(struct store_conn *conn)
{
	/* A full disk may have rolled back already. */
	if (!sqlite3_get_autocommit(sqlite_of(conn)->db))
		run_raw(conn, &roll_back);
}

static int sqlite_commit(struct store_conn *conn)
{
	int error;

	if (sqlite3_get_autocommit(sqlite_of(conn)->db))
		return -EIO;
	error = run_raw(conn, &commit_all);
	if (error)
		sqlite_rollback(conn);
	return error;
}

static int sqlite_mark(struct store_conn *conn)
{
	if (sqlite3_get_autocommit(sqlite_of(conn)->db))
		return -EAGAIN;
	return run_raw(conn, &mark_job);
}

static int sqlite_forget(struct store_conn *conn)
{
	return run_raw(conn, &forget_job);
}

static int sqlite_undo(struct store_conn *conn)
{
	if (sqlite3_get_autocommit(sqlite_of(conn)->db))
		return -EAGAIN;
	if (run_raw(conn, &undo_job))
		return -EAGAIN;
	return run_raw(conn, &forget_job);
}

static void sqlite_interrupt(struct store_conn *conn)
{
	sqlite3_interrupt(sqlite_of(conn)->db);
}

static const struct store_word words[] = {
	{ "int", "INTEGER" }, { "text", "TEXT" },
	{ "blob", "BLOB" },   { "table", " STRICT, WITHOUT ROWID" },
	{ NULL, NULL },
};

const struct store_driver store_sqlite = {
	.name = "sqlite",
	.scheme = "sqlite:",
	.batch_max = 256,
	.lanes_write = 1,
	.lanes_read = READERS,
	.words = words,
	.table = { .tail = "SELECT 1 FROM sqlite_master"
			   " WHERE type = 'table' AND name = $1" },
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.mark = sqlite_mark,
	.forget = sqlite_forget,
	.undo = sqlite_undo,
	.exec = sqlite_exec,
	.script = sqlite_script,
	.interrupt = sqlite_interrupt,
};
