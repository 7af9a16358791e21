/* SPDX-License-Identifier: Apache-2.0 */
/* store/postgres.h - A connection to PostgreSQL, shared by the driver (postgres.c), its
 * wire side (postgres_conn.c, _send.c, _result.c) and the feed (postgres_feed.c).
 *
 * The connection is always in pipeline mode. What is sent counts in pending until its
 * results are read; after an error the server skips everything up to the next sync. */
#ifndef STORE_POSTGRES_H
#define STORE_POSTGRES_H

#include <libpq-fe.h>

#include "store/driver.h"

enum {
	PG_STATEMENT_SLOTS = 2 * STORE_STATEMENTS_MAX,
	PG_PENDING_MAX = 64, /* then the results are read in between */
	PG_CONNECT_MS = 2000,
	PG_ANSWER_MS = 5000, /* no answer for so long: the connection is lost */
};

/* Types of columns and parameters. */
enum { PG_BYTEA = 17, PG_INT8 = 20, PG_INT4 = 23, PG_TEXT = 25 };

struct pg_statement {
	const struct store_query *query;
	unsigned name;
	bool fresh; /* prepared since the last sync: not known whether it worked */
};

struct pg_conn {
	struct store_conn conn;
	char *url;
	PGconn *pg;
	int wake_fd;
	bool lost;    /* until reconnect */
	bool aborted; /* until sync */
	int error;    /* the first since begin */
	unsigned pending;
	unsigned changes; /* told in this transaction */
	unsigned next_name;
	unsigned statement_count;
	struct pg_statement statements[PG_STATEMENT_SLOTS];
};

/* All that can fail: 0 or a driver's error (store/driver.h). */

/* postgres_conn.c */
int pg_conn_new(const char *url, struct pg_conn **ret, char reason[STORE_REASON_SIZE]);
void pg_conn_free(struct pg_conn *c);
int pg_reconnect(struct pg_conn *c, char reason[STORE_REASON_SIZE]);
int pg_script(struct pg_conn *c, const char *sql, char reason[STORE_REASON_SIZE]);
int pg_lose(struct pg_conn *c); /* -ENOTCONN, now and until reconnect */
int pg_wait(struct pg_conn *c); /* until a result can be taken */
void pg_wake(struct pg_conn *c);
/* Waits for anything from the server. 1 it came, 0 time is up or woken, -ENOTCONN. */
int pg_idle(struct pg_conn *c, int wait_ms);

/* postgres_send.c: the result comes with a later pg_fetch or pg_sync. */
int pg_send(struct pg_conn *c, const struct store_query *query,
	    const struct store_value *params, unsigned count);

/* postgres_result.c */
/* Notes what went wrong, as the first error of the transaction. */
int pg_failed(struct pg_conn *c, const PGresult *result);
/* Reads all that is pending; row gets the rows of the last. */
int pg_fetch(struct pg_conn *c,
	     int (*row)(void *arg, const struct store_value *columns, unsigned n),
	     void *arg);
/* Reads all that is pending and makes the server listen again after an error, which is
 * returned. */
int pg_sync(struct pg_conn *c);

/* postgres.c */
struct pg_conn *pg_of(struct store_conn *conn);
int pg_exec(struct store_conn *conn, const struct store_query *query,
	    const struct store_value *params, unsigned count,
	    int (*row)(void *arg, const struct store_value *columns, unsigned n),
	    void *arg);
int pg_begin(struct store_conn *conn, enum store_kind kind);
int pg_commit(struct store_conn *conn);
void pg_rollback(struct store_conn *conn);

/* postgres_feed.c */
extern const struct store_feed_driver pg_feed;

#endif
