/* SPDX-License-Identifier: Apache-2.0 */
/* call/pick.c - The branch that answers first is the callee; every other answer is taken
 * and ended (RFC 3261 13.2.2.4). */

#include <errno.h>
#include <stdlib.h>

#include "call/answer.h"
#include "call/await.h"
#include "call/branch.h"
#include "call/cdr.h"
#include "call/diversion.h"
#include "call/early.h"
#include "call/finish.h"
#include "call/flows.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/limit.h"
#include "call/offer.h"
#include "call/prack.h"
#include "call/sdp.h"
#include "call/session_timer.h"
#include "call/transfer.h"

#define ELSEWHERE "SIP;cause=200;text=\"Call completed elsewhere\""

/* A 2xx that nobody wants. It may be a second one from behind the same branch, a dialog
 * of its own: so all happens in a shadow of the leg. */
static void refuse_answer(const struct leg *l, const struct sip_msg *m)
{
	struct leg shadow = *l;

	shadow.remote_tag = shadow.routes = NULL;
	shadow.target = text_dup(text_of(l->target));
	shadow.ack = BUF_GROWING;
	shadow.session = (struct timer){ 0 };
	shadow.media = NULL;
	shadow.counted = false;
	shadow.bye = NULL;
	shadow.refer = NULL;
	shadow.left = NULL;
	shadow.acked = NULL;
	if (shadow.target && leg_from_response(&shadow, m) == 0) {
		shadow.state = LEG_CONFIRMED;
		leg_send_ack(&shadow, TEXT_NONE);
		leg_bye(&shadow, TEXT(ELSEWHERE));
	}
	if (shadow.bye)
		txn_client_forget(shadow.bye);
	free(shadow.remote_tag);
	free(shadow.routes);
	free(shadow.target);
	buf_free(&shadow.ack);
}

/* The relay and rtpengine send to who has described itself last, which may be another one from
 * behind the same branch. */
static void describe_again(struct leg *l, const struct early *e)
{
	struct buf ignored = BUF_GROWING;

	early_means(e);
	call_sdp_answer(l, l->call->caller, text_of(e->own), &ignored);
	buf_free(&ignored);
}

/* What the caller shall see of the callee's description: of the one that its answerer gave
 * before, when the 2xx has none. Another's from behind the same branch is better than none. */
static int describe(struct leg *l, const struct early *e, const struct sip_msg *m,
		    struct buf *ret)
{
	struct call *c = l->call;
	const struct early *shown = e && e->sdp.len ? e : early_shown(c, l);
	struct text sdp;
	int r = headers_sdp(m, &sdp);

	if (r == -ENOENT) {
		if (shown)
			buf_put(ret, buf_text(&shown->sdp));
		if (shown && shown == early_spoken_for(l, m))
			describe_again(l, shown);
		return ret->error;
	}
	if (r < 0)
		return r;
	return c->sdp_offered ? call_sdp_answer(l, c->caller, sdp, ret)
			      : call_sdp_offer(l, c->caller, sdp, ret);
}

static bool still_holds(const struct leg *l, const struct early *shown, struct text sdp)
{
	return text_eq(sdp, buf_text(&shown->sdp)) ||
	       ((l->media || (l->call->single && l->call->media)) &&
		call_sdp_alike(sdp, buf_text(&shown->sdp)));
}

/* One tag has one description in all its responses (13.2.1). When what was told under
 * the answerer's does not hold any more, this is another dialog out of the same INVITE
 * (12.1); a caller that takes one only is told what it knows, and then offered what
 * holds. */
static void reconcile(struct leg *l, struct early *e, struct buf *shown,
		      struct buf *moved)
{
	struct call *c = l->call;
	const struct early *told = c->single ? early_shown(c, NULL) : e;

	early_choose(c, e);
	if (!told || !told->sdp.len)
		return;
	if (told->sdp_moved) {
		buf_reset(shown);
		return;
	}
	if (!told->sdp_settled && !still_holds(l, told, buf_text(shown))) {
		if (!c->single) {
			leg_retag(c->caller, NULL);
			return;
		}
		buf_put(moved, buf_text(shown));
	}
	buf_reset(shown);
	buf_put(shown, buf_text(&told->sdp));
}

static void go_live(struct call *c)
{
	c->phase = CALL_LIVE;
	timer_stop(&c->ring);
	timer_stop(&c->patience);
	prack_quiet(c);
	diversions_settle(c);
	free(c->targets);
	c->targets = NULL;
	flows_forget(c);
	call_limit_start(c);
	call_notify(c);
}

static void report_trunk(const struct leg *l)
{
	if (l->trunk >= 0)
		trunk_report(l->call->engine->cfg.trunks, (unsigned)l->trunk,
			     &l->flow.remote, 200, 0);
}

static void accept_caller(struct call *c, struct text sdp)
{
	c->caller->state = LEG_CONFIRMED;
	if (transfer_answered(c->callee, sdp)) {
		early_drop(c);
		return;
	}
	if (leg_accept(c->caller, sdp) < 0) {
		leg_refuse(c->caller, 500, NULL);
		leg_gone(c->caller);
		call_finish(c, "unreachable", TEXT_NONE);
	}
}

void branch_answer_go_on(struct call *c)
{
	struct buf sdp = c->answer_sdp;

	if (!c->answer_held || c->phase != CALL_LIVE)
		return;
	c->answer_held = false;
	c->answer_sdp = BUF_GROWING;
	accept_caller(c, buf_text(&sdp));
	buf_free(&sdp);
}

static void pass_answer(struct leg *l, const struct early *e, struct text sdp)
{
	struct call *c = l->call;

	if (call_book_answer(c, l) < 0) {
		l->ack_held = true;
		call_refuse(c, 503, NULL, "unreachable");
		return;
	}
	l->ack_held = !c->sdp_offered && sdp.len && !(e && e->sdp.len);
	if (!l->ack_held) {
		leg_send_ack(l, TEXT_NONE);
		call_sdp_settle(c, true);
	}
	if (prack_holds_answer(e)) { /* RFC 3262 3 */
		prack_go_on(e);
		c->answer_held = true;
		buf_put(&c->answer_sdp, sdp);
		return;
	}
	accept_caller(c, sdp);
}

static void take_move(struct leg *caller, const struct sip_msg *m)
{
	struct buf b = BUF_GROWING;
	struct text sdp;
	bool agreed = caller->call->callee && headers_sdp(m, &sdp) == 0 &&
		      call_sdp_answer(caller, caller->call->callee, sdp, &b) == 0;

	call_sdp_settle(caller->call, agreed);
	buf_free(&b);
}

/* The single early dialog of the caller goes on with what holds now. */
static void on_moved(void *arg, struct leg *caller, unsigned status,
		     const struct sip_msg *m)
{
	struct await_what what = { caller, caller->call->callee, MEDIA_ANSWER };

	if (status >= 300)
		call_sdp_settle(caller->call, false);
	else if (!what.to || await_media(caller, &what, m, take_move))
		take_move(caller, m);
}

static void pick(struct leg *l, const struct sip_msg *m)
{
	struct call *c = l->call;
	struct early *e = early_of(l, m->to.tag);
	struct buf shown = BUF_GROWING, moved = BUF_GROWING;

	if (describe(l, e, m, &shown) < 0 || leg_from_response(l, m) < 0) {
		refuse_answer(l, m);
		branch_failed(l, 488, NULL);
		buf_free(&shown);
		return;
	}
	reconcile(l, e, &shown, &moved);
	call_media_choose(l);
	l->state = LEG_CONFIRMED;
	c->callee = l;
	report_trunk(l);
	branches_give_up(c, l, TEXT(ELSEWHERE));
	session_timer_take(l, m);
	go_live(c);
	pass_answer(l, e, buf_text(&shown));
	if (moved.len && c->phase == CALL_LIVE)
		leg_offer(c->caller, buf_text(&moved), on_moved, NULL);
	buf_free(&shown);
	buf_free(&moved);
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
