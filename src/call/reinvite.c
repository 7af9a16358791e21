/* SPDX-License-Identifier: Apache-2.0 */
/* call/reinvite.c - Re-INVITEs (RFC 3261 14): end to end, with an offer or without. */

#include "call/reinvite.h"

#include <errno.h>

#include "call/answer.h"
#include "call/challenge.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/sdp.h"

enum { RETRY_MAX_S = 10 };

static int send_on(struct leg *from, struct leg *to);

static struct leg *other_of(const struct leg *l)
{
	return l == l->call->caller ? l->call->callee : l->call->caller;
}

/* A 2xx of ours that has no ACK yet counts as well: until then nobody may start anew. */
static bool peer_invites(const struct leg *l)
{
	return (l->server && !l->server_answered) || timer_running(&l->resend);
}

static bool we_invite(const struct leg *l)
{
	return l->ack_held || (l->client && !l->client_answered);
}

static void refuse(struct leg *l, unsigned status)
{
	leg_refuse(l, status,
		   &(struct refusal_text){ .retry_after_s = status == 500 ? 1 : 0 });
}

/* The other side does not know the call any more, or is silent (12.2.1.2). */
static void lost(struct leg *l)
{
	struct leg *origin = other_of(l);

	if (origin)
		refuse(origin, 408);
	if (l->state == LEG_CONFIRMED)
		leg_bye(l, TEXT_NONE);
	call_finish(l->call, "unreachable", TEXT_NONE);
}

static void accepted(struct leg *l, const struct sip_msg *m)
{
	struct leg *origin = other_of(l);
	struct buf b = BUF_GROWING;
	struct text sdp;
	bool offer = l->ack_held; /* the re-INVITE had none: this is the offer */
	int error = headers_sdp(m, &sdp);

	leg_refresh(l, m);
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
	struct leg *origin = other_of(l);
	bool ours = m->status == 401 || m->status == 407;

	txn_client_forget(l->client);
	l->client = NULL;
	l->ack_held = false;
	if (ours && challenge_take(l, m) == 0 && origin && send_on(origin, l) == 0)
		return;
	call_sdp_settle(l->call, false);
	if (m->status == 481 || m->status == 408)
		lost(l);
	else if (origin)
		leg_refuse(origin, ours ? 488 : m->status,
			   &(struct refusal_text){ .cross = m });
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct leg *l = arg;

	if (m->status < 200)
		return;
	if (m->status >= 300) {
		l->client_answered = true;
		refused(l, m);
	} else if (l->client_answered) {
		leg_send_ack_again(l);
	} else {
		l->client_answered = true;
		if (l->state == LEG_CONFIRMED && other_of(l))
			accepted(l, m);
		else
			leg_send_ack(l, TEXT_NONE); /* BYE has passed already */
	}
}

static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	struct leg *l = arg;

	txn_client_forget(t);
	l->client = NULL;
	l->ack_held = false;
	lost(l);
}

static void on_ended(void *arg, struct txn_client *t)
{
	struct leg *l = arg;

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
		to->client_answered = false;
		error = leg_send(to, SIP_INVITE, buf_text(&b), &events, to, &to->client);
	}
	if (error < 0)
		to->ack_held = false;
	buf_free(&b);
	return error;
}

/* A device that has moved is answered and called where it is now. */
static void move(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	leg_refresh(l, m);
	if (l->trunk < 0)
		l->flow = *from;
}

static void take(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	switch (send_on(l, other_of(l))) {
	case 0:
		move(l, from, m);
		return;
	case -EPROTO:
		refuse(l, 415);
		return;
	case -EBADMSG:
		refuse(l, 400);
		return;
	default:
		refuse(l, 488);
	}
}

/* 14.2: the first is not answered yet. It keeps the leg's place. */
static void refuse_second(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;
	struct buf b = BUF_GROWING;
	uint32_t after_s = random_below(l->call->engine->cfg.random, RETRY_MAX_S + 1);

	txn_response_begin(&b, from, m, 500, NULL, TEXT_NONE);
	headers_server_put(&b);
	sip_header_printf(&b, SIP_HDR_RETRY_AFTER, "%u", after_s);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		txn_reply(txn, from, m, buf_text(&b));
	buf_free(&b);
}

void call_reinvite(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;
	struct leg *other = other_of(l);

	if (peer_invites(l)) {
		refuse_second(l, from, m);
		return;
	}
	if (l->call->phase != CALL_LIVE || we_invite(l)) {
		txn_refuse(txn, from, m, 491, NULL);
		return;
	}
	if (leg_take_invite(l, from, m) < 0)
		return;
	if (!other)
		refuse(l, 488); /* the echo: nothing to change */
	else if (other->state != LEG_CONFIRMED || peer_invites(other) || we_invite(other))
		refuse(l, 491);
	else
		take(l, from, m);
}
