/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_event.c - The security log: only appended. */
#include <errno.h>
#include <stdlib.h>

#include "store/row.h"
#include "store/rows.h"

static const struct store_column event_columns[] = {
	COLUMN_OF(event_row, customer_id, COLUMN_INT),
	COLUMN_OF(event_row, id, COLUMN_INT),
	COLUMN_OF(event_row, at, COLUMN_INT),
	COLUMN_OF(event_row, line_id, COLUMN_INT),
	COLUMN_OF(event_row, credential_id, COLUMN_INT),
	COLUMN_OF(event_row, kind, COLUMN_TEXT),
	COLUMN_OF(event_row, who, COLUMN_TEXT),
	COLUMN_OF(event_row, source, COLUMN_TEXT),
	COLUMN_OF(event_row, reason, COLUMN_TEXT),
	COLUMN_OF(event_row, text, COLUMN_TEXT),
};
static const struct store_table event = STORE_TABLE("event", event_columns, 2, event_row);
static const struct store_query event_append = { QUERY_APPEND, &event };
static const struct store_query event_all = {
	QUERY_SELECT, &event, "WHERE $1 = 0 AND id < $2 ORDER BY id DESC LIMIT $3"
};
static const struct store_query event_of = {
	QUERY_SELECT, &event,
	"WHERE customer_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
};

int store_event_put(struct store_db *db, const struct event_row *row)
{
	return store_row_put(db, &event_append, row);
}

int store_event_each(struct store_db *db, int64_t customer_id, int64_t before_id,
		     unsigned limit, int (*fn)(void *, const struct event_row *),
		     void *arg)
{
	int64_t before = before_id ? before_id : INT64_MAX;
	unsigned left = limit ? limit : UINT32_MAX;
	struct event_row *rows = malloc(ROW_PAGE * sizeof(*rows));
	unsigned want, got = 0;
	int error = rows ? 0 : -ENOMEM;

	do {
		struct store_value params[] = { store_int(customer_id), store_int(before),
						store_int(0) };

		want = left < ROW_PAGE ? left : ROW_PAGE;
		params[2] = store_int(want);
		if (!error)
			error = store_row_list(db, customer_id ? &event_of : &event_all,
					       params, 3, rows, want, &got);
		for (unsigned i = 0; !error && i < got; i++) {
			before = rows[i].id;
			error = fn(arg, &rows[i]);
		}
		left -= got;
	} while (!error && got == want && left > 0);
	free(rows);
	return error;
}
