/* SPDX-License-Identifier: Apache-2.0 */
/* call/fork.c - Branches that fail, until none is left (RFC 3261 16.7). */

#include "base/log.h"
#include "call/branch.h"
#include "call/finish.h"
#include "call/flows.h"
#include "call/forward.h"
#include "call/leg.h"
#include "call/outcome.h"
#include "call/route.h"
#include "call/wake.h"

bool branches_ring(const struct call *c)
{
	LIST_EACH (it, &c->legs) {
		const struct leg *l = container_of(it, struct leg, in_call);

		if (l->ours && l->state == LEG_CALLING)
			return true;
	}
	return wake_pending(c);
}

void branches_give_up(struct call *c, const struct leg *but, struct text reason)
{
	wake_stop(c);
	LIST_EACH_SAFE (it, &c->legs) {
		struct leg *l = container_of(it, struct leg, in_call);

		if (l == but || !l->ours || l->state != LEG_CALLING)
			continue;
		l->given_up = true;
		if (l->client && !l->client_answered)
			txn_client_cancel(l->client, reason);
		leg_gone(l);
	}
}

static void note_best(struct call *c, unsigned status, const struct sip_msg *m)
{
	uint32_t retry_after_s;

	if (c->best_status && !outcome_better(status, c->best_status))
		return;
	c->best_status = status;
	c->best_retry_after_s = 0;
	if (m && sip_msg_number(m, SIP_HDR_RETRY_AFTER, &retry_after_s) == 0)
		c->best_retry_after_s = retry_after_s;
}

static void conclude(struct call *c, const struct sip_msg *m)
{
	bool trunk = c->targets != NULL;
	unsigned status = outcome_status(c->best_status, trunk);
	struct refusal_text text = { .cross = m };
	enum forward_kind kind;

	if (outcome_forward(c->best_status, &kind) && call_forward(c, kind))
		return;
	if (!m) /* else it crosses by itself */
		text.retry_after_s = c->best_retry_after_s;
	call_refuse(c, status, &text, outcome_cause(c->best_status, trunk));
}

void branches_conclude(struct call *c)
{
	if (!c->best_status)
		c->best_status = 480;
	conclude(c, NULL);
}

static void trunk_failed(struct leg *l, unsigned status, const struct sip_msg *m)
{
	struct call *c = l->call;

	trunk_report(c->engine->cfg.trunks, (unsigned)l->trunk, &l->flow.remote, status,
		     m ? trunk_retry_after_s(m) : 0);
	if (outcome_next_trunk(status, c->emergency) && route_next_trunk(c))
		return;
	if (!branches_ring(c))
		conclude(c, outcome_next_trunk(status, false) ? NULL : m);
}

/* Only the number counts: nobody is sent to a host that a device names. */
static bool redirected(struct call *c, const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTACT);
	struct text list = h ? h->value : TEXT_NONE, first;
	struct sip_address a;

	if (!c->engine->cfg.policy.follow_redirects) {
		log_info("redirect id=%lld result=refused reason=policy",
			 (long long)c->id);
		return false;
	}
	return sip_list_next(&list, &first) && sip_address_decode(first, &a) == 0 &&
	       call_forward_to(c, &a.uri, DIVERSION_DEFLECTION);
}

static void device_failed(struct leg *l, unsigned status, const struct sip_msg *m)
{
	struct call *c = l->call;

	if (m && status < 400 && redirected(c, m))
		return;
	if (status >= 600)
		branches_give_up(c, NULL, TEXT_NONE);
	if (!branches_ring(c))
		conclude(c, c->best_status == status ? m : NULL);
}

void branch_failed(struct leg *l, unsigned status, const struct sip_msg *m)
{
	struct call *c = l->call;
	bool counted = l->given_up || l->state != LEG_CALLING;

	l->given_up = true;
	leg_gone(l);
	if (counted || c->phase != CALL_TRYING || flows_next(l, status))
		return;
	note_best(c, status ? status : 503, m);
	if (l->trunk >= 0)
		trunk_failed(l, status, m);
	else
		device_failed(l, status, m);
}

void branch_without_media(struct leg *l)
{
	static const struct refusal_text full = { .why = "media_full" };
	struct call *c = l->call;

	l->given_up = true;
	leg_gone(l);
	if (l->trunk >= 0 && route_next_trunk(c))
		return;
	if (!branches_ring(c))
		call_refuse(c, 503, &full, "unreachable");
}
