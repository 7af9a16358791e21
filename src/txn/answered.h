/* SPDX-License-Identifier: Apache-2.0 */
/* txn/answered.h - What was answered over UDP and only waits for repetitions: state
 * Completed of the non-INVITE server transaction (RFC 3261 17.2.2) without its cost. There
 * is one for each REGISTER of the last half minute, so an answer is a few bytes in a
 * chunk that all share: nothing is allocated for it, and no timer runs. Internal to txn/.
 *
 * Memory follows the load up to its bound; beyond that the oldest are forgotten before
 * their timer J, and a repetition counts as a new request. */
#ifndef TXN_ANSWERED_H
#define TXN_ANSWERED_H

#include "net/flow.h"
#include "sip/msg.h"

enum {
	ANSWERED_CHUNK = 1 << 20,
	ANSWERED_CHUNKS = 64,
	ANSWERED_WAYS = 4, /* answers of a bucket */
	ANSWERED_BUCKETS = 1 << 15,
};

struct answered_bucket {
	uint64_t at[ANSWERED_WAYS]; /* where they lie, 0: none */
};

struct answered {
	uint64_t first, last; /* numbers of the chunks in use; last is being written */
	size_t used;          /* bytes of it */
	size_t count;         /* chunks that have memory */
	char *chunks[ANSWERED_CHUNKS];
	int64_t last_ms[ANSWERED_CHUNKS]; /* of a chunk's last answer */
	struct answered_bucket *buckets;
	int64_t life_ms;
};

/* What an answer is found by. Nothing else is compared, so both are hashes of all that they
 * stand for. */
struct answer_key {
	uint64_t hash;  /* of what makes a transaction, but for the method */
	uint64_t merge; /* of what two paths leave as it was (8.2.2.2); 0: of a dialog */
	enum sip_method method;
};

struct answer {
	struct answer_key key;
	int64_t at_ms;
	struct flow to;
	uint16_t len;
	char bytes[];
};

int answered_init(struct answered *a, int64_t life_ms); /* 0 or -ENOMEM */
void answered_fini(struct answered *a);
/* Copies. Without memory, and of more than 64 kB, nothing is kept. */
void answered_put(struct answered *a, const struct answer_key *k, const struct flow *to,
		  struct text response, int64_t now_ms);
/* The answer to that request; NULL: none. Valid until the next answered_put. */
const struct answer *answered_find(const struct answered *a, const struct answer_key *k,
				   int64_t now_ms);
/* The one that a CANCEL means (9.2): of any other method. */
const struct answer *answered_cancelled(const struct answered *a,
					const struct answer_key *k, int64_t now_ms);
/* One of the same request by another path. */
const struct answer *answered_merged(const struct answered *a, const struct answer_key *k,
				     int64_t now_ms);

#endif
