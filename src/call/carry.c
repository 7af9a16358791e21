/* SPDX-License-Identifier: Apache-2.0 */
/* call/carry.c - Out of one engine, into another. */

#include "call/carry.h"

#include <errno.h>
#include <stdlib.h>

#include "call/await.h"
#include "call/finish.h"
#include "call/leg.h"
#include "call/moves.h"
#include "call/sdp.h"
#include "call/update.h"

/* --- out --- */

static bool leg_rests(const struct leg *l)
{
	return l->state == LEG_CONFIRMED && !l->server && !l->offer && !l->refer &&
	       !l->left && !l->session_client && !l->resuming && !l->bye_after_ack &&
	       !leg_peer_invites(l) && !leg_we_invite(l) && !update_runs(l) &&
	       await_idle(l);
}

static bool rests(const struct call *c)
{
	return c->phase == CALL_LIVE && c->caller && c->callee && !c->transfer &&
	       !c->answer_held && list_empty(&c->relays) && list_empty(&c->earlies) &&
	       list_empty(&c->updates) && leg_rests(c->caller) && leg_rests(c->callee);
}

/* Not running, with what was left of it. */
static struct timer paused(const struct timer *t)
{
	struct timer ret = { 0 };

	if (timer_running(t)) {
		ret.fn = t->fn;
		ret.due_ms = t->due_ms - loop_now_us(t->loop) / 1000;
	}
	return ret;
}

static void texts_free(struct leg *l)
{
	free(l->remote_tag);
	free(l->call_id);
	free(l->local);
	free(l->remote);
	free(l->target);
	free(l->routes);
}

/* The dialog's names are needed on both sides, all else goes along. */
static int copy_texts(struct leg *to, const struct leg *from)
{
	const struct {
		char *const *from;
		char **to;
	} texts[] = {
		{ &from->remote_tag, &to->remote_tag }, { &from->call_id, &to->call_id },
		{ &from->local, &to->local },           { &from->remote, &to->remote },
		{ &from->target, &to->target },         { &from->routes, &to->routes },
	};
	int error = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i].to = *texts[i].from ? text_dup(text_of(*texts[i].from)) : NULL;
		if (*texts[i].from && !*texts[i].to)
			error = -ENOMEM;
	}
	return error;
}

static struct leg *twin_of(const struct leg *l)
{
	struct leg *t = malloc(sizeof(*t));

	if (!t)
		return NULL;
	*t = *l;
	if (copy_texts(t, l) < 0) {
		texts_free(t);
		free(t);
		return NULL;
	}
	t->node = (struct table_node){ 0 };
	list_init(&t->in_call);
	list_init(&t->waiting);
	t->client = t->left = NULL;
	t->acked = NULL;
	t->ack = t->answer = BUF_GROWING;
	t->resend = (struct timer){ 0 };
	t->session = paused(&l->session);
	return t;
}

/* What it owns has gone with its twin. */
static void strip(struct leg *l)
{
	l->instance = NULL;
	l->challenge = NULL;
	l->sdp_told = l->sdp_telling = l->sdp_agreed = l->sdp_pending = NULL;
	l->media = NULL;
	l->counted = false;
	l->move = NULL;
}

static void list_take(struct list *to, struct list *from)
{
	list_init(to);
	LIST_EACH_SAFE (it, from) {
		list_remove(it);
		list_append(to, it);
	}
}

static struct call *call_twin(struct call *c)
{
	struct call *t = malloc(sizeof(*t));

	if (!t)
		return NULL;
	*t = *c;
	list_init(&t->node);
	list_init(&t->legs);
	list_init(&t->relays);
	list_init(&t->earlies);
	list_init(&t->updates);
	list_init(&t->sleepers);
	t->ring = t->patience = t->wake = t->sweep = (struct timer){ 0 };
	t->limit = paused(&c->limit);
	t->silence = paused(&c->silence);
	t->beat = paused(&c->beat);
	t->answer_sdp = BUF_GROWING;
	return t;
}

static void leave(struct call *c, struct call *twin)
{
	list_take(&twin->books, &c->books);
	list_take(&twin->diversions, &c->diversions);
	c->media = NULL;
	c->rings = NULL;
	strip(c->caller);
	strip(c->callee);
	call_left(c);
}

static void put_leg(struct call *c, struct leg *l)
{
	l->call = c;
	list_append(&c->legs, &l->in_call);
}

static void twin_free(struct leg *l)
{
	if (l)
		texts_free(l);
	free(l);
}

static int media_leave(const struct call *c)
{
	struct media_session *s = call_media(c);

	return s ? media_session_leave(s) : 0;
}

int call_carry_out(struct call *c, struct call **ret)
{
	struct call *twin;
	struct leg *caller, *callee;
	int error;

	if (!rests(c))
		return -EBUSY;
	twin = call_twin(c);
	caller = twin_of(c->caller);
	callee = twin_of(c->callee);
	error = twin && caller && callee ? moves_prepare(c->caller) : -ENOMEM;
	if (!error)
		error = moves_prepare(c->callee);
	if (!error)
		error = media_leave(c);
	if (error) {
		twin_free(caller);
		twin_free(callee);
		free(twin);
		return error;
	}
	caller->move = c->caller->move;
	callee->move = c->callee->move;
	put_leg(twin, caller);
	put_leg(twin, callee);
	twin->caller = caller;
	twin->callee = callee;
	leave(c, twin);
	*ret = twin;
	return 0;
}

/* --- in --- */

static void resume(struct loop *loop, struct timer *t)
{
	int64_t rest_ms = t->due_ms;

	if (t->fn)
		timer_start(loop, t, rest_ms > 0 ? rest_ms : 0, t->fn);
}

static void leg_enter(struct call_engine *e, struct leg *l)
{
	struct leg *left = call_leg_of(e, text_of(l->local_tag));

	/* It was here before. */
	if (left)
		leg_retag(left, NULL);
	table_insert(&e->legs, &l->node, table_hash(&e->legs, text_of(l->local_tag)));
	resume(e->cfg.loop, &l->session);
}

void call_carry_in(struct call_engine *e, struct call *c)
{
	struct media_session *s = call_media(c);

	c->engine = e;
	list_append(&e->calls, &c->node);
	e->count++;
	leg_enter(e, c->caller);
	leg_enter(e, c->callee);
	if (s)
		media_session_enter(s, e->cfg.rtpengine);
	resume(e->cfg.loop, &c->limit);
	resume(e->cfg.loop, &c->silence);
	resume(e->cfg.loop, &c->beat);
}
