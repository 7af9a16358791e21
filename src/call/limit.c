/* SPDX-License-Identifier: Apache-2.0 */
/* call/limit.c - Time limits of a call. */

#include "call/limit.h"

#include "call/branch.h"
#include "call/cdr.h"
#include "call/early.h"
#include "call/finish.h"
#include "call/forward.h"
#include "call/sdp.h"

#define NO_ANSWER "SIP;cause=480;text=\"No answer\""

static void on_ring(struct timer *t)
{
	struct call *c = container_of(t, struct call, ring);

	if (call_forward(c, FORWARD_NO_ANSWER))
		return;
	branches_give_up(c, NULL, TEXT(NO_ANSWER));
	call_refuse(c, 480, NULL, "no_answer");
}

static void on_patience(struct timer *t)
{
	struct call *c = container_of(t, struct call, patience);

	LIST_EACH_SAFE (it, &c->legs) {
		struct leg *l = container_of(it, struct leg, in_call);

		if (!l->ours || l->state != LEG_CALLING || l->given_up)
			continue;
		if (l->client)
			txn_client_cancel(l->client, TEXT_NONE);
		branch_failed(l, 408, NULL);
		return;
	}
}

static void on_limit(struct timer *t)
{
	struct call *c = container_of(t, struct call, limit);

	call_finish(c, "max_duration", TEXT_NONE);
}

/* Whoever holds the call, or is held, sends nothing for a good reason. */
static bool held(const struct leg *l)
{
	struct sdp sdp;

	if (!l || !l->sdp_agreed || sdp_decode(text_of(l->sdp_agreed), &sdp) < 0)
		return false;
	for (size_t i = 0; i < sdp.media_count; i++) {
		const struct sdp_media *m = &sdp.media[i];

		if (m->port > 0 && (m->direction != SDP_SENDRECV ||
				    text_eq(m->connection, TEXT("0.0.0.0")) ||
				    text_eq(m->connection, TEXT("::"))))
			return true;
	}
	return false;
}

/* Where media has flowed before; a call may have none at all. */
static bool silent(struct call *c)
{
	int64_t now_us = clock_mono_us(c->engine->cfg.clock);
	int64_t for_us = media_session_silence_ms(call_media(c)) * 1000;

	if (held(c->caller) || held(c->callee))
		c->held_us = now_us;
	if (c->held_us && now_us - c->held_us < for_us)
		for_us = now_us - c->held_us;
	return for_us >= c->engine->cfg.silence_max_s * CALL_US &&
	       media_session_count(call_media(c), MEDIA_A).packets +
			       media_session_count(call_media(c), MEDIA_B).packets >
		       0;
}

/* Both devices may be gone, and nobody has said BYE: such a call must not cost for hours.
 */
static void on_look(struct timer *t)
{
	struct call *c = container_of(t, struct call, silence);

	if (!call_media(c))
		return;
	if (silent(c))
		call_finish(c, "media_silence", TEXT_NONE);
	else
		timer_start(c->engine->cfg.loop, t, CALL_LOOK_S * 1000LL, on_look);
}

void call_ring_start(struct call *c)
{
	unsigned ring_s = c->engine->cfg.ring_s;

	if (c->ring_s && c->ring_s < ring_s)
		ring_s = c->ring_s;
	if (!c->emergency)
		timer_start(c->engine->cfg.loop, &c->ring, ring_s * 1000LL, on_ring);
}

void call_patience_start(struct call *c)
{
	if (c->target_at < c->target_count)
		timer_start(c->engine->cfg.loop, &c->patience,
			    c->emergency ? CALL_EMERGENCY_PATIENCE_MS : CALL_PATIENCE_MS,
			    on_patience);
}

static void on_repeat(struct timer *t)
{
	struct call *c = container_of(t, struct call, beat);

	call_repeat_start(c);
	early_repeat(c);
}

void call_repeat_start(struct call *c)
{
	timer_start(c->engine->cfg.loop, &c->beat, CALL_REPEAT_S * 1000LL, on_repeat);
}

static void on_beat(struct timer *t)
{
	struct call *c = container_of(t, struct call, beat);

	call_book_go_on(c);
	timer_start(c->engine->cfg.loop, t, CALL_BEAT_S * 1000LL, on_beat);
}

void call_limit_start(struct call *c)
{
	timer_start(c->engine->cfg.loop, &c->beat, CALL_BEAT_S * 1000LL, on_beat);
	if (c->emergency)
		return;
	timer_start(c->engine->cfg.loop, &c->limit,
		    c->engine->cfg.duration_max_s * 1000LL, on_limit);
	if (call_media(c))
		timer_start(c->engine->cfg.loop, &c->silence, CALL_LOOK_S * 1000LL,
			    on_look);
}
