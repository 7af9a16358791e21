/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/apply.c - The bindings of one credential change (RFC 3261 10.3 step 6 to 8).
 * What can fail is done before the first change. */

#include <errno.h>
#include <stdlib.h>

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

static struct record *fresh_record(const struct work *w, const struct wish *wish,
				   const struct flow *from)
{
	const struct registrar_config *cfg = &w->registrar->cfg;
	uint32_t granted_s = jitter(cfg, wish->expires_s);
	struct record *r;

	r = record_new(wish->contact, w->m->call_id, user_agent_of(w->m));
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
	r->stored_us = r->used_us = RECORD_NEVER;
	r->flow = *from;
	r->cseq = w->m->cseq.number;
	r->q = wish->q;
	return r;
}

static int make_fresh(struct work *w, const struct flow *from)
{
	for (size_t i = 0; i < w->wishes->count; i++) {
		if (!w->wishes->wish[i].expires_s)
			continue;
		w->fresh[i] = fresh_record(w, &w->wishes->wish[i], from);
		if (!w->fresh[i])
			return -ENOMEM;
	}
	return 0;
}

static void look(struct work *w)
{
	w->count = shard_of_credential(w->shard, w->credential->id, w->is, RECORDS_MAX);
}

static struct record *find(const struct work *w, const struct wish *wish)
{
	struct sip_uri uri;

	for (size_t i = 0; i < w->count; i++) {
		if (sip_uri_decode(record_contact(w->is[i]), &uri) == 0 &&
		    sip_uri_eq(&uri, &wish->uri))
			return w->is[i];
	}
	return NULL;
}

/* 10.3: within one Call-ID only a higher CSeq may change a binding. */
static bool in_order(const struct work *w, const struct record *r)
{
	return !r || !text_eq(record_call_id(r), w->m->call_id) ||
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
	       text_eq(record_user_agent(a), record_user_agent(b));
}

static bool row_is_due(const struct record *old, const struct record *fresh)
{
	int64_t half_us = (fresh->expires_us - fresh->refreshed_us) / 2;

	return !flow_eq(&old->flow, &fresh->flow) || old->stored_us == RECORD_NEVER ||
	       fresh->refreshed_us - old->stored_us >= half_us ||
	       !text_eq(record_user_agent(old), record_user_agent(fresh));
}

static void replace(struct work *w, struct record *old, struct record *fresh,
		    struct outcome *o)
{
	fresh->registered_us = old->registered_us;
	old->keep_row = text_eq(record_contact(old), record_contact(fresh));
	if (old->keep_row && !row_is_due(old, fresh))
		fresh->stored_us = old->stored_us;
	o->visible |= !flow_eq(&old->flow, &fresh->flow) || !same_device(old, fresh);
	take_out(w, old, o);
}

static void put_in(struct work *w, struct record *fresh, struct outcome *o)
{
	fresh->device_new = true;
	for (size_t i = 0; i < w->count; i++) {
		if (same_device(w->is[i], fresh))
			fresh->device_new = false;
		if (w->is[i]->used_us > fresh->used_us)
			fresh->used_us = w->is[i]->used_us;
	}
	if (fresh->used_us == RECORD_NEVER ||
	    w->now_us - fresh->used_us >= (int64_t)USE_EVERY_S * REGISTRAR_US) {
		fresh->used_us = w->now_us;
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

static void show(struct work *w, struct outcome *o)
{
	int64_t wall_minus_mono_us = registrar_wall_minus_mono_us(w->registrar);

	for (size_t i = 0; i < w->count; i++) {
		struct record *r = w->is[i];

		if (r->expires_us <= w->now_us)
			continue;
		record_show(r, wall_minus_mono_us, &o->is[o->count].binding);
		o->is[o->count].row_due = r->stored_us == RECORD_NEVER;
		o->is[o->count].device_new = r->device_new;
		r->stored_us = r->stored_us == RECORD_NEVER ? w->now_us : r->stored_us;
		r->device_new = false;
		o->count++;
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
	show(w, o);
}

static int try_change(struct work *w, struct outcome *o)
{
	look(w);
	if (!all_in_order(w))
		return -EALREADY;
	if (shard_reserve(w->shard, w->wishes->count) < 0)
		return -ENOMEM;
	change(w, o);
	return 0;
}

int register_apply(struct registrar *r, const struct account_credential *c,
		   const struct flow *from, const struct sip_msg *m,
		   const struct wishes *wishes, struct outcome *ret)
{
	struct work w = {
		.registrar = r,
		.credential = c,
		.m = m,
		.wishes = wishes,
		.shard = registrar_shard(r, c->line_id),
		.now_us = registrar_now_us(r),
	};
	int error;

	*ret = (struct outcome){ 0 };
	if (m->call_id.len > CALL_ID_MAX)
		return -EMSGSIZE;
	error = make_fresh(&w, from);
	if (!error) {
		pthread_mutex_lock(&w.shard->lock);
		error = try_change(&w, ret);
		pthread_mutex_unlock(&w.shard->lock);
	}
	if (error < 0)
		drop_fresh(&w);
	return error;
}
