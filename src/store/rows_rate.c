/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_rate.c - Rates: what a tariff asks for a prefix from a day on. */
#include "store/row.h"
#include "store/rows.h"

static const struct store_column rate_columns[] = {
	COLUMN_OF(rate_row, tariff, COLUMN_TEXT),
	COLUMN_OF(rate_row, prefix, COLUMN_TEXT),
	COLUMN_OF(rate_row, valid_from, COLUMN_INT),
	COLUMN_AS(rate_row, class_, "class", COLUMN_TEXT),
	COLUMN_OF(rate_row, setup_micros, COLUMN_INT),
	COLUMN_OF(rate_row, per_minute_micros, COLUMN_INT),
	COLUMN_OF(rate_row, first_s, COLUMN_UINT),
	COLUMN_OF(rate_row, next_s, COLUMN_UINT),
};
static const struct store_table rate = STORE_TABLE("rate", rate_columns, 3, rate_row);
static const struct store_query rate_put = { QUERY_PUT, &rate };
static const struct store_query rate_page = { QUERY_PAGE, &rate };
static const struct store_query rate_delete = {
	QUERY_RAW, NULL,
	"DELETE FROM rate WHERE tariff = $1 AND prefix = $2 AND valid_from = $3 "
	"RETURNING 1"
};
STORE_EACH(rate_row)

int store_rate_put(struct store_db *db, const struct rate_row *row)
{
	return store_row_put(db, &rate_put, row);
}

int store_rate_delete(struct store_db *db, const char *tariff, const char *prefix,
		      int32_t valid_from)
{
	struct store_value params[] = { store_text(tariff), store_text(prefix),
					store_int(valid_from) };

	return store_exec_found(db, &rate_delete, params, 3);
}

int store_rate_each(struct store_db *db, int (*fn)(void *, const struct rate_row *),
		    void *arg)
{
	struct rate_row_each each = { fn, arg };

	return store_row_each(db, &rate_page, NULL, 0, rate_row_call, &each);
}
