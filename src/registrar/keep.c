/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/keep.c - Bindings as rows, written behind the answer. What is not written now
 * (a storm, a database that is away) is written later (save.c); a deletion that fails is
 * counted, as the binding in memory is what counts until the next start. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "registrar/room.h"

/* The store has room for more, but not for a storm of REGISTER alone. */
enum { KEEPS_MAX = 20000, PAUSE_US = 5 * REGISTRAR_US };

enum keep_what { KEEP_PUT = 1, KEEP_DELETE = 2, KEEP_USED = 4 };

struct keep {
	struct store_job job;
	struct list node;
	struct registrar *registrar;
	int64_t customer_id;
	enum keep_what what;
	struct binding_row row;
};

static int keep_write(struct store_db *db, const struct keep *k)
{
	switch (k->what) {
	case KEEP_PUT:
		return store_binding_put(db, &k->row);
	case KEEP_DELETE:
		return store_binding_delete(db, &k->row);
	case KEEP_USED:
		return store_credential_used(db, k->customer_id, k->row.credential_id,
					     k->row.registered_at, 0);
	}
	return -EINVAL;
}

static int keep_work(struct store_db *db, struct store_job *job)
{
	int r = keep_write(db, container_of(job, struct keep, job));

	return r == -ENOENT ? 0 : r;
}

static void keep_end(struct keep *k, int status)
{
	struct registrar *r = k->registrar;

	pthread_mutex_lock(&r->keeps_lock);
	list_remove(&k->node);
	r->keep_count--;
	pthread_mutex_unlock(&r->keeps_lock);
	if (status < 0)
		atomic_fetch_add(&r->store_failures, 1);
	if (status < 0 && k->what == KEEP_PUT) {
		atomic_store(&r->save_at_us, registrar_now_us(r) + PAUSE_US);
		registrar_save_later(r, k->row.line_id, k->row.credential_id,
				     text_of(k->row.contact));
	}
	free(k);
}

static void keep_done(struct store_job *job, int status)
{
	keep_end(container_of(job, struct keep, job), status);
}

static bool has_room(struct registrar *r)
{
	bool room;

	pthread_mutex_lock(&r->keeps_lock);
	room = r->keep_count < KEEPS_MAX;
	pthread_mutex_unlock(&r->keeps_lock);
	return room;
}

static struct keep *keep_new(struct registrar *r, enum keep_what what,
			     int64_t customer_id, int64_t credential_id)
{
	struct keep *k = r->cfg.store ? calloc(1, sizeof(*k)) : NULL;

	if (!k) {
		if (r->cfg.store)
			atomic_fetch_add(&r->store_failures, 1);
		return NULL;
	}
	k->job = (struct store_job){ .work = keep_work, .done = keep_done };
	k->registrar = r;
	k->what = what;
	k->customer_id = customer_id;
	k->row.credential_id = credential_id;
	return k;
}

static void keep_submit(struct keep *k)
{
	struct registrar *r = k->registrar;
	int error;

	pthread_mutex_lock(&r->keeps_lock);
	list_append(&r->keeps, &k->node);
	r->keep_count++;
	pthread_mutex_unlock(&r->keeps_lock);
	error = store_submit(r->cfg.store, r->cfg.loop, STORE_WRITE, k->customer_id,
			     &k->job);
	if (error < 0)
		keep_end(k, error);
}

int registrar_keep_binding(struct registrar *r, int64_t customer_id,
			   const struct binding *b, struct text call_id, uint32_t cseq)
{
	struct keep *k;

	if (!r->cfg.store)
		return 0;
	if (!has_room(r))
		return -EAGAIN;
	k = keep_new(r, KEEP_PUT, customer_id, b->credential_id);
	if (!k)
		return -EAGAIN;
	k->row.line_id = b->line_id;
	memcpy(k->row.contact, b->contact, sizeof(b->contact));
	memcpy(k->row.instance, b->instance, sizeof(b->instance));
	k->row.reg_id = b->reg_id;
	memcpy(k->row.path, b->path, sizeof(b->path));
	text_copy(k->row.call_id, sizeof(k->row.call_id), call_id);
	k->row.cseq = cseq;
	k->row.q = b->q;
	k->row.registered_at = b->registered_at;
	k->row.expires_at = b->expires_at;
	addr_encode(k->row.source, &b->flow.remote);
	addr_encode(k->row.local, &b->flow.local);
	text_copy(k->row.transport, sizeof(k->row.transport),
		  text_of(transport_uri_name(b->flow.transport)));
	memcpy(k->row.user_agent, b->user_agent, sizeof(b->user_agent));
	keep_submit(k);
	return 0;
}

/* Only shown, and told again in an hour: in a storm the bindings come first. */
void registrar_keep_used(struct registrar *r, int64_t customer_id, int64_t credential_id)
{
	struct keep *k =
		has_room(r) ? keep_new(r, KEEP_USED, customer_id, credential_id) : NULL;

	if (!k)
		return;
	k->row.registered_at = clock_wall_us(r->cfg.clock);
	keep_submit(k);
}

void registrar_keep_gone(struct registrar *r, const struct record *gone)
{
	struct keep *k = keep_new(r, KEEP_DELETE, gone->customer_id, gone->credential_id);

	if (!k)
		return;
	text_copy(k->row.contact, sizeof(k->row.contact),
		  record_text(gone, RECORD_CONTACT));
	text_copy(k->row.instance, sizeof(k->row.instance),
		  record_text(gone, RECORD_INSTANCE));
	k->row.reg_id = gone->reg_id;
	keep_submit(k);
}

struct flush {
	struct store_job job;
	struct list *keeps;
};

/* Rows that were written already are written again, which changes nothing. */
static int flush_work(struct store_db *db, struct store_job *job)
{
	struct flush *f = container_of(job, struct flush, job);

	LIST_EACH (it, f->keeps) {
		int r = keep_write(db, container_of(it, struct keep, node));

		if (r < 0 && r != -ENOENT)
			return r;
	}
	return 0;
}

int registrar_keep_flush(struct registrar *r)
{
	struct flush f = { .job = { .work = flush_work }, .keeps = &r->keeps };
	int error;

	if (list_empty(&r->keeps))
		return 0;
	LIST_EACH (it, &r->keeps) {
		store_cancel(&container_of(it, struct keep, node)->job);
	}
	error = store_run(r->cfg.store, STORE_WRITE, &f.job);
	if (error < 0)
		atomic_fetch_add(&r->store_failures, 1);
	LIST_EACH_SAFE (it, &r->keeps) {
		list_remove(it);
		free(container_of(it, struct keep, node));
	}
	r->keep_count = 0;
	return error;
}
