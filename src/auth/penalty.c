/* SPDX-License-Identifier: Apache-2.0 */
/* auth/penalty.c - Wrong answers by auth name and source. */

#include "auth/penalty.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	WAYS = 8 /* slots of a bucket */,
	LOCKS = 64,
	NAME_LEN = 64,
	NET4_LEN = 4,
	NET6_LEN = 8
};

struct slot {
	uint64_t hash;   /* of name and source */
	uint32_t last_s; /* when it was wrong */
	uint32_t until_s;
	uint32_t wrongs;   /* 0: free */
	uint32_t urgent_s; /* when one of a call for help was looked at in spite of it */
};

struct bucket {
	struct slot slots[WAYS];
};

struct penalty {
	uint8_t key[crypto_shorthash_KEYBYTES];
	size_t bucket_count;
	struct bucket *buckets;
	pthread_mutex_t locks[LOCKS];
};

struct penalty *penalty_new(struct random *random, unsigned slots)
{
	struct penalty *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->bucket_count = slots > WAYS ? slots / WAYS : 1;
	p->buckets = calloc(p->bucket_count, sizeof(*p->buckets));
	if (!p->buckets) {
		free(p);
		return NULL;
	}
	random_fill(random, p->key, sizeof(p->key));
	for (unsigned i = 0; i < LOCKS; i++)
		pthread_mutex_init(&p->locks[i], NULL);
	return p;
}

void penalty_free(struct penalty *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < LOCKS; i++)
		pthread_mutex_destroy(&p->locks[i]);
	free(p->buckets);
	free(p);
}

/* Whole names are shorter than NAME_LEN; longer ones are nobody's and share slots. */
static uint64_t hash_of(const struct penalty *p, struct text name,
			const struct addr *source)
{
	uint8_t bytes[1 + sizeof(source->ip) + NAME_LEN] = { (uint8_t)source->family };
	uint64_t hash;

	text_split(name, '@', &name, NULL);
	name = text_sub(name, 0, NAME_LEN);
	memcpy(bytes + 1, source->ip, source->family == AF_INET6 ? NET6_LEN : NET4_LEN);
	if (name.len)
		memcpy(bytes + 1 + sizeof(source->ip), name.p, name.len);
	crypto_shorthash((unsigned char *)&hash, bytes, 1 + sizeof(source->ip) + name.len,
			 p->key);
	return hash;
}

static struct bucket *lock(struct penalty *p, uint64_t hash)
{
	size_t at = hash % p->bucket_count;

	pthread_mutex_lock(&p->locks[at % LOCKS]);
	return &p->buckets[at];
}

static void unlock(struct penalty *p, uint64_t hash)
{
	pthread_mutex_unlock(&p->locks[hash % p->bucket_count % LOCKS]);
}

static struct slot *find(struct bucket *b, uint64_t hash)
{
	for (unsigned i = 0; i < WAYS; i++) {
		if (b->slots[i].wrongs && b->slots[i].hash == hash)
			return &b->slots[i];
	}
	return NULL;
}

/* A free one, or the one that was wrong the longest ago. */
static struct slot *make_room(struct bucket *b)
{
	struct slot *oldest = &b->slots[0];

	for (unsigned i = 0; i < WAYS; i++) {
		if (!b->slots[i].wrongs)
			return &b->slots[i];
		if (b->slots[i].last_s < oldest->last_s)
			oldest = &b->slots[i];
	}
	return oldest;
}

static uint32_t wait_of(const struct slot *s, uint32_t now_s)
{
	return s && s->until_s > now_s ? s->until_s - now_s : 0;
}

uint32_t penalty_wait_s(struct penalty *p, struct text name, const struct addr *source,
			uint32_t now_s, bool *known)
{
	uint64_t hash = hash_of(p, name, source);
	struct slot *s = find(lock(p, hash), hash);
	uint32_t wait_s = wait_of(s, now_s);

	*known = s != NULL;
	unlock(p, hash);
	return wait_s;
}

uint32_t penalty_wait_urgent_s(struct penalty *p, struct text name,
			       const struct addr *source, uint32_t now_s, bool *known)
{
	uint64_t hash = hash_of(p, name, source);
	struct slot *s = find(lock(p, hash), hash);
	uint32_t wait_s = 0;

	*known = s != NULL;

	if (wait_of(s, now_s) && s->wrongs >= PENALTY_URGENT_FREE) {
		wait_s = s->urgent_s == now_s;
		s->urgent_s = now_s;
	}
	unlock(p, hash);
	return wait_s;
}

static uint32_t wait_after(uint32_t wrongs)
{
	uint32_t over = wrongs < PENALTY_FREE ? 0 : wrongs - PENALTY_FREE;

	if (wrongs < PENALTY_FREE)
		return 0;
	return over > 9 || 2u << over > PENALTY_MAX_S ? PENALTY_MAX_S : 2u << over;
}

void penalty_wrong(struct penalty *p, struct text name, const struct addr *source,
		   uint32_t now_s)
{
	uint64_t hash = hash_of(p, name, source);
	struct bucket *b = lock(p, hash);
	struct slot *s = find(b, hash);

	if (!s || now_s - s->last_s > PENALTY_QUIET_S) {
		s = s ? s : make_room(b);
		*s = (struct slot){ .hash = hash };
	}
	s->wrongs++;
	s->last_s = now_s;
	s->until_s = now_s + wait_after(s->wrongs);
	unlock(p, hash);
}

void penalty_right(struct penalty *p, struct text name, const struct addr *source)
{
	uint64_t hash = hash_of(p, name, source);
	struct slot *s = find(lock(p, hash), hash);

	if (s)
		*s = (struct slot){ 0 };
	unlock(p, hash);
}
