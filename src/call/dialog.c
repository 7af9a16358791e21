/* SPDX-License-Identifier: Apache-2.0 */
/* call/dialog.c - Requests inside a dialog (RFC 3261 12.2.2): whose they are, whether
 * they come in order, what they do. */

#include "call/answer.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/reinvite.h"
#include "call/relay.h"
#include "call/sdp.h"

static bool is_its_dialog(const struct leg *l, const struct sip_msg *m)
{
	return l->call_id && l->remote_tag && text_eq(text_of(l->call_id), m->call_id) &&
	       text_eq(text_of(l->remote_tag), m->from.tag);
}

static void answer(struct leg *l, const struct flow *from, const struct sip_msg *m,
		   unsigned status)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;
	struct buf b = BUF_GROWING;

	txn_response_begin(&b, from, m, status, NULL, TEXT_NONE);
	headers_server_put(&b);
	if (status == 405 || m->method == SIP_OPTIONS)
		headers_allow_put(&b);
	if (m->method == SIP_OPTIONS)
		sip_header_put(&b, SIP_HDR_ACCEPT, TEXT("application/sdp"));
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		txn_answer(txn, from, m, buf_text(&b));
	buf_free(&b);
}

static void on_bye(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct buf b = BUF_GROWING;
	struct call *c = l->call;

	answer(l, from, m, 200);
	if (l->state == LEG_CALLING) {
		call_cancelled(l, m); /* of an early dialog (15.1) */
		return;
	}
	leg_refuse(l, 487, NULL);
	leg_stop_waiting(l);
	leg_gone(l);
	call_finish(c, l == c->caller ? "caller_hung_up" : "callee_hung_up",
		    call_reason_of(m, &b));
	buf_free(&b);
}

static void on_options(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	answer(l, from, m, 200);
}

static void on_other(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	answer(l, from, m, m->method == SIP_METHOD_OTHER ? 501 : 405);
}

typedef void method_fn(struct leg *, const struct flow *, const struct sip_msg *);

static method_fn *const methods[] = {
	[SIP_INVITE] = call_reinvite,  [SIP_BYE] = on_bye,
	[SIP_INFO] = call_relay_info,  [SIP_OPTIONS] = on_options,
	[SIP_METHOD_OTHER] = on_other,
};

/* The answer to an offer that came in the 2xx travels in the ACK (13.2.2.4). */
static void pass_ack(struct leg *l, const struct sip_msg *m)
{
	struct call *c = l->call;
	struct leg *other = l == c->caller ? c->callee : c->caller;
	struct buf b = BUF_GROWING;
	struct text sdp;

	if (!other || !other->ack_held)
		return;
	if (headers_sdp(m, &sdp) < 0 || call_sdp_answer(l, other, sdp, &b) < 0)
		buf_reset(&b);
	leg_send_ack(other, buf_text(&b));
	call_sdp_settle(c, b.len > 0);
	buf_free(&b);
}

static void on_ack(struct leg *l, const struct sip_msg *m)
{
	bool bye = l->bye_after_ack;

	if (!leg_acked(l, m))
		return;
	pass_ack(l, m);
	if (bye)
		leg_bye(l, TEXT_NONE);
	call_sweep_soon(l->call);
}

/* Only the BYE that crossed ours, or that came instead of the ACK, still means something.
 */
static void on_gone(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	answer(l, from, m, m->method == SIP_BYE ? 200 : 481);
	if (m->method == SIP_BYE)
		leg_stop_waiting(l);
	call_sweep_soon(l->call);
}

static void on_request(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	method_fn *fn = methods[m->method] ? methods[m->method] : on_other;

	if (m->cseq.number <= l->remote_cseq && l->remote_cseq_known) {
		answer(l, from, m, 500);
		return;
	}
	l->remote_cseq = m->cseq.number;
	l->remote_cseq_known = true;
	fn(l, from, m);
}

void call_in_dialog(struct call_engine *e, const struct flow *from,
		    const struct sip_msg *m)
{
	struct leg *l = call_leg_of(e, m->to.tag);

	if (l && !is_its_dialog(l, m))
		l = NULL;
	if (m->method == SIP_ACK) {
		if (l)
			on_ack(l, m);
	} else if (!l) {
		txn_refuse(e->cfg.txn, from, m, 481, NULL);
	} else if (l->state == LEG_GONE) {
		on_gone(l, from, m);
	} else {
		on_request(l, from, m);
	}
}
