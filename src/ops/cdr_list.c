/* SPDX-License-Identifier: Apache-2.0 */
/* ops/cdr_list.c - cdr.list: call detail records, newest first. */

#include "ops/cdr.h"
#include "ops/gather.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/scope.h"

enum { CDRS_DEFAULT = 1000 };

int64_t cdr_duration_s(const struct cdr_row *r)
{
	if (!r->answered_at || r->ended_at <= r->answered_at)
		return 0;
	return (r->ended_at - r->answered_at + 999999) / 1000000;
}

json_t *cdr_json(const struct ops *o, const struct cdr_row *r)
{
	return json_pack("{s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:s}", "id",
			 json_of_id(r->id), "credential", json_of_id(r->credential_id),
			 "to", r->to, "from", r->from, "class", r->class_, "started_at",
			 json_of_time(r->started_at), "answered_at",
			 json_of_time(r->answered_at), "ended_at",
			 json_of_time(r->ended_at), "charge",
			 json_of_money(r->charge_micros), "currency", o->cfg.currency,
			 "cause", r->cause);
}

static int keep(void *arg, const struct cdr_row *row)
{
	return gather_put(arg, row);
}

static int read_cdrs(struct store_db *db, struct op_call *call)
{
	struct gather *rows = call->state;
	struct cdr_filter filter = {
		.since = op_time(call, "since"),
		.until = op_time(call, "until"),
		.before_id = op_id(call, "before"),
		.limit = (unsigned)rows->max +
			 1, /* one more, to know that there are more */
	};
	struct line_row line = { 0 };
	int error = 0;

	gather_reset(rows);
	if (op_text(call, "number").len > 0)
		error = scope_line(db, call, &line);
	if (error)
		return error;
	filter.customer_id = line.customer_id;
	filter.line_id = line.id;
	error = store_cdr_each(db, &filter, keep, rows);
	return error < 0 ? error : 0;
}

static json_t *row_json(struct op_call *call, const struct cdr_row *r)
{
	json_t *j = cdr_json(call->ops, r);
	struct account_line line;

	if (!j)
		return NULL;
	json_object_set_new(j, "direction",
			    json_string(r->direction == CALL_OUT ? "out" : "in"));
	json_object_set_new(j, "tariff", json_string(r->tariff));
	json_object_set_new(j, "duration_s", json_integer(cdr_duration_s(r)));
	json_object_set_new(j, "source", json_of_text(r->source));
	json_object_set_new(j, "user_agent", json_of_text(r->user_agent));
	if (account_line_by_id(call->ops->cfg.book, r->line_id, &line) == 0)
		json_object_set_new(j, "line", json_string(line.number));
	else
		json_object_set_new(j, "line", json_null());
	return j;
}

static void cdrs_read(struct op_call *call, int status)
{
	struct gather *rows = call->state;
	const struct cdr_row *cdrs = rows->rows;
	json_t *list;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	list = json_array();
	for (size_t i = 0; i < rows->count; i++)
		json_array_append_new(list, row_json(call, &cdrs[i]));
	op_answer_list(call, list, rows->more);
}

static void rows_free(void *arg)
{
	gather_free(arg);
}

void op_cdr_list(struct op_call *call)
{
	struct gather *rows = op_state(call, sizeof(*rows), rows_free);

	if (!rows)
		return;
	*rows = GATHER(struct cdr_row, (size_t)op_count(call, "limit", CDRS_DEFAULT));
	op_store(call, STORE_READ, read_cdrs, cdrs_read);
}
