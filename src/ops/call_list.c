/* SPDX-License-Identifier: Apache-2.0 */
/* ops/call_list.c - line.calls: a line's calls with what they cost, live ones beside; and
 * call.list: all live calls, for the operator. */

#include "ops/cdr.h"
#include "ops/gather.h"
#include "ops/json.h"
#include "ops/live.h"
#include "ops/run.h"
#include "ops/scope.h"

enum { CALLS_DEFAULT = 50 };

struct calls {
	struct line_row line;
	struct gather rows;
	struct live_calls live;
};

static void calls_free(void *arg)
{
	struct calls *c = arg;

	gather_free(&c->rows);
	live_calls_free(&c->live);
}

static int keep(void *arg, const struct cdr_row *row)
{
	return gather_put(arg, row);
}

static int read_calls(struct store_db *db, struct op_call *call)
{
	struct calls *c = call->state;
	struct cdr_filter filter = { .before_id = op_id(call, "before"),
				     .limit = (unsigned)op_count(call, "limit",
								 CALLS_DEFAULT) };
	int error = scope_line(db, call, &c->line);

	gather_reset(&c->rows);
	if (error)
		return error;
	filter.customer_id = c->line.customer_id;
	filter.line_id = c->line.id;
	error = store_cdr_each(db, &filter, keep, &c->rows);
	return error < 0 ? error : 0;
}

static json_t *call_json(struct op_call *call, const struct cdr_row *r)
{
	json_t *j = cdr_json(call->ops, r);
	struct account_credential credential;

	if (!j)
		return NULL;
	json_object_set_new(j, "direction",
			    json_string(r->direction == CALL_OUT ? "out" : "in"));
	json_object_set_new(j, "duration_s", json_integer(cdr_duration_s(r)));
	if (account_credential_by_id(call->ops->cfg.book, r->credential_id,
				     &credential) == 0)
		json_object_set_new(j, "credential_label", json_string(credential.label));
	else
		json_object_set_new(j, "credential_label", json_null());
	return j;
}

static void live_known(struct op_call *call, struct live_calls *l)
{
	const struct calls *c = call->state;
	const struct cdr_row *rows = c->rows.rows;
	json_t *done = json_array(), *live = json_array();

	for (size_t i = 0; i < c->rows.count; i++)
		json_array_append_new(done, call_json(call, &rows[i]));
	for (size_t i = 0; i < l->job.count; i++)
		json_array_append_new(live,
				      live_call_json(call->ops, &l->job.calls[i], false));
	op_answer(call, json_pack("{s:o, s:o}", "calls", done, "live", live));
}

static void calls_read(struct op_call *call, int status)
{
	struct calls *c = call->state;

	if (status)
		op_fail_errno(call, status);
	else
		live_calls_start(&c->live, call, c->line.id, live_known);
}

void op_line_calls(struct op_call *call)
{
	struct calls *c = op_state(call, sizeof(*c), calls_free);

	if (!c)
		return;
	c->rows = GATHER(struct cdr_row, 500);
	op_store(call, STORE_READ, read_calls, calls_read);
}

static void all_known(struct op_call *call, struct live_calls *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->job.count; i++)
		json_array_append_new(list,
				      live_call_json(call->ops, &l->job.calls[i], true));
	op_answer_list(call, list, false);
}

static void line_known(struct op_call *call, int status)
{
	struct calls *c = call->state;

	if (status)
		op_fail_errno(call, status);
	else
		live_calls_start(&c->live, call, c->line.id, all_known);
}

static int read_line(struct store_db *db, struct op_call *call)
{
	return scope_line(db, call, &((struct calls *)call->state)->line);
}

void op_call_list(struct op_call *call)
{
	struct calls *c = op_state(call, sizeof(*c), calls_free);

	if (!c)
		return;
	if (op_text(call, "number").len > 0)
		op_store(call, STORE_READ, read_line, line_known);
	else
		live_calls_start(&c->live, call, 0, all_known);
}
