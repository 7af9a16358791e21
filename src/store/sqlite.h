/* SPDX-License-Identifier: Apache-2.0 */
/* store/sqlite.h - A connection to SQLite, shared by the driver (sqlite.c) and what opens
 * files (sqlite_open.c).
 *
 * Debian 12's 3.40 can corrupt a WAL database when one connection commits while another
 * checkpoints: there is exactly one writer, which owns all checkpoints; readers are
 * query_only and never checkpoint. */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "store/driver.h"

enum { SQLITE_SLOTS = 2 * STORE_STATEMENTS_MAX };

struct sqlite_statement {
	const struct store_query *query;
	sqlite3_stmt *stmt;
};

struct sqlite_conn {
	struct store_conn conn;
	sqlite3 *db;
	bool reader;
	bool query_only;
	unsigned statement_count;
	struct sqlite_statement statements[SQLITE_SLOTS];
};

/* The last error of the connection, in the driver's terms (store/driver.h). */
int sqlite_error(sqlite3 *db);

int sqlite_open(const struct store_place *place, bool reader, struct store_conn **ret,
		char reason[STORE_REASON_SIZE]);
void sqlite_close(struct store_conn *conn);

#endif
