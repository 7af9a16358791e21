/* SPDX-License-Identifier: Apache-2.0 */
/* store/row.c - Statements of a job, and rows by their table of columns. */
#include "store/row.h"

#include <errno.h>
#include <stdlib.h>

#include "store/core.h"

/* What a peer sent may be no UTF-8, and PostgreSQL takes nothing else. */
static int clean_text(struct store_db *db, struct store_value *value)
{
	struct text text = { value->bytes, value->len };
	char *copy;

	if (value->type != STORE_TEXT || text_is_utf8(text))
		return 0;
	copy = arena_alloc(db->arena, value->len + 1);
	if (!copy)
		return -ENOMEM;
	for (size_t i = 0; i < text.len; i++)
		copy[i] = (unsigned char)text.p[i] < 0x80 ? text.p[i] : '?';
	value->bytes = copy;
	return 0;
}

/* The first error stays: a job cannot commit past it, whatever it returns. */
static int note(struct store_db *db, int error)
{
	if (error && !db->error)
		db->error = error;
	return error;
}

static int db_exec(struct store_db *db, const struct store_query *query,
		   const struct store_value *params, unsigned count,
		   int (*row)(void *, const struct store_value *, unsigned), void *arg)
{
	struct store_value clean[STORE_PARAMS_MAX];
	int error = 0;

	if (db->error)
		return db->error;
	if (count > STORE_PARAMS_MAX)
		return note(db, -EINVAL);
	for (unsigned i = 0; !error && i < count; i++) {
		clean[i] = params[i];
		error = clean_text(db, &clean[i]);
	}
	if (!error)
		error = db->conn->driver->exec(db->conn, query, clean, count, row, arg);
	arena_reset(db->arena);
	return note(db, error);
}

int store_exec(struct store_db *db, const struct store_query *query,
	       const struct store_value *params, unsigned count)
{
	return db_exec(db, query, params, count, NULL, NULL);
}

static int count_row(void *arg, const struct store_value *columns, unsigned n)
{
	unsigned *count = arg;

	++*count;
	return 0;
}

int store_exec_found(struct store_db *db, const struct store_query *query,
		     const struct store_value *params, unsigned count)
{
	unsigned found = 0;
	int error = db_exec(db, query, params, count, count_row, &found);

	if (error)
		return error;
	return found ? 0 : -ENOENT;
}

int store_row_claim(struct store_db *db, const struct store_query *query,
		    const struct store_value *params, unsigned count)
{
	int error = store_exec_found(db, query, params, count);

	return error == -ENOENT ? -EEXIST : error;
}

int store_row_put(struct store_db *db, const struct store_query *query, const void *row)
{
	struct store_value params[STORE_PARAMS_MAX];
	const struct store_table *table = query->table;

	for (unsigned i = 0; i < table->count; i++)
		params[i] = store_column_get(&table->columns[i], row);
	return store_exec(db, query, params, table->count);
}

struct row_reader {
	const struct store_table *table;
	char *rows;
	unsigned max;
	unsigned count;
};

static int read_row(void *arg, const struct store_value *columns, unsigned n)
{
	struct row_reader *r = arg;
	void *row = r->rows + (size_t)r->count * r->table->row_size;

	if (r->count == r->max)
		return 0;
	if (n != r->table->count)
		return -EIO;
	memset(row, 0, r->table->row_size);
	for (unsigned i = 0; i < n; i++) {
		if (store_column_set(&r->table->columns[i], row, &columns[i]))
			return -EIO;
	}
	r->count++;
	return 0;
}

int store_row_list(struct store_db *db, const struct store_query *query,
		   const struct store_value *params, unsigned count, void *rows,
		   unsigned max, unsigned *ret_count)
{
	struct row_reader r = { .table = query->table, .rows = rows, .max = max };
	int error = db_exec(db, query, params, count, read_row, &r);

	if (!error)
		*ret_count = r.count;
	return error;
}

int store_row_get(struct store_db *db, const struct store_query *query,
		  const struct store_value *params, unsigned count, void *ret)
{
	unsigned found = 0;
	int error = store_row_list(db, query, params, count, ret, 1, &found);

	if (error)
		return error;
	return found ? 0 : -ENOENT;
}

/* Below every key: no name is empty. */
static void first_keys(const struct store_table *table, struct store_value *keys)
{
	for (unsigned i = 0; i < table->keys; i++)
		keys[i] = table->columns[i].type == COLUMN_TEXT ? store_text("")
								: store_int(INT64_MIN);
}

static void last_keys(const struct store_table *table, const void *row,
		      struct store_value *keys)
{
	for (unsigned i = 0; i < table->keys; i++)
		keys[i] = store_column_get(&table->columns[i], row);
}

/* Page by page: bounded memory, and nothing is open while fn runs. */
int store_row_each(struct store_db *db, const struct store_query *query,
		   const struct store_value *params, unsigned count,
		   int (*fn)(void *arg, const void *row), void *arg)
{
	const struct store_table *table = query->table;
	struct store_value all[STORE_PARAMS_MAX];
	unsigned got = ROW_PAGE;
	char *rows = malloc((size_t)ROW_PAGE * table->row_size);
	int error = rows ? 0 : note(db, -ENOMEM);

	for (unsigned i = 0; i < count; i++)
		all[i] = params[i];
	first_keys(table, all + count);
	while (!error && got == ROW_PAGE) {
		error = store_row_list(db, query, all, count + table->keys, rows,
				       ROW_PAGE, &got);
		for (unsigned i = 0; !error && i < got; i++)
			error = fn(arg, rows + (size_t)i * table->row_size);
		if (!error && got)
			last_keys(table, rows + (size_t)(got - 1) * table->row_size,
				  all + count);
	}
	free(rows);
	return error;
}
