/* SPDX-License-Identifier: Apache-2.0 */
/* ops/gather.c - A growing array of rows. */

#include "ops/gather.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void gather_reset(struct gather *g)
{
	g->count = 0;
	g->more = 0;
}

void gather_free(struct gather *g)
{
	if (g->rows)
		sodium_memzero(g->rows, g->cap * g->size);
	free(g->rows);
	*g = (struct gather){ 0 };
}

int gather_put(struct gather *g, const void *row)
{
	size_t cap = g->cap ? g->cap * 2 : 16;
	void *rows;

	if (g->count >= g->max) {
		g->more = 1;
		return 1;
	}
	if (g->count == g->cap) {
		rows = realloc(g->rows, cap * g->size);
		if (!rows)
			return -ENOMEM;
		g->rows = rows;
		g->cap = cap;
	}
	memcpy((char *)g->rows + g->count * g->size, row, g->size);
	g->count++;
	return 0;
}
