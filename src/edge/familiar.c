/* SPDX-License-Identifier: Apache-2.0 */
/* edge/familiar.c - The devices that a worker knows. */

#include "edge/familiar.h"

#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>

enum {
	EXPECTED = 1024,
	FORGET_AFTER_S = 7500, /* longer than a binding lives */
	FORGET_PARTS = 256,    /* seconds in which the hand goes round */
	CHUNK_BYTES = 256 << 10,
};

/* They hold secrets: their memory is left out of core files, so it is not malloc's. */
struct familiar_chunk {
	struct familiar_chunk *next;
	struct familiar devices[];
};

struct familiars *familiars_new(struct random *random)
{
	struct familiars *f = calloc(1, sizeof(*f));

	if (!f || table_init(&f->table, random, EXPECTED) < 0) {
		free(f);
		return NULL;
	}
	shape_key_make(&f->key, random);
	shape_key_make(&f->tags, random);
	return f;
}

static void put_back(struct familiars *f, struct familiar *d)
{
	sodium_memzero(d, sizeof(*d));
	d->node.next = f->unused;
	f->unused = &d->node;
}

static bool make_chunk(struct familiars *f)
{
	struct familiar_chunk *c = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (c == MAP_FAILED)
		return false;
	madvise(c, CHUNK_BYTES, MADV_DONTDUMP);
	c->next = f->chunks;
	f->chunks = c;
	for (size_t i = 0; i < (CHUNK_BYTES - sizeof(*c)) / sizeof(c->devices[0]); i++)
		put_back(f, &c->devices[i]);
	return true;
}

/* All zero; NULL: no memory. */
static struct familiar *take_out(struct familiars *f)
{
	struct familiar *d;

	if (!f->unused && !make_chunk(f))
		return NULL;
	d = container_of(f->unused, struct familiar, node);
	f->unused = d->node.next;
	d->node.next = NULL;
	return d;
}

void familiar_forget(struct familiars *f, struct familiar *d)
{
	table_remove(&f->table, &d->node);
	registrar_let_go(&d->binding);
	put_back(f, d);
}

static void forget_one(struct table_node *n, void *arg)
{
	familiar_forget(arg, container_of(n, struct familiar, node));
}

void familiars_free(struct familiars *f)
{
	if (!f)
		return;
	table_each(&f->table, forget_one, f);
	for (struct familiar_chunk *c = f->chunks, *next; c; c = next) {
		next = c->next;
		munmap(c, CHUNK_BYTES);
	}
	table_fini(&f->table);
	sodium_memzero(f, sizeof(*f));
	free(f);
}

/* Forgets those of the next bucket who have not come since then; returns how many. */
static size_t forget_bucket(struct familiars *f, uint32_t since_s)
{
	struct table_node *n = f->table.buckets[f->hand], *next;
	size_t before = f->table.count;

	f->hand = (f->hand + 1) % f->table.bucket_count;
	for (; n; n = next) {
		struct familiar *d = container_of(n, struct familiar, node);

		next = n->next;
		if (d->seen_s <= since_s)
			familiar_forget(f, d);
	}
	return before - f->table.count;
}

void familiars_sweep(struct familiars *f, uint32_t now_s)
{
	f->hand %= f->table.bucket_count;
	for (size_t i = 0;
	     now_s > FORGET_AFTER_S && i <= f->table.bucket_count / FORGET_PARTS; i++)
		forget_bucket(f, now_s - FORGET_AFTER_S);
}

/* Somebody has to give way. */
static void make_room(struct familiars *f)
{
	f->hand %= f->table.bucket_count;
	while (f->table.count >= FAMILIARS_MAX)
		forget_bucket(f, UINT32_MAX);
}

struct familiar *familiar_find(const struct familiars *f, uint64_t hash)
{
	struct table_node *n = table_first(&f->table, hash);

	return n ? container_of(n, struct familiar, node) : NULL;
}

struct familiar *familiar_make(struct familiars *f, uint64_t hash)
{
	struct familiar *d;

	make_room(f);
	d = take_out(f);
	if (!d)
		return NULL;
	table_insert(&f->table, &d->node, hash);
	return d;
}
