/* SPDX-License-Identifier: Apache-2.0 */
/* call/answer.c - Responses to a leg's INVITE and the 2xx until its ACK (RFC 3261
 * 13.3.1.4, 14.2); ACKs of our own (13.2.2.4). */

#include "call/answer.h"

#include <errno.h>

#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/session_timer.h"
#include "event/diagnosis.h"

enum { T2_MS = 4000, GIVE_UP_T1S = 64, RETRY_MAX_S = 10 };

static void on_cancelled(void *arg, struct txn_server *t, const struct sip_msg *cancel)
{
	call_cancelled(arg, cancel);
}

static void on_ended(void *arg, struct txn_server *t, bool answered)
{
	struct leg *l = arg;

	if (t == l->acked) {
		l->acked = NULL;
		return;
	}
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

/* Bytes that most have. */
enum { ANSWER_ROOM = 1400, LATER_ROOM = 480 };

static void begin(const struct leg *l, struct buf *b, unsigned status, const char *reason)
{
	buf_reserve(b, ANSWER_ROOM);
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
	headers_supported_put(b, true);
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
	const struct diagnosis *why = text && text->why ? diagnosis_of(text->why) : NULL;
	unsigned retry_after_s = text ? text->retry_after_s : 0;
	struct buf b = BUF_GROWING;

	if (!l->server || l->server_answered)
		return;
	if (!text)
		text = &plain;
	begin(l, &b, status, text->reason);
	if (text->cross)
		headers_cross(&b, text->cross, CROSS_FAILURE);
	if (why && why->warning)
		sip_warning_put(&b, l->call->engine->cfg.domain, why->warning);
	if (why && !retry_after_s)
		retry_after_s = why->retry_after_s;
	if (retry_after_s)
		sip_header_printf(&b, SIP_HDR_RETRY_AFTER, "%u", retry_after_s);
	if (status == 405)
		headers_allow_put(&b);
	if (status == 422)
		session_timer_min_put(l->call->engine, &b);
	if (status == 415)
		sip_header_put(&b, SIP_HDR_ACCEPT, TEXT("application/sdp"));
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	l->server_answered = true;
	if (!b.error)
		txn_server_respond(l->server, status, buf_text(&b));
	buf_free(&b);
	forget_server(l);
}

void leg_progress_put(struct leg *l, struct buf *b, unsigned status, struct text tag,
		      uint32_t rseq, struct text sdp)
{
	buf_reserve(b, ANSWER_ROOM);
	txn_response_begin(b, txn_server_flow(l->server), txn_server_request(l->server),
			   status, NULL, tag);
	headers_server_put(b);
	put_dialog(l, b);
	if (rseq) {
		sip_header_put(b, SIP_HDR_REQUIRE, TEXT("100rel"));
		sip_header_printf(b, SIP_HDR_RSEQ, "%u", rseq);
	}
	sip_body(b, TEXT("application/sdp"), sdp);
}

void leg_progress(struct leg *l, unsigned status, struct text sdp)
{
	struct buf b = BUF_GROWING;

	if (!l->server || l->server_answered)
		return;
	leg_progress_put(l, &b, status, text_of(l->local_tag), 0, sdp);
	if (!b.error)
		txn_server_respond(l->server, status, buf_text(&b));
	buf_free(&b);
}

static void on_resend(struct timer *t)
{
	struct leg *l = container_of(t, struct leg, resend);

	l->resent_ms += l->resend_ms;
	if (l->resent_ms >= GIVE_UP_T1S * leg_t1_ms(l)) {
		call_unacked(l);
		return;
	}
	if (l->server)
		txn_server_respond(l->server, 200, buf_text(&l->answer));
	l->resend_ms = l->resend_ms * 2 > T2_MS ? T2_MS : l->resend_ms * 2;
	if (l->resent_ms + l->resend_ms > GIVE_UP_T1S * leg_t1_ms(l))
		l->resend_ms = GIVE_UP_T1S * leg_t1_ms(l) - l->resent_ms;
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
	session_timer_answer_put(l, &l->answer, txn_server_request(l->server));
	sip_body(&l->answer, TEXT("application/sdp"), sdp);
	if (l->answer.error)
		return l->answer.error;
	l->server_answered = true;
	txn_server_respond(l->server, 200, buf_text(&l->answer));
	l->resend_ms = leg_t1_ms(l);
	l->resent_ms = 0;
	timer_start(l->call->engine->cfg.loop, &l->resend, l->resend_ms, on_resend);
	return 0;
}

/* An INVITE that is refused at once is refused anew as often as it comes. */
static void reply(const struct leg *l, const struct flow *from, const struct sip_msg *m,
		  struct text response)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;

	if (m->method == SIP_INVITE)
		txn_reply(txn, from, m, response);
	else
		txn_answer(txn, from, m, response);
}

void leg_answer(struct leg *l, const struct flow *from, const struct sip_msg *m,
		unsigned status)
{
	struct buf b = BUF_GROWING;

	buf_reserve(&b, LATER_ROOM);
	txn_response_begin(&b, from, m, status, NULL, TEXT_NONE);
	headers_server_put(&b);
	if (status < 300 && m->method == SIP_UPDATE) {
		leg_contact_put(l, &b);
		if (l->state == LEG_CONFIRMED)
			session_timer_answer_put(l, &b, m);
	}
	if (status == 405 || m->method == SIP_OPTIONS || m->method == SIP_UPDATE)
		headers_allow_put(&b);
	if (status == 422)
		session_timer_min_put(l->call->engine, &b);
	if (m->method == SIP_OPTIONS)
		sip_header_put(&b, SIP_HDR_ACCEPT, TEXT("application/sdp"));
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		reply(l, from, m, buf_text(&b));
	buf_free(&b);
}

void leg_answer_later(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	uint32_t after_s = random_below(l->call->engine->cfg.random, RETRY_MAX_S + 1);
	struct buf b = BUF_GROWING;

	txn_response_begin(&b, from, m, 500, NULL, TEXT_NONE);
	headers_server_put(&b);
	sip_header_printf(&b, SIP_HDR_RETRY_AFTER, "%u", after_s);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		reply(l, from, m, buf_text(&b));
	buf_free(&b);
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
	if (l->state == LEG_CONFIRMED && l->server) {
		leg_keep_acked(l, l->server);
		l->server = NULL;
	}
	leg_stop_waiting(l);
	return true;
}

void leg_leave_invite(struct leg *l)
{
	if (l->left)
		txn_client_forget(l->left);
	l->left = l->client;
	if (l->left)
		txn_client_cancel(l->left, TEXT_NONE);
	l->client = NULL;
	l->client_astray = l->ack_held = false;
}

static void ack_left(struct leg *l, uint32_t cseq)
{
	struct flow to = leg_next_hop(l);
	struct buf b = BUF_GROWING;

	leg_request_begin(l, &b, SIP_ACK, cseq);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		txn_send_ack(l->call->engine->cfg.txn, &to, buf_text(&b));
	buf_free(&b);
}

bool leg_left_invite(struct leg *l, struct txn_client *t, const struct sip_msg *m)
{
	if (t != l->left)
		return false;
	if (m && m->status < 200)
		return true;
	if (m && m->status < 300) {
		ack_left(l, m->cseq.number);
		return true;
	}
	if (m)
		txn_client_forget(t);
	l->left = NULL;
	call_sweep_soon(l->call);
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
