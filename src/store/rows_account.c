/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_account.c - Customers, logins, products, lines, consents. A name that is
 * unique everywhere is claimed in its lookup table before the row is written. */
#include <errno.h>

#include "store/row.h"
#include "store/rows.h"

/* "Claimed" is one statement: insert, or take over what is one's own already; no row back
 * means that it is another's. */
static int claim(struct store_db *db, const struct store_query *query,
		 const struct store_value *params, unsigned count)
{
	int error = store_exec_found(db, query, params, count);

	return error == -ENOENT ? -EEXIST : error;
}

/* ---- customer ---- */

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
	int error = claim(db, &ref_claim, params, 2);

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

/* ---- login ---- */

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
	error = claim(db, &login_claim, params, 3);
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

/* ---- product ---- */

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

/* ---- consent ---- */

static const struct store_column consent_columns[] = {
	COLUMN_OF(consent_row, customer_id, COLUMN_INT),
	COLUMN_OF(consent_row, line_id, COLUMN_INT),
	COLUMN_OF(consent_row, id, COLUMN_INT),
	COLUMN_OF(consent_row, login_id, COLUMN_INT),
	COLUMN_OF(consent_row, version, COLUMN_TEXT),
	COLUMN_OF(consent_row, language, COLUMN_TEXT),
	COLUMN_OF(consent_row, reach, COLUMN_TEXT),
	COLUMN_OF(consent_row, accepted_at, COLUMN_INT),
};
static const struct store_table consent =
	STORE_TABLE("consent", consent_columns, 3, consent_row);
static const struct store_query consent_put = { QUERY_APPEND, &consent };
static const struct store_query consent_latest = {
	QUERY_SELECT, &consent,
	"WHERE customer_id = $1 AND line_id = $2 ORDER BY accepted_at DESC, id DESC "
	"LIMIT 1"
};

int store_consent_put(struct store_db *db, const struct consent_row *row)
{
	return store_row_put(db, &consent_put, row);
}

int store_consent_latest(struct store_db *db, int64_t customer_id, int64_t line_id,
			 struct consent_row *ret)
{
	struct store_value params[] = { store_int(customer_id), store_int(line_id) };

	return store_row_get(db, &consent_latest, params, 2, ret);
}
