/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/shard.h - Where bindings lie: records in shards by line, found by line,
 * credential and connection, and by who expires next. Nothing here calls out. */
#ifndef REGISTRAR_SHARD_H
#define REGISTRAR_SHARD_H

#include <pthread.h>

#include "base/table.h"
#include "registrar/record.h"

struct callback {
	struct table_node node;
	int64_t line_id;
	int64_t until_us; /* monotonic */
};

struct shard {
	pthread_mutex_t lock;
	struct table by_line, by_credential, by_conn, callbacks;
	struct record **heap; /* the one that is due first is [0] */
	size_t count, heap_cap;
	struct list *ring; /* who is behind a NAT, by the second of its keep-alive */
	uint32_t ring_size;
	struct list waits; /* wait.c */
	bool unsaved;      /* save.c: some have no row yet */
	size_t saved_to;   /* and where in the heap it has looked for them */
	bool found;        /* in this round */
	int64_t ring_at_s; /* monotonic: the second that comes next */
};

/* ring_size 0: no keep-alives. */
int shard_init(struct shard *s, struct random *random, uint32_t ring_size, int64_t now_s);
void shard_fini(struct shard *s); /* frees the records */
uint64_t shard_id_hash(int64_t id);

/* With the lock held: */
/* Room for n more records, so that inserting cannot fail. */
int shard_reserve(struct shard *s, size_t n);
void shard_insert(struct shard *s, struct record *r);
void shard_remove(struct shard *s, struct record *r);
/* A later expiry needs no new place: it is looked at again when the old one comes. */
void shard_extend(struct shard *s, struct record *r, int64_t expires_us);
/* The records of a credential (line, connection); returns how many, at most max. */
size_t shard_of_credential(const struct shard *s, int64_t credential_id,
			   struct record **ret, size_t max);
size_t shard_of_line(const struct shard *s, int64_t line_id, struct record **ret,
		     size_t max);
size_t shard_of_conn(const struct shard *s, uint64_t conn, struct record **ret,
		     size_t max);
/* Takes out what has expired (at most max), as a list. */
struct record *shard_take_expired(struct shard *s, int64_t now_us, size_t max);
struct record *shard_take_credential(struct shard *s, int64_t credential_id);
struct record *shard_take_conn(struct shard *s, uint64_t conn);
/* Those that can be woken up stay, without their connection. */
void shard_sleep_conn(struct shard *s, uint64_t conn);
/* wait.c: tells who waits for a REGISTER of that line. */
void shard_wake(struct shard *s, int64_t line_id);

#endif
