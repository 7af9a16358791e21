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
	static const struct refusal_text ended = { .why = "stopped" };

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

/* It pays for a leg of the call, whoever speaks on it. */
static bool pays(const struct call *c, int64_t id)
{
	LIST_EACH (it, &c->books) {
		const struct cdr_row *row = &container_of(it, struct book, node)->row;

		if (row->direction == CALL_OUT &&
		    (row->credential_id ? row->credential_id : row->line_id) == id)
			return true;
	}
	return false;
}

static bool end_one(struct call *c, int64_t id, const char *cause)
{
	if (pays(c, id) && c->caller->credential_id != id) {
		if (c->phase == CALL_TRYING)
			call_refuse(c, 480, NULL, cause);
		call_finish(c, cause, TEXT_NONE);
		return true;
	}
	return c->phase == CALL_TRYING ? end_ringing(c, id, cause)
				       : end_live(c, id, cause);
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
		else
			ended.calls += end_one(c, credential_id, cause);
	}
	return ended;
}

/* NULL: it was not stopped since the leg began. */
static const char *leg_stopped(const struct leg *l)
{
	struct account_book *book = l->call->engine->cfg.book;
	struct account_credential c;

	if (!l->credential_id)
		return NULL;
	if (!account_credential_current(book, l->credential_id, l->generation))
		return account_credential_by_id(book, l->credential_id, &c) == 0 &&
				       c.status == CREDENTIAL_FROZEN
			       ? "frozen"
			       : "revoked";
	return account_credential_by_id(book, l->credential_id, &c) == 0 && c.line_frozen
		       ? "frozen"
		       : NULL;
}

static const char *payer_stopped(const struct call *c, const struct cdr_row *row)
{
	struct account_book *book = c->engine->cfg.book;
	struct account_credential credential;
	struct account_line line;

	if (row->direction != CALL_OUT)
		return NULL;
	if (account_line_by_id(book, row->line_id, &line) == 0 && line.frozen)
		return "frozen";
	if (!row->credential_id)
		return NULL;
	if (account_credential_by_id(book, row->credential_id, &credential) < 0 ||
	    credential.status == CREDENTIAL_REVOKED)
		return "revoked";
	return credential.status == CREDENTIAL_FROZEN ? "frozen" : NULL;
}

static const char *stopped(const struct call *c)
{
	const char *cause = leg_stopped(c->caller);

	if (!cause)
		cause = leg_stopped(c->callee);
	LIST_EACH (it, &c->books) {
		if (!cause)
			cause = payer_stopped(c,
					      &container_of(it, struct book, node)->row);
	}
	return cause;
}

void call_end_stopped(struct call *c)
{
	const char *cause = stopped(c);

	if (cause)
		call_finish(c, cause, TEXT_NONE);
}

static size_t show(const struct cdr_row *row, int64_t line_id, struct call_info *ret)
{
	if (!row->started_at || (line_id && row->line_id != line_id))
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

		LIST_EACH (book, &c->books) {
			if (n < max)
				n += show(&container_of(book, struct book, node)->row,
					  line_id, &ret[n]);
		}
	}
	return n;
}

size_t call_engine_count(const struct call_engine *e)
{
	return e->count;
}
