/* SPDX-License-Identifier: Apache-2.0 */
/* store/row.h - A row is a struct and a table of its columns; from that come the SQL, the
 * parameters and the way back. */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "store/driver.h"
#include "store/query.h"
#include "store/store.h"

enum store_column_type {
	COLUMN_INT,  /* signed, of any size */
	COLUMN_UINT, /* unsigned, bool */
	COLUMN_TEXT, /* char[size], NUL-terminated */
	COLUMN_BLOB, /* uint8_t[size], its uint32_t length at len_offset */
};

struct store_column {
	const char *name;
	enum store_column_type type;
	unsigned offset;
	unsigned size;
	unsigned len_offset;
};

#define COLUMN_AS(row, field, name, type)                                                \
	{                                                                                \
		name, type, offsetof(struct row, field),                                 \
			sizeof(((struct row *)0)->field), 0                              \
	}
#define COLUMN_OF(row, field, type) COLUMN_AS(row, field, #field, type)
#define COLUMN_BYTES(row, field, length)                                                 \
	{                                                                                \
#field, COLUMN_BLOB, offsetof(struct row, field),                        \
			sizeof(((struct row *)0)->field), offsetof(struct row, length)   \
	}

struct store_table {
	const char *name;
	const struct store_column *columns; /* the key first */
	unsigned count;
	unsigned keys;
	unsigned row_size;
};

#define STORE_TABLE(name, columns, keys, row)                                            \
	{                                                                                \
		name, columns, sizeof(columns) / sizeof(*(columns)), keys,               \
			sizeof(struct row)                                               \
	}

/* All: 0, -ENOENT where said, or what the driver says; then the job can only fail. */
int store_exec(struct store_db *db, const struct store_query *query,
	       const struct store_value *params, unsigned count);
/* -ENOENT when no row comes back. */
int store_exec_found(struct store_db *db, const struct store_query *query,
		     const struct store_value *params, unsigned count);
/* For a name that is unique everywhere: the statement inserts it, or takes over what is
 * one's own already, and returns a row. -EEXIST when none comes: it is another's. */
int store_row_claim(struct store_db *db, const struct store_query *query,
		    const struct store_value *params, unsigned count);
int store_row_put(struct store_db *db, const struct store_query *query, const void *row);
/* The first row into ret, or -ENOENT. */
int store_row_get(struct store_db *db, const struct store_query *query,
		  const struct store_value *params, unsigned count, void *ret);
/* Up to max rows into rows. */
int store_row_list(struct store_db *db, const struct store_query *query,
		   const struct store_value *params, unsigned count, void *rows,
		   unsigned max, unsigned *ret_count);
/* A QUERY_PAGE to its end; fn may run other row functions. */
int store_row_each(struct store_db *db, const struct store_query *query,
		   const struct store_value *params, unsigned count,
		   int (*fn)(void *arg, const void *row), void *arg);

/* One column of a row, out and in; for others that write rows down
 * (rating/journal_line.c). decode: -EBADMSG when the value cannot be that column's. */
struct store_value store_column_get(const struct store_column *column, const void *row);
int store_column_set(const struct store_column *column, void *row,
		     const struct store_value *value);

extern const struct store_table store_cdr_table;

/* A typed "each" on top of the untyped one. */
#define STORE_EACH(row)                                                                  \
	struct row##_each {                                                              \
		int (*fn)(void *, const struct row *);                                   \
		void *arg;                                                               \
	};                                                                               \
	static int row##_call(void *arg, const void *one)                                \
	{                                                                                \
		struct row##_each *each = arg;                                           \
		return each->fn(each->arg, one);                                         \
	}

#endif
