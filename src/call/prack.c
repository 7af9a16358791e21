/* SPDX-License-Identifier: Apache-2.0 */
/* call/prack.c - Reliable provisional responses (RFC 3262), to either side. */

#include "call/prack.h"

#include <stdlib.h>

#include "call/answer.h"
#include "call/await.h"
#include "call/branch.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/sdp.h"
#include "call/update.h"

enum { GIVE_UP_T1S = 64, RSEQ_FIRST_MAX = 1 << 20 };

/* One waits for its PRACK; what comes meanwhile waits behind it (3). */
struct reliable {
	struct early *early;
	struct buf bytes;
	struct timer resend;
	unsigned resend_ms, resent_ms;
	bool waits;         /* for its PRACK */
	bool sdp;           /* it carries a description */
	uint32_t peer_rseq; /* the answerer waits for this one's PRACK; 0: not */
	unsigned next_status;
	uint32_t next_peer_rseq;
};

bool prack_in_order(struct early *e, const struct sip_msg *m, uint32_t *rseq)
{
	*rseq = 0;
	if (!sip_msg_has_token(m, SIP_HDR_REQUIRE, TEXT("100rel")))
		return true;
	if (sip_msg_number(m, SIP_HDR_RSEQ, rseq) < 0 || *rseq == 0)
		return false;
	if (e->peer_rseq && *rseq != e->peer_rseq + 1)
		return false;
	e->peer_rseq = *rseq;
	return true;
}

static void acknowledge(struct early *e, uint32_t rseq, struct text sdp)
{
	struct buf b = BUF_GROWING;
	struct txn_client *ignored;
	struct leg l;

	if (!rseq || !e->branch || e->branch->state == LEG_GONE)
		return;
	l = early_branch_leg(e);
	leg_request_begin(&l, &b, SIP_PRACK, leg_next_cseq(e->branch));
	sip_header_printf(&b, SIP_HDR_RACK, "%u %u INVITE", rseq, l.client_cseq);
	sip_body(&b, TEXT("application/sdp"), sdp);
	if (!b.error)
		leg_send(&l, SIP_PRACK, buf_text(&b), NULL, NULL, &ignored);
	buf_free(&b);
}

void prack_at_once(struct early *e, uint32_t rseq)
{
	acknowledge(e, rseq, TEXT_NONE);
}

void prack_forget(struct early *e)
{
	struct reliable *r = e->reliable;

	e->reliable = NULL;
	if (!r)
		return;
	timer_stop(&r->resend);
	buf_free(&r->bytes);
	free(r);
}

static void on_resend(struct timer *t)
{
	struct reliable *r = container_of(t, struct reliable, resend);
	struct leg *caller = r->early->call->caller;

	r->resent_ms += r->resend_ms;
	if (r->resent_ms >= GIVE_UP_T1S * leg_t1_ms(caller)) {
		call_refuse(caller->call, 504, NULL, "unreachable");
		return;
	}
	if (caller->server)
		txn_server_respond(caller->server, r->early->status, buf_text(&r->bytes));
	r->resend_ms *= 2;
	if (r->resent_ms + r->resend_ms > GIVE_UP_T1S * leg_t1_ms(caller))
		r->resend_ms = GIVE_UP_T1S * leg_t1_ms(caller) - r->resent_ms;
	timer_start(caller->call->engine->cfg.loop, t, r->resend_ms, on_resend);
}

static uint32_t next_rseq(struct early *e)
{
	struct call *c = e->call;

	/* One dialog has one numbering (3), whoever is behind it. */
	if (c->single)
		e->rseq = ++c->rseq;
	else if (!e->rseq)
		e->rseq = 1 + random_below(c->engine->cfg.random, RSEQ_FIRST_MAX);
	else
		e->rseq++;
	return e->rseq;
}

static void send_now(struct reliable *r, unsigned status, uint32_t peer_rseq)
{
	struct early *e = r->early;
	struct leg *caller = e->call->caller;

	if (!caller->server || caller->server_answered)
		return;
	r->sdp = e->sdp.len && !e->sdp_settled;
	r->peer_rseq = peer_rseq;
	buf_free(&r->bytes);
	r->bytes = BUF_GROWING;
	leg_progress_put(caller, &r->bytes, status, text_of(e->tag), next_rseq(e),
			 r->sdp ? buf_text(&e->sdp) : TEXT_NONE);
	if (r->bytes.error)
		return;
	e->status = status;
	r->waits = true;
	r->resent_ms = 0;
	r->resend_ms = leg_t1_ms(caller);
	txn_server_respond(caller->server, status, buf_text(&r->bytes));
	timer_start(caller->call->engine->cfg.loop, &r->resend, r->resend_ms, on_resend);
}

static bool any_waits(const struct call *c)
{
	LIST_EACH (it, &c->earlies) {
		const struct early *e = container_of(it, struct early, node);

		if (e->reliable && e->reliable->waits)
			return true;
	}
	return false;
}

static void tell_reliably(struct early *e, unsigned status, uint32_t peer_rseq)
{
	struct reliable *r = e->reliable;

	if (!r) {
		r = e->reliable = calloc(1, sizeof(*r));
		if (!r)
			return;
		r->early = e;
	}
	if (!r->waits && !(e->call->single && any_waits(e->call))) {
		send_now(r, status, peer_rseq);
		return;
	}
	acknowledge(e, r->next_peer_rseq, TEXT_NONE); /* the newest counts */
	r->next_status = status;
	r->next_peer_rseq = peer_rseq;
}

void prack_tell(struct early *e, unsigned status, uint32_t peer_rseq)
{
	struct call *c = e->call;
	struct buf b = BUF_GROWING;

	if (c->caller_reliable && (peer_rseq || c->caller_demands_reliable)) {
		tell_reliably(e, status, peer_rseq);
		return;
	}
	acknowledge(e, peer_rseq, TEXT_NONE);
	if (!c->caller->server || c->caller->server_answered)
		return;
	leg_progress_put(c->caller, &b, status, text_of(e->tag), 0,
			 e->sdp_settled ? TEXT_NONE : buf_text(&e->sdp));
	if (!b.error)
		txn_server_respond(c->caller->server, status, buf_text(&b));
	buf_free(&b);
}

bool prack_holds_answer(const struct early *e)
{
	return e && e->reliable && e->reliable->waits && e->reliable->sdp;
}

void prack_quiet(struct call *c)
{
	LIST_EACH (it, &c->earlies) {
		struct early *e = container_of(it, struct early, node);

		if (e->reliable)
			timer_stop(&e->reliable->resend);
	}
}

void prack_go_on(const struct early *e)
{
	struct reliable *r = e->reliable;

	timer_start(e->call->engine->cfg.loop, &r->resend, r->resend_ms, on_resend);
}

/* RAck: our RSeq, the INVITE's CSeq and its method (7.2). */
static bool read_rack(const struct sip_msg *m, uint32_t *rseq, uint32_t *cseq)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_RACK);
	struct text number, rest;
	struct sip_cseq invite;

	if (!h || !text_split(h->value, ' ', &number, &rest) ||
	    text_to_u32(number, UINT32_MAX, rseq) < 0 ||
	    sip_cseq_decode(text_trim_lws(rest), &invite) < 0 ||
	    invite.method != SIP_INVITE)
		return false;
	*cseq = invite.number;
	return true;
}

static struct early *acknowledged(const struct leg *l, const struct sip_msg *m)
{
	uint32_t rseq, cseq;

	if (l->ours || !read_rack(m, &rseq, &cseq) || cseq != l->invite_cseq)
		return NULL;
	LIST_EACH (it, &l->call->earlies) {
		struct early *e = container_of(it, struct early, node);

		if (e->reliable && e->reliable->waits && e->rseq == rseq &&
		    text_eq(text_of(e->tag), m->to.tag))
			return e;
	}
	return NULL;
}

static void go_on(struct call *c)
{
	LIST_EACH (it, &c->earlies) {
		struct reliable *r = container_of(it, struct early, node)->reliable;
		unsigned status = r ? r->next_status : 0;

		if (!status || r->waits || (c->single && any_waits(c)))
			continue;
		r->next_status = 0;
		send_now(r, status, r->next_peer_rseq);
		r->next_peer_rseq = 0;
	}
	branch_answer_go_on(c);
}

/* The caller's answer to the answerer's offer. */
static void pass_answer(struct early *e, uint32_t peer_rseq, const struct sip_msg *m)
{
	struct leg *caller = e->call->caller;
	struct buf b = BUF_GROWING;
	struct text sdp;

	if (!e->branch)
		return;
	early_means(e);
	if (headers_sdp(m, &sdp) < 0 || call_sdp_answer(caller, e->branch, sdp, &b) < 0)
		buf_reset(&b);
	acknowledge(e, peer_rseq, buf_text(&b));
	buf_free(&b);
}

static void pass_answer_late(struct leg *caller, const struct sip_msg *m)
{
	struct early *e = early_tagged(caller->call, m->to.tag);

	if (e && e->reliable)
		pass_answer(e, e->reliable->peer_rseq, m);
}

static void pass_answer_in_turn(struct leg *caller, struct early *e,
				const struct sip_msg *m)
{
	struct await_what what = { caller, e->branch, MEDIA_ANSWER, early_who(e) };

	if (!e->branch || await_media(caller, &what, m, pass_answer_late))
		pass_answer(e, e->reliable->peer_rseq, m);
}

void call_prack(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct call *c = l->call;
	struct early *e = acknowledged(l, m);
	struct reliable *r;
	bool answers;

	if (!e) {
		leg_answer(l, from, m, 481);
		return;
	}
	r = e->reliable;
	r->waits = false;
	timer_stop(&r->resend);
	answers = r->sdp && !c->sdp_offered;
	if (r->sdp) {
		e->sdp_settled = true;
		if (e->branch)
			call_sdp_settle_with(e->branch, true);
	}
	if (m->body.len && !answers) {
		update_prack(e, r->peer_rseq, from, m);
	} else {
		leg_answer(l, from, m, 200);
		if (answers)
			pass_answer_in_turn(l, e, m);
		else
			acknowledge(e, r->peer_rseq, TEXT_NONE);
	}
	go_on(c);
}
