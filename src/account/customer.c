/* SPDX-License-Identifier: Apache-2.0 */
/* account/customer.c - What a line needs to know of its customer. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account/book.h"

static struct customer *find(struct table *t, uint64_t hash, int64_t id)
{
	for (struct table_node *n = table_first(t, hash); n; n = table_next(n)) {
		struct customer *c = container_of(n, struct customer, by_id);

		if (c->id == id)
			return c;
	}
	return NULL;
}

int account_customer_fill(struct account_book *b, int64_t customer_id,
			  struct account_line *ret)
{
	uint64_t hash = account_hash_id(&b->customers, customer_id);
	struct shard *s = account_shard(&b->customers, hash);
	struct customer *c;

	pthread_rwlock_rdlock(&s->lock);
	c = find(&s->table, hash, customer_id);
	if (c) {
		ret->segment = c->segment;
		memcpy(ret->language, c->language, sizeof(ret->language));
		text_copy(ret->location_ref, sizeof(ret->location_ref),
			  text_of(c->location_ref));
	}
	pthread_rwlock_unlock(&s->lock);
	return c ? 0 : -ENOENT;
}

static struct customer *customer_new(struct table *t, uint64_t hash, int64_t id)
{
	struct customer *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->id = id;
	table_insert(t, &c->by_id, hash);
	return c;
}

int account_customer_take(struct account_book *b, const struct customer_row *row)
{
	uint64_t hash = account_hash_id(&b->customers, row->id);
	struct shard *s = account_shard(&b->customers, hash);
	char *ref = strdup(row->location_ref);
	struct customer *c;

	if (!ref)
		return -ENOMEM;
	pthread_rwlock_wrlock(&s->lock);
	c = find(&s->table, hash, row->id);
	if (!c)
		c = customer_new(&s->table, hash, row->id);
	if (c) {
		free(c->location_ref);
		c->location_ref = ref;
		c->segment = (uint8_t)row->segment;
		memcpy(c->language, row->language, sizeof(c->language));
	}
	pthread_rwlock_unlock(&s->lock);
	if (!c)
		free(ref);
	return c ? 0 : -ENOMEM;
}

static void free_one(struct table_node *n, void *arg)
{
	struct customer *c = container_of(n, struct customer, by_id);

	free(c->location_ref);
	free(c);
}

void account_customers_free(struct account_book *b)
{
	for (unsigned i = 0; i < ACCOUNT_SHARDS; i++)
		table_each(&b->customers.shard[i].table, free_one, NULL);
	account_shards_fini(&b->customers);
}
