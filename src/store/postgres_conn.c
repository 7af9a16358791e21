/* SPDX-License-Identifier: Apache-2.0 */
/* store/postgres_conn.c - Connecting to PostgreSQL and waiting for it. Nothing but a
 * script (a migration takes its time) waits without a deadline. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/postgres.h"

static int64_t now_ms(void)
{
	return clock_mono_us(clock_real()) / 1000;
}

int pg_lose(struct pg_conn *c)
{
	c->lost = true;
	return -ENOTCONN;
}

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
int pg_wait(struct pg_conn *c)
{
	int64_t until = now_ms() + PG_ANSWER_MS;

	for (;;) {
		int unsent = PQflush(c->pg);
		int error;

		if (unsent < 0)
			return pg_lose(c);
		if (!PQisBusy(c->pg))
			return 0;
		error = wait_socket(c, unsent ? POLLIN | POLLOUT : POLLIN, until);
		if (error)
			pg_lose(c);
		if (error == -ECANCELED)
			return error;
		if (error || !PQconsumeInput(c->pg))
			return pg_lose(c);
	}
}

int pg_idle(struct pg_conn *c, int wait_ms)
{
	PGnotify *notify;
	int error = wait_socket(c, POLLIN, now_ms() + wait_ms);

	if (error == -ETIMEDOUT || error == -ECANCELED)
		return 0;
	if (error || !PQconsumeInput(c->pg))
		return pg_lose(c);
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
		error = store_reason(reason, pg_failed(c, result),
				     "the database refuses: %.150s",
				     PQerrorMessage(c->pg));
	}
	PQclear(result);
	if (!PQenterPipelineMode(c->pg) || PQsetnonblocking(c->pg, 1))
		return pg_lose(c);
	return error;
}

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
