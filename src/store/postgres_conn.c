/* SPDX-License-Identifier: Apache-2.0 */
/* store/postgres_conn.c - The wire to PostgreSQL: connecting, sending, waiting.
 * Nothing but a script (a migration takes its time) waits without a deadline. */
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/postgres.h"
#include "store/row.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25 };

static int64_t now_ms(void)
{
	return clock_mono_us(clock_real()) / 1000;
}

static int lose(struct pg_conn *c)
{
	c->lost = true;
	return -ENOTCONN;
}

/* ---- errors ---- */

struct state_error {
	const char *state; /* SQLSTATE or its beginning */
	int error;
};

static const struct state_error state_errors[] = {
	{ "40001", -EAGAIN }, /* serialization_failure */
	{ "40P01", -EAGAIN }, /* deadlock_detected */
	{ "23505", -EEXIST }, /* unique_violation */
	{ "25006", -EROFS }, /* read_only_sql_transaction */
	{ "53100", -ENOSPC }, /* disk_full */
	{ "53200", -ENOMEM }, /* out_of_memory */
	{ "57P", -ENOTCONN }, /* shutdown, crash, starting up */
	{ "08", -ENOTCONN }, /* connection exception */
	{ "22", -EINVAL }, /* data */
	{ "23", -EINVAL }, /* other constraints */
	{ "42", -EINVAL }, /* syntax, names, rights */
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

/* ---- waiting ---- */

/* -ETIMEDOUT, -ECANCELED when woken, -ENOTCONN; 0: look again. */
static int wait_socket(struct pg_conn *c, short events, int64_t until_ms)
{
	struct pollfd fds[] = { { PQsocket(c->pg), events, 0 },
				{ c->wake_fd, POLLIN, 0 } };
	int64_t left = until_ms - now_ms();
	int ready = left <= 0 ? 0 : poll(fds, 2, (int)left);
	uint64_t count;

	if (ready < 0)
		return errno == EINTR ? 0 : -ENOTCONN;
	if (ready == 0)
		return -ETIMEDOUT;
	if (fds[1].revents && read(c->wake_fd, &count, sizeof(count)) > 0)
		return -ECANCELED;
	return 0;
}

/* Until the next result can be taken. */
static int wait_result(struct pg_conn *c)
{
	int64_t until = now_ms() + PG_ANSWER_MS;

	for (;;) {
		int unsent = PQflush(c->pg);
		int error;

		if (unsent < 0)
			return lose(c);
		if (!PQisBusy(c->pg))
			return 0;
		error = wait_socket(c, unsent ? POLLIN | POLLOUT : POLLIN, until);
		if (error)
			lose(c);
		if (error == -ECANCELED)
			return error;
		if (error || !PQconsumeInput(c->pg))
			return lose(c);
	}
}

int pg_idle(struct pg_conn *c, int wait_ms)
{
	PGnotify *notify;
	int error = wait_socket(c, POLLIN, now_ms() + wait_ms);

	if (error == -ETIMEDOUT || error == -ECANCELED)
		return 0;
	if (error || !PQconsumeInput(c->pg))
		return lose(c);
	while ((notify = PQnotifies(c->pg)) != NULL)
		PQfreemem(notify);
	return 1;
}

void pg_wake(struct pg_conn *c)
{
	uint64_t one = 1;

	if (write(c->wake_fd, &one, sizeof(one)) < 0)
		return; /* the counter is full: it is awake */
}

/* ---- results ---- */

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
	case OID_INT8:
		memcpy(&big, bytes, sizeof(big));
		return store_int((int64_t)be64toh(big));
	case OID_INT4:
		memcpy(&half, bytes, sizeof(half));
		return store_int((int32_t)be32toh(half));
	case OID_BYTEA:
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

static void note_error(struct pg_conn *c, int error)
{
	c->aborted = true;
	if (!c->error)
		c->error = error;
	if (error == -ENOTCONN)
		c->lost = true;
}

/* The results of one statement that was sent. */
static int read_statement(struct pg_conn *c,
			  int (*row)(void *, const struct store_value *, unsigned),
			  void *arg)
{
	PGresult *result;
	int stop = 0;

	for (;;) {
		int error = wait_result(c);

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
			note_error(c, error_of(result));
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
		return lose(c);
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
		return lose(c);
	while (c->pending) {
		int error = read_statement(c, NULL, NULL);

		if (c->lost)
			return error;
	}
	do {
		if (wait_result(c))
			return -ENOTCONN;
		result = PQgetResult(c->pg);
		status = result ? PQresultStatus(result) : PGRES_COMMAND_OK;
		PQclear(result);
	} while (status != PGRES_PIPELINE_SYNC && PQstatus(c->pg) == CONNECTION_OK);
	if (status != PGRES_PIPELINE_SYNC)
		return lose(c);
	settle_statements(c, !c->aborted);
	c->aborted = false;
	return c->error;
}

/* ---- sending ---- */

static struct pg_statement *statement_slot(struct pg_conn *c,
					   const struct store_query *query)
{
	size_t i = (uintptr_t)query * 0x9e3779b97f4a7c15U >> 40;

	for (;; i++) {
		struct pg_statement *st = &c->statements[i % PG_STATEMENT_SLOTS];

		if (!st->query || st->query == query)
			return st;
	}
}

static Oid oid_of(const struct store_value *value)
{
	static const Oid oids[] = { [STORE_NULL] = 0,
				    [STORE_INT] = OID_INT8,
				    [STORE_TEXT] = OID_TEXT,
				    [STORE_BLOB] = OID_BYTEA };

	return oids[value->type];
}

static bool prepare(struct pg_conn *c, const struct store_query *query, const char *name,
		    const struct store_value *params, unsigned count)
{
	char sql[STORE_SQL_SIZE];
	struct buf text = BUF_FIXED(sql);
	Oid types[STORE_PARAMS_MAX];

	store_query_write(query, &text);
	buf_putc(&text, '\0');
	for (unsigned i = 0; i < count; i++)
		types[i] = oid_of(&params[i]);
	if (text.error || !PQsendPrepare(c->pg, name, sql, (int)count, types))
		return false;
	c->pending++;
	return true;
}

/* Past the last slot the unnamed statement serves. */
static bool statement_name(struct pg_conn *c, const struct store_query *query,
			   const struct store_value *params, unsigned count,
			   char name[16])
{
	struct pg_statement *st = statement_slot(c, query);

	name[0] = '\0';
	if (!st->query && c->statement_count >= STORE_STATEMENTS_MAX)
		return prepare(c, query, name, params, count);
	if (!st->query) {
		snprintf(name, 16, "o%u", ++c->next_name);
		if (!prepare(c, query, name, params, count))
			return false;
		*st = (struct pg_statement){ query, c->next_name, true };
		c->statement_count++;
	}
	snprintf(name, 16, "o%u", st->name);
	return true;
}

static bool send_bound(struct pg_conn *c, const char *name,
		       const struct store_value *params, unsigned count)
{
	const char *values[STORE_PARAMS_MAX];
	int lengths[STORE_PARAMS_MAX], formats[STORE_PARAMS_MAX];
	uint64_t numbers[STORE_PARAMS_MAX];

	for (unsigned i = 0; i < count; i++) {
		const struct store_value *p = &params[i];

		numbers[i] = htobe64((uint64_t)p->number);
		formats[i] = 1;
		lengths[i] = p->type == STORE_INT ? (int)sizeof(numbers[i]) : (int)p->len;
		values[i] = p->type == STORE_INT    ? (const char *)&numbers[i]
			    : p->type == STORE_NULL ? NULL
			    : p->len                ? p->bytes
						    : "";
	}
	if (!PQsendQueryPrepared(c->pg, name, (int)count, values, lengths, formats, 1))
		return false;
	c->pending++;
	return true;
}

int pg_send(struct pg_conn *c, const struct store_query *query,
	    const struct store_value *params, unsigned count)
{
	char name[16];

	if (c->lost)
		return -ENOTCONN;
	if (c->error)
		return c->error;
	if (!statement_name(c, query, params, count, name) ||
	    !send_bound(c, name, params, count))
		return lose(c);
	if (c->pending >= PG_PENDING_MAX)
		return pg_fetch(c, NULL, NULL);
	return PQflush(c->pg) < 0 ? lose(c) : 0;
}

int pg_script(struct pg_conn *c, const char *sql, char reason[STORE_REASON_SIZE])
{
	int error = pg_sync(c);
	PGresult *result;

	if (error || !PQexitPipelineMode(c->pg) || PQsetnonblocking(c->pg, 0))
		return store_reason(reason, error ? error : -EIO,
				    "the connection to the database is lost");
	result = PQexec(c->pg, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK &&
	    PQresultStatus(result) != PGRES_TUPLES_OK) {
		note_error(c, error_of(result));
		error = store_reason(reason, c->error, "the database refuses: %.150s",
				     PQerrorMessage(c->pg));
	}
	PQclear(result);
	if (!PQenterPipelineMode(c->pg) || PQsetnonblocking(c->pg, 1))
		return lose(c);
	return error;
}

/* ---- connecting ---- */

static void ignore_notice(void *arg, const char *message)
{
}

static PGconn *connect_begin(const char *url)
{
	/* What the operator writes into the URL comes later and wins. */
	static const char *const names[] = { "fallback_application_name",
					     "tcp_user_timeout",
					     "keepalives_idle",
					     "keepalives_interval",
					     "dbname",
					     "client_encoding",
					     NULL };
	const char *const values[] = { "ownline", "5000", "5", "2", url, "UTF8", NULL };

	return PQconnectStartParams(names, values, 1);
}

static bool connect_wait(struct pg_conn *c)
{
	int64_t until = now_ms() + PG_CONNECT_MS;
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;

	if (PQstatus(c->pg) == CONNECTION_BAD)
		return false;
	while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
		short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;

		if (wait_socket(c, events, until))
			return false;
		state = PQconnectPoll(c->pg);
	}
	return state == PGRES_POLLING_OK;
}

int pg_reconnect(struct pg_conn *c, char reason[STORE_REASON_SIZE])
{
	PQfinish(c->pg);
	memset(c->statements, 0, sizeof(c->statements));
	c->statement_count = c->pending = 0;
	c->aborted = false;
	c->error = 0;
	c->lost = true;
	c->pg = connect_begin(c->url);
	if (!c->pg)
		return store_reason(reason, -ENOMEM, "out of memory");
	PQsetNoticeProcessor(c->pg, ignore_notice, NULL);
	if (!connect_wait(c) || !PQenterPipelineMode(c->pg) ||
	    PQsetnonblocking(c->pg, 1)) {
		const char *message = PQerrorMessage(c->pg);

		return store_reason(reason, -EIO,
				    "cannot reach the database (%.120s): is "
				    "it running, and is 'store' right?",
				    *message ? message : "no answer within 2 s");
	}
	c->lost = false;
	return 0;
}

int pg_conn_new(const char *url, struct pg_conn **ret, char reason[STORE_REASON_SIZE])
{
	struct pg_conn *c = calloc(1, sizeof(*c));
	int error;

	if (!c)
		return store_reason(reason, -ENOMEM, "out of memory");
	c->conn.driver = &store_postgres;
	c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->url = text_dup(text_of(url));
	error = c->url && c->wake_fd >= 0
			? pg_reconnect(c, reason)
			: store_reason(reason, -ENOMEM, "out of memory");
	if (error) {
		pg_conn_free(c);
		return error;
	}
	*ret = c;
	return 0;
}

void pg_conn_free(struct pg_conn *c)
{
	PQfinish(c->pg);
	if (c->wake_fd >= 0)
		close(c->wake_fd);
	free(c->url);
	free(c);
}
