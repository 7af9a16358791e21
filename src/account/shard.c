/* SPDX-License-Identifier: Apache-2.0 */
/* account/shard.c - Hash tables in shards, a lock each. */

#include <errno.h>

#include "account/book.h"

/* The table inside a shard uses the low bits of the hash, so the shard is told by the
 * high ones. All shards share the first one's key. */
enum { SHARD_SHIFT = 58 };

_Static_assert(1 << (64 - SHARD_SHIFT) == ACCOUNT_SHARDS, "shards by the highest bits");

int account_shards_init(struct shards *s, struct random *random)
{
	for (unsigned i = 0; i < ACCOUNT_SHARDS; i++) {
		int rc = table_init(&s->shard[i].table, random, 0);

		if (rc)
			return rc;
		pthread_rwlock_init(&s->shard[i].lock, NULL);
	}
	return 0;
}

void account_shards_fini(struct shards *s)
{
	for (unsigned i = 0; i < ACCOUNT_SHARDS; i++) {
		if (!s->shard[i].table.buckets)
			continue;
		table_fini(&s->shard[i].table);
		pthread_rwlock_destroy(&s->shard[i].lock);
	}
}

uint64_t account_hash_text(const struct shards *s, struct text key)
{
	return table_hash(&s->shard[0].table, key);
}

uint64_t account_hash_id(const struct shards *s, int64_t id)
{
	return account_hash_text(s, (struct text){ (const char *)&id, sizeof(id) });
}

struct shard *account_shard(struct shards *s, uint64_t hash)
{
	return &s->shard[hash >> SHARD_SHIFT];
}
