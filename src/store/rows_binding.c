/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_binding.c - Bindings of credentials (RFC 3261 section 10). */
#include "store/row.h"
#include "store/rows.h"

static const struct store_column binding_columns[] = {
	COLUMN_OF(binding_row, credential_id, COLUMN_INT),
	COLUMN_OF(binding_row, contact, COLUMN_TEXT),
	COLUMN_OF(binding_row, instance, COLUMN_TEXT),
	COLUMN_OF(binding_row, reg_id, COLUMN_UINT),
	COLUMN_OF(binding_row, line_id, COLUMN_INT),
	COLUMN_OF(binding_row, call_id, COLUMN_TEXT),
	COLUMN_OF(binding_row, cseq, COLUMN_UINT),
	COLUMN_OF(binding_row, q, COLUMN_UINT),
	COLUMN_OF(binding_row, registered_at, COLUMN_INT),
	COLUMN_OF(binding_row, expires_at, COLUMN_INT),
	COLUMN_OF(binding_row, source, COLUMN_TEXT),
	COLUMN_OF(binding_row, local, COLUMN_TEXT),
	COLUMN_OF(binding_row, transport, COLUMN_TEXT),
	COLUMN_OF(binding_row, user_agent, COLUMN_TEXT),
	COLUMN_OF(binding_row, path, COLUMN_TEXT),
};
static const struct store_table binding =
	STORE_TABLE("binding", binding_columns, 4, binding_row);
static const struct store_query binding_put = { QUERY_PUT, &binding };
static const struct store_query binding_page = { QUERY_PAGE, &binding };
static const struct store_query binding_delete = {
	QUERY_RAW, NULL,
	"DELETE FROM binding WHERE credential_id = $1 AND contact = $2 AND instance = $3 "
	"AND reg_id = $4"
};
STORE_EACH(binding_row)

int store_binding_put(struct store_db *db, const struct binding_row *row)
{
	return store_row_put(db, &binding_put, row);
}

int store_binding_delete(struct store_db *db, const struct binding_row *key)
{
	struct store_value params[] = { store_int(key->credential_id),
					store_text(key->contact),
					store_text(key->instance),
					store_int(key->reg_id) };

	return store_exec(db, &binding_delete, params, 4);
}

int store_binding_each(struct store_db *db, int (*fn)(void *, const struct binding_row *),
		       void *arg)
{
	struct binding_row_each each = { fn, arg };

	return store_row_each(db, &binding_page, NULL, 0, binding_row_call, &each);
}
