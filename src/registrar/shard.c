/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/shard.c - The tables and the expiry heap of one shard. */

#include "registrar/room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEAP_LEAST = 64 };

static int ring_init(struct shard *s, uint32_t size, int64_t now_s)
{
	s->ring = size ? calloc(size, sizeof(*s->ring)) : NULL;
	if (size && !s->ring)
		return -ENOMEM;
	for (uint32_t i = 0; i < size; i++)
		list_init(&s->ring[i]);
	s->ring_size = size;
	s->ring_at_s = now_s + 1;
	return 0;
}

int shard_init(struct shard *s, struct random *random, uint32_t ring_size, int64_t now_s)
{
	struct table *tables[] = { &s->by_line, &s->by_credential, &s->by_conn,
				   &s->callbacks };

	*s = (struct shard){ 0 };
	pthread_mutex_init(&s->lock, NULL);
	list_init(&s->waits);
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		if (table_init(tables[i], random, 0) < 0)
			return -ENOMEM;
	}
	return ring_init(s, ring_size, now_s);
}

static void free_callback(struct table_node *node, void *arg)
{
	free(container_of(node, struct callback, node));
}

void shard_fini(struct shard *s)
{
	for (size_t i = 0; i < s->count; i++)
		record_let_go(s->heap[i]);
	free(s->heap);
	free(s->ring);
	if (s->callbacks.buckets)
		table_each(&s->callbacks, free_callback, NULL);
	table_fini(&s->by_line);
	table_fini(&s->by_credential);
	table_fini(&s->by_conn);
	table_fini(&s->callbacks);
	pthread_mutex_destroy(&s->lock);
}

/* Ids are ours to give: nobody can choose them to collide, so they need no key. */
uint64_t shard_id_hash(int64_t id)
{
	uint64_t h = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);

	return h ^ h >> 32;
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

		if (s->heap[parent]->due_s <= r->due_s)
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
		    s->heap[child + 1]->due_s < s->heap[child]->due_s)
			child++;
		if (s->heap[child]->due_s >= r->due_s)
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

/* By credential and port: two devices of one line have phases of their own. */
static size_t ring_slot(const struct shard *s, const struct record *r)
{
	uint64_t id = (uint64_t)r->credential_id * 65537 + r->flow.remote.port;

	return shard_id_hash((int64_t)id) % s->ring_size;
}

static uint32_t due_of(int64_t expires_us)
{
	return (uint32_t)((expires_us + REGISTRAR_US - 1) / REGISTRAR_US);
}

void shard_insert(struct shard *s, struct record *r)
{
	table_insert(&s->by_line, &r->by_line, shard_id_hash(r->line_id));
	table_insert(&s->by_credential, &r->by_credential,
		     shard_id_hash(r->credential_id));
	if (r->flow.conn)
		table_insert(&s->by_conn, &r->by_conn,
			     shard_id_hash((int64_t)r->flow.conn));
	if (r->behind_nat && s->ring_size)
		list_append(&s->ring[ring_slot(s, r)], &r->in_ring);
	r->due_s = due_of(r->expires_us);
	heap_put(s, s->count++, r);
	heap_rise(s, s->count - 1);
}

void shard_remove(struct shard *s, struct record *r)
{
	table_remove(&s->by_line, &r->by_line);
	table_remove(&s->by_credential, &r->by_credential);
	if (r->flow.conn)
		table_remove(&s->by_conn, &r->by_conn);
	if (r->behind_nat && s->ring_size)
		list_remove(&r->in_ring);
	heap_remove(s, r->heap_index);
	r->gone = true;
}

void shard_extend(struct shard *s, struct record *r, int64_t expires_us)
{
	r->expires_us = expires_us;
	if (due_of(expires_us) >= r->due_s)
		return;
	r->due_s = due_of(expires_us);
	heap_rise(s, r->heap_index);
}

size_t shard_of_credential(const struct shard *s, int64_t credential_id,
			   struct record **ret, size_t max)
{
	uint64_t hash = shard_id_hash(credential_id);
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
	uint64_t hash = shard_id_hash(line_id);
	size_t n = 0;

	for (struct table_node *node = table_first(&s->by_line, hash); node && n < max;
	     node = table_next(node)) {
		struct record *r = container_of(node, struct record, by_line);

		if (r->line_id == line_id)
			ret[n++] = r;
	}
	return n;
}

size_t shard_of_conn(const struct shard *s, uint64_t conn, struct record **ret,
		     size_t max)
{
	uint64_t hash = shard_id_hash((int64_t)conn);
	size_t n = 0;

	for (struct table_node *node = table_first(&s->by_conn, hash); node && n < max;
	     node = table_next(node)) {
		struct record *r = container_of(node, struct record, by_conn);

		if (r->flow.conn == conn)
			ret[n++] = r;
	}
	return n;
}

struct record *shard_take_expired(struct shard *s, int64_t now_us, size_t max)
{
	struct record *list = NULL;

	while (max-- && s->count && (int64_t)s->heap[0]->due_s * REGISTRAR_US <= now_us) {
		struct record *r = s->heap[0];

		if (r->expires_us > now_us) {
			r->due_s = due_of(r->expires_us);
			heap_sink(s, 0);
			continue;
		}
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

static struct record *of_conn(const struct shard *s, uint64_t conn, bool push)
{
	uint64_t hash = shard_id_hash((int64_t)conn);

	for (struct table_node *node = table_first(&s->by_conn, hash); node;
	     node = table_next(node)) {
		struct record *r = container_of(node, struct record, by_conn);

		if (r->flow.conn == conn && (r->push || !push))
			return r;
	}
	return NULL;
}

struct record *shard_take_conn(struct shard *s, uint64_t conn)
{
	struct record *list = NULL, *r;

	while ((r = of_conn(s, conn, false))) {
		shard_remove(s, r);
		r->next = list;
		list = r;
	}
	return list;
}

void shard_sleep_conn(struct shard *s, uint64_t conn)
{
	struct record *r;

	while ((r = of_conn(s, conn, true))) {
		table_remove(&s->by_conn, &r->by_conn);
		r->flow.conn = 0;
		r->asleep = true;
	}
}
