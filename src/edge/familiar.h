/* SPDX-License-Identifier: Apache-2.0 */
/* edge/familiar.h - The devices that a worker knows, by their Call-ID. One table for each
 * worker, no locks. For again.c. */
#ifndef EDGE_FAMILIAR_H
#define EDGE_FAMILIAR_H

#include "auth/again.h"
#include "base/table.h"
#include "registrar/registrar.h"
#include "sip/shape.h"

enum { FAMILIARS_MAX = 1 << 20 /* about 300 MB */, FAMILIARS_AHEAD = 64 };

struct familiar {
	struct table_node node; /* by Call-ID */
	struct shape bare;      /* without digest */
	struct shape whole;
	struct auth_again auth;
	struct registrar_again binding;
	uint64_t last[2]; /* shape_words of the last one that was answered */
	uint32_t seen_s;
	bool behind; /* its answers say where it seems to be */
};

struct familiar_chunk;

struct familiars {
	struct table table;
	struct familiar_chunk *chunks;
	struct table_node *unused; /* in chunks, linked by next */
	struct {
		struct text request;
		uint64_t hash;
	} ahead[FAMILIARS_AHEAD]; /* of the datagrams that come next */
	unsigned ahead_count, ahead_at;
	size_t hand; /* the bucket that is looked at next for who does not come any more */
	struct shape_key key;
	struct shape_key tags; /* what is seen of it helps nobody with the other */
};

struct familiars *familiars_new(struct random *random); /* NULL: no memory */
void familiars_free(struct familiars *f);               /* NULL: nothing */
/* hash: shape_call_id. NULL: unknown. */
struct familiar *familiar_find(const struct familiars *f, uint64_t hash);
/* All zero; when there are too many another one is forgotten. NULL: no memory. */
struct familiar *familiar_make(struct familiars *f, uint64_t hash);
void familiar_forget(struct familiars *f, struct familiar *d);
/* Every second: those who have not come for long are forgotten, a few at a time. */
void familiars_sweep(struct familiars *f, uint32_t now_s);

#endif
