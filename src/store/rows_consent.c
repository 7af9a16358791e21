/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_consent.c - Who accepted which text when: only appended. */
#include "store/row.h"
#include "store/rows.h"

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
static const struct store_query consent_page = { QUERY_PAGE, &consent };
STORE_EACH(consent_row)

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

int store_consent_each(struct store_db *db, int (*fn)(void *, const struct consent_row *),
		       void *arg)
{
	struct consent_row_each each = { fn, arg };

	return store_row_each(db, &consent_page, NULL, 0, consent_row_call, &each);
}
