/* SPDX-License-Identifier: Apache-2.0 */
/* ops/record.c - Who did it and from where, into the security log. */

#include "ops/record.h"

#include "base/id.h"

void op_record_row(struct op_call *call, const char *kind, int64_t line_id,
		   const char *text, struct event_row *ret)
{
	*ret = (struct event_row){
		.id = id_new(call->ops->cfg.ids),
		.at = op_now_us(call),
		.customer_id = call->customer_id,
		.line_id = line_id,
	};
	text_copy(ret->kind, sizeof(ret->kind), text_of(kind));
	text_copy(ret->who, sizeof(ret->who), text_of(call->who));
	text_copy(ret->source, sizeof(ret->source), text_of(call->source));
	text_copy(ret->text, sizeof(ret->text), text_of(text));
}

void op_record(struct op_call *call, const char *kind, int64_t line_id, const char *text)
{
	struct event_row row;

	if (!call->ops->cfg.events)
		return;
	op_record_row(call, kind, line_id, text, &row);
	event_put(call->ops->cfg.events, &row);
}
