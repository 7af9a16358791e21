/* SPDX-License-Identifier: Apache-2.0 */
/* call/limit.c - Time limits of a call. */

#include "call/limit.h"

#include "call/branch.h"
#include "call/cdr.h"
#include "call/finish.h"

#define NO_ANSWER "SIP;cause=480;text=\"No answer\""

static void on_ring(struct timer *t)
{
	struct call *c = container_of(t, struct call, ring);

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

void call_ring_start(struct call *c)
{
	if (!c->emergency)
		timer_start(c->engine->cfg.loop, &c->ring, c->engine->cfg.ring_s * 1000LL,
			    on_ring);
}

void call_patience_start(struct call *c)
{
	if (c->target_at < c->target_count)
		timer_start(c->engine->cfg.loop, &c->patience, CALL_PATIENCE_MS,
			    on_patience);
}

static void on_repeat(struct timer *t)
{
	struct call *c = container_of(t, struct call, beat);

	call_repeat_start(c);
	leg_progress(c->caller, c->shown_status, buf_text(&c->shown_sdp));
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
	if (!c->emergency)
		timer_start(c->engine->cfg.loop, &c->limit,
			    c->engine->cfg.duration_max_s * 1000LL, on_limit);
}
