/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_credential.c - Credentials. */
#include "store/row.h"
#include "store/rows.h"

static const struct store_column credential_columns[] = {
	COLUMN_OF(credential_row, customer_id, COLUMN_INT),
	COLUMN_OF(credential_row, id, COLUMN_INT),
	COLUMN_OF(credential_row, line_id, COLUMN_INT),
	COLUMN_OF(credential_row, auth_name, COLUMN_TEXT),
	COLUMN_OF(credential_row, label, COLUMN_TEXT),
	COLUMN_OF(credential_row, profile, COLUMN_TEXT),
	COLUMN_OF(credential_row, realm, COLUMN_TEXT),
	COLUMN_OF(credential_row, kind, COLUMN_INT),
	COLUMN_OF(credential_row, status, COLUMN_INT),
	COLUMN_OF(credential_row, generation, COLUMN_UINT),
	COLUMN_OF(credential_row, pinned_algorithm, COLUMN_UINT),
	COLUMN_BYTES(credential_row, sealed, sealed_len),
	COLUMN_OF(credential_row, created_at, COLUMN_INT),
	COLUMN_OF(credential_row, created_by, COLUMN_INT),
	COLUMN_OF(credential_row, status_at, COLUMN_INT),
	COLUMN_OF(credential_row, last_registered_at, COLUMN_INT),
	COLUMN_OF(credential_row, last_call_at, COLUMN_INT),
};
static const struct store_table credential =
	STORE_TABLE("credential", credential_columns, 2, credential_row);
static const struct store_query credential_put = { QUERY_PUT, &credential };
static const struct store_query credential_get = { QUERY_SELECT, &credential,
						   "WHERE id = $1" };
static const struct store_query credential_page = { QUERY_PAGE, &credential };
static const struct store_query credential_page_of = { QUERY_PAGE, &credential,
						       "line_id = $1", 1 };
static const struct store_query by_auth_name = {
	QUERY_SELECT, &credential,
	"WHERE (customer_id, id) ="
	" (SELECT customer_id, credential_id FROM auth_name WHERE name = $1)"
};
static const struct store_query auth_name_claim = {
	QUERY_RAW, NULL,
	"INSERT INTO auth_name (name, customer_id, credential_id) VALUES ($1, $2, $3)"
	" ON CONFLICT (name) DO UPDATE SET credential_id = excluded.credential_id"
	" WHERE auth_name.customer_id = excluded.customer_id"
	" AND auth_name.credential_id = excluded.credential_id RETURNING credential_id"
};
static const struct store_query credential_used = {
	QUERY_RAW, NULL,
	"UPDATE credential SET"
	" last_registered_at = CASE WHEN last_registered_at < $3 THEN $3"
	" ELSE last_registered_at END,"
	" last_call_at = CASE WHEN last_call_at < $4 THEN $4 ELSE last_call_at END"
	" WHERE customer_id = $1 AND id = $2"
};
STORE_EACH(credential_row)

int store_credential_put(struct store_db *db, const struct credential_row *row)
{
	struct store_value params[] = { store_text(row->auth_name),
					store_int(row->customer_id), store_int(row->id) };
	int error = store_row_claim(db, &auth_name_claim, params, 3);

	return error ? error : store_row_put(db, &credential_put, row);
}

int store_credential_get(struct store_db *db, int64_t id, struct credential_row *ret)
{
	return store_row_get(db, &credential_get, (struct store_value[]){ store_int(id) },
			     1, ret);
}

int store_credential_by_auth_name(struct store_db *db, const char *auth_name,
				  struct credential_row *ret)
{
	return store_row_get(db, &by_auth_name,
			     (struct store_value[]){ store_text(auth_name) }, 1, ret);
}

int store_credential_each(struct store_db *db, int64_t line_id,
			  int (*fn)(void *, const struct credential_row *), void *arg)
{
	struct credential_row_each each = { fn, arg };
	struct store_value param = store_int(line_id);

	return store_row_each(db, line_id ? &credential_page_of : &credential_page,
			      &param, line_id ? 1 : 0, credential_row_call, &each);
}

int store_credential_used(struct store_db *db, int64_t customer_id, int64_t id,
			  int64_t registered_at, int64_t call_at)
{
	struct store_value params[] = { store_int(customer_id), store_int(id),
					store_int(registered_at), store_int(call_at) };

	return store_exec(db, &credential_used, params, 4);
}
