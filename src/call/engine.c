/* SPDX-License-Identifier: Apache-2.0 */
/* call/engine.c - The calls of one edge worker: their memory and who is told of them. */

#include <stdlib.h>

#include "call/cdr.h"
#include "call/diversion.h"
#include "call/early.h"
#include "call/fetch.h"
#include "call/finish.h"
#include "call/flows.h"
#include "call/leg.h"
#include "call/moves.h"
#include "call/relay.h"
#include "call/session_timer.h"
#include "call/update.h"
#include "call/wake.h"

enum { LINGER_MS = 5000 }; /* T4 */

static void on_sweep(struct timer *t);

static void tables_fini(struct call_engine *e)
{
	table_fini(&e->legs);
	table_fini(&e->earlies);
	table_fini(&e->forwards);
}

struct call_engine *call_engine_new(const struct call_config *cfg)
{
	struct call_engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->cfg = *cfg;
	e->cfg.wake_s = cfg->wake_s ? cfg->wake_s : CALL_WAKE_S;
	e->cfg.ring_s = cfg->ring_s ? cfg->ring_s : CALL_RING_S;
	e->cfg.silence_max_s =
		cfg->silence_max_s ? cfg->silence_max_s : CALL_SILENCE_MAX_S;
	e->cfg.duration_max_s =
		cfg->duration_max_s ? cfg->duration_max_s : CALL_DURATION_MAX_S;
	if (!e->cfg.session_min_s)
		e->cfg.session_min_s = SESSION_MIN_S;
	if (!e->cfg.session_expires_s)
		e->cfg.session_expires_s = CALL_SESSION_EXPIRES_S;
	list_init(&e->calls);
	list_init(&e->fetches);
	if (table_init(&e->legs, cfg->random, 0) < 0 ||
	    table_init(&e->earlies, cfg->random, 0) < 0 ||
	    table_init(&e->forwards, cfg->random, 0) < 0) {
		tables_fini(e);
		free(e);
		return NULL;
	}
	moves_enter(e);
	return e;
}

static void call_free(struct call *c)
{
	call_relays_drop(c);
	call_updates_drop(c);
	early_drop(c);
	LIST_EACH_SAFE (it, &c->legs) {
		leg_free(container_of(it, struct leg, in_call));
	}
	timer_stop(&c->ring);
	timer_stop(&c->patience);
	timer_stop(&c->limit);
	timer_stop(&c->silence);
	timer_stop(&c->beat);
	timer_stop(&c->sweep);
	media_session_free(c->media);
	buf_free(&c->answer_sdp);
	free(c->targets);
	call_books_free(c);
	diversions_free(c);
	flows_forget(c);
	wake_stop(c);
	list_remove(&c->node);
	free(c);
}

/* A caller that has not sent ACK yet gets its BYE all the same: nobody will be here to
 * wait for it. */
static void bye_now(struct call *c)
{
	LIST_EACH_SAFE (it, &c->legs) {
		struct leg *l = container_of(it, struct leg, in_call);

		if (l->bye_after_ack)
			leg_bye(l, TEXT_NONE);
	}
}

void call_engine_free(struct call_engine *e)
{
	if (!e)
		return;
	LIST_EACH_SAFE (it, &e->calls) {
		struct call *c = container_of(it, struct call, node);

		if (c->phase == CALL_TRYING)
			call_refuse(c, 503, NULL, "shutdown");
		call_finish(c, "shutdown", TEXT_NONE);
		bye_now(c);
		call_free(c);
	}
	call_fetches_drop(e);
	moves_leave(e);
	tables_fini(e);
	free(e);
}

struct call *call_new(struct call_engine *e)
{
	struct call *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->engine = e;
	c->id = id_new(e->cfg.ids);
	list_init(&c->legs);
	list_init(&c->sleepers);
	list_init(&c->relays);
	list_init(&c->earlies);
	list_init(&c->updates);
	list_init(&c->books);
	list_init(&c->diversions);
	list_init(&c->node);
	list_append(&e->calls, &c->node);
	e->count++;
	return c;
}

struct leg *call_leg_of(struct call_engine *e, struct text local_tag)
{
	uint64_t hash = table_hash(&e->legs, local_tag);

	for (struct table_node *n = table_first(&e->legs, hash); n; n = table_next(n)) {
		struct leg *l = container_of(n, struct leg, node);

		if (text_eq(text_of(l->local_tag), local_tag))
			return l;
	}
	return NULL;
}

/* True when the call has to stay. Another 2xx to an INVITE of ours, from behind the same
 * branch, wants its ACK and BYE (13.2.2.4): it has left its sender before ours ended the
 * others, so no longer than the network may hold it is it waited for. */
static bool stays(struct call *c)
{
	bool lingers = false;

	LIST_EACH (it, &c->legs) {
		const struct leg *l = container_of(it, struct leg, in_call);

		if (!leg_idle(l) && !leg_lingers(l))
			return true;
		lingers = lingers || leg_lingers(l);
	}
	if (!lingers || c->lingered)
		return false;
	c->lingered = true;
	timer_start(c->engine->cfg.loop, &c->sweep, LINGER_MS, on_sweep);
	return true;
}

static void on_sweep(struct timer *t)
{
	struct call *c = container_of(t, struct call, sweep);

	LIST_EACH_SAFE (it, &c->legs) {
		struct leg *l = container_of(it, struct leg, in_call);

		/* What the call still points at stays as long as it. */
		if (leg_idle(l) && l != c->caller && l != c->callee)
			leg_free(l);
	}
	if (c->phase == CALL_OVER && !stays(c))
		call_free(c);
}

void call_sweep_soon(struct call *c)
{
	if (!timer_running(&c->sweep))
		timer_start(c->engine->cfg.loop, &c->sweep, 0, on_sweep);
}

void call_notify(struct call *c)
{
	struct event_log *events = c->engine->cfg.events;

	LIST_EACH (it, &c->books) {
		const struct cdr_row *row = &container_of(it, struct book, node)->row;

		if (events)
			event_notify(events, row->customer_id, cdr_line(row), "calls");
	}
}

int64_t call_wall_us(const struct call *c)
{
	return clock_wall_us(c->engine->cfg.clock);
}
