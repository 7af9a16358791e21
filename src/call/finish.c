/* SPDX-License-Identifier: Apache-2.0 */
/* call/finish.c - Ends of calls (RFC 3261 9, 13.3.1.4, 15). */

#include "call/finish.h"

#include "base/log.h"
#include "call/cdr.h"
#include "call/diagnose.h"
#include "call/diversion.h"
#include "call/early.h"
#include "call/leg.h"
#include "call/relay.h"
#include "call/sdp.h"
#include "call/transfer.h"
#include "call/update.h"
#include "call/wake.h"

enum { REASON_MAX = 256 };

struct text call_reason_of(const struct sip_msg *m, struct buf *b)
{
	const struct sip_header *h = m ? sip_msg_header(m, SIP_HDR_REASON) : NULL;

	if (!h || h->value.len > REASON_MAX)
		return TEXT_NONE;
	sip_text_clean(b, h->value);
	return b->error ? TEXT_NONE : buf_text(b);
}

void call_hang_up(struct leg *l, struct text reason)
{
	if (timer_running(&l->resend)) {
		l->bye_after_ack = true;
		leg_gone(l);
		return;
	}
	if (l->ack_held)
		leg_send_ack(l, TEXT_NONE);
	leg_bye(l, reason);
}

/* What comes of the INVITE still matters: a 2xx that crosses wants ACK and BYE. */
static void give_up(struct leg *l, struct text reason)
{
	l->given_up = true;
	if (l->client && !l->client_answered)
		txn_client_cancel(l->client, reason);
	leg_gone(l);
}

static void end_leg(struct leg *l, struct text reason)
{
	if (l->state == LEG_CONFIRMED) {
		leg_refuse(l, 487, NULL); /* a re-INVITE that waits (15.1.2) */
		call_hang_up(l, reason);
	} else if (l->state == LEG_CALLING && l->ours) {
		give_up(l, reason);
	} else if (l->state == LEG_CALLING) {
		leg_refuse(l, 487, NULL);
		leg_gone(l);
	}
}

static void stop_timers(struct call *c)
{
	timer_stop(&c->ring);
	timer_stop(&c->patience);
	timer_stop(&c->limit);
	timer_stop(&c->silence);
	timer_stop(&c->beat);
	wake_stop(c);
}

static void log_side(const struct call *c, enum media_side side)
{
	struct media_quality q = media_session_quality(c->media, side);

	if (q.reports)
		log_info("quality call=%lld heard_by=%s lost=%u worst_percent=%u "
			 "jitter_ms=%u rtt_ms=%u",
			 (long long)c->id, side == MEDIA_A ? "caller" : "callee", q.lost,
			 q.worst_percent, q.jitter_us / 1000, q.rtt_us / 1000);
}

/* What both sides said of the sound that reached them. */
static void log_quality(const struct call *c)
{
	if (!c->media)
		return;
	log_side(c, MEDIA_A);
	log_side(c, MEDIA_B);
}

static void forget_media(struct call *c)
{
	LIST_EACH (it, &c->legs) {
		call_sdp_forget(container_of(it, struct leg, in_call));
	}
}

void call_finish(struct call *c, const char *cause, struct text reason)
{
	if (c->phase == CALL_OVER)
		return;
	c->phase = CALL_OVER;
	c->engine->count--;
	stop_timers(c);
	diversions_settle(c);
	LIST_EACH_SAFE (it, &c->legs) {
		end_leg(container_of(it, struct leg, in_call), reason);
	}
	transfer_ended(c);
	call_relays_drop(c);
	call_updates_drop(c);
	early_drop(c);
	forget_media(c);
	log_quality(c);
	media_session_free(c->media);
	c->media = NULL;
	call_notify(c);
	call_book_end(c, cause);
	call_sweep_soon(c);
}

void call_left(struct call *c)
{
	c->phase = CALL_OVER;
	c->engine->count--;
	stop_timers(c);
	leg_gone(c->caller);
	leg_gone(c->callee);
	call_sweep_soon(c);
}

void call_refuse(struct call *c, unsigned status, const struct refusal_text *text,
		 const char *cause)
{
	if (c->phase == CALL_OVER)
		return;
	transfer_refused(c, status);
	leg_refuse(c->caller, status, text);
	call_diagnose(c, status, text && text->why ? text->why : cause);
	leg_gone(c->caller);
	call_finish(c, cause, TEXT_NONE);
}

/* A re-INVITE is answered with what becomes of it on the other side. */
static void reinvite_cancelled(struct leg *l)
{
	struct call *c = l->call;
	struct leg *other = l == c->caller ? c->callee : c->caller;

	if (other && other->client && !other->client_answered)
		txn_client_cancel(other->client, TEXT_NONE);
}

void call_cancelled(struct leg *l, const struct sip_msg *cancel)
{
	struct buf b = BUF_GROWING;
	struct text reason;

	if (l->state != LEG_CALLING) {
		reinvite_cancelled(l);
		return;
	}
	reason = call_reason_of(cancel, &b);
	leg_refuse(l, 487, NULL);
	leg_gone(l);
	call_finish(l->call, "cancelled", reason);
	buf_free(&b);
}

void call_unacked(struct leg *l)
{
	struct call *c = l->call;
	bool over = c->phase == CALL_OVER;

	log_info("call id=%lld unacked=%s", (long long)c->id,
		 l == c->caller ? "caller" : "callee");
	if (l->bye_after_ack || !over) {
		l->bye_after_ack = false;
		leg_bye(l, TEXT_NONE);
	}
	call_finish(c, "unreachable", TEXT_NONE);
	call_sweep_soon(c);
}
