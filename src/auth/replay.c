/* SPDX-License-Identifier: Apache-2.0 */
/* auth/replay.c - The replay window. */

#include "auth/replay.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum {
	WAYS = 8, /* nonces of a bucket */
	LOCKS = 64,
	WINDOW = 64, /* counts below the highest that may still come */
};

/* A nonce is told by its keyed hash alone: should two ever share one, the second is
 * challenged once more. */
struct slot {
	uint64_t seen; /* bit n: highest - n was used */
	uint32_t highest;
	uint32_t expires_s; /* 0: free */
};

/* Three lines of the cache, and a bit. */
struct bucket {
	_Alignas(64) uint64_t hashes[WAYS];
	struct slot slots[WAYS];
	uint32_t forgotten_s; /* the latest expiry of what had to give way */
};

struct replay {
	size_t bucket_count;
	void *memory;
	struct bucket *buckets; /* in it, aligned */
	pthread_mutex_t locks[LOCKS];
};

struct replay *replay_new(unsigned slots)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->bucket_count = slots > WAYS ? slots / WAYS : 1;
	/* Not aligned_alloc: what is never used costs no memory. */
	r->memory = calloc(r->bucket_count + 1, sizeof(*r->buckets));
	if (!r->memory) {
		free(r);
		return NULL;
	}
	r->buckets = (struct bucket *)(((uintptr_t)r->memory + 63) & ~(uintptr_t)63);
	for (unsigned i = 0; i < LOCKS; i++)
		pthread_mutex_init(&r->locks[i], NULL);
	return r;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	for (unsigned i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&r->locks[i]);
	sodium_memzero(r->buckets, r->bucket_count * sizeof(*r->buckets));
	free(r->memory);
	free(r);
}

static struct slot *find(struct bucket *b, uint64_t hash)
{
	for (unsigned i = 0; i < WAYS; i++) {
		if (b->hashes[i] == hash && b->slots[i].expires_s)
			return &b->slots[i];
	}
	return NULL;
}

/* A free one, one whose nonce is dead, or the one that dies first. */
static struct slot *make_room(struct bucket *b, uint32_t now_s)
{
	struct slot *first = &b->slots[0];

	for (unsigned i = 0; i < WAYS; i++) {
		if (b->slots[i].expires_s <= now_s)
			return &b->slots[i];
		if (b->slots[i].expires_s < first->expires_s)
			first = &b->slots[i];
	}
	if (first->expires_s > b->forgotten_s)
		b->forgotten_s = first->expires_s;
	return first;
}

static bool use_first(struct bucket *b, uint64_t hash, uint32_t nc, uint32_t expires_s,
		      uint32_t now_s)
{
	struct slot *s;

	if (expires_s <= b->forgotten_s)
		return false;
	s = make_room(b, now_s);
	b->hashes[s - b->slots] = hash;
	*s = (struct slot){
		.seen = nc ? 1 : UINT64_MAX,
		.highest = nc ? nc : UINT32_MAX,
		.expires_s = expires_s,
	};
	return true;
}

static bool use_again(struct slot *s, uint32_t nc)
{
	uint32_t below;

	if (nc == 0)
		return false;
	if (nc > s->highest) {
		below = nc - s->highest;
		s->seen = below < WINDOW ? s->seen << below | 1 : 1;
		s->highest = nc;
		return true;
	}
	below = s->highest - nc;
	if (below >= WINDOW || s->seen >> below & 1)
		return false;
	s->seen |= UINT64_C(1) << below;
	return true;
}

/* A nonce of ours ends with a MAC, which is as good as a hash of all of it, and nobody can
 * choose it; of another nothing is ever remembered. */
uint64_t replay_hash(struct text nonce)
{
	struct text end = text_from(nonce, nonce.len - sizeof(uint64_t[2]));
	uint64_t digits[2] = { 0 };

	if (nonce.len >= sizeof(digits))
		memcpy(digits, end.p, sizeof(digits));
	digits[0] = digits[0] * UINT64_C(0x9e3779b97f4a7c15) ^
		    digits[1] * UINT64_C(0xc2b2ae3d27d4eb4f);
	return digits[0] ^ digits[0] >> 32;
}

/* The nonce's bucket, locked. */
static struct bucket *lock(struct replay *r, uint64_t hash)
{
	size_t at = hash % r->bucket_count;

	pthread_mutex_lock(&r->locks[at % LOCKS]);
	return &r->buckets[at];
}

static void unlock(struct replay *r, uint64_t hash)
{
	pthread_mutex_unlock(&r->locks[hash % r->bucket_count % LOCKS]);
}

bool replay_use(struct replay *r, uint64_t nonce, uint32_t nc, uint32_t expires_s,
		uint32_t now_s)
{
	struct bucket *b = lock(r, nonce);
	struct slot *s = find(b, nonce);
	bool fresh = s ? use_again(s, nc) : use_first(b, nonce, nc, expires_s, now_s);

	unlock(r, nonce);
	return fresh;
}

void replay_fetch(const struct replay *r, uint64_t nonce)
{
	const char *b = (const char *)&r->buckets[nonce % r->bucket_count];

	for (size_t at = 0; at < sizeof(struct bucket); at += 64)
		__builtin_prefetch(b + at);
}
