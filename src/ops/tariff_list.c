/* SPDX-License-Identifier: Apache-2.0 */
/* ops/tariff_list.c - tariff.list: rates, for the operator. */

#include <string.h>

#include "ops/gather.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/scope.h"

enum { RATES_DEFAULT = 10000 };

struct rates {
	struct gather rows;
	char tariff[ROW_NAME_SIZE]; /* "": all */
};

static void rates_free(void *arg)
{
	gather_free(&((struct rates *)arg)->rows);
}

static int keep(void *arg, const struct rate_row *row)
{
	struct rates *r = arg;

	if (r->tariff[0] && strcmp(r->tariff, row->tariff) != 0)
		return 0;
	return gather_put(&r->rows, row);
}

static int read_rates(struct store_db *db, struct op_call *call)
{
	struct rates *r = call->state;
	int error;

	gather_reset(&r->rows);
	error = store_rate_each(db, keep, r);
	return error < 0 ? error : 0;
}

static json_t *rate_json(const struct rate_row *r)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:i, s:i, s:o}", "tariff", r->tariff,
			 "prefix", r->prefix, "class", r->class_, "setup",
			 json_of_money(r->setup_micros), "per_minute",
			 json_of_money(r->per_minute_micros), "first_s", (int)r->first_s,
			 "next_s", (int)r->next_s, "valid_from",
			 json_of_day(r->valid_from));
}

static void rates_read(struct op_call *call, int status)
{
	struct rates *r = call->state;
	const struct rate_row *rows = r->rows.rows;
	json_t *list;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	list = json_array();
	for (size_t i = 0; i < r->rows.count; i++)
		json_array_append_new(list, rate_json(&rows[i]));
	op_answer_list(call, list, r->rows.more);
}

void op_tariff_list(struct op_call *call)
{
	struct rates *r = op_state(call, sizeof(*r), rates_free);

	if (!r)
		return;
	r->rows = GATHER(struct rate_row, (size_t)op_count(call, "limit", RATES_DEFAULT));
	text_copy(r->tariff, sizeof(r->tariff), op_text(call, "tariff"));
	op_store(call, STORE_READ, read_rates, rates_read);
}
