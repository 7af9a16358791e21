/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/room.h - The registrar from inside. */
#ifndef REGISTRAR_ROOM_H
#define REGISTRAR_ROOM_H

#include <stdatomic.h>

#include "base/list.h"
#include "registrar/shard.h"

#define REGISTRAR_US 1000000

struct registrar {
	struct registrar_config cfg; /* with the defaults filled in */
	struct shard shards[REGISTRAR_SHARDS];
	struct timer tick;
	pthread_mutex_t keeps_lock;
	struct list keeps; /* writes on their way to the store */
	size_t keep_count;
	atomic_uint_fast64_t store_failures;
	atomic_int_fast64_t save_at_us; /* monotonic: not before, a write has failed */
};

struct shard *registrar_shard(struct registrar *r, int64_t line_id);
int64_t registrar_now_us(const struct registrar *r);
int64_t registrar_wall_minus_mono_us(const struct registrar *r);
/* Records that were taken out of their shard: tells who watches, deletes the rows, frees.
 * Without the lock. */
void registrar_gone(struct registrar *r, struct record *list);

/* keep.c: rows, asynchronously; nothing when there is no store. */
/* -EAGAIN: too many are on their way; save it later. */
int registrar_keep_binding(struct registrar *r, int64_t customer_id,
			   const struct binding *b, struct text call_id, uint32_t cseq);
void registrar_keep_used(struct registrar *r, int64_t customer_id, int64_t credential_id);
void registrar_keep_gone(struct registrar *r, const struct record *gone);
/* Writes what is still on its way, waiting: 0 or what the store said. */
int registrar_keep_flush(struct registrar *r);

/* save.c: bindings whose row could not be written yet. */
void registrar_save_later(struct registrar *r, int64_t line_id, int64_t credential_id,
			  struct text contact);
/* As many as there is room for; every second. */
void registrar_save(struct registrar *r);
/* All, waiting, with what is on its way. */
void registrar_save_all(struct registrar *r);

#endif
