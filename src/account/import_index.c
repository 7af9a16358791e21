/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_index.c - Names and what they stand for, while an import lasts. */

#include <errno.h>

#include "account/import_room.h"
#include "base/list.h"

struct entry {
	struct table_node node;
	struct text name;
	void *value;
};

int import_index_init(struct import *im, struct import_index *x)
{
	return table_init(&x->table, im->cfg->random, im->count);
}

void import_index_fini(struct import_index *x)
{
	table_fini(&x->table);
}

static struct entry *find(const struct import_index *x, uint64_t hash, struct text name)
{
	for (struct table_node *n = table_first(&x->table, hash); n; n = table_next(n)) {
		struct entry *e = container_of(n, struct entry, node);

		if (text_eq(e->name, name))
			return e;
	}
	return NULL;
}

void *import_index_find(const struct import_index *x, struct text name)
{
	struct entry *e = find(x, table_hash(&x->table, name), name);

	return e ? e->value : NULL;
}

int import_index_add(struct import *im, struct import_index *x, struct text name,
		     void *value)
{
	uint64_t hash = table_hash(&x->table, name);
	struct entry *e;

	if (find(x, hash, name))
		return -EEXIST;
	e = arena_alloc(im->arena, sizeof(*e));
	if (!e)
		return -ENOMEM;
	e->name = name;
	e->value = value;
	table_insert(&x->table, &e->node, hash);
	return 0;
}
