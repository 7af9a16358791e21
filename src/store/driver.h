/* SPDX-License-Identifier: Apache-2.0 */
/* store/driver.h - What a database has to do for the store: run statements with typed
 * parameters in a transaction. Everything else (jobs, rows, migrations) is above and the
 * same for all. A connection is used by one thread at a time. */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "store/query.h"
#include "store/store.h"

enum {
	STORE_PARAMS_MAX = 32,
	STORE_COLUMNS_MAX = 32,
	STORE_SQL_SIZE = 4096,
	STORE_REASON_SIZE = 200,
	STORE_STATEMENTS_MAX = 256, /* prepared ones that a connection keeps */
};

/* In: a parameter. Out: a column, whose bytes live until the row function returns. */
enum store_type { STORE_NULL, STORE_INT, STORE_TEXT, STORE_BLOB };
struct store_value {
	enum store_type type;
	int64_t number;
	const void *bytes;
	size_t len;
};

static inline struct store_value store_int(int64_t number)
{
	return (struct store_value){ .type = STORE_INT, .number = number };
}
static inline struct store_value store_text(const char *cstr)
{
	return (struct store_value){ .type = STORE_TEXT,
				     .bytes = cstr,
				     .len = strlen(cstr) };
}
static inline struct store_value store_blob(const void *bytes, size_t len)
{
	return (struct store_value){ .type = STORE_BLOB, .bytes = bytes, .len = len };
}

struct store_place {
	const char *url; /* as configured */
	char path[4096]; /* SQLite: the file, ":memory:" for none */
	bool create;
};

struct store_listener;

struct store_conn {
	const struct store_driver *driver;
};

/* Words of the dialect that a migration's {token} stands for. */
struct store_word {
	const char *token;
	const char *word;
};

/* Errors: -EEXIST (unique), -EINVAL (other constraint, bad statement), -ENOSPC, -EROFS,
 * -ENOMEM, -ECANCELED (interrupted), -EIO; and two that mean "the transaction is gone,
 * nothing was decided": -EAGAIN run it again, -ENOTCONN reconnect first. */
struct store_driver {
	const char *name;
	const char *scheme;     /* the URL begins with it */
	const char *scheme_too; /* or with this; may be NULL */
	unsigned batch_max;     /* jobs that share a transaction */
	unsigned lanes_write;   /* threads that write; 0: store_config.threads, which read
				 too */
	unsigned lanes_read;
	const struct store_word *words;
	struct store_query table; /* one row when there is a table $1 */
	const char *lock_sql;     /* around the transaction that migrates; may be NULL */
	const char *unlock_sql;

	/* reader: no write ever comes this way. */
	int (*open)(const struct store_place *place, bool reader, struct store_conn **ret,
		    char reason[STORE_REASON_SIZE]);
	void (*close)(struct store_conn *conn);
	/* After -ENOTCONN. Short; 0 or -EIO. NULL when connections do not break. */
	int (*reconnect)(struct store_conn *conn);

	int (*begin)(struct store_conn *conn, enum store_kind kind);
	int (*commit)(struct store_conn *conn); /* rolls back on error */
	void (*rollback)(struct store_conn *conn);
	/* A mark inside the transaction, set, forgotten or gone back to. undo: -EAGAIN
	 * when only the whole transaction can be undone. */
	int (*mark)(struct store_conn *conn);
	int (*forget)(struct store_conn *conn);
	int (*undo)(struct store_conn *conn);

	/* row is called for each row; other than 0 ends the statement, which returns it;
	 * it runs no other statement on that connection. row NULL: no columns come back
	 * and the error may come as late as commit. */
	int (*exec)(struct store_conn *conn, const struct store_query *query,
		    const struct store_value *params, unsigned count,
		    int (*row)(void *arg, const struct store_value *columns, unsigned n),
		    void *arg);
	/* Several statements without parameters. The message goes to reason. */
	int (*script)(struct store_conn *conn, const char *sql,
		      char reason[STORE_REASON_SIZE]);
	/* From another thread: makes a statement that runs now return -ECANCELED, soon.
	 */
	void (*interrupt)(struct store_conn *conn);

	/* The feed between nodes; NULL: changes stay in this process and the core hands
	 * them on after commit. */
	const struct store_feed_driver *feed;
};

/* Runs on a thread of its own with a connection of its own. */
struct store_feed_driver {
	/* Inside a write transaction. */
	int (*tell)(struct store_conn *conn, const char *topic, int64_t key);
	/* From here on nothing is missed. */
	int (*listen)(const struct store_place *place, struct store_listener **ret,
		      char reason[STORE_REASON_SIZE]);
	/* Waits at most wait_ms, then hands over what has become visible (topic NULL:
	 * anything may have changed). 0, or -EIO
	 * when the database is away: call again, nothing is lost meanwhile. */
	int (*wait)(struct store_listener *listener, int wait_ms,
		    void (*changed)(void *arg, const char *topic, int64_t key),
		    void *arg);
	void (*wake)(struct store_listener *listener); /* from another thread */
	void (*close)(struct store_listener *listener);
};

extern const struct store_driver store_sqlite;
extern const struct store_driver store_postgres;

/* One plain sentence for the operator; returns error. */
int store_reason(char reason[STORE_REASON_SIZE], int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
