/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/save.c - Bindings that have no row yet: more came than the database can write,
 * or it was away. They are looked for in what lies in memory, so that waiting costs none. */

#include "registrar/room.h"

enum {
	LOOKED_AT = 4096, /* records with the lock held */
	SAVED_AT_ONCE = 8,
	CALL_ID_SIZE = 256,
};

struct unsaved {
	struct binding binding;
	int64_t customer_id;
	char call_id[CALL_ID_SIZE];
	uint32_t cseq;
};

void registrar_save_later(struct registrar *r, int64_t line_id, int64_t credential_id,
			  struct text contact)
{
	struct shard *s = registrar_shard(r, line_id);
	struct record *is[2 * REGISTRAR_BINDINGS_MAX];
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = shard_of_credential(s, credential_id, is, 2 * REGISTRAR_BINDINGS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (!text_eq(record_text(is[i], RECORD_CONTACT), contact))
			continue;
		is[i]->row_expires_s = RECORD_NEVER;
		s->unsaved = true;
	}
	pthread_mutex_unlock(&s->lock);
}

static void copy(const struct record *is, int64_t wall_minus_mono_us, struct unsaved *ret)
{
	record_show(is, wall_minus_mono_us, &ret->binding);
	text_copy(ret->call_id, sizeof(ret->call_id), record_text(is, RECORD_CALL_ID));
	ret->customer_id = is->customer_id;
	ret->cseq = is->cseq;
}

/* The next few; marks them as saved. A round that finds none is the last one: the heap
 * moves while it is looked through. */
static size_t take(struct registrar *r, struct shard *s, struct unsaved *ret)
{
	int64_t wall_minus_mono_us = registrar_wall_minus_mono_us(r);
	size_t n = 0;

	for (size_t i = 0; i < LOOKED_AT && n < SAVED_AT_ONCE && s->saved_to < s->count;
	     i++) {
		struct record *is = s->heap[s->saved_to++];

		if (is->row_expires_s != RECORD_NEVER)
			continue;
		copy(is, wall_minus_mono_us, &ret[n++]);
		is->row_expires_s = (uint32_t)(is->expires_us / REGISTRAR_US);
		s->found = true;
	}
	if (s->saved_to >= s->count) {
		s->unsaved = s->found;
		s->saved_to = 0;
		s->found = false;
	}
	return n;
}

/* False: no more now. */
static bool save_some(struct registrar *r, struct shard *s)
{
	struct unsaved some[SAVED_AT_ONCE];
	bool more, room = true;
	size_t n;

	pthread_mutex_lock(&s->lock);
	n = take(r, s, some);
	more = s->unsaved && s->saved_to > 0;
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < n; i++) {
		const struct binding *b = &some[i].binding;

		room = room && registrar_keep_binding(r, some[i].customer_id, b,
						      text_of(some[i].call_id),
						      some[i].cseq) == 0;
		if (!room)
			registrar_save_later(r, b->line_id, b->credential_id,
					     text_of(b->contact));
	}
	return more && room;
}

static bool is_unsaved(struct shard *s)
{
	bool unsaved;

	pthread_mutex_lock(&s->lock);
	unsaved = s->unsaved;
	pthread_mutex_unlock(&s->lock);
	return unsaved;
}

/* True when something is left. */
static bool save(struct registrar *r)
{
	bool left = false;

	for (size_t i = 0; i < REGISTRAR_SHARDS; i++) {
		struct shard *s = &r->shards[i];

		if (!is_unsaved(s))
			continue;
		while (save_some(r, s))
			;
		left |= is_unsaved(s);
	}
	return left;
}

void registrar_save(struct registrar *r)
{
	if (registrar_now_us(r) >= atomic_load(&r->save_at_us))
		save(r);
}

void registrar_save_all(struct registrar *r)
{
	bool left;

	do {
		left = save(r) && !list_empty(&r->keeps);
	} while (registrar_keep_flush(r) == 0 && left);
}
