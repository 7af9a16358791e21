/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/shard.h - Where bindings lie: records in shards by line, found by line,
 * credential and connection, and by who expires next. Nothing here calls out. */
#ifndef REGISTRAR_SHARD_H
#define REGISTRAR_SHARD_H

#include <pthread.h>

#include "base/table.h"
#include "registrar/record.h"

enum { REGISTRAR_SHARDS = 32 };

struct callback {
	struct table_node node;
	int64_t line_id;
	int64_t until_us; /* monotonic */
};

struct shard {
	pthread_mutex_t lock;
	struct table by_line, by_credential, by_conn, callbacks;
	struct record **heap; /* the one that expires first is [0] */
	size_t count, heap_cap;
};

int shard_init(struct shard *s, struct random *random);
void shard_fini(struct shard *s); /* frees the records */
uint64_t shard_id_hash(const struct table *t, int64_t id);

/* With the lock held: */
/* Room for n more records, so that inserting cannot fail. */
int shard_reserve(struct shard *s, size_t n);
void shard_insert(struct shard *s, struct record *r);
void shard_remove(struct shard *s, struct record *r);
/* The records of a credential (line); returns how many, at most max. */
size_t shard_of_credential(const struct shard *s, int64_t credential_id,
			   struct record **ret, size_t max);
size_t shard_of_line(const struct shard *s, int64_t line_id, struct record **ret,
		     size_t max);
/* Takes out what has expired (at most max), as a list. */
struct record *shard_take_expired(struct shard *s, int64_t now_us, size_t max);
struct record *shard_take_credential(struct shard *s, int64_t credential_id);
struct record *shard_take_conn(struct shard *s, uint64_t conn);

#endif
