/* SPDX-License-Identifier: Apache-2.0 */
/* store/migrate.c - Numbered migrations, recorded in the table schema_migration. */
#include "store/migrate.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "store/row.h"

static const char RECORD_TABLE[] =
	"CREATE TABLE schema_migration (version {int} NOT NULL, name {text} NOT NULL,"
	" applied_at {int} NOT NULL, PRIMARY KEY (version)){table}";
static const struct store_query max_version = {
	.verb = QUERY_RAW, .tail = "SELECT max(version) FROM schema_migration"
};
static const struct store_query record = {
	.verb = QUERY_RAW,
	.tail = "INSERT INTO schema_migration (version, name, applied_at)"
		" VALUES ($1, $2, $3)"
};

static const char *word_of(const struct store_driver *driver, struct text token)
{
	for (const struct store_word *w = driver->words; w->token; w++) {
		if (text_eq(text_of(w->token), token))
			return w->word;
	}
	return NULL;
}

/* Replaces each {token} by the dialect's word. */
static int translate(const struct store_driver *driver, const char *sql, struct buf *out)
{
	struct text rest = text_of(sql), head, token;

	while (text_split(rest, '{', &head, &rest)) {
		const char *word;

		buf_put(out, head);
		if (!text_split(rest, '}', &token, &rest))
			return -EINVAL;
		word = word_of(driver, token);
		if (!word)
			return -EINVAL;
		buf_puts(out, word);
	}
	buf_put(out, head);
	buf_putc(out, '\0');
	return out->error;
}

static int run_script(struct store_conn *conn, const char *sql,
		      char reason[STORE_REASON_SIZE])
{
	struct buf text = BUF_GROWING;
	int error = translate(conn->driver, sql, &text);

	if (error)
		store_reason(reason, error, "a migration of this program is damaged");
	else
		error = conn->driver->script(conn, text.p, reason);
	buf_free(&text);
	return error;
}

static int read_number(void *arg, const struct store_value *columns, unsigned n)
{
	int64_t *number = arg;

	*number = columns[0].type == STORE_INT ? columns[0].number : 0;
	return 0;
}

/* 0 when there is no schema yet, else the highest version in *ret. */
static int read_version(struct store_conn *conn, int64_t *ret)
{
	struct store_value name = store_text("schema_migration");
	int64_t found = 0;
	int error;

	*ret = 0;
	error = conn->driver->exec(conn, &conn->driver->table, &name, 1, read_number,
				   &found);
	if (error || !found)
		return error;
	return conn->driver->exec(conn, &max_version, NULL, 0, read_number, ret);
}

static int apply_one(struct store_conn *conn, const struct store_migration *m,
		     const struct clock *clock, char reason[STORE_REASON_SIZE])
{
	struct store_value params[] = { store_int(m->version), store_text(m->name),
					store_int(clock_wall_us(clock)) };
	int error = run_script(conn, m->sql, reason);

	if (error)
		return error;
	return conn->driver->exec(conn, &record, params, 3, NULL, NULL);
}

static int apply_missing(struct store_conn *conn, int64_t have, const struct clock *clock,
			 char reason[STORE_REASON_SIZE])
{
	int error = have ? 0 : run_script(conn, RECORD_TABLE, reason);

	for (unsigned i = 0; !error && i < store_migration_count; i++) {
		if (store_migrations[i].version > have)
			error = apply_one(conn, &store_migrations[i], clock, reason);
	}
	return error;
}

static int check_version(int64_t have, bool create, char reason[STORE_REASON_SIZE])
{
	if (have > (int64_t)store_migration_count)
		return store_reason(
			reason, -EPROTO,
			"the database's tables (version %lld) are newer than "
			"this program (version %u): install the newer ownline",
			(long long)have, store_migration_count);
	if (have == 0 && !create)
		return store_reason(reason, -ENOENT,
				    "the database has no tables yet: run 'ownline init'");
	return 0;
}

static int migrate_inside(struct store_conn *conn, bool create, const struct clock *clock,
			  char reason[STORE_REASON_SIZE])
{
	int64_t have;
	int error = read_version(conn, &have);

	if (!error)
		error = check_version(have, create, reason);
	if (!error && have < (int64_t)store_migration_count)
		error = apply_missing(conn, have, clock, reason);
	return error;
}

static int migrate_locked(struct store_conn *conn, bool create, const struct clock *clock,
			  char reason[STORE_REASON_SIZE])
{
	int error = conn->driver->begin(conn, STORE_WRITE);

	if (error)
		return error;
	error = migrate_inside(conn, create, clock, reason);
	if (!error)
		return conn->driver->commit(conn);
	conn->driver->rollback(conn);
	return error;
}

/* The lock is taken before the transaction, whose snapshot then shows what another node
 * has just made. */
int store_migrate(struct store_conn *conn, bool create, const struct clock *clock,
		  char reason[STORE_REASON_SIZE])
{
	const struct store_driver *driver = conn->driver;
	char ignored[STORE_REASON_SIZE];
	int error = driver->lock_sql ? driver->script(conn, driver->lock_sql, reason) : 0;

	if (error)
		return error;
	reason[0] = '\0';
	error = migrate_locked(conn, create, clock, reason);
	if (driver->unlock_sql)
		driver->script(conn, driver->unlock_sql, ignored);
	if (error && !reason[0])
		store_reason(reason, error,
			     "the database's tables cannot be read or made: %s",
			     strerror(-error));
	return error;
}
