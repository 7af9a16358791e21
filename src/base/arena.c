/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena.c - Blocks of memory that are freed together. */

#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_ALIGN = alignof(max_align_t), ARENA_BLOCK_LEAST = 256 };

struct block {
	struct block *next; /* older */
	size_t size;
	size_t used;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *newest;
	struct block *first;
	size_t block_size;
};

static struct block *block_new(size_t size, struct block *next)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (!b)
		return NULL;
	b->next = next;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *arena_new(size_t first_block)
{
	struct arena *a = malloc(sizeof(*a));

	if (!a)
		return NULL;
	if (first_block < ARENA_BLOCK_LEAST)
		first_block = ARENA_BLOCK_LEAST;
	a->block_size = first_block;
	a->first = a->newest = block_new(first_block, NULL);
	if (!a->first) {
		free(a);
		return NULL;
	}
	return a;
}

void arena_reset(struct arena *a)
{
	while (a->newest != a->first) {
		struct block *next = a->newest->next;

		free(a->newest);
		a->newest = next;
	}
	a->first->used = 0;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	free(a->first);
	free(a);
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct block *b = a->newest;
	void *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	if (b->size - b->used < size) {
		b = block_new(size > a->block_size ? size : a->block_size, b);
		if (!b)
			return NULL;
		a->newest = b;
	}
	p = b->bytes + b->used;
	b->used += size;
	return memset(p, 0, size);
}

struct text arena_text(struct arena *a, struct text t)
{
	char *p = arena_alloc(a, t.len + 1);

	if (!p)
		return TEXT_NONE;
	if (t.len)
		memcpy(p, t.p, t.len);
	return (struct text){ p, t.len };
}
