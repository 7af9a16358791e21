/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_customer.c - Customers. */
#include "store/row.h"
#include "store/rows.h"

static const struct store_column customer_columns[] = {
	COLUMN_OF(customer_row, id, COLUMN_INT),
	COLUMN_OF(customer_row, ref, COLUMN_TEXT),
	COLUMN_OF(customer_row, name, COLUMN_TEXT),
	COLUMN_OF(customer_row, segment, COLUMN_INT),
	COLUMN_OF(customer_row, language, COLUMN_TEXT),
	COLUMN_OF(customer_row, street, COLUMN_TEXT),
	COLUMN_OF(customer_row, house, COLUMN_TEXT),
	COLUMN_OF(customer_row, postcode, COLUMN_TEXT),
	COLUMN_OF(customer_row, town, COLUMN_TEXT),
	COLUMN_OF(customer_row, location_ref, COLUMN_TEXT),
	COLUMN_OF(customer_row, created_at, COLUMN_INT),
};
static const struct store_table customer =
	STORE_TABLE("customer", customer_columns, 1, customer_row);
static const struct store_query customer_put = { QUERY_PUT, &customer };
static const struct store_query customer_get = { QUERY_SELECT, &customer,
						 "WHERE id = $1" };
static const struct store_query customer_page = { QUERY_PAGE, &customer };
static const struct store_query customer_by_ref = {
	QUERY_SELECT, &customer,
	"WHERE id = (SELECT customer_id FROM customer_ref WHERE ref = $1)"
};
static const struct store_query ref_claim = {
	QUERY_RAW, NULL,
	"INSERT INTO customer_ref (ref, customer_id) VALUES ($1, $2)"
	" ON CONFLICT (ref) DO UPDATE SET customer_id = excluded.customer_id"
	" WHERE customer_ref.customer_id = excluded.customer_id RETURNING customer_id"
};
static const struct store_query ref_free = {
	QUERY_RAW, NULL,
	"DELETE FROM customer_ref WHERE ref = (SELECT ref FROM customer WHERE id = $2)"
	" AND customer_id = $2 AND ref <> $1"
};
STORE_EACH(customer_row)

int store_customer_put(struct store_db *db, const struct customer_row *row)
{
	struct store_value params[] = { store_text(row->ref), store_int(row->id) };
	int error = store_row_claim(db, &ref_claim, params, 2);

	if (!error)
		error = store_exec(db, &ref_free, params, 2);
	return error ? error : store_row_put(db, &customer_put, row);
}

int store_customer_get(struct store_db *db, int64_t id, struct customer_row *ret)
{
	return store_row_get(db, &customer_get, (struct store_value[]){ store_int(id) },
			     1, ret);
}

int store_customer_by_ref(struct store_db *db, const char *ref, struct customer_row *ret)
{
	return store_row_get(db, &customer_by_ref,
			     (struct store_value[]){ store_text(ref) }, 1, ret);
}

int store_customer_each(struct store_db *db,
			int (*fn)(void *, const struct customer_row *), void *arg)
{
	struct customer_row_each each = { fn, arg };

	return store_row_each(db, &customer_page, NULL, 0, customer_row_call, &each);
}
