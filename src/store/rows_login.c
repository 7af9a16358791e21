/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_login.c - Logins: who signs in for a customer. */
#include <errno.h>

#include "store/row.h"
#include "store/rows.h"

static const struct store_column login_columns[] = {
	COLUMN_OF(login_row, customer_id, COLUMN_INT),
	COLUMN_OF(login_row, id, COLUMN_INT),
	COLUMN_OF(login_row, name, COLUMN_TEXT),
	COLUMN_OF(login_row, password_hash, COLUMN_TEXT),
	COLUMN_OF(login_row, mobile, COLUMN_TEXT),
	COLUMN_OF(login_row, language, COLUMN_TEXT),
	COLUMN_OF(login_row, disabled, COLUMN_UINT),
	COLUMN_OF(login_row, created_at, COLUMN_INT),
	COLUMN_OF(login_row, last_login_at, COLUMN_INT),
};
static const struct store_table login = STORE_TABLE("login", login_columns, 2, login_row);
static const struct store_query login_put = { QUERY_PUT, &login };
static const struct store_query login_get = { QUERY_SELECT, &login, "WHERE id = $1" };
static const struct store_query login_page = { QUERY_PAGE, &login };
static const struct store_query login_page_of = { QUERY_PAGE, &login, "customer_id = $1",
						  1 };
static const struct store_query login_by_name = {
	QUERY_SELECT, &login,
	"WHERE (customer_id, id) ="
	" (SELECT customer_id, login_id FROM login_name WHERE name = $1)"
};
static const struct store_query login_claim = {
	QUERY_RAW, NULL,
	"INSERT INTO login_name (name, customer_id, login_id) VALUES ($1, $2, $3)"
	" ON CONFLICT (name) DO UPDATE SET login_id = excluded.login_id"
	" WHERE login_name.customer_id = excluded.customer_id"
	" AND login_name.login_id = excluded.login_id RETURNING login_id"
};
static const struct store_query login_free = {
	QUERY_RAW, NULL,
	"DELETE FROM login_name WHERE name ="
	" (SELECT name FROM login WHERE customer_id = $2 AND id = $3)"
	" AND login_id = $3 AND name <> $1"
};
STORE_EACH(login_row)

/* The portal compares logins without case; only ASCII has one rule for that. */
static void lower(char *text)
{
	for (; *text; text++) {
		if (*text >= 'A' && *text <= 'Z')
			*text += 'a' - 'A';
	}
}

int store_login_put(struct store_db *db, const struct login_row *row)
{
	struct login_row own = *row;
	struct store_value params[] = { store_text(own.name), store_int(own.customer_id),
					store_int(own.id) };
	int error;

	lower(own.name);
	error = store_row_claim(db, &login_claim, params, 3);
	if (!error)
		error = store_exec(db, &login_free, params, 3);
	return error ? error : store_row_put(db, &login_put, &own);
}

int store_login_get(struct store_db *db, int64_t id, struct login_row *ret)
{
	return store_row_get(db, &login_get, (struct store_value[]){ store_int(id) }, 1,
			     ret);
}

int store_login_by_name(struct store_db *db, const char *name, struct login_row *ret)
{
	char own[ROW_NAME_SIZE];

	if (text_copy(own, sizeof(own), text_of(name)))
		return -ENOENT;
	lower(own);
	return store_row_get(db, &login_by_name,
			     (struct store_value[]){ store_text(own) }, 1, ret);
}

int store_login_each(struct store_db *db, int64_t customer_id,
		     int (*fn)(void *, const struct login_row *), void *arg)
{
	struct login_row_each each = { fn, arg };
	struct store_value param = store_int(customer_id);

	return store_row_each(db, customer_id ? &login_page_of : &login_page, &param,
			      customer_id ? 1 : 0, login_row_call, &each);
}
