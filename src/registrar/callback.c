/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/callback.c - Frozen lines that the emergency services may call back. */

#include <stdlib.h>

#include "registrar/room.h"

static struct callback *find(struct shard *s, int64_t line_id)
{
	uint64_t hash = shard_id_hash(line_id);

	for (struct table_node *node = table_first(&s->callbacks, hash); node;
	     node = table_next(node)) {
		struct callback *c = container_of(node, struct callback, node);

		if (c->line_id == line_id)
			return c;
	}
	return NULL;
}

void registrar_callback_allow(struct registrar *r, int64_t line_id, int64_t for_us)
{
	struct callback *spare = calloc(1, sizeof(*spare));
	struct shard *s = registrar_shard(r, line_id);
	struct callback *c;

	pthread_mutex_lock(&s->lock);
	c = find(s, line_id);
	if (!c && spare) {
		c = spare;
		spare = NULL;
		c->line_id = line_id;
		table_insert(&s->callbacks, &c->node, shard_id_hash(line_id));
	}
	if (c)
		c->until_us = registrar_now_us(r) + for_us;
	pthread_mutex_unlock(&s->lock);
	free(spare);
}

bool registrar_callback_allowed(struct registrar *r, int64_t line_id)
{
	struct shard *s = registrar_shard(r, line_id);
	struct callback *c;
	bool allowed = false;

	pthread_mutex_lock(&s->lock);
	c = find(s, line_id);
	if (c)
		allowed = c->until_us > registrar_now_us(r);
	if (c && !allowed) {
		table_remove(&s->callbacks, &c->node);
		free(c);
	}
	pthread_mutex_unlock(&s->lock);
	return allowed;
}
