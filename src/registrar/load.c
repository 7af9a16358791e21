/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/load.c - Bindings that outlive a restart: those over UDP, to the address that
 * the device's NAT keeps open, those behind an edge proxy, and those of apps that can be
 * woken up. Any other connection's died with it. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "registrar/gruu.h"
#include "registrar/keepalive.h"
#include "registrar/pn.h"
#include "registrar/room.h"

enum { LOAD_MAX = 4000000 };

struct load {
	struct store_job job;
	struct registrar *registrar;
	struct store_db *db;
	struct binding_row *stale; /* rows to delete, found before deleting */
	size_t stale_count, stale_cap;
	size_t loaded;
};

static int note_stale(struct load *l, const struct binding_row *row)
{
	size_t cap = l->stale_cap ? 2 * l->stale_cap : 16;

	if (l->stale_count == l->stale_cap) {
		struct binding_row *more = realloc(l->stale, cap * sizeof(*more));

		if (!more)
			return -ENOMEM;
		l->stale = more;
		l->stale_cap = cap;
	}
	l->stale[l->stale_count++] = *row;
	return 0;
}

static bool can_be_woken(const struct registrar *r, const struct binding_row *row)
{
	struct push_target target;

	return pn_of_contact(text_of(row->contact), &target) == 0 &&
	       push_has(r->cfg.push, target.provider);
}

static int flow_of_row(const struct registrar *r, const struct binding_row *row,
		       struct flow *ret)
{
	struct flow f = { .listener = REGISTRAR_LISTENER_UNKNOWN };
	enum transport t;

	if (transport_decode(text_of(row->transport), &t) < 0 ||
	    (t != TRANSPORT_UDP && !row->path[0] && !can_be_woken(r, row)))
		return -ENOENT;
	f.transport = (uint8_t)t;
	if (addr_decode(text_of(row->source), 0, &f.remote) < 0 ||
	    addr_decode(text_of(row->local), 0, &f.local) < 0)
		return -EBADMSG;
	*ret = f;
	return 0;
}

static struct record *record_of_row(struct load *l, const struct binding_row *row,
				    const struct line_row *line, const struct flow *flow)
{
	int64_t now_us = registrar_now_us(l->registrar);
	struct sip_uri contact;
	struct record *r;

	r = record_new((struct text[RECORD_TEXTS]){
		[RECORD_CONTACT] = text_of(row->contact),
		[RECORD_CALL_ID] = text_of(row->call_id),
		[RECORD_USER_AGENT] = text_of(row->user_agent),
		[RECORD_INSTANCE] = text_of(row->instance),
		[RECORD_PATH] = text_of(row->path),
	});
	if (!r)
		return NULL;
	r->credential_id = row->credential_id;
	r->line_id = row->line_id;
	r->customer_id = line->customer_id;
	memcpy(r->number, line->number, sizeof(r->number));
	r->registered_us = row->registered_at;
	r->refreshed_us = now_us;
	r->expires_us = row->expires_at - registrar_wall_minus_mono_us(l->registrar);
	r->row_expires_s = (uint32_t)(r->expires_us / REGISTRAR_US);
	r->used_s = RECORD_NEVER;
	r->flow = *flow;
	r->push = can_be_woken(l->registrar, row);
	r->asleep = r->push && flow->transport != TRANSPORT_UDP && !row->path[0];
	r->cseq = row->cseq;
	r->q = row->q;
	r->epoch = gruu_epoch(l->registrar, text_of(row->call_id));
	r->reg_id = row->reg_id;
	r->behind_nat = !r->reg_id && !row->path[0] &&
			sip_uri_decode(text_of(row->contact), &contact) == 0 &&
			keepalive_wanted(flow, NULL, &contact);
	return r;
}

static int load_row(struct load *l, const struct binding_row *row,
		    const struct line_row *line, const struct flow *flow)
{
	struct shard *s = registrar_shard(l->registrar, row->line_id);
	struct record *r = record_of_row(l, row, line, flow);
	int error;

	if (!r)
		return -ENOMEM;
	pthread_mutex_lock(&s->lock);
	error = shard_reserve(s, 1);
	if (!error)
		shard_insert(s, r);
	pthread_mutex_unlock(&s->lock);
	if (error < 0)
		free(r);
	else
		l->loaded++;
	return error;
}

static int on_row(void *arg, const struct binding_row *row)
{
	struct load *l = arg;
	struct line_row line;
	struct flow flow;

	if (l->loaded == LOAD_MAX)
		return -E2BIG;
	if (row->expires_at <= clock_wall_us(l->registrar->cfg.clock) ||
	    flow_of_row(l->registrar, row, &flow) < 0 ||
	    store_line_get(l->db, row->line_id, &line) < 0)
		return note_stale(l, row);
	return load_row(l, row, &line, &flow);
}

static void forget_loaded(struct load *l)
{
	for (size_t i = 0; i < REGISTRAR_SHARDS; i++) {
		struct shard *s = &l->registrar->shards[i];

		record_let_go_all(shard_take_expired(s, INT64_MAX, SIZE_MAX));
	}
	l->stale_count = l->loaded = 0;
}

static int load_work(struct store_db *db, struct store_job *job)
{
	struct load *l = container_of(job, struct load, job);
	int r;

	forget_loaded(l); /* a job may run twice */
	l->db = db;
	r = store_binding_each(db, on_row, l);
	for (size_t i = 0; i < l->stale_count && !r; i++)
		r = store_binding_delete(db, &l->stale[i]);
	return r;
}

int registrar_load(struct registrar *r)
{
	struct load l = { .job = { .work = load_work }, .registrar = r };
	int error;

	if (!r->cfg.store)
		return 0;
	error = store_run(r->cfg.store, STORE_WRITE, &l.job);
	free(l.stale);
	return error;
}
