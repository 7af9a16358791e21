/* SPDX-License-Identifier: Apache-2.0 */
/* store/postgres_send.c - Statements: prepared once, then only sent. */
#include <endian.h>
#include <errno.h>
#include <stdio.h>

#include "store/postgres.h"

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
				    [STORE_INT] = PG_INT8,
				    [STORE_TEXT] = PG_TEXT,
				    [STORE_BLOB] = PG_BYTEA };

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
		return pg_lose(c);
	if (c->pending >= PG_PENDING_MAX)
		return pg_fetch(c, NULL, NULL);
	return PQflush(c->pg) < 0 ? pg_lose(c) : 0;
}
