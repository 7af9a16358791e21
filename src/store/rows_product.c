/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_product.c - Products. */
#include "store/row.h"
#include "store/rows.h"

static const struct store_column product_columns[] = {
	COLUMN_OF(product_row, name, COLUMN_TEXT),
	COLUMN_OF(product_row, segment, COLUMN_INT),
	COLUMN_OF(product_row, tariff, COLUMN_TEXT),
	COLUMN_OF(product_row, credentials_from, COLUMN_INT),
};
static const struct store_table product =
	STORE_TABLE("product", product_columns, 2, product_row);
static const struct store_query product_put = { QUERY_PUT, &product };
static const struct store_query product_page = { QUERY_PAGE, &product };
static const struct store_query product_delete = {
	QUERY_RAW, NULL,
	"DELETE FROM product WHERE name = $1 AND segment = $2 RETURNING 1"
};
STORE_EACH(product_row)

int store_product_put(struct store_db *db, const struct product_row *row)
{
	return store_row_put(db, &product_put, row);
}

int store_product_delete(struct store_db *db, const char *name, enum segment segment)
{
	struct store_value params[] = { store_text(name), store_int(segment) };

	return store_exec_found(db, &product_delete, params, 2);
}

int store_product_each(struct store_db *db, int (*fn)(void *, const struct product_row *),
		       void *arg)
{
	struct product_row_each each = { fn, arg };

	return store_row_each(db, &product_page, NULL, 0, product_row_call, &each);
}
