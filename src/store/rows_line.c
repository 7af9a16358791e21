/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_line.c - Lines. A number belongs to one line on any day; line_number knows
 * the line that began last with it. */
#include <errno.h>

#include "store/row.h"
#include "store/rows.h"

static const struct store_column line_columns[] = {
	COLUMN_OF(line_row, customer_id, COLUMN_INT),
	COLUMN_OF(line_row, id, COLUMN_INT),
	COLUMN_OF(line_row, number, COLUMN_TEXT),
	COLUMN_OF(line_row, product, COLUMN_TEXT),
	COLUMN_OF(line_row, from_day, COLUMN_INT),
	COLUMN_OF(line_row, to_day, COLUMN_INT),
	COLUMN_OF(line_row, frozen, COLUMN_UINT),
	COLUMN_OF(line_row, clir, COLUMN_UINT),
	COLUMN_OF(line_row, created_at, COLUMN_INT),
	COLUMN_OF(line_row, forward_always, COLUMN_TEXT),
	COLUMN_OF(line_row, forward_busy, COLUMN_TEXT),
	COLUMN_OF(line_row, forward_no_answer, COLUMN_TEXT),
	COLUMN_OF(line_row, forward_unreachable, COLUMN_TEXT),
	COLUMN_OF(line_row, forward_after_s, COLUMN_INT),
};
static const struct store_table line = STORE_TABLE("line", line_columns, 2, line_row);
static const struct store_query line_put = { QUERY_PUT, &line };
static const struct store_query line_get = { QUERY_SELECT, &line, "WHERE id = $1" };
static const struct store_query line_page = { QUERY_PAGE, &line };
static const struct store_query line_page_of = { QUERY_PAGE, &line, "customer_id = $1",
						 1 };
static const struct store_query line_by_number = {
	QUERY_SELECT, &line,
	"WHERE (customer_id, id) ="
	" (SELECT customer_id, line_id FROM line_number WHERE number = $1)"
};
/* Another line on one of these days, or this one with another customer or number. */
static const struct store_query line_conflict = {
	QUERY_RAW, NULL,
	"SELECT 1 FROM line WHERE (number = $1 AND from_day <= $5 AND to_day >= $4"
	" AND id <> $3) OR (id = $3 AND (customer_id <> $2 OR number <> $1)) LIMIT 1"
};
/* Always locks the number's row, so that two nodes cannot both pass the check. */
static const struct store_query number_claim = {
	QUERY_RAW, NULL,
	"INSERT INTO line_number (number, customer_id, line_id, from_day, to_day)"
	" VALUES ($1, $2, $3, $4, $5) ON CONFLICT (number) DO UPDATE SET"
	" customer_id = excluded.customer_id, line_id = excluded.line_id,"
	" from_day = excluded.from_day, to_day = excluded.to_day"
	" WHERE line_number.line_id = excluded.line_id"
	" OR line_number.to_day < excluded.from_day"
};
STORE_EACH(line_row)

int store_line_put(struct store_db *db, const struct line_row *row)
{
	struct store_value params[] = { store_text(row->number),
					store_int(row->customer_id), store_int(row->id),
					store_int(row->from_day),
					store_int(row->to_day) };
	int error = store_exec_found(db, &line_conflict, params, 5);

	if (error != -ENOENT)
		return error ? error : -EEXIST;
	error = store_exec(db, &number_claim, params, 5);
	return error ? error : store_row_put(db, &line_put, row);
}

int store_line_get(struct store_db *db, int64_t id, struct line_row *ret)
{
	return store_row_get(db, &line_get, (struct store_value[]){ store_int(id) }, 1,
			     ret);
}

int store_line_by_number(struct store_db *db, const char *number, struct line_row *ret)
{
	return store_row_get(db, &line_by_number,
			     (struct store_value[]){ store_text(number) }, 1, ret);
}

int store_line_each(struct store_db *db, int64_t customer_id,
		    int (*fn)(void *, const struct line_row *), void *arg)
{
	struct line_row_each each = { fn, arg };
	struct store_value param = store_int(customer_id);

	return store_row_each(db, customer_id ? &line_page_of : &line_page, &param,
			      customer_id ? 1 : 0, line_row_call, &each);
}
