/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/load.c - Bindings that outlive a restart: those over UDP, to the address that
 * the device's NAT keeps open. A connection's died with it. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

static int flow_of_row(const struct binding_row *row, struct flow *ret)
{
	struct flow f = { .transport = TRANSPORT_UDP,
			  .listener = REGISTRAR_LISTENER_UNKNOWN };

	if (strcmp(row->transport, "udp") != 0)
		return -ENOENT;
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
	struct record *r;

	r = record_new(text_of(row->contact), text_of(row->call_id),
		       text_of(row->user_agent));
	if (!r)
		return NULL;
	r->credential_id = row->credential_id;
	r->line_id = row->line_id;
	r->customer_id = line->customer_id;
	memcpy(r->number, line->number, sizeof(r->number));
	r->registered_us = row->registered_at;
	r->refreshed_us = r->stored_us = now_us;
	r->expires_us = row->expires_at - registrar_wall_minus_mono_us(l->registrar);
	r->used_us = RECORD_NEVER;
	r->flow = *flow;
	r->cseq = row->cseq;
	r->q = row->q;
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
	    flow_of_row(row, &flow) < 0 || store_line_get(l->db, row->line_id, &line) < 0)
		return note_stale(l, row);
	return load_row(l, row, &line, &flow);
}

static void forget_loaded(struct load *l)
{
	for (size_t i = 0; i < REGISTRAR_SHARDS; i++) {
		struct shard *s = &l->registrar->shards[i];

		record_free_all(shard_take_expired(s, INT64_MAX, SIZE_MAX));
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
		r = store_binding_delete(db, l->stale[i].credential_id,
					 l->stale[i].contact);
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
