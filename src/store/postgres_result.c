/* SPDX-License-Identifier: Apache-2.0 */
/* store/postgres_result.c - Results, in the order of what was sent. */
#include <endian.h>
#include <errno.h>

#include "store/postgres.h"

struct state_error {
	const char *state; /* SQLSTATE or its beginning */
	int error;
};

static const struct state_error state_errors[] = {
	{ "40001", -EAGAIN }, /* serialization_failure */
	{ "40P01", -EAGAIN }, /* deadlock_detected */
	{ "23505", -EEXIST }, /* unique_violation */
	{ "25006", -EROFS },  /* read_only_sql_transaction */
	{ "53100", -ENOSPC }, /* disk_full */
	{ "53200", -ENOMEM }, /* out_of_memory */
	{ "57P", -ENOTCONN }, /* shutdown, crash, starting up */
	{ "08", -ENOTCONN },  /* connection exception */
	{ "22", -EINVAL },    /* data */
	{ "23", -EINVAL },    /* other constraints */
	{ "42", -EINVAL },    /* syntax, names, rights */
};

static int error_of(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (!state)
		return -ENOTCONN;
	for (size_t i = 0; i < sizeof(state_errors) / sizeof(*state_errors); i++) {
		const struct state_error *e = &state_errors[i];

		if (strncmp(state, e->state, strlen(e->state)) == 0)
			return e->error;
	}
	return -EIO;
}

static void note_error(struct pg_conn *c, int error)
{
	c->aborted = true;
	if (!c->error)
		c->error = error;
	if (error == -ENOTCONN)
		c->lost = true;
}

int pg_failed(struct pg_conn *c, const PGresult *result)
{
	note_error(c, error_of(result));
	return c->error;
}

static struct store_value value_of(const PGresult *result, int row, int column)
{
	const char *bytes = PQgetvalue(result, row, column);
	struct store_value value = { .type = STORE_TEXT,
				     .bytes = bytes,
				     .len = (size_t)PQgetlength(result, row, column) };
	uint64_t big;
	uint32_t half;

	if (PQgetisnull(result, row, column))
		return (struct store_value){ .type = STORE_NULL };
	switch (PQftype(result, column)) {
	case PG_INT8:
		memcpy(&big, bytes, sizeof(big));
		return store_int((int64_t)be64toh(big));
	case PG_INT4:
		memcpy(&half, bytes, sizeof(half));
		return store_int((int32_t)be32toh(half));
	case PG_BYTEA:
		value.type = STORE_BLOB;
		return value;
	default:
		return value;
	}
}

static int give_rows(const PGresult *result,
		     int (*row)(void *, const struct store_value *, unsigned), void *arg)
{
	struct store_value columns[STORE_COLUMNS_MAX];
	int count = PQnfields(result), stop = 0;

	if (count > STORE_COLUMNS_MAX)
		return -EINVAL;
	for (int i = 0; !stop && i < PQntuples(result); i++) {
		for (int k = 0; k < count; k++)
			columns[k] = value_of(result, i, k);
		stop = row(arg, columns, (unsigned)count);
	}
	return stop;
}

/* The results of one statement that was sent. */
static int read_statement(struct pg_conn *c,
			  int (*row)(void *, const struct store_value *, unsigned),
			  void *arg)
{
	PGresult *result;
	int stop = 0;

	for (;;) {
		int error = pg_wait(c);

		if (error)
			return error;
		result = PQgetResult(c->pg);
		if (!result)
			break;
		switch (PQresultStatus(result)) {
		case PGRES_TUPLES_OK:
			stop = row ? give_rows(result, row, arg) : 0;
			break;
		case PGRES_COMMAND_OK:
			break;
		case PGRES_PIPELINE_ABORTED:
			note_error(c, -EIO);
			break;
		default:
			pg_failed(c, result);
		}
		PQclear(result);
		if (c->lost)
			return -ENOTCONN;
	}
	c->pending--;
	return stop;
}

int pg_fetch(struct pg_conn *c,
	     int (*row)(void *arg, const struct store_value *columns, unsigned n),
	     void *arg)
{
	int stop = 0;

	if (c->lost || !PQsendFlushRequest(c->pg))
		return pg_lose(c);
	while (c->pending) {
		stop = read_statement(c, c->pending == 1 ? row : NULL, arg);
		if (c->lost)
			return stop;
	}
	return c->error ? c->error : stop;
}

/* Statements prepared in a pipeline that failed may be there or not: forget them, their
 * names are not used again. */
static void settle_statements(struct pg_conn *c, bool good)
{
	struct pg_statement *all = c->statements;
	bool any = false;

	for (size_t i = 0; i < PG_STATEMENT_SLOTS; i++) {
		any |= all[i].fresh && !good;
		all[i].fresh = false;
	}
	/* One by one would break the chains of an open hash. */
	if (any) {
		memset(all, 0, sizeof(c->statements));
		c->statement_count = 0;
	}
}

int pg_sync(struct pg_conn *c)
{
	PGresult *result;
	ExecStatusType status;

	if (c->lost || !PQpipelineSync(c->pg))
		return pg_lose(c);
	while (c->pending) {
		int error = read_statement(c, NULL, NULL);

		if (c->lost)
			return error;
	}
	do {
		if (pg_wait(c))
			return -ENOTCONN;
		result = PQgetResult(c->pg);
		status = result ? PQresultStatus(result) : PGRES_COMMAND_OK;
		PQclear(result);
	} while (status != PGRES_PIPELINE_SYNC && PQstatus(c->pg) == CONNECTION_OK);
	if (status != PGRES_PIPELINE_SYNC)
		return pg_lose(c);
	settle_statements(c, !c->aborted);
	c->aborted = false;
	return c->error;
}
