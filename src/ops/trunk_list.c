/* SPDX-License-Identifier: Apache-2.0 */
/* ops/trunk_list.c - trunk.list: how the ways into the voice network are. */

#include "ops/call.h"
#include "ops/json.h"
#include "ops/run.h"

enum { ROWS_MAX = 128 };

static json_t *trunk_json(const struct trunk_info *t)
{
	return json_pack(
		"{s:s, s:o, s:o, s:s, s:I, s:o, s:o, s:I, s:I, s:b, s:I, s:s}", "trunk",
		t->name, "address", json_of_text(t->address), "transport",
		json_of_text(t->transport), "state", t->state, "rests_s",
		(json_int_t)t->rests_s, "answered_at", json_of_time(t->answered_at),
		"registered", json_of_text(t->registered), "calls", (json_int_t)t->calls,
		"calls_max", (json_int_t)t->calls_max, "emergency", (int)t->emergency,
		"register_status", (json_int_t)t->status, "uri", t->uri);
}

void op_trunk_list(struct op_call *call)
{
	struct trunk_info *rows = op_state(call, ROWS_MAX * sizeof(*rows), NULL);
	json_t *list;
	size_t n;

	if (!rows)
		return;
	n = call->ops->cfg.trunks ? trunk_list(call->ops->cfg.trunks, rows, ROWS_MAX) : 0;
	list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, trunk_json(&rows[i]));
	op_answer_list(call, list, n == ROWS_MAX);
}
