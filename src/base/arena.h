/* SPDX-License-Identifier: Apache-2.0 */
/* base/arena.h - Memory that is freed together. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/text.h"

struct arena;

struct arena *arena_new(size_t first_block); /* NULL when memory is out */
void arena_free(struct arena *a);
/* Forgets everything but keeps the first block. */
void arena_reset(struct arena *a);
/* Zeroed, aligned for any type; NULL when memory is out. */
void *arena_alloc(struct arena *a, size_t size);
/* A copy with a NUL behind it; .p is NULL when memory is out. */
struct text arena_text(struct arena *a, struct text t);

#endif
