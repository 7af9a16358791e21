/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/apply.c - The bindings of one credential change (RFC 3261 10.3 step 6 to 8).
 * What can fail is done before the first change. */

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "registrar/gruu.h"
#include "registrar/keepalive.h"
#include "registrar/path.h"
#include "registrar/pn.h"
#include "registrar/register.h"

enum {
	RECORDS_MAX = 2 * REGISTRAR_BINDINGS_MAX, /* those there and those asked for */
	USE_EVERY_S = 3600,
	CALL_ID_MAX = 255,
};

struct work {
	struct registrar *registrar;
	const struct account_credential *credential;
	const struct sip_msg *m;
	const struct wishes *wishes;
	struct shard *shard;
	const struct flow *from;
	struct buf *answer;
	struct record *fresh[REGISTRAR_BINDINGS_MAX]; /* by wish; NULL: a removal */
	int64_t now_us;
	struct record *is[RECORDS_MAX]; /* the credential's, as they are now */
	size_t count;
};

static void drop_fresh(struct work *w)
{
	for (size_t i = 0; i < w->wishes->count; i++)
		free(w->fresh[i]);
}

/* The granted expiry is shortened by chance, so that devices do not come back at once. */
static uint32_t jitter(const struct registrar_config *cfg, uint32_t s)
{
	uint32_t span =
		s / 100 * cfg->jitter_percent + s % 100 * cfg->jitter_percent / 100;
	uint32_t less;

	if (s <= cfg->expires_min_s)
		return s;
	less = random_below(cfg->random, span + 1);
	return s - less < cfg->expires_min_s ? cfg->expires_min_s : s - less;
}

static struct text user_agent_of(const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_USER_AGENT);
	struct text t = h ? text_sub(h->value, 0, ROW_NAME_SIZE - 1) : TEXT_NONE;

	return text_is_utf8(t) ? t : TEXT_NONE;
}

static struct record *fresh_record(const struct work *w, const struct wish *wish)
{
	const struct registrar_config *cfg = &w->registrar->cfg;
	uint32_t granted_s = jitter(cfg, wish->expires_s);
	struct push_target target;
	struct record *r;

	r = record_new((struct text[RECORD_TEXTS]){
		[RECORD_CONTACT] = wish->contact,
		[RECORD_CALL_ID] = w->m->call_id,
		[RECORD_USER_AGENT] = user_agent_of(w->m),
		[RECORD_INSTANCE] = wish->instance,
		[RECORD_PATH] = text_of(w->wishes->path),
	});
	if (!r)
		return NULL;
	r->credential_id = w->credential->id;
	r->line_id = w->credential->line_id;
	r->customer_id = w->credential->customer_id;
	r->generation = w->credential->generation;
	text_copy(r->number, sizeof(r->number), text_of(w->credential->number));
	r->registered_us = clock_wall_us(cfg->clock);
	r->refreshed_us = w->now_us;
	r->expires_us = w->now_us + (int64_t)granted_s * REGISTRAR_US;
	r->row_expires_s = r->used_s = RECORD_NEVER;
	path_flow(text_of(w->wishes->path), w->from, &r->flow);
	r->cseq = w->m->cseq.number;
	r->q = wish->q;
	r->epoch = gruu_epoch(w->registrar, w->m->call_id);
	r->reg_id = wish->reg_id;
	r->push = pn_decode(&wish->uri, &target) == 0 &&
		  push_has(cfg->push, target.provider);
	/* Who does outbound keeps its flow open itself. */
	r->behind_nat = !r->reg_id && !w->wishes->path[0] &&
			keepalive_wanted(w->from, &w->m->via, &wish->uri);
	return r;
}

static int make_fresh(struct work *w)
{
	for (size_t i = 0; i < w->wishes->count; i++) {
		if (!w->wishes->wish[i].expires_s)
			continue;
		w->fresh[i] = fresh_record(w, &w->wishes->wish[i]);
		if (!w->fresh[i])
			return -ENOMEM;
	}
	return 0;
}

static void look(struct work *w)
{
	w->count = shard_of_credential(w->shard, w->credential->id, w->is, RECORDS_MAX);
}

static struct record *find_flow(const struct work *w, const struct wish *wish)
{
	for (size_t i = 0; i < w->count; i++) {
		if (w->is[i]->reg_id == wish->reg_id &&
		    text_eq_nocase(record_text(w->is[i], RECORD_INSTANCE),
				   wish->instance))
			return w->is[i];
	}
	return NULL;
}

/* A refresh mostly has the same bytes. */
static bool same_uri(const struct record *r, const struct wish *wish)
{
	struct text contact = record_text(r, RECORD_CONTACT);
	struct sip_uri uri;

	return text_eq(contact, wish->contact) ||
	       (sip_uri_decode(contact, &uri) == 0 && sip_uri_eq(&uri, &wish->uri));
}

static struct record *find_uri(const struct work *w, const struct wish *wish, bool flows)
{
	for (size_t i = 0; i < w->count; i++) {
		if (flows == (w->is[i]->reg_id > 0) && same_uri(w->is[i], wish))
			return w->is[i];
	}
	return NULL;
}

/* An app that was woken comes back on another connection, so with another URI, and would be
 * pushed and rung once more for each. */
static struct record *find_app(const struct work *w, const struct wish *wish)
{
	struct push_target is, wanted;

	if (pn_decode(&wish->uri, &wanted) < 0)
		return NULL;
	for (size_t i = 0; i < w->count; i++) {
		if (w->is[i]->push && !w->is[i]->reg_id &&
		    pn_of_contact(record_text(w->is[i], RECORD_CONTACT), &is) == 0 &&
		    pn_same_app(&is, &wanted))
			return w->is[i];
	}
	return NULL;
}

/* A flow is found by instance and reg-id (RFC 5626 6), anything else by its URI. A device
 * that begins or ceases to do outbound has the same URI: it must not ring twice. */
static struct record *find(const struct work *w, const struct wish *wish)
{
	struct record *r = wish->reg_id ? find_flow(w, wish) : NULL;

	if (!r)
		r = find_uri(w, wish, false);
	if (r || wish->reg_id)
		return r;
	r = find_uri(w, wish, true);
	/* To take its old URI away is not to take away the app. */
	return r || !wish->expires_s ? r : find_app(w, wish);
}

/* 10.3: within one Call-ID only a higher CSeq may change a binding. */
static bool in_order(const struct work *w, const struct record *r)
{
	return !r || !text_eq(record_text(r, RECORD_CALL_ID), w->m->call_id) ||
	       w->m->cseq.number > r->cseq;
}

static bool all_in_order(const struct work *w)
{
	for (size_t i = 0; w->wishes->remove_all && i < w->count; i++) {
		if (!in_order(w, w->is[i]))
			return false;
	}
	for (size_t i = 0; i < w->wishes->count; i++) {
		if (!in_order(w, find(w, &w->wishes->wish[i])))
			return false;
	}
	return true;
}

static void take_out(struct work *w, struct record *r, struct outcome *o)
{
	shard_remove(w->shard, r);
	r->next = o->removed;
	o->removed = r;
	look(w);
}

static bool same_device(const struct record *a, const struct record *b)
{
	return addr_eq_host(&a->flow.remote, &b->flow.remote) &&
	       text_eq(record_text(a, RECORD_USER_AGENT),
		       record_text(b, RECORD_USER_AGENT));
}

/* A row that ends before the device must be back is written again, at most once per half
 * of the expiry. */
static bool row_ends(const struct record *r, int64_t now_us, int64_t expires_us)
{
	return r->row_expires_s == RECORD_NEVER ||
	       r->row_expires_s * (int64_t)REGISTRAR_US - now_us <=
		       (expires_us - now_us) / 2;
}

/* A device that has started anew has another Call-ID: the order of its requests and its
 * temporary GRUUs hang on it, across our restart as well. */
static bool row_is_due(const struct record *old, const struct record *fresh)
{
	static const enum record_text kept[] = { RECORD_CALL_ID, RECORD_USER_AGENT,
						 RECORD_PATH };

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (!text_eq(record_text(old, kept[i]), record_text(fresh, kept[i])))
			return true;
	}
	return !flow_eq(&old->flow, &fresh->flow) || old->q != fresh->q ||
	       row_ends(old, fresh->refreshed_us, fresh->expires_us);
}

static void replace(struct work *w, struct record *old, struct record *fresh,
		    struct outcome *o)
{
	fresh->registered_us = old->registered_us;
	old->keep_row = record_same_row(old, fresh);
	if (old->keep_row && !row_is_due(old, fresh))
		fresh->row_expires_s = old->row_expires_s;
	o->visible |= !flow_eq(&old->flow, &fresh->flow) || !same_device(old, fresh);
	take_out(w, old, o);
}

static bool use_is_due(const struct record *r, int64_t now_us)
{
	return r->used_s == RECORD_NEVER ||
	       (uint32_t)(now_us / REGISTRAR_US) - r->used_s >= USE_EVERY_S;
}

static void put_in(struct work *w, struct record *fresh, struct outcome *o)
{
	fresh->device_new = true;
	for (size_t i = 0; i < w->count; i++) {
		if (same_device(w->is[i], fresh))
			fresh->device_new = false;
		if (w->is[i]->used_s != RECORD_NEVER &&
		    (fresh->used_s == RECORD_NEVER || w->is[i]->used_s > fresh->used_s))
			fresh->used_s = w->is[i]->used_s;
	}
	if (use_is_due(fresh, w->now_us)) {
		fresh->used_s = (uint32_t)(w->now_us / REGISTRAR_US);
		o->use_due = true;
	}
}

static void grant(struct work *w, const struct wish *wish, struct record *fresh,
		  struct outcome *o)
{
	struct record *old = find(w, wish);

	if (fresh)
		put_in(w, fresh, o);
	if (old && fresh)
		replace(w, old, fresh, o);
	else if (old)
		take_out(w, old, o);
	if (!old != !fresh)
		o->visible = true;
	if (fresh)
		shard_insert(w->shard, fresh);
	look(w);
}

/* A device that comes back from new addresses must not lock itself out. */
static void drop_oldest(struct work *w, struct outcome *o)
{
	while (w->count > REGISTRAR_BINDINGS_MAX) {
		struct record *oldest = w->is[0];

		for (size_t i = 1; i < w->count; i++) {
			if (w->is[i]->refreshed_us < oldest->refreshed_us)
				oldest = w->is[i];
		}
		o->visible = true;
		take_out(w, oldest, o);
	}
}

void register_note(const struct registrar *g, struct record *r, struct outcome *o)
{
	struct outcome_binding *is = &o->is[o->count];

	if (r->row_expires_s != RECORD_NEVER && !r->device_new)
		return;
	record_show(r, registrar_wall_minus_mono_us(g), &is->binding);
	is->row_due = r->row_expires_s == RECORD_NEVER;
	is->device_new = r->device_new;
	if (is->row_due)
		r->row_expires_s = (uint32_t)(r->expires_us / REGISTRAR_US);
	r->device_new = false;
	o->count++;
}

static void answer(struct work *w, struct outcome *o)
{
	bool gruu = sip_msg_has_token(w->m, SIP_HDR_SUPPORTED, TEXT("gruu"));

	for (size_t i = 0; i < w->count; i++) {
		struct record *r = w->is[i];

		if (r->expires_us <= w->now_us)
			continue;
		register_answer_contact(w->registrar, gruu ? w->credential->number : NULL,
					r, w->now_us, w->answer);
		register_note(w->registrar, r, o);
	}
}

static void change(struct work *w, struct outcome *o)
{
	while (w->wishes->remove_all && w->count) {
		o->visible = true;
		take_out(w, w->is[0], o);
	}
	for (size_t i = 0; i < w->wishes->count; i++)
		grant(w, &w->wishes->wish[i], w->fresh[i], o);
	drop_oldest(w, o);
	for (size_t i = 0; i < w->count; i++)
		w->is[i]->alone = w->count == 1;
}

/* The binding that is asked for once more, all as it was. */
static struct record *find_same(const struct work *w, const struct wish *wish)
{
	struct text agent = user_agent_of(w->m);

	for (size_t i = 0; i < w->count; i++) {
		struct record *r = w->is[i];

		if (text_eq(record_text(r, RECORD_CONTACT), wish->contact) &&
		    text_eq(record_text(r, RECORD_CALL_ID), w->m->call_id) &&
		    text_eq(record_text(r, RECORD_USER_AGENT), agent) &&
		    text_eq(record_text(r, RECORD_INSTANCE), wish->instance) &&
		    !r->lens[RECORD_PATH] && !r->asleep && r->q == wish->q &&
		    r->reg_id == wish->reg_id && flow_eq(&r->flow, w->from) &&
		    r->flow.listener == w->from->listener)
			return r;
	}
	return NULL;
}

void register_extend(struct registrar *g, struct shard *s, struct record *r,
		     uint32_t expires_s, uint32_t cseq, int64_t now_us, struct outcome *o)
{
	int64_t expires_us = now_us + (int64_t)jitter(&g->cfg, expires_s) * REGISTRAR_US;

	if (row_ends(r, now_us, expires_us))
		r->row_expires_s = RECORD_NEVER;
	if (use_is_due(r, now_us)) {
		r->used_s = (uint32_t)(now_us / REGISTRAR_US);
		o->use_due = true;
	}
	r->cseq = cseq;
	r->refreshed_us = now_us;
	shard_extend(s, r, expires_us);
}

/* Nearly every REGISTER only says that the device is still there. Then times change and
 * nothing else: no record is made, and nobody is told. */
static bool refresh(struct work *w, struct outcome *o)
{
	const struct wish *wish = &w->wishes->wish[0];
	struct record *r;

	if (w->wishes->count != 1 || !wish->expires_s || w->wishes->path[0])
		return false;
	r = find_same(w, wish);
	if (!r || w->m->cseq.number <= r->cseq)
		return false;
	r->generation = w->credential->generation;
	register_extend(w->registrar, w->shard, r, wish->expires_s, w->m->cseq.number,
			w->now_us, o);
	return true;
}

static int try_change(struct work *w, struct outcome *o)
{
	int error;

	look(w);
	if (refresh(w, o))
		return 0;
	error = make_fresh(w);
	if (error < 0)
		return error;
	if (!all_in_order(w))
		return -EALREADY;
	if (shard_reserve(w->shard, w->wishes->count) < 0)
		return -ENOMEM;
	change(w, o);
	return 0;
}

void register_outcome_init(struct outcome *o)
{
	memset(o, 0, offsetof(struct outcome, is));
}

/* Only a binding that has no company and is what it is by this message alone can be asked for
 * again without reading the next one. */
static void keep_again(struct work *w, struct registrar_again *ret)
{
	const struct wishes *wishes = w->wishes;
	struct record *r = w->is[0];

	if (w->count != 1 || wishes->count != 1 || !wishes->wish[0].expires_s ||
	    wishes->path[0] || wishes->asks_push || r->asleep ||
	    !flow_eq(&r->flow, w->from) || !record_hold(r))
		return;
	r->alone = true;
	*ret = (struct registrar_again){
		.binding = r,
		.expires_s = wishes->wish[0].expires_s,
		.expires_us = r->expires_us,
		.gruu = sip_msg_has_token(w->m, SIP_HDR_SUPPORTED, TEXT("gruu")),
		.outbound = wishes->outbound,
	};
}

int register_apply(struct registrar *r, const struct account_credential *c,
		   const struct flow *from, const struct sip_msg *m,
		   const struct wishes *wishes, struct buf *b, struct outcome *ret,
		   struct registrar_again *again)
{
	struct work w = {
		.registrar = r,
		.credential = c,
		.m = m,
		.wishes = wishes,
		.shard = registrar_shard(r, c->line_id),
		.from = from,
		.answer = b,
		.now_us = registrar_now_us(r),
	};
	int error;

	register_outcome_init(ret);
	if (m->call_id.len > CALL_ID_MAX)
		return -EMSGSIZE;
	pthread_mutex_lock(&w.shard->lock);
	error = try_change(&w, ret);
	if (!error) {
		answer(&w, ret);
		if (again)
			keep_again(&w, again);
		if (wishes->count)
			shard_wake(w.shard, c->line_id);
	}
	pthread_mutex_unlock(&w.shard->lock);
	if (error < 0)
		drop_fresh(&w);
	return error;
}
