/* SPDX-License-Identifier: Apache-2.0 */
/* store/query.c - SQL from a table of columns. */
#include "store/query.h"

#include "store/row.h"

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
