/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/shard.c - The tables and the expiry heap of one shard. */

#include "registrar/shard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEAP_LEAST = 64 };

int shard_init(struct shard *s, struct random *random)
{
	struct table *tables[] = { &s->by_line, &s->by_credential, &s->by_conn,
				   &s->callbacks };

	*s = (struct shard){ 0 };
	pthread_mutex_init(&s->lock, NULL);
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		if (table_init(tables[i], random, 0) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void free_callback(struct table_node *node, void *arg)
{
	free(container_of(node, struct callback, node));
}

void shard_fini(struct shard *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->heap[i]);
	free(s->heap);
	if (s->callbacks.buckets)
		table_each(&s->callbacks, free_callback, NULL);
	table_fini(&s->by_line);
	table_fini(&s->by_credential);
	table_fini(&s->by_conn);
	table_fini(&s->callbacks);
	pthread_mutex_destroy(&s->lock);
}

uint64_t shard_id_hash(const struct table *t, int64_t id)
{
	return table_hash(t, (struct text){ (const char *)&id, sizeof(id) });
}

static void heap_put(struct shard *s, size_t at, struct record *r)
{
	s->heap[at] = r;
	r->heap_index = (uint32_t)at;
}

static void heap_rise(struct shard *s, size_t at)
{
	struct record *r = s->heap[at];

	while (at > 0) {
		size_t parent = (at - 1) / 2;

		if (s->heap[parent]->expires_us <= r->expires_us)
			break;
		heap_put(s, at, s->heap[parent]);
		at = parent;
	}
	heap_put(s, at, r);
}

static void heap_sink(struct shard *s, size_t at)
{
	struct record *r = s->heap[at];

	for (size_t child = 2 * at + 1; child < s->count; child = 2 * at + 1) {
		if (child + 1 < s->count &&
		    s->heap[child + 1]->expires_us < s->heap[child]->expires_us)
			child++;
		if (s->heap[child]->expires_us >= r->expires_us)
			break;
		heap_put(s, at, s->heap[child]);
		at = child;
	}
	heap_put(s, at, r);
}

static void heap_remove(struct shard *s, size_t at)
{
	struct record *last = s->heap[--s->count];

	if (at == s->count)
		return;
	heap_put(s, at, last);
	heap_rise(s, at);
	heap_sink(s, last->heap_index);
}

int shard_reserve(struct shard *s, size_t n)
{
	size_t cap = s->heap_cap ? s->heap_cap : HEAP_LEAST;
	struct record **heap;

	while (cap < s->count + n)
		cap *= 2;
	if (cap == s->heap_cap)
		return 0;
	heap = realloc(s->heap, cap * sizeof(*heap));
	if (!heap)
		return -ENOMEM;
	s->heap = heap;
	s->heap_cap = cap;
	return 0;
}

void shard_insert(struct shard *s, struct record *r)
{
	table_insert(&s->by_line, &r->by_line, shard_id_hash(&s->by_line, r->line_id));
	table_insert(&s->by_credential, &r->by_credential,
		     shard_id_hash(&s->by_credential, r->credential_id));
	if (r->flow.conn)
		table_insert(&s->by_conn, &r->by_conn,
			     shard_id_hash(&s->by_conn, (int64_t)r->flow.conn));
	heap_put(s, s->count++, r);
	heap_rise(s, s->count - 1);
}

void shard_remove(struct shard *s, struct record *r)
{
	table_remove(&s->by_line, &r->by_line);
	table_remove(&s->by_credential, &r->by_credential);
	if (r->flow.conn)
		table_remove(&s->by_conn, &r->by_conn);
	heap_remove(s, r->heap_index);
}

size_t shard_of_credential(const struct shard *s, int64_t credential_id,
			   struct record **ret, size_t max)
{
	uint64_t hash = shard_id_hash(&s->by_credential, credential_id);
	size_t n = 0;

	for (struct table_node *node = table_first(&s->by_credential, hash);
	     node && n < max; node = table_next(node)) {
		struct record *r = container_of(node, struct record, by_credential);

		if (r->credential_id == credential_id)
			ret[n++] = r;
	}
	return n;
}

size_t shard_of_line(const struct shard *s, int64_t line_id, struct record **ret,
		     size_t max)
{
	uint64_t hash = shard_id_hash(&s->by_line, line_id);
	size_t n = 0;

	for (struct table_node *node = table_first(&s->by_line, hash); node && n < max;
	     node = table_next(node)) {
		struct record *r = container_of(node, struct record, by_line);

		if (r->line_id == line_id)
			ret[n++] = r;
	}
	return n;
}

struct record *shard_take_expired(struct shard *s, int64_t now_us, size_t max)
{
	struct record *list = NULL;

	while (max-- && s->count && s->heap[0]->expires_us <= now_us) {
		struct record *r = s->heap[0];

		shard_remove(s, r);
		r->next = list;
		list = r;
	}
	return list;
}

struct record *shard_take_credential(struct shard *s, int64_t credential_id)
{
	struct record *list = NULL, *r;

	while (shard_of_credential(s, credential_id, &r, 1)) {
		shard_remove(s, r);
		r->next = list;
		list = r;
	}
	return list;
}

static struct record *of_conn(const struct shard *s, uint64_t conn)
{
	uint64_t hash = shard_id_hash(&s->by_conn, (int64_t)conn);

	for (struct table_node *node = table_first(&s->by_conn, hash); node;
	     node = table_next(node)) {
		struct record *r = container_of(node, struct record, by_conn);

		if (r->flow.conn == conn)
			return r;
	}
	return NULL;
}

struct record *shard_take_conn(struct shard *s, uint64_t conn)
{
	struct record *list = NULL, *r;

	while ((r = of_conn(s, conn))) {
		shard_remove(s, r);
		r->next = list;
		list = r;
	}
	return list;
}
