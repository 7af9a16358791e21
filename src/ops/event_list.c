/* SPDX-License-Identifier: Apache-2.0 */
/* ops/event_list.c - event.list: the security log, newest first. A customer sees his own;
 * the operator all, or one customer's. */

#include "ops/gather.h"
#include "ops/json.h"
#include "ops/run.h"
#include "ops/scope.h"

enum { EVENTS_DEFAULT = 50 };

static void rows_free(void *arg)
{
	gather_free(arg);
}

static int keep(void *arg, const struct event_row *row)
{
	return gather_put(arg, row);
}

static int read_events(struct store_db *db, struct op_call *call)
{
	struct gather *rows = call->state;
	int64_t customer_id = call->customer_id;
	struct customer_row customer;
	char ref[ROW_REF_SIZE];
	int error;

	gather_reset(rows);
	if (op_text(call, "customer").len > 0) {
		text_copy(ref, sizeof(ref), op_text(call, "customer"));
		error = store_customer_by_ref(db, ref, &customer);
		if (error)
			return error;
		customer_id = customer.id;
	}
	error = store_event_each(db, customer_id, op_id(call, "before"),
				 (unsigned)rows->max + 1, keep, rows);
	return error < 0 ? error : 0;
}

static json_t *event_json(struct op_call *call, const struct event_row *r)
{
	struct account_book *book = call->ops->cfg.book;
	struct account_credential credential = { .label = "" };
	struct account_line line = { .number = "" };

	if (r->credential_id)
		account_credential_by_id(book, r->credential_id, &credential);
	if (r->line_id)
		account_line_by_id(book, r->line_id, &line);
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
			 json_of_id(r->id), "at", json_of_time(r->at), "kind", r->kind,
			 "reason", json_of_text(r->reason), "text", json_of_text(r->text),
			 "line", json_of_text(line.number), "credential_label",
			 json_of_text(credential.label), "source",
			 json_of_text(r->source), "who", json_of_text(r->who));
}

static void events_read(struct op_call *call, int status)
{
	struct gather *rows = call->state;
	const struct event_row *events = rows->rows;
	json_t *list;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	list = json_array();
	for (size_t i = 0; i < rows->count; i++)
		json_array_append_new(list, event_json(call, &events[i]));
	op_answer_list(call, list, rows->more);
}

void op_event_list(struct op_call *call)
{
	struct gather *rows = op_state(call, sizeof(*rows), rows_free);

	if (!rows)
		return;
	*rows = GATHER(struct event_row, (size_t)op_count(call, "limit", EVENTS_DEFAULT));
	op_store(call, STORE_READ, read_events, events_read);
}
