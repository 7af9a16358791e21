/* SPDX-License-Identifier: Apache-2.0 */
/* base/table.h - Intrusive hash table keyed with SipHash, so that keys a peer chose
 * (Call-ID, branch, tag) cannot be made to collide. Grows by itself; never fails an
 * insert once it has its first buckets (it only gets slower). */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/text.h"

struct table_node {
	struct table_node *next;
	uint64_t hash;
};

struct table {
	struct table_node **buckets;
	size_t bucket_count; /* a power of two */
	size_t count;
	uint8_t key[16];
};

struct random;

/* 0 or -ENOMEM. */
int table_init(struct table *t, struct random *rnd, size_t expected);
/* Frees the buckets, not the nodes. */
void table_fini(struct table *t);
uint64_t table_hash(const struct table *t, struct text key);
/* Two-part keys (a call's Call-ID and tag) without building a string. */
uint64_t table_hash2(const struct table *t, struct text a, struct text b);
void table_insert(struct table *t, struct table_node *node, uint64_t hash);
void table_remove(struct table *t, struct table_node *node); /* must be in it */
/* It will be asked for soon: the first fetches the bucket from memory; then the second says
 * which node is at its head, of whatever hash, without looking at it; NULL: it is empty. */
void table_fetch(const struct table *t, uint64_t hash);
const struct table_node *table_head(const struct table *t, uint64_t hash);
/* First node of that hash, or NULL; the caller compares the whole key and goes on with
 * table_next. */
struct table_node *table_first(const struct table *t, uint64_t hash);
struct table_node *table_next(const struct table_node *node);
/* Calls fn for every node; fn may remove and free the node it is given. */
void table_each(struct table *t, void (*fn)(struct table_node *, void *), void *arg);

#endif
