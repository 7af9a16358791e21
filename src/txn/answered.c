/* SPDX-License-Identifier: Apache-2.0 */
/* txn/answered.c - A queue of chunks, oldest first, and an index of what lies in them. */

#include "txn/answered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_SIZE = 640 };

_Static_assert(sizeof(struct answered_bucket) <= 64, "a bucket is one line of the cache");

int answered_init(struct answered *a, int64_t life_ms)
{
	/* None is full: the first gets memory when it is wanted, and is number 1, so that
	 * no answer lies at place 0. */
	*a = (struct answered){
		.first = 1, .last = 0, .used = ANSWERED_CHUNK, .life_ms = life_ms
	};
	a->buckets = calloc(ANSWERED_BUCKETS, sizeof(*a->buckets));
	return a->buckets ? 0 : -ENOMEM;
}

void answered_fini(struct answered *a)
{
	for (size_t i = 0; i < ANSWERED_CHUNKS; i++)
		free(a->chunks[i]);
	free(a->buckets);
}

static struct answer *answer_at(const struct answered *a, uint64_t at)
{
	char *chunk = a->chunks[at / ANSWERED_CHUNK % ANSWERED_CHUNKS];

	return (struct answer *)(void *)(chunk + at % ANSWERED_CHUNK);
}

/* Its chunk has not been written over since. */
static bool is_there(const struct answered *a, uint64_t at)
{
	return at / ANSWERED_CHUNK >= a->first;
}

/* The oldest chunk is used again as soon as nobody asks for what lies in it. */
static char *chunk_take(struct answered *a, int64_t now_ms)
{
	size_t oldest = a->first % ANSWERED_CHUNKS;
	char *chunk = a->chunks[oldest];

	if (chunk &&
	    (a->count == ANSWERED_CHUNKS || now_ms - a->last_ms[oldest] > a->life_ms)) {
		a->chunks[oldest] = NULL;
		a->first++;
		return chunk;
	}
	chunk = malloc(ANSWERED_CHUNK);
	a->count += chunk != NULL;
	return chunk;
}

static bool room_make(struct answered *a, size_t size, int64_t now_ms)
{
	char *chunk;

	if (a->used + size <= ANSWERED_CHUNK)
		return true;
	chunk = chunk_take(a, now_ms);
	if (!chunk)
		return false;
	a->last++;
	a->chunks[a->last % ANSWERED_CHUNKS] = chunk;
	a->used = 0;
	return true;
}

static struct answered_bucket *bucket_of(const struct answered *a, uint64_t hash)
{
	return &a->buckets[hash % ANSWERED_BUCKETS];
}

static void index_put(struct answered *a, uint64_t hash, uint64_t at)
{
	struct answered_bucket *b = bucket_of(a, hash);
	unsigned oldest = 0;

	for (unsigned i = 1; i < ANSWERED_WAYS; i++)
		oldest = b->at[i] < b->at[oldest] ? i : oldest;
	b->at[oldest] = at;
}

/* It was last touched a minute ago: it shall be there when the next answer is written. */
static void next_fetch(const struct answered *a)
{
	const char *next = a->chunks[a->last % ANSWERED_CHUNKS] + a->used;

	for (unsigned i = 0; i < USUAL_SIZE; i += 64)
		__builtin_prefetch(next + i, 1);
}

void answered_put(struct answered *a, const struct answer_key *k, const struct flow *to,
		  struct text response, int64_t now_ms)
{
	const size_t align = sizeof(uint64_t) - 1;
	size_t size = (sizeof(struct answer) + response.len + align) & ~align;
	struct answer *w;
	uint64_t at;

	if (response.len > UINT16_MAX || !room_make(a, size, now_ms))
		return;
	at = a->last * ANSWERED_CHUNK + a->used;
	w = answer_at(a, at);
	*w = (struct answer){
		.key = *k, .at_ms = now_ms, .to = *to, .len = (uint16_t)response.len
	};
	memcpy(w->bytes, response.p, response.len);
	index_put(a, k->hash, at);
	if (k->merge)
		index_put(a, k->merge, at);
	a->last_ms[a->last % ANSWERED_CHUNKS] = now_ms;
	a->used += size;
	next_fetch(a);
}

static const struct answer *
find(const struct answered *a, uint64_t hash, const struct answer_key *k, int64_t now_ms,
     bool (*fits)(const struct answer_key *, const struct answer_key *))
{
	const struct answered_bucket *b = bucket_of(a, hash);

	for (unsigned i = 0; i < ANSWERED_WAYS; i++) {
		const struct answer *w;

		if (!is_there(a, b->at[i]))
			continue;
		w = answer_at(a, b->at[i]);
		if (fits(&w->key, k) && now_ms - w->at_ms < a->life_ms)
			return w;
	}
	return NULL;
}

static bool same(const struct answer_key *a, const struct answer_key *b)
{
	return a->hash == b->hash && a->method == b->method;
}

static bool meant(const struct answer_key *a, const struct answer_key *cancel)
{
	return a->hash == cancel->hash && a->method != SIP_CANCEL;
}

static bool merged(const struct answer_key *a, const struct answer_key *b)
{
	return a->merge == b->merge && a->hash != b->hash && a->method == b->method;
}

const struct answer *answered_find(const struct answered *a, const struct answer_key *k,
				   int64_t now_ms)
{
	return find(a, k->hash, k, now_ms, same);
}

const struct answer *answered_cancelled(const struct answered *a,
					const struct answer_key *k, int64_t now_ms)
{
	return find(a, k->hash, k, now_ms, meant);
}

const struct answer *answered_merged(const struct answered *a, const struct answer_key *k,
				     int64_t now_ms)
{
	return k->merge ? find(a, k->merge, k, now_ms, merged) : NULL;
}
