/* SPDX-License-Identifier: Apache-2.0 */
/* call/dialog.c - Requests inside a dialog (RFC 3261 12.2.2): whose they are, whether
 * they come in order, what they do. */

#include "call/answer.h"
#include "call/await.h"
#include "call/branch.h"
#include "call/early.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/prack.h"
#include "call/refer.h"
#include "call/reinvite.h"
#include "call/relay.h"
#include "call/sdp.h"
#include "call/transfer.h"
#include "call/update.h"

static bool is_its_dialog(const struct leg *l, const struct sip_msg *m)
{
	if (!l->call_id || !text_eq(text_of(l->call_id), m->call_id))
		return false;
	if (l->ours && early_meant(l, m))
		return true;
	return l->remote_tag && text_eq(text_of(l->remote_tag), m->from.tag);
}

static struct leg *find(struct call_engine *engine, const struct sip_msg *m)
{
	struct leg *l = call_leg_of(engine, m->to.tag);
	struct early *e = l ? NULL : early_find(engine, m->to.tag);

	if (e)
		l = e->call->caller;
	return l && is_its_dialog(l, m) ? l : NULL;
}

/* 15.1: BYE of one early dialog ends that branch; of the only one, the call. */
static void on_early_bye(struct leg *l, const struct sip_msg *m)
{
	struct early *e = early_meant(l, m);
	struct leg *branch = e ? e->branch : NULL;

	if (!branch || l->call->single || !early_other(e)) {
		call_cancelled(l, m);
		return;
	}
	if (branch->client && !branch->client_answered)
		txn_client_cancel(branch->client, TEXT_NONE);
	branch_failed(branch, 487, NULL);
}

static void on_bye(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct buf b = BUF_GROWING;
	struct call *c = l->call;

	leg_answer(l, from, m, 200);
	if (transfer_left(l))
		return;
	if (l->state == LEG_CALLING) {
		on_early_bye(l, m);
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
	leg_answer(l, from, m, 200);
}

static void on_other(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	leg_answer(l, from, m, m->method == SIP_METHOD_OTHER ? 501 : 405);
}

typedef void method_fn(struct leg *, const struct flow *, const struct sip_msg *);

static method_fn *const methods[] = {
	[SIP_INVITE] = call_reinvite, [SIP_BYE] = on_bye,
	[SIP_INFO] = call_relay_info, [SIP_OPTIONS] = on_options,
	[SIP_PRACK] = call_prack,     [SIP_UPDATE] = call_update,
	[SIP_REFER] = call_refer,     [SIP_METHOD_OTHER] = on_other,
};

/* The answer to an offer that came in the 2xx travels in the ACK (13.2.2.4). */
static void pass_ack(struct leg *l, const struct sip_msg *m)
{
	struct leg *other = leg_other(l);
	struct call *c = l->call;
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
	struct await_what what = { l, leg_other(l), MEDIA_ANSWER };
	bool bye = l->bye_after_ack;

	if (!leg_acked(l, m))
		return;
	early_drop(l->call);
	if (!what.to || !what.to->ack_held || await_media(l, &what, m, pass_ack))
		pass_ack(l, m);
	if (bye)
		leg_bye(l, TEXT_NONE);
	call_sweep_soon(l->call);
}

/* Only the BYE that crossed ours, or that came instead of the ACK, still means something.
 */
static void on_gone(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	leg_answer(l, from, m, m->method == SIP_BYE ? 200 : 481);
	if (m->method == SIP_BYE)
		leg_stop_waiting(l);
	call_sweep_soon(l->call);
}

static void on_request(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	method_fn *fn = methods[m->method] ? methods[m->method] : on_other;

	struct early *e = early_meant(l, m);
	uint32_t *last = e && !l->ours ? &e->remote_cseq : &l->remote_cseq;

	if (m->cseq.number <= *last && l->remote_cseq_known) {
		leg_answer(l, from, m, 500);
		return;
	}
	*last = m->cseq.number;
	l->remote_cseq_known = true;
	leg_follow(l, from);
	fn(l, from, m);
}

/* Of one that is known by its certificate an address alone is worth nothing, as over UDP
 * anybody can write it; over TLS, which we may have opened by another name, it is its own. */
static bool is_trunk(const struct leg *l, const struct flow *from)
{
	struct trunk_set *trunks = l->call->engine->cfg.trunks;
	unsigned index = (unsigned)l->trunk;
	struct flow next = leg_next_hop(l);

	if (trunk_get(trunks, index)->certificate[0] &&
	    !transport_secure(from->transport))
		return false;
	return trunk_sends(trunks, index, from) ||
	       addr_eq_host(&from->remote, &l->flow.remote) ||
	       addr_eq_host(&from->remote, &next.remote) ||
	       trunk_is_own(trunks, index, &from->remote);
}

enum call_source call_source_of(struct call_engine *e, const struct flow *from,
				const struct sip_msg *m, int64_t *credential_id)
{
	const struct leg *l = find(e, m);

	if (!l || l->state == LEG_GONE || flow_eq(from, &l->flow))
		return CALL_SOURCE_KNOWN;
	if (l->trunk >= 0)
		return is_trunk(l, from) ? CALL_SOURCE_KNOWN : CALL_SOURCE_FOREIGN;
	if (!l->credential_id || leg_registered_at(l, from))
		return CALL_SOURCE_KNOWN;
	*credential_id = l->credential_id;
	return l->call->emergency ? CALL_SOURCE_MOVED_EMERGENCY : CALL_SOURCE_MOVED;
}

void call_in_dialog(struct call_engine *e, const struct flow *from,
		    const struct sip_msg *m)
{
	struct leg *l = find(e, m);

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
