/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/keep.h - The keeper from inside: for each trunk its pings and its registration. */
#ifndef TRUNK_KEEP_H
#define TRUNK_KEEP_H

#include "trunk/digest.h"
#include "trunk/keeper.h"
#include "trunk/set.h"

struct kept;

/* One OPTIONS under way. */
struct ping {
	struct kept *kept;
	struct txn_client *client; /* NULL: none */
	struct addr addr;
	struct timer patience;
};

struct registration {
	struct trunk_target targets[RESOLVE_HOPS_MAX]; /* of this round */
	size_t target_count, target_at;
	struct flow flow;
	struct txn_client *client; /* NULL: none */
	struct timer timer;        /* to the next round, or of patience within one */
	struct trunk_digest *digest;
	char call_id[TXN_TOKEN_SIZE], tag[TXN_TOKEN_SIZE];
	char contact[TRUNK_URI_SIZE + ADDR_TEXT_SIZE];
	uint32_t cseq;
	unsigned expires_s;  /* asked for */
	unsigned failures;   /* rounds in a row */
	bool refused;        /* the last one: it waits as long as it was told */
	int64_t accepted_us; /* monotonic; 0: never */
};

struct kept {
	struct trunk_keeper *keeper;
	struct trunk *trunk;
	struct timer ping_timer;
	struct ping pings[RESOLVE_HOPS_MAX];
	struct registration registration;
};

struct trunk_keeper {
	struct trunk_keeper_config cfg;
	unsigned count;
	struct kept kept[];
};

/* ping.c */
void ping_start(struct kept *k);
void ping_stop(struct kept *k);

/* registration.c */
void registration_start(struct kept *k);
/* Soon, where we believe to be registered, or nobody answered: the other side may have lost
 * it. Not within RENEW_LEAST_S of the last one. */
void registration_renew(struct kept *k);
/* Takes it back. */
void registration_stop(struct kept *k);

/* keeper.c */
/* "host[:port]" of the trunk, and of ours on that flow. */
void kept_own_host(const struct kept *k, const struct flow *f, char dst[ADDR_TEXT_SIZE]);
/* Retry-After of a response within bounds; without one: otherwise. */
unsigned kept_retry_after_s(const struct sip_msg *m, unsigned otherwise);

#endif
