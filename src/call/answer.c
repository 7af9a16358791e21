/* SPDX-License-Identifier: Apache-2.0 */
/* call/answer.c - Responses to a leg's INVITE and the 2xx until its ACK (RFC 3261
 * 13.3.1.4, 14.2); ACKs of our own (13.2.2.4). */

#include "call/answer.h"

#include <errno.h>

#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"

enum { T1_MS = 500, T2_MS = 4000, GIVE_UP_T1S = 64 };

static unsigned t1_of(const struct leg *l)
{
	unsigned t1_ms = l->call->engine->cfg.t1_ms;

	return t1_ms ? t1_ms : T1_MS;
}

static void on_cancelled(void *arg, struct txn_server *t, const struct sip_msg *cancel)
{
	call_cancelled(arg, cancel);
}

static void on_ended(void *arg, struct txn_server *t, bool answered)
{
	struct leg *l = arg;

	l->server = NULL;
	if (!answered && !l->server_answered)
		call_cancelled(l, NULL);
	else
		call_sweep_soon(l->call);
}

static const struct txn_server_events server_events = {
	.cancelled = on_cancelled,
	.ended = on_ended,
};

int leg_take_invite(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;

	l->server = txn_server_new(txn, from, m, &server_events, l);
	if (!l->server) {
		txn_refuse(txn, from, m, 503, NULL);
		return -ENOMEM;
	}
	l->server_answered = false;
	l->server_cseq = m->cseq.number;
	return 0;
}

static void begin(const struct leg *l, struct buf *b, unsigned status, const char *reason)
{
	txn_response_begin(b, txn_server_flow(l->server), txn_server_request(l->server),
			   status, reason, text_of(l->local_tag));
	headers_server_put(b);
}

/* What makes or confirms a dialog (12.1.1). */
static void put_dialog(const struct leg *l, struct buf *b)
{
	sip_header_copy(b, txn_server_request(l->server), SIP_HDR_RECORD_ROUTE);
	leg_contact_put(l, b);
	headers_allow_put(b);
}

static void forget_server(struct leg *l)
{
	if (l->server)
		txn_server_forget(l->server);
	l->server = NULL;
}

void leg_refuse(struct leg *l, unsigned status, const struct refusal_text *text)
{
	static const struct refusal_text plain;
	struct buf b = BUF_GROWING;

	if (!l->server || l->server_answered)
		return;
	if (!text)
		text = &plain;
	begin(l, &b, status, text->reason);
	if (text->cross)
		headers_cross(&b, text->cross, CROSS_FAILURE);
	if (text->warning)
		headers_warning_put(&b, text->warning);
	if (text->retry_after_s)
		sip_header_printf(&b, SIP_HDR_RETRY_AFTER, "%u", text->retry_after_s);
	if (status == 405)
		headers_allow_put(&b);
	if (status == 415)
		sip_header_put(&b, SIP_HDR_ACCEPT, TEXT("application/sdp"));
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	l->server_answered = true;
	if (!b.error)
		txn_server_respond(l->server, status, buf_text(&b));
	buf_free(&b);
	forget_server(l);
}

void leg_progress(struct leg *l, unsigned status, struct text sdp)
{
	struct buf b = BUF_GROWING;

	if (!l->server || l->server_answered)
		return;
	begin(l, &b, status, NULL);
	put_dialog(l, &b);
	sip_body(&b, TEXT("application/sdp"), sdp);
	if (!b.error)
		txn_server_respond(l->server, status, buf_text(&b));
	buf_free(&b);
}

static void on_resend(struct timer *t)
{
	struct leg *l = container_of(t, struct leg, resend);

	l->resent_ms += l->resend_ms;
	if (l->resent_ms >= GIVE_UP_T1S * t1_of(l)) {
		call_unacked(l);
		return;
	}
	if (l->server)
		txn_server_respond(l->server, 200, buf_text(&l->answer));
	l->resend_ms = l->resend_ms * 2 > T2_MS ? T2_MS : l->resend_ms * 2;
	if (l->resent_ms + l->resend_ms > GIVE_UP_T1S * t1_of(l))
		l->resend_ms = GIVE_UP_T1S * t1_of(l) - l->resent_ms;
	timer_start(l->call->engine->cfg.loop, t, l->resend_ms, on_resend);
}

int leg_accept(struct leg *l, struct text sdp)
{
	if (!l->server || l->server_answered)
		return -EALREADY;
	buf_free(&l->answer);
	l->answer = BUF_GROWING;
	begin(l, &l->answer, 200, NULL);
	put_dialog(l, &l->answer);
	sip_body(&l->answer, TEXT("application/sdp"), sdp);
	if (l->answer.error)
		return l->answer.error;
	l->server_answered = true;
	txn_server_respond(l->server, 200, buf_text(&l->answer));
	l->resend_ms = t1_of(l);
	l->resent_ms = 0;
	timer_start(l->call->engine->cfg.loop, &l->resend, l->resend_ms, on_resend);
	return 0;
}

void leg_stop_waiting(struct leg *l)
{
	timer_stop(&l->resend);
	buf_free(&l->answer);
	l->answer = BUF_GROWING;
	l->bye_after_ack = false;
	forget_server(l);
}

bool leg_acked(struct leg *l, const struct sip_msg *m)
{
	if (!timer_running(&l->resend) || m->cseq.number != l->server_cseq)
		return false;
	leg_stop_waiting(l);
	return true;
}

void leg_send_ack_again(struct leg *l)
{
	struct flow to = leg_next_hop(l);

	if (l->ack.len)
		txn_send_ack(l->call->engine->cfg.txn, &to, buf_text(&l->ack));
}

void leg_send_ack(struct leg *l, struct text sdp)
{
	buf_free(&l->ack);
	l->ack = BUF_GROWING;
	l->ack_held = false;
	leg_request_begin(l, &l->ack, SIP_ACK, l->client_cseq);
	sip_body(&l->ack, TEXT("application/sdp"), sdp);
	if (l->ack.error)
		buf_free(&l->ack);
	else
		leg_send_ack_again(l);
}
