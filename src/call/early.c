/* SPDX-License-Identifier: Apache-2.0 */
/* call/early.c - What answerers say before they answer, and under which tag the caller
 * hears it (RFC 3261 12.1, 13.2.1, 13.3.1.1). */

#include "call/early.h"

#include <stdlib.h>
#include <string.h>

#include "call/answer.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/limit.h"
#include "call/prack.h"
#include "call/sdp.h"
#include "call/update.h"

static struct early *of_node(struct list *node)
{
	return container_of(node, struct early, node);
}

static void early_free(struct early *e)
{
	prack_forget(e);
	update_forget(e);
	if (e->in_table)
		table_remove(&e->call->engine->earlies, &e->tagged);
	list_remove(&e->node);
	free(e->remote_tag);
	free(e->target);
	free(e->routes);
	free(e->own);
	buf_free(&e->sdp);
	free(e);
}

void early_drop(struct call *c)
{
	LIST_EACH_SAFE (it, &c->earlies)
		early_free(of_node(it));
}

void early_orphan(struct leg *branch)
{
	LIST_EACH (it, &branch->call->earlies) {
		struct early *e = of_node(it);

		if (e->branch == branch)
			e->branch = NULL;
	}
}

struct early *early_of(const struct leg *branch, struct text remote_tag)
{
	LIST_EACH (it, &branch->call->earlies) {
		struct early *e = of_node(it);

		if (e->branch == branch && text_eq(text_of(e->remote_tag), remote_tag))
			return e;
	}
	return NULL;
}

struct early *early_tagged(const struct call *c, struct text tag)
{
	LIST_EACH (it, &c->earlies) {
		struct early *e = of_node(it);

		if (text_eq(text_of(e->tag), tag))
			return e;
	}
	return NULL;
}

struct early *early_find(struct call_engine *engine, struct text tag)
{
	struct table *t = &engine->earlies;

	for (struct table_node *n = table_first(t, table_hash(t, tag)); n;
	     n = table_next(n)) {
		struct early *e = container_of(n, struct early, tagged);

		if (text_eq(text_of(e->tag), tag))
			return e;
	}
	return NULL;
}

bool early_other(const struct early *than)
{
	LIST_EACH (it, &than->call->earlies) {
		const struct early *e = of_node(it);

		if (e != than && e->tag[0] && e->branch != than->branch && e->branch &&
		    e->branch->state == LEG_CALLING)
			return true;
	}
	return false;
}

struct early *early_meant(const struct leg *l, const struct sip_msg *m)
{
	if (l->state != LEG_CALLING)
		return NULL;
	return l->ours ? early_of(l, m->from.tag) : early_tagged(l->call, m->to.tag);
}

const struct early *early_shown(const struct call *c, const struct leg *branch)
{
	LIST_EACH (it, &c->earlies) {
		const struct early *e = of_node(it);

		if (e->sdp.len && (!branch || e->branch == branch))
			return e;
	}
	return NULL;
}

const struct early *early_spoken_for(const struct leg *branch, const struct sip_msg *m)
{
	const struct early *e = early_of(branch, m->to.tag);

	if (m->request || m->status / 100 != 2 || m->cseq.method != SIP_INVITE ||
	    !branch->call->sdp_offered)
		return NULL;
	if (!e || !e->sdp.len)
		e = early_shown(branch->call, branch);
	if (!e || !e->own || e->sdp_moved || early_who(e) == branch->described)
		return NULL;
	return e;
}

static uint64_t who_of(const struct call *c, struct text tag)
{
	return tag.len ? table_hash(&c->engine->earlies, tag) : 0;
}

uint64_t early_who(const struct early *e)
{
	return who_of(e->call, text_of(e->remote_tag));
}

uint64_t early_who_of(const struct leg *branch, const struct sip_msg *response)
{
	return who_of(branch->call, response->to.tag);
}

void early_means(const struct early *e)
{
	if (e && e->branch)
		e->branch->answerer = early_who(e);
}

/* Its own dialog, by which it is sent PRACK and UPDATE before it has answered. */
static int learn(struct early *e, const struct sip_msg *m)
{
	struct leg dialog = { .call = e->call };
	int r = leg_from_response(&dialog, m);

	if (r < 0) {
		free(dialog.remote_tag);
		free(dialog.target);
		free(dialog.routes);
		return r;
	}
	e->remote_tag = dialog.remote_tag;
	e->target = dialog.target;
	e->routes = dialog.routes;
	return 0;
}

static size_t count(const struct call *c)
{
	size_t n = 0;

	LIST_EACH (it, &c->earlies)
		n++;
	return n;
}

static struct early *early_new(struct leg *branch, const struct sip_msg *m)
{
	struct call *c = branch->call;
	struct early *e;

	if (count(c) >= CALL_EARLIES_MAX)
		return NULL;
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->call = c;
	e->branch = branch;
	e->remote_cseq = c->caller->remote_cseq;
	list_init(&e->node);
	if (learn(e, m) < 0) {
		early_free(e);
		return NULL;
	}
	list_append(&c->earlies, &e->node);
	return e;
}

/* The first gets the tag that the caller's leg has; when only one is taken, all do. */
static void give_tag(struct early *e)
{
	struct call *c = e->call;
	struct table *t = &c->engine->earlies;

	if (e->tag[0])
		return;
	if (c->single || !early_tagged(c, text_of(c->caller->local_tag))) {
		memcpy(e->tag, c->caller->local_tag, sizeof(e->tag));
		return;
	}
	txn_token(c->engine->cfg.txn, e->tag);
	table_insert(t, &e->tagged, table_hash(t, text_of(e->tag)));
	e->in_table = true;
}

/* One description for each, and where one only is taken that of the first. An offer may
 * not come in a response that is not sure to arrive (13.2.1, RFC 3262 5). True when it is
 * news. */
static bool take_description(struct early *e, const struct sip_msg *m, bool reliable)
{
	struct call *c = e->call;
	struct leg *l = e->branch;
	struct buf shown = BUF_GROWING;
	struct text sdp;
	int r;

	if (e->sdp.len || (c->single && early_shown(c, NULL)) ||
	    (!c->sdp_offered && !(reliable && c->caller_reliable)) ||
	    headers_sdp(m, &sdp) < 0)
		return false;
	r = c->sdp_offered ? call_sdp_answer(l, c->caller, sdp, &shown)
			   : call_sdp_offer(l, c->caller, sdp, &shown);
	if (r < 0) {
		buf_free(&shown);
		return false;
	}
	e->sdp = shown;
	e->own = text_dup(sdp);
	return true;
}

/* That it rings, the caller need hear once only. */
static bool is_news(const struct early *e, unsigned status)
{
	if (e->call->single || !e->tag[0])
		return status != e->call->shown_status;
	return status != e->status;
}

void early_progress(struct leg *l, const struct sip_msg *m)
{
	struct call *c = l->call;
	struct early *e = early_of(l, m->to.tag);
	uint32_t rseq;
	bool news;

	if (!e)
		e = early_new(l, m);
	if (!e || !prack_in_order(e, m, &rseq))
		return;
	e->allows_update =
		e->allows_update || sip_msg_has_token(m, SIP_HDR_ALLOW, TEXT("UPDATE"));
	news = take_description(e, m, rseq != 0);
	if (!news && !is_news(e, m->status)) {
		prack_at_once(e, rseq);
		return;
	}
	give_tag(e);
	e->status = c->shown_status = m->status;
	call_repeat_start(c);
	prack_tell(e, m->status, rseq);
}

void early_repeat(struct call *c)
{
	LIST_EACH (it, &c->earlies) {
		struct early *e = of_node(it);

		if (e->branch && e->branch->state == LEG_CALLING && e->status &&
		    (!c->single || e->status == c->shown_status))
			prack_tell(e, e->status, 0);
	}
}

static void wear(struct leg *caller, const struct early *e)
{
	caller->remote_cseq = e->remote_cseq;
	caller->local_cseq = e->local_cseq;
	if (!text_eq(text_of(caller->local_tag), text_of(e->tag)))
		leg_retag(caller, e->tag);
}

/* A tag under which no description was told may be anybody's. */
void early_choose(struct call *c, struct early *e)
{
	const struct early *first = early_tagged(c, text_of(c->caller->local_tag));

	if (c->single && first)
		wear(c->caller, first);
	else if (e && e->tag[0])
		wear(c->caller, e);
	else if (first && (first->sdp.len || first->rseq))
		leg_retag(c->caller, NULL);
	else if (first)
		wear(c->caller, first);
}

struct leg early_branch_leg(const struct early *e)
{
	struct leg l = *e->branch;

	l.remote_tag = e->remote_tag;
	l.routes = e->routes;
	if (e->target)
		l.target = e->target;
	return l;
}

struct leg early_caller_leg(const struct early *e)
{
	struct leg l = *e->call->caller;

	memcpy(l.local_tag, e->tag, sizeof(l.local_tag));
	return l;
}
