/* SPDX-License-Identifier: Apache-2.0 */
/* store/rows_cdr.c - Call detail records, and the ledger that their debits are in. */
#include <errno.h>
#include <stdlib.h>

#include "store/row.h"
#include "store/rows.h"

static const struct store_column cdr_columns[] = {
	COLUMN_OF(cdr_row, customer_id, COLUMN_INT),
	COLUMN_OF(cdr_row, id, COLUMN_INT),
	COLUMN_OF(cdr_row, line_id, COLUMN_INT),
	COLUMN_OF(cdr_row, credential_id, COLUMN_INT),
	COLUMN_OF(cdr_row, direction, COLUMN_INT),
	COLUMN_AS(cdr_row, from, "from_number", COLUMN_TEXT),
	COLUMN_AS(cdr_row, to, "to_number", COLUMN_TEXT),
	COLUMN_AS(cdr_row, class_, "class", COLUMN_TEXT),
	COLUMN_OF(cdr_row, tariff, COLUMN_TEXT),
	COLUMN_OF(cdr_row, started_at, COLUMN_INT),
	COLUMN_OF(cdr_row, answered_at, COLUMN_INT),
	COLUMN_OF(cdr_row, ended_at, COLUMN_INT),
	COLUMN_OF(cdr_row, charge_micros, COLUMN_INT),
	COLUMN_OF(cdr_row, cause, COLUMN_TEXT),
	COLUMN_OF(cdr_row, source, COLUMN_TEXT),
	COLUMN_OF(cdr_row, user_agent, COLUMN_TEXT),
};
const struct store_table store_cdr_table = STORE_TABLE("cdr", cdr_columns, 2, cdr_row);

static const struct store_query cdr_append = { QUERY_APPEND, &store_cdr_table };
/* The debit has the call's id. It follows the CDR that is there: a call that was booked
 * with another charge is not charged a second time. */
static const struct store_query cdr_debit = {
	QUERY_RAW, NULL,
	"INSERT INTO ledger (customer_id, id, cdr_id, line_id, amount_micros, at)"
	" SELECT customer_id, id, id, line_id, charge_micros, ended_at FROM cdr"
	" WHERE customer_id = $1 AND id = $2 AND charge_micros <> 0"
	" ON CONFLICT (customer_id, id) DO NOTHING"
};
/* Newest first; an index for each way of asking. $1 is the customer or the line. */
#define CDR_TAIL                                                                         \
	" AND id < $4 AND started_at >= $2 AND started_at < $3"                          \
	" ORDER BY id DESC LIMIT $5"
static const struct store_query cdr_all = { QUERY_SELECT, &store_cdr_table,
					    "WHERE $1 = 0" CDR_TAIL };
static const struct store_query cdr_of_customer = { QUERY_SELECT, &store_cdr_table,
						    "WHERE customer_id = $1" CDR_TAIL };
static const struct store_query cdr_of_line = { QUERY_SELECT, &store_cdr_table,
						"WHERE line_id = $1" CDR_TAIL };
static const struct store_query cdr_of_both = {
	QUERY_SELECT, &store_cdr_table, "WHERE line_id = $1 AND customer_id = $6" CDR_TAIL
};

int store_cdr_book(struct store_db *db, const struct cdr_row *row)
{
	struct store_value key[] = { store_int(row->customer_id), store_int(row->id) };
	int error = store_row_put(db, &cdr_append, row);

	if (!error && row->charge_micros)
		error = store_exec(db, &cdr_debit, key, 2);
	if (!error && row->credential_id)
		error = store_credential_used(db, row->customer_id, row->credential_id, 0,
					      row->started_at);
	return error;
}

static const struct store_query *cdr_query(const struct cdr_filter *filter)
{
	if (filter->line_id)
		return filter->customer_id ? &cdr_of_both : &cdr_of_line;
	return filter->customer_id ? &cdr_of_customer : &cdr_all;
}

static int cdr_list(struct store_db *db, const struct cdr_filter *filter,
		    int64_t before_id, unsigned max, struct cdr_row *rows,
		    unsigned *ret_count)
{
	const struct store_query *query = cdr_query(filter);
	struct store_value params[] = {
		store_int(filter->line_id ? filter->line_id : filter->customer_id),
		store_int(filter->since),
		store_int(filter->until ? filter->until : INT64_MAX),
		store_int(before_id),
		store_int(max),
		store_int(filter->customer_id),
	};

	return store_row_list(db, query, params, query == &cdr_of_both ? 6 : 5, rows, max,
			      ret_count);
}

/* Page by page, like store_row_each. */
int store_cdr_each(struct store_db *db, const struct cdr_filter *filter,
		   int (*fn)(void *, const struct cdr_row *), void *arg)
{
	int64_t before_id = filter->before_id ? filter->before_id : INT64_MAX;
	unsigned left = filter->limit ? filter->limit : UINT32_MAX;
	struct cdr_row *rows = malloc(ROW_PAGE * sizeof(*rows));
	unsigned want, got = 0;
	int error = rows ? 0 : -ENOMEM;

	do {
		want = left < ROW_PAGE ? left : ROW_PAGE;
		if (!error)
			error = cdr_list(db, filter, before_id, want, rows, &got);
		for (unsigned i = 0; !error && i < got; i++) {
			before_id = rows[i].id;
			error = fn(arg, &rows[i]);
		}
		left -= got;
	} while (!error && got == want && left > 0);
	free(rows);
	return error;
}

static const struct store_column ledger_columns[] = {
	COLUMN_OF(ledger_row, customer_id, COLUMN_INT),
	COLUMN_OF(ledger_row, id, COLUMN_INT),
	COLUMN_OF(ledger_row, cdr_id, COLUMN_INT),
	COLUMN_OF(ledger_row, line_id, COLUMN_INT),
	COLUMN_OF(ledger_row, amount_micros, COLUMN_INT),
	COLUMN_OF(ledger_row, at, COLUMN_INT),
};
static const struct store_table ledger =
	STORE_TABLE("ledger", ledger_columns, 2, ledger_row);
static const struct store_query ledger_page_of = { QUERY_PAGE, &ledger,
						   "customer_id = $1", 1 };
STORE_EACH(ledger_row)

int store_ledger_each(struct store_db *db, int64_t customer_id,
		      int (*fn)(void *, const struct ledger_row *), void *arg)
{
	struct ledger_row_each each = { fn, arg };
	struct store_value param = store_int(customer_id);

	return store_row_each(db, &ledger_page_of, &param, 1, ledger_row_call, &each);
}
