/* SPDX-License-Identifier: Apache-2.0 */
/* call/pick.c - The branch that answers first is the callee; every other answer is taken
 * and ended (RFC 3261 13.2.2.4). */

#include <errno.h>
#include <stdlib.h>

#include "call/answer.h"
#include "call/branch.h"
#include "call/cdr.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/limit.h"
#include "call/sdp.h"

#define ELSEWHERE "SIP;cause=200;text=\"Call completed elsewhere\""

/* A 2xx that nobody wants. It may be a second one from behind the same branch, a dialog
 * of its own: so all happens in a shadow of the leg. */
static void refuse_answer(const struct leg *l, const struct sip_msg *m)
{
	struct leg shadow = *l;

	shadow.remote_tag = shadow.routes = NULL;
	shadow.target = text_dup(text_of(l->target));
	shadow.ack = BUF_GROWING;
	if (shadow.target && leg_from_response(&shadow, m) == 0) {
		shadow.state = LEG_CONFIRMED;
		leg_send_ack(&shadow, TEXT_NONE);
		leg_bye(&shadow, TEXT(ELSEWHERE));
	}
	free(shadow.remote_tag);
	free(shadow.routes);
	free(shadow.target);
	buf_free(&shadow.ack);
}

/* What the caller shall see of the callee's description. */
static int describe(struct leg *l, const struct sip_msg *m, struct buf *ret)
{
	struct call *c = l->call;
	struct text sdp;
	int r = headers_sdp(m, &sdp);

	if (r == -ENOENT) {
		if (c->shown_leg == l)
			buf_put(ret, buf_text(&c->shown_sdp));
		return ret->error;
	}
	if (r < 0)
		return r;
	return c->sdp_offered ? call_sdp_answer(l, c->caller, sdp, ret)
			      : call_sdp_offer(l, c->caller, sdp, ret);
}

/* The caller has seen a description already. It stays when it still holds; when it does
 * not, this is another dialog out of the same INVITE, with another tag (12.1). */
static void reconcile(struct leg *l, struct buf *shown)
{
	struct call *c = l->call;

	if (!c->shown_leg || text_eq(buf_text(shown), buf_text(&c->shown_sdp)))
		return;
	if (c->shown_leg != l || !c->media ||
	    !call_sdp_alike(buf_text(shown), buf_text(&c->shown_sdp))) {
		leg_retag(c->caller);
		return;
	}
	buf_reset(shown);
	buf_put(shown, buf_text(&c->shown_sdp));
}

static void forget_shown(struct call *c)
{
	buf_free(&c->shown_sdp);
	c->shown_sdp = BUF_GROWING;
	c->shown_leg = NULL;
}

static void go_live(struct call *c)
{
	c->phase = CALL_LIVE;
	timer_stop(&c->ring);
	timer_stop(&c->patience);
	forget_shown(c);
	free(c->targets);
	c->targets = NULL;
	call_limit_start(c);
	call_notify(c);
}

static void report_trunk(const struct leg *l)
{
	if (l->trunk >= 0)
		trunk_report(l->call->engine->cfg.trunks, (unsigned)l->trunk, 200, 0);
}

static void pass_answer(struct leg *l, struct text sdp)
{
	struct call *c = l->call;

	if (call_book_answer(c, l) < 0) {
		l->ack_held = true;
		call_refuse(c, 503, NULL, "unreachable");
		return;
	}
	l->ack_held = !c->sdp_offered && sdp.len;
	if (!l->ack_held) {
		leg_send_ack(l, TEXT_NONE);
		call_sdp_settle(c, true);
	}
	c->caller->state = LEG_CONFIRMED;
	if (leg_accept(c->caller, sdp) < 0) {
		leg_refuse(c->caller, 500, NULL);
		leg_gone(c->caller);
		call_finish(c, "unreachable", TEXT_NONE);
	}
}

static void pick(struct leg *l, const struct sip_msg *m)
{
	struct call *c = l->call;
	struct buf shown = BUF_GROWING;

	if (describe(l, m, &shown) < 0 || leg_from_response(l, m) < 0) {
		refuse_answer(l, m);
		branch_failed(l, 488, NULL);
		buf_free(&shown);
		return;
	}
	l->state = LEG_CONFIRMED;
	c->callee = l;
	report_trunk(l);
	branches_give_up(c, l, TEXT(ELSEWHERE));
	reconcile(l, &shown);
	go_live(c);
	pass_answer(l, buf_text(&shown));
	buf_free(&shown);
}

void branch_answered(struct leg *l, const struct sip_msg *m)
{
	if (l->remote_tag && text_eq(text_of(l->remote_tag), m->to.tag)) {
		leg_send_ack_again(l);
	} else if (l->state != LEG_CALLING || l->given_up ||
		   l->call->phase != CALL_TRYING) {
		refuse_answer(l, m);
	} else {
		pick(l, m);
	}
}
