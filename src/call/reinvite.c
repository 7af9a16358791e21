/* SPDX-License-Identifier: Apache-2.0 */
/* call/reinvite.c - Re-INVITEs (RFC 3261 14): end to end, with an offer or without. */

#include "call/reinvite.h"

#include <errno.h>

#include "call/answer.h"
#include "call/await.h"
#include "call/challenge.h"
#include "call/early.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/offer.h"
#include "call/sdp.h"
#include "call/session_timer.h"
#include "call/update.h"

static int send_on(struct leg *from, struct leg *to);

static void refuse(struct leg *l, unsigned status)
{
	leg_refuse(l, status,
		   &(struct refusal_text){ .retry_after_s = status == 500 ? 1 : 0 });
}

/* The other side does not know the call any more, or is silent (12.2.1.2). */
static void lost(struct leg *l)
{
	struct leg *origin = leg_other(l);

	if (origin)
		refuse(origin, 408);
	if (l->state == LEG_CONFIRMED)
		leg_bye(l, TEXT_NONE);
	call_finish(l->call, "unreachable", TEXT_NONE);
}

/* It went where the peer is no more: nothing has changed, and whoever asked may ask again. */
static void astray(struct leg *l)
{
	struct leg *origin = leg_other(l);

	leg_leave_invite(l);
	call_sdp_settle(l->call, false);
	if (l->offer)
		leg_offer_retry(l);
	else if (origin)
		refuse(origin, 491);
}

static void accepted(struct leg *l, const struct sip_msg *m)
{
	struct leg *origin = leg_other(l);
	struct buf b = BUF_GROWING;
	struct text sdp;
	bool offer = l->ack_held; /* the re-INVITE had none: this is the offer */
	int error = headers_sdp(m, &sdp);

	leg_refresh(l, m);
	session_timer_take(l, m);
	if (!error)
		error = offer ? call_sdp_offer(l, origin, sdp, &b)
			      : call_sdp_answer(l, origin, sdp, &b);
	if (!offer || error < 0) {
		leg_send_ack(l, TEXT_NONE);
		call_sdp_settle(l->call, !error);
	}
	if (error < 0 && error != -ENOENT)
		refuse(origin, 488);
	else if (leg_accept(origin, buf_text(&b)) < 0)
		refuse(origin, 500);
	buf_free(&b);
}

static void refused(struct leg *l, const struct sip_msg *m)
{
	struct leg *origin = leg_other(l);
	bool ours = m->status == 401 || m->status == 407;

	txn_client_forget(l->client);
	l->client = NULL;
	l->ack_held = false;
	if (((ours && challenge_take(l, m) == 0) ||
	     (m->status == 422 && session_timer_longer(l, m))) &&
	    origin && send_on(origin, l) == 0)
		return;
	call_sdp_settle(l->call, false);
	if (m->status == 481 || m->status == 408)
		lost(l);
	else if (origin)
		leg_refuse(origin, ours ? 488 : m->status,
			   &(struct refusal_text){ .cross = m });
}

static void take_response(struct leg *l, const struct sip_msg *m)
{
	if (m->status >= 300) {
		l->client_answered = true;
		refused(l, m);
	} else if (l->client_answered) {
		leg_send_ack_again(l);
	} else {
		l->client_answered = true;
		if (l->state == LEG_CONFIRMED && leg_other(l))
			accepted(l, m);
		else
			leg_send_ack(l, TEXT_NONE); /* BYE has passed already */
	}
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct leg *l = arg, *origin = leg_other(l);
	struct await_what what = { l, origin, l->ack_held ? MEDIA_OFFER : MEDIA_ANSWER };

	if (leg_left_invite(l, t, m) || m->status < 200)
		return;
	if (m->status >= 300 || l->client_answered || !origin ||
	    await_media(l, &what, m, take_response))
		take_response(l, m);
}

static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	struct leg *l = arg;

	txn_client_forget(t);
	if (leg_left_invite(l, t, NULL))
		return;
	l->client = NULL;
	l->ack_held = false;
	if (l->client_astray)
		astray(l);
	else
		lost(l);
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

static int write_on(struct leg *from, struct leg *to, struct buf *b)
{
	struct buf sdp = BUF_GROWING;
	struct text offer;
	int error = headers_sdp(txn_server_request(from->server), &offer);

	if (!error)
		error = call_sdp_offer(from, to, offer, &sdp);
	to->ack_held = error == -ENOENT;
	if (error == -ENOENT)
		error = 0;
	if (!error) {
		to->client_cseq = leg_next_cseq(to);
		leg_request_begin(to, b, SIP_INVITE, to->client_cseq);
		leg_contact_put(to, b);
		headers_allow_put(b);
		headers_supported_put(b, false);
		session_timer_request_put(to, b);
		sip_body(b, TEXT("application/sdp"), buf_text(&sdp));
		error = b->error;
	}
	buf_free(&sdp);
	return error;
}

static int send_on(struct leg *from, struct leg *to)
{
	struct buf b = BUF_GROWING;
	int error = write_on(from, to, &b);

	if (to->client)
		txn_client_forget(to->client);
	to->client = NULL;
	if (!error) {
		to->client_answered = to->client_astray = false;
		error = leg_send(to, SIP_INVITE, buf_text(&b), &events, to, &to->client);
	}
	if (error < 0)
		to->ack_held = false;
	buf_free(&b);
	return error;
}

static void take(struct leg *l, const struct sip_msg *m)
{
	int error;

	/* It may have waited, and not everything waits with it. */
	if (!l->server || l->server_answered || !leg_other(l))
		return;
	leg_refresh(l, m);
	error = send_on(l, leg_other(l));
	if (!error)
		return;
	/* It may have been told to the relay, and has gone nowhere. */
	call_sdp_settle(l->call, false);
	refuse(l, error == -EPROTO ? 415 : error == -EBADMSG ? 400 : 488);
}

static void take_in_turn(struct leg *l, const struct sip_msg *m)
{
	struct await_what what = { l, leg_other(l), MEDIA_OFFER };

	if (await_media(l, &what, m, take))
		take(l, m);
}

/* Who re-INVITEs has heard our 2xx, wherever the ACK is (RFC 5407 3.1.4). */
static void take_as_ack(struct leg *l)
{
	if (!leg_awaits_ack(l))
		return;
	leg_stop_waiting(l);
	early_drop(l->call);
}

void call_reinvite(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;
	struct leg *other = leg_other(l);

	if (leg_awaits_ack(l) && other && other->ack_held) {
		txn_refuse(txn, from, m, 491, NULL); /* the answer is to come with it */
		return;
	}
	take_as_ack(l);
	if (leg_peer_invites(l)) {
		leg_answer_later(l, from, m);
		return;
	}
	if (l->client_astray && leg_we_invite(l))
		astray(l);
	if (l->call->phase != CALL_LIVE || leg_we_invite(l) || update_runs(l)) {
		txn_refuse(txn, from, m, 491, NULL);
		return;
	}
	if (leg_take_invite(l, from, m) < 0)
		return;
	if (session_timer_too_small(l->call->engine, m))
		refuse(l, 422);
	else if (!other)
		refuse(l, 488); /* the echo: nothing to change */
	else if (other->state != LEG_CONFIRMED || leg_peer_invites(other) ||
		 leg_we_invite(other) || update_runs(other))
		refuse(l, 491);
	else
		take_in_turn(l, m);
}
