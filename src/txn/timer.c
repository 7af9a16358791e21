/* SPDX-License-Identifier: Apache-2.0 */
/* txn/timer.c - The timers of RFC 3261 (table 4) and RFC 6026, as a table. */

#include "txn/layer.h"

enum unit { MS, T1, T2, T4 };
enum on_stream { SAME, ZERO, NEVER };

static const struct {
	uint32_t times;
	enum unit unit;
	enum on_stream on_stream; /* reliable transports: the same, 0 s, or not at all */
	enum unit grows_to;       /* resend timers double up to this; MS: for ever */
} timers[TXN_EVENTS] = {
	[TIMER_A] = { 1, T1, NEVER, MS },   /* INVITE is resent */
	[TIMER_B] = { 64, T1, SAME },       /* INVITE gets no answer */
	[TIMER_C] = { 185000, MS, SAME },   /* INVITE rings; more than 3 minutes (16.6) */
	[TIMER_D] = { 64, T1, ZERO },       /* 300-699 may come again */
	[TIMER_E] = { 1, T1, NEVER, T2 },   /* non-INVITE is resent */
	[TIMER_F] = { 64, T1, SAME },       /* non-INVITE gets no answer */
	[TIMER_G] = { 1, T1, NEVER, T2 },   /* 300-699 is resent */
	[TIMER_H] = { 64, T1, SAME },       /* its ACK does not come */
	[TIMER_I] = { 1, T4, ZERO },        /* ACK may come again */
	[TIMER_J] = { 64, T1, ZERO },       /* non-INVITE may come again */
	[TIMER_K] = { 1, T4, ZERO },        /* its response may come again */
	[TIMER_L] = { 64, T1, SAME },       /* INVITE may come again after 2xx */
	[TIMER_M] = { 64, T1, SAME },       /* 2xx may come again */
	[TIMER_TRYING] = { 200, MS, SAME }, /* the user says nothing */
	[TIMER_CANCEL] = { 64, T1, SAME },  /* a CANCEL changes nothing */
};

static uint32_t unit_ms(const struct txn_layer *l, enum unit u)
{
	switch (u) {
	case T1:
		return l->cfg.t1_ms;
	case T2:
		return l->cfg.t2_ms;
	case T4:
		return l->cfg.t4_ms;
	case MS:
		break;
	}
	return 1;
}

int64_t txn_timer_ms(const struct txn_layer *l, enum txn_event timer, bool reliable)
{
	if (reliable && timers[timer].on_stream != SAME)
		return timers[timer].on_stream == ZERO ? 0 : -1;
	return (int64_t)timers[timer].times * unit_ms(l, timers[timer].unit);
}

static void resend_fired(struct timer *timer)
{
	struct txn *t = container_of(timer, struct txn, resend);

	txn_event(t, t->resend_event, NULL);
}

static void deadline_fired(struct timer *timer)
{
	struct txn *t = container_of(timer, struct txn, deadline);

	txn_event(t, t->deadline_event, NULL);
}

static void resend_start(struct txn *t, enum txn_event timer)
{
	int64_t ms = txn_timer_ms(t->layer, timer, transport_reliable(t->flow.transport));

	timer_stop(&t->resend);
	if (ms < 0)
		return;
	t->resend_event = timer;
	t->interval_ms = (uint32_t)ms;
	timer_start(t->layer->cfg.loop, &t->resend, ms, resend_fired);
}

void txn_deadline_start(struct txn *t, enum txn_event timer)
{
	int64_t ms = txn_timer_ms(t->layer, timer, transport_reliable(t->flow.transport));

	t->deadline_event = timer;
	timer_start(t->layer->cfg.loop, &t->deadline, ms, deadline_fired);
}

void txn_resend_again(struct txn *t)
{
	uint32_t bound = unit_ms(t->layer, timers[t->resend_event].grows_to);
	uint32_t ms = t->interval_ms * 2;

	if (timers[t->resend_event].grows_to != MS && ms > bound)
		ms = bound;
	t->interval_ms = ms;
	timer_start(t->layer->cfg.loop, &t->resend, ms, resend_fired);
}

void txn_resend_slowly(struct txn *t)
{
	t->interval_ms = t->layer->cfg.t2_ms;
	timer_start(t->layer->cfg.loop, &t->resend, t->interval_ms, resend_fired);
}

void txn_deadline_now(struct txn *t, enum txn_event timer)
{
	t->deadline_event = timer;
	timer_start(t->layer->cfg.loop, &t->deadline, 0, deadline_fired);
}

void txn_fail(struct txn *t)
{
	timer_stop(&t->resend);
	txn_deadline_now(t, EV_TRANSPORT);
}

/* TIMER_KEEP leaves a slot as it is. */
static void slots_for(struct txn *t, const struct txn_state *s)
{
	if (s->resend == EV_NONE)
		timer_stop(&t->resend);
	else if (s->resend != TIMER_KEEP)
		resend_start(t, s->resend);
	if (s->deadline == EV_NONE)
		timer_stop(&t->deadline);
	else if (s->deadline != TIMER_KEEP)
		txn_deadline_start(t, s->deadline);
}

void txn_enter(struct txn *t, unsigned state)
{
	const struct txn_state *from = &t->machine->states[t->state];
	const struct txn_state *to = &t->machine->states[state];
	const struct txn_config *cfg = &t->layer->cfg;

	t->state = state;
	slots_for(t, to);
	if (cfg->trace)
		cfg->trace(cfg->arg, t, t->machine->name, from->name, to->name);
}
