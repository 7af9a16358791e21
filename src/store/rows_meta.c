/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_meta.c - Facts about the installation. */
#include <errno.h>

#include "store/row.h"
#include "store/rows.h"

struct meta_row {
	char name[ROW_WORD_SIZE];
	char value[ROW_TEXT_SIZE];
};
static const struct store_column meta_columns[] = {
	COLUMN_OF(meta_row, name, COLUMN_TEXT),
	COLUMN_OF(meta_row, value, COLUMN_TEXT),
};
static const struct store_table meta = STORE_TABLE("meta", meta_columns, 1, meta_row);
static const struct store_query meta_put = { QUERY_PUT, &meta };
static const struct store_query meta_get = { QUERY_SELECT, &meta, "WHERE name = $1" };

int store_meta_get(struct store_db *db, const char *name, char *value, unsigned cap)
{
	struct store_value param = store_text(name);
	struct meta_row row;
	int error = store_row_get(db, &meta_get, &param, 1, &row);

	return error ? error : text_copy(value, cap, text_of(row.value));
}

int store_meta_put(struct store_db *db, const char *name, const char *value)
{
	struct meta_row row;

	if (text_copy(row.name, sizeof(row.name), text_of(name)) ||
	    text_copy(row.value, sizeof(row.value), text_of(value)))
		return -ENOSPC;
	return store_row_put(db, &meta_put, &row);
}
