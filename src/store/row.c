/* SPDX-License-Identifier: Apache-2.0 */
/* store/row.c - Between structs and columns. */
#include "store/row.h"

#include <errno.h>
#include <stdlib.h>

#include "store/core.h"

/* ---- SQL ---- */

static void write_names(const struct store_table *table, unsigned count, struct buf *out)
{
	for (unsigned i = 0; i < count; i++)
		buf_printf(out, "%s%s", i ? ", " : "", table->columns[i].name);
}

static void write_numbers(unsigned first, unsigned count, struct buf *out)
{
	for (unsigned i = 0; i < count; i++)
		buf_printf(out, "%s$%u", i ? ", " : "", first + i);
}

static void write_insert(const struct store_table *table, struct buf *out)
{
	buf_printf(out, "INSERT INTO %s (", table->name);
	write_names(table, table->count, out);
	buf_puts(out, ") VALUES (");
	write_numbers(1, table->count, out);
	buf_puts(out, ") ON CONFLICT (");
	write_names(table, table->keys, out);
	buf_puts(out, ") DO ");
}

static void write_put(const struct store_table *table, struct buf *out)
{
	write_insert(table, out);
	buf_puts(out, "UPDATE SET ");
	for (unsigned i = table->keys; i < table->count; i++)
		buf_printf(out, "%s%s = excluded.%s", i > table->keys ? ", " : "",
			   table->columns[i].name, table->columns[i].name);
}

static void write_select(const struct store_table *table, struct buf *out)
{
	buf_puts(out, "SELECT ");
	write_names(table, table->count, out);
	buf_printf(out, " FROM %s ", table->name);
}

static void write_page(const struct store_query *query, struct buf *out)
{
	const struct store_table *table = query->table;

	write_select(table, out);
	buf_puts(out, "WHERE ");
	if (query->tail)
		buf_printf(out, "%s AND ", query->tail);
	buf_putc(out, '(');
	write_names(table, table->keys, out);
	buf_puts(out, ") > (");
	write_numbers(query->params + 1, table->keys, out);
	buf_puts(out, ") ORDER BY ");
	write_names(table, table->keys, out);
	buf_printf(out, " LIMIT %d", ROW_PAGE);
}

void store_query_write(const struct store_query *query, struct buf *out)
{
	switch (query->verb) {
	case QUERY_RAW:
		buf_puts(out, query->tail);
		break;
	case QUERY_PUT:
		write_put(query->table, out);
		break;
	case QUERY_APPEND:
		write_insert(query->table, out);
		buf_puts(out, "NOTHING");
		break;
	case QUERY_SELECT:
		write_select(query->table, out);
		buf_puts(out, query->tail);
		break;
	case QUERY_PAGE:
		write_page(query, out);
		break;
	}
}

/* ---- one column ---- */

static int64_t int_get(const struct store_column *column, const void *at)
{
	bool is_signed = column->type == COLUMN_INT;

	switch (column->size) {
	case 1:
		return is_signed ? *(const int8_t *)at : *(const uint8_t *)at;
	case 2:
		return is_signed ? *(const int16_t *)at : *(const uint16_t *)at;
	case 4:
		return is_signed ? *(const int32_t *)at
				 : (int64_t) * (const uint32_t *)at;
	default:
		return *(const int64_t *)at;
	}
}

static bool int_fits(const struct store_column *column, int64_t number)
{
	unsigned bits = column->size * 8;

	if (column->type == COLUMN_UINT)
		return number >= 0 && (bits == 64 || number >> bits == 0);
	return bits == 64 ||
	       (number >= -(1LL << (bits - 1)) && number < 1LL << (bits - 1));
}

static void int_set(const struct store_column *column, void *at, int64_t number)
{
	switch (column->size) {
	case 1:
		*(uint8_t *)at = (uint8_t)number;
		break;
	case 2:
		*(uint16_t *)at = (uint16_t)number;
		break;
	case 4:
		*(uint32_t *)at = (uint32_t)number;
		break;
	default:
		*(int64_t *)at = number;
	}
}

struct store_value store_column_get(const struct store_column *column, const void *row)
{
	const char *at = (const char *)row + column->offset;
	uint32_t len;

	switch (column->type) {
	case COLUMN_TEXT:
		return (struct store_value){ .type = STORE_TEXT,
					     .bytes = at,
					     .len = strnlen(at, column->size - 1) };
	case COLUMN_BLOB:
		memcpy(&len, (const char *)row + column->len_offset, sizeof(len));
		return store_blob(at, len < column->size ? len : column->size);
	default:
		return store_int(int_get(column, at));
	}
}

static int blob_set(const struct store_column *column, void *row,
		    const struct store_value *value)
{
	uint32_t len = (uint32_t)value->len;

	if (value->type != STORE_BLOB || value->len > column->size)
		return -EBADMSG;
	if (len)
		memcpy((char *)row + column->offset, value->bytes, len);
	memcpy((char *)row + column->len_offset, &len, sizeof(len));
	return 0;
}

int store_column_set(const struct store_column *column, void *row,
		     const struct store_value *value)
{
	char *at = (char *)row + column->offset;

	switch (column->type) {
	case COLUMN_TEXT:
		if (value->type != STORE_TEXT || value->len >= column->size)
			return -EBADMSG;
		if (value->len)
			memcpy(at, value->bytes, value->len);
		at[value->len] = '\0';
		return 0;
	case COLUMN_BLOB:
		return blob_set(column, row, value);
	default:
		if (value->type != STORE_INT || !int_fits(column, value->number))
			return -EBADMSG;
		int_set(column, at, value->number);
		return 0;
	}
}

/* ---- statements ---- */

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
