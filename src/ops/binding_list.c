/* SPDX-License-Identifier: Apache-2.0 */
/* ops/binding_list.c - binding.list: registered contacts of a line, for the operator. */

#include "ops/gather.h"
#include "ops/json.h"
#include "ops/live.h"
#include "ops/run.h"
#include "ops/scope.h"

static int read_line(struct store_db *db, struct op_call *call)
{
	return scope_line(db, call, call->state);
}

static json_t *binding_json(struct op_call *call, const struct line_row *line,
			    const struct binding *b)
{
	json_t *j = live_binding_json(call->ops, b);
	struct account_credential c;

	if (!j)
		return NULL;
	json_object_set_new(j, "line", json_string(line->number));
	json_object_set_new(j, "credential", json_of_id(b->credential_id));
	json_object_set_new(j, "contact", json_of_text(b->contact));
	if (account_credential_by_id(call->ops->cfg.book, b->credential_id, &c) == 0)
		json_object_set_new(j, "label", json_string(c.label));
	return j;
}

static void line_read(struct op_call *call, int status)
{
	struct binding bindings[REGISTRAR_LINE_BINDINGS_MAX];
	const struct line_row *line = call->state;
	json_t *list;
	size_t count;

	if (status) {
		op_fail_errno(call, status);
		return;
	}
	count = registrar_line_bindings(call->ops->cfg.registrar, line->id, bindings,
					REGISTRAR_LINE_BINDINGS_MAX);
	list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, binding_json(call, line, &bindings[i]));
	op_answer_list(call, list, false);
}

void op_binding_list(struct op_call *call)
{
	if (op_state(call, sizeof(struct line_row), NULL))
		op_store(call, STORE_READ, read_line, line_read);
}
