/* SPDX-License-Identifier: Apache-2.0 */
/* store/query.h - A statement: raw, or made from a table of columns (store/row.h). */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "base/buf.h"

struct store_table;

enum store_verb {
	QUERY_RAW,    /* tail is the statement */
	QUERY_PUT,    /* insert, or update by the key */
	QUERY_APPEND, /* insert; one that is there already stays as it is */
	QUERY_SELECT, /* select columns from table, tail */
	QUERY_PAGE,   /* the same, where tail (may be NULL; params counts its $n) and the
		       key is behind the last $n, in key order, ROW_PAGE rows */
};
enum { ROW_PAGE = 256 };

/* Statements are prepared once per connection and found by the query's address: a query
 * is static const. */
struct store_query {
	enum store_verb verb;
	const struct store_table *table;
	const char *tail;
	unsigned params;
};

/* The statement's text, in PostgreSQL's $1 style. */
void store_query_write(const struct store_query *query, struct buf *out);

#endif
