/* SPDX-License-Identifier: Apache-2.0 */
/* call/offer.c - Re-INVITEs of our own (RFC 3261 14.1). */

#include "call/offer.h"

#include <errno.h>
#include <stdlib.h>

#include "call/answer.h"
#include "call/challenge.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/session_timer.h"
#include "call/update.h"

/* 14.1: who owns the Call-ID waits longer, so that the two do not meet again. */
enum { OWNER_MIN_MS = 2100, OWNER_MAX_MS = 4000, OTHER_MAX_MS = 2000, STEP_MS = 10 };

struct leg_offer {
	struct leg *leg;
	struct timer again;
	unsigned tries;
	bool sent; /* and its answer is to come; what comes while it waits is another's */
	bool again_told; /* says what holds when it leaves */
	char *sdp;       /* otherwise; empty: asks for one */
	leg_offer_fn *fn;
	void *arg;
};

static int send_now(struct leg_offer *o);

void leg_offer_drop(struct leg *l)
{
	struct leg_offer *o = l->offer;

	l->offer = NULL;
	if (!o)
		return;
	timer_stop(&o->again);
	free(o->sdp);
	free(o);
}

static void tell(struct leg *l, unsigned status, const struct sip_msg *m)
{
	struct leg_offer o = *l->offer;

	leg_offer_drop(l);
	o.fn(o.arg, l, status, m);
}

/* The peer does not know the call any more, or is silent (12.2.1.2). */
static void lost(struct leg *l, unsigned status, const struct sip_msg *m)
{
	if (l->state == LEG_CONFIRMED)
		leg_bye(l, TEXT_NONE);
	if (l->offer)
		tell(l, status, m);
	call_finish(l->call, "unreachable", TEXT_NONE);
}

static void on_again(struct timer *t)
{
	struct leg_offer *o = container_of(t, struct leg_offer, again);
	struct leg *l = o->leg;

	if (l->state != LEG_CONFIRMED)
		leg_offer_drop(l);
	else if (send_now(o) < 0)
		tell(l, 503, NULL);
}

static void wait_a_little(struct leg_offer *o)
{
	struct call_engine *e = o->leg->call->engine;
	int64_t least = o->leg->ours ? OWNER_MIN_MS : 0;
	int64_t most = o->leg->ours ? OWNER_MAX_MS : OTHER_MAX_MS;
	uint32_t steps = (uint32_t)(most - least) / STEP_MS;

	o->sent = false;
	timer_start(e->cfg.loop, &o->again,
		    least + random_below(e->cfg.random, steps + 1) * STEP_MS, on_again);
}

void leg_offer_retry(struct leg *l)
{
	wait_a_little(l->offer);
}

static void forget_client(struct leg *l)
{
	if (l->client)
		txn_client_forget(l->client);
	l->client = NULL;
}

static struct leg_offer *sent_one(const struct leg *l)
{
	return l->offer && l->offer->sent ? l->offer : NULL;
}

static void accepted(struct leg *l, const struct sip_msg *m)
{
	struct leg_offer *o = sent_one(l);
	bool asked = o && !o->again_told && !o->sdp[0];

	l->client_answered = true;
	leg_refresh(l, m);
	session_timer_take(l, m);
	l->ack_held = asked && l->state == LEG_CONFIRMED;
	if (!l->ack_held)
		leg_send_ack(l, TEXT_NONE);
	if (!o)
		return;
	if (l->state == LEG_CONFIRMED)
		tell(l, m->status, m);
	else
		leg_offer_drop(l); /* BYE has passed already */
}

/* What it asks for can be given. */
static bool sent_again(struct leg *l, const struct sip_msg *m)
{
	if (m->status == 422)
		return session_timer_longer(l, m) && send_now(l->offer) == 0;
	return (m->status == 401 || m->status == 407) && challenge_take(l, m) == 0 &&
	       send_now(l->offer) == 0;
}

static void refused(struct leg *l, const struct sip_msg *m)
{
	l->client_answered = true;
	forget_client(l);
	if (m->status == 481 || m->status == 408) {
		lost(l, m->status, m);
		return;
	}
	if (!sent_one(l))
		return;
	if (l->state != LEG_CONFIRMED)
		leg_offer_drop(l);
	else if (m->status == 491 && ++l->offer->tries < LEG_OFFER_TRIES_MAX)
		wait_a_little(l->offer);
	else if (!sent_again(l, m))
		tell(l, m->status, m);
	call_sweep_soon(l->call);
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct leg *l = arg;

	if (leg_left_invite(l, t, m) || m->status < 200)
		return;
	if (m->status >= 300)
		refused(l, m);
	else if (l->client_answered)
		leg_send_ack_again(l);
	else
		accepted(l, m);
}

static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	struct leg *l = arg;

	if (t == l->left) {
		txn_client_forget(t);
		leg_left_invite(l, t, NULL);
		return;
	}
	forget_client(l);
	if (l->client_astray && sent_one(l))
		leg_offer_retry(l);
	else
		lost(l, 408, NULL);
}

static void on_ended(void *arg, struct txn_client *t)
{
	struct leg *l = arg;

	if (leg_left_invite(l, t, NULL))
		return;
	l->client = NULL;
	buf_free(&l->ack);
	l->ack = BUF_GROWING;
	call_sweep_soon(l->call);
}

static const struct txn_client_events events = {
	.response = on_response,
	.failed = on_failed,
	.ended = on_ended,
};

static int send_now(struct leg_offer *o)
{
	struct leg *l = o->leg;
	struct text sdp = text_of(o->again_told ? l->sdp_told : o->sdp);
	struct buf b = BUF_GROWING;
	int error;

	if (o->again_told && !sdp.len)
		return -ENOENT;
	if (leg_peer_invites(l) || leg_we_invite(l) || update_asks(l)) {
		wait_a_little(o);
		return 0;
	}
	forget_client(l);
	l->client_cseq = leg_next_cseq(l);
	leg_request_begin(l, &b, SIP_INVITE, l->client_cseq);
	leg_contact_put(l, &b);
	headers_allow_put(&b);
	headers_supported_put(&b, false);
	session_timer_request_put(l, &b);
	sip_body(&b, TEXT("application/sdp"), sdp);
	l->client_answered = l->client_astray = false;
	o->sent = true;
	error = b.error ? b.error
			: leg_send(l, SIP_INVITE, buf_text(&b), &events, l, &l->client);
	buf_free(&b);
	return error;
}

static int begin(struct leg *l, bool again_told, struct text sdp, leg_offer_fn *fn,
		 void *arg)
{
	struct leg_offer *o;
	int error;

	if (l->offer)
		return -EBUSY;
	if (l->state != LEG_CONFIRMED)
		return -ENOTCONN;
	o = calloc(1, sizeof(*o));
	if (!o)
		return -ENOMEM;
	o->leg = l;
	o->fn = fn;
	o->arg = arg;
	o->again_told = again_told;
	o->sdp = text_dup(sdp);
	l->offer = o;
	error = o->sdp ? send_now(o) : -ENOMEM;
	if (error < 0)
		leg_offer_drop(l);
	return error;
}

int leg_offer(struct leg *l, struct text sdp, leg_offer_fn *fn, void *arg)
{
	return begin(l, false, sdp, fn, arg);
}

int leg_offer_again(struct leg *l, leg_offer_fn *fn, void *arg)
{
	return begin(l, true, TEXT_NONE, fn, arg);
}
