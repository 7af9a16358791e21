/* SPDX-License-Identifier: Apache-2.0 */
/* store/sqlite_open.c - Opening a database file, and saying what is wrong with it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/sqlite.h"

static int open_failed(const char *path, char reason[STORE_REASON_SIZE])
{
	int error = -errno;
	const char *slash = strrchr(path, '/');
	char dir[sizeof(((struct store_place *)0)->path)] = ".";

	if (slash)
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	if (error == -ENOENT && slash > path && access(dir, F_OK))
		return store_reason(reason, error,
				    "the directory %.100s of the database "
				    "does not exist: make it, or correct state_dir or "
				    "store",
				    dir);
	if (error == -ENOENT)
		return store_reason(reason, error,
				    "there is no database %.120s yet: "
				    "run 'ownline init'",
				    path);
	return store_reason(reason, error,
			    "cannot open the database %.100s for reading and "
			    "writing (%s): check its owner and mode",
			    path, strerror(-error));
}

/* Made by hand so that nobody else can read it at any time; -wal and -shm get its mode.
 */
static int file_check(const struct store_place *place, char reason[STORE_REASON_SIZE])
{
	int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | (place->create ? O_CREAT : 0);
	int fd = open(place->path, flags, 0600);
	struct stat st;

	if (fd < 0)
		return open_failed(place->path, reason);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return store_reason(reason, -EINVAL, "%.150s is not a file", place->path);
	}
	close(fd);
	return 0;
}

static int pragmas(struct sqlite_conn *c)
{
	static const char common[] =
		"PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;"
		"PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
		"PRAGMA cache_size = -16384;";
	/* FULL: a booked debit outlives a power cut. */
	static const char writer[] =
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		"PRAGMA secure_delete = FAST; PRAGMA journal_size_limit = 67108864;"
		"PRAGMA wal_autocheckpoint = 1000;";
	static const char reader[] =
		"PRAGMA wal_autocheckpoint = 0; PRAGMA query_only = ON;";
	int code = sqlite3_exec(c->db, common, NULL, NULL, NULL);

	sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (c->reader)
		sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(c->db, c->reader ? reader : writer, NULL, NULL, NULL);
	return code;
}

static int pragmas_failed(struct sqlite_conn *c, const char *path,
			  char reason[STORE_REASON_SIZE])
{
	if (sqlite3_errcode(c->db) == SQLITE_NOTADB)
		return store_reason(reason, -EINVAL,
				    "%.120s is not an SQLite database, or is damaged",
				    path);
	return store_reason(reason, sqlite_error(c->db),
			    "cannot use the database %.100s: %.60s", path,
			    sqlite3_errmsg(c->db));
}

void sqlite_close(struct store_conn *conn)
{
	struct sqlite_conn *c = container_of(conn, struct sqlite_conn, conn);

	for (size_t i = 0; i < SQLITE_SLOTS; i++)
		sqlite3_finalize(c->statements[i].stmt);
	sqlite3_close(c->db);
	free(c);
}

int sqlite_open(const struct store_place *place, bool reader, struct store_conn **ret,
		char reason[STORE_REASON_SIZE])
{
	struct sqlite_conn *c = calloc(1, sizeof(*c));
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_READWRITE;
	bool memory = strcmp(place->path, ":memory:") == 0;
	int error = c ? 0 : store_reason(reason, -ENOMEM, "out of memory");

	if (!error && !memory)
		error = file_check(place, reason);
	if (error) {
		free(c);
		return error;
	}
	c->conn.driver = &store_sqlite;
	c->reader = c->query_only = reader;
	if (sqlite3_open_v2(place->path, &c->db, flags, NULL) != SQLITE_OK ||
	    pragmas(c)) {
		error = pragmas_failed(c, place->path, reason);
		sqlite_close(&c->conn);
		return error;
	}
	*ret = &c->conn;
	return 0;
}
