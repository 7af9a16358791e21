/* SPDX-License-Identifier: Apache-2.0 */
/* base/table.c - Intrusive hash table, chained, keyed with SipHash-2-4. */

#include "base/table.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum { TABLE_BUCKETS_LEAST = 8, TABLE_BUCKETS_MAX = 1 << 28, HASH2_SHORT = 128 };

_Static_assert(sizeof(((struct table *)0)->key) == crypto_shorthash_KEYBYTES, "key");
_Static_assert(sizeof(uint64_t) == crypto_shorthash_BYTES, "hash");

int table_init(struct table *t, struct random *rnd, size_t expected)
{
	size_t buckets = TABLE_BUCKETS_LEAST;

	while (buckets < expected && buckets < TABLE_BUCKETS_MAX)
		buckets *= 2;
	*t = (struct table){ .buckets = calloc(buckets, sizeof(*t->buckets)) };
	if (!t->buckets)
		return -ENOMEM;
	t->bucket_count = buckets;
	random_fill(rnd, t->key, sizeof(t->key));
	return 0;
}

void table_fini(struct table *t)
{
	free(t->buckets);
	*t = (struct table){ 0 };
}

uint64_t table_hash(const struct table *t, struct text key)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash,
			 (const unsigned char *)(key.p ? key.p : ""), key.len, t->key);
	return hash;
}

uint64_t table_hash2(const struct table *t, struct text a, struct text b)
{
	char both[HASH2_SHORT + sizeof(a.len)];
	uint64_t hashes[2];

	/* One hash instead of three: a's length says where b begins. */
	if (a.len + b.len <= HASH2_SHORT) {
		memcpy(both, &a.len, sizeof(a.len));
		if (a.len)
			memcpy(both + sizeof(a.len), a.p, a.len);
		if (b.len)
			memcpy(both + sizeof(a.len) + a.len, b.p, b.len);
		return table_hash(t,
				  (struct text){ both, sizeof(a.len) + a.len + b.len });
	}
	hashes[0] = table_hash(t, a);
	hashes[1] = table_hash(t, b);
	return table_hash(t, (struct text){ (const char *)hashes, sizeof(hashes) });
}

static struct table_node **bucket_of(const struct table *t, uint64_t hash)
{
	return &t->buckets[hash & (t->bucket_count - 1)];
}

static void put(struct table *t, struct table_node *node)
{
	struct table_node **bucket = bucket_of(t, node->hash);

	node->next = *bucket;
	*bucket = node;
}

/* Without memory the chains get longer, and the next insert tries again. */
static void grow(struct table *t)
{
	struct table old = *t;

	if (old.bucket_count >= TABLE_BUCKETS_MAX)
		return;
	t->buckets = calloc(old.bucket_count * 2, sizeof(*t->buckets));
	if (!t->buckets) {
		t->buckets = old.buckets;
		return;
	}
	t->bucket_count = old.bucket_count * 2;
	for (size_t i = 0; i < old.bucket_count; i++) {
		for (struct table_node *n = old.buckets[i], *next; n; n = next) {
			next = n->next;
			put(t, n);
		}
	}
	free(old.buckets);
}

void table_insert(struct table *t, struct table_node *node, uint64_t hash)
{
	if (t->count >= t->bucket_count)
		grow(t);
	node->hash = hash;
	put(t, node);
	t->count++;
}

void table_remove(struct table *t, struct table_node *node)
{
	struct table_node **at = bucket_of(t, node->hash);

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
	node->next = NULL;
	t->count--;
}

void table_fetch(const struct table *t, uint64_t hash)
{
	__builtin_prefetch(bucket_of(t, hash));
}

const struct table_node *table_head(const struct table *t, uint64_t hash)
{
	return *bucket_of(t, hash);
}

static struct table_node *of_hash(struct table_node *node, uint64_t hash)
{
	while (node && node->hash != hash)
		node = node->next;
	return node;
}

struct table_node *table_first(const struct table *t, uint64_t hash)
{
	return of_hash(*bucket_of(t, hash), hash);
}

struct table_node *table_next(const struct table_node *node)
{
	return of_hash(node->next, node->hash);
}

void table_each(struct table *t, void (*fn)(struct table_node *, void *), void *arg)
{
	for (size_t i = 0; i < t->bucket_count; i++) {
		for (struct table_node *n = t->buckets[i], *next; n; n = next) {
			next = n->next;
			fn(n, arg);
		}
	}
}
