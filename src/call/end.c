/* SPDX-License-Identifier: Apache-2.0 */
/* call/end.c - Calls of a credential end from outside; what there is of calls. */

#include <string.h>

#include "call/answer.h"
#include "call/branch.h"
#include "call/finish.h"

static bool rings(const struct leg *l, int64_t credential_id)
{
	return l->ours && l->state == LEG_CALLING && l->credential_id == credential_id;
}

static void stop_ringing(struct call *c, int64_t credential_id)
{
	LIST_EACH_SAFE (it, &c->legs) {
		struct leg *l = container_of(it, struct leg, in_call);

		if (!rings(l, credential_id))
			continue;
		if (l->client && !l->client_answered)
			txn_client_cancel(l->client, TEXT_NONE);
		branch_failed(l, 480, NULL);
	}
}

/* The call goes on when other devices of the callee ring. */
static bool end_ringing(struct call *c, int64_t credential_id, const char *cause)
{
	static const struct refusal_text ended = {
		.warning = "This credential was stopped"
	};

	if (c->caller->credential_id == credential_id) {
		call_refuse(c, 403, &ended, cause);
		return true;
	}
	stop_ringing(c, credential_id);
	return c->phase == CALL_OVER;
}

static bool end_live(struct call *c, int64_t credential_id, const char *cause)
{
	if (c->caller->credential_id != credential_id &&
	    (!c->callee || c->callee->credential_id != credential_id))
		return false;
	call_finish(c, cause, TEXT_NONE);
	return true;
}

static bool concerns(const struct call *c, int64_t credential_id)
{
	return c->caller && c->caller->credential_id == credential_id;
}

struct call_ended call_engine_end_credential(struct call_engine *e, int64_t credential_id,
					     const char *cause)
{
	struct call_ended ended = { 0 };

	LIST_EACH_SAFE (it, &e->calls) {
		struct call *c = container_of(it, struct call, node);

		if (c->phase == CALL_OVER || !c->caller)
			continue;
		if (c->emergency)
			ended.spared += concerns(c, credential_id);
		else if (c->phase == CALL_TRYING)
			ended.calls += end_ringing(c, credential_id, cause);
		else
			ended.calls += end_live(c, credential_id, cause);
	}
	return ended;
}

static size_t show(const struct cdr_row *row, int64_t line_id, struct call_info *ret)
{
	if (!row || !row->started_at || (line_id && row->line_id != line_id))
		return 0;
	*ret = (struct call_info){
		.id = row->id,
		.customer_id = row->customer_id,
		.line_id = row->line_id,
		.credential_id = row->credential_id,
		.direction = row->direction,
		.started_at = row->started_at,
		.answered_at = row->answered_at,
	};
	memcpy(ret->from, row->from, sizeof(ret->from));
	memcpy(ret->to, row->to, sizeof(ret->to));
	return 1;
}

size_t call_engine_list(struct call_engine *e, int64_t line_id, struct call_info *ret,
			size_t max)
{
	size_t n = 0;

	LIST_EACH (it, &e->calls) {
		const struct call *c = container_of(it, struct call, node);

		if (n < max)
			n += show(c->out, line_id, &ret[n]);
		if (n < max)
			n += show(c->in, line_id, &ret[n]);
	}
	return n;
}

size_t call_engine_count(const struct call_engine *e)
{
	return e->count;
}
