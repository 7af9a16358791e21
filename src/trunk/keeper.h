/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/keeper.h - Keeps the trunks of a set: asks by OPTIONS whether they are there, and
 * registers with those that want it. One for a set, on one worker's thread; what it finds
 * out is in the set for all. */
#ifndef TRUNK_KEEPER_H
#define TRUNK_KEEPER_H

#include "trunk/trunk.h"
#include "txn/txn.h"

struct trunk_keeper;

struct trunk_keeper_config {
	struct trunk_set *set;
	struct loop *loop;
	struct net *net;
	struct txn_layer *txn;
	const struct clock *clock;
	struct random *random; /* phases and jitter, cnonces */
	/* host[:port] of ours on that flow, as txn_config.via_host; NULL: its address. */
	void (*own_host)(void *arg, const struct flow *f, char dst[ADDR_TEXT_SIZE]);
	void *arg; /* for own_host */
};

/* NULL when memory is out. */
struct trunk_keeper *trunk_keeper_new(const struct trunk_keeper_config *cfg);
/* A connection of that worker has ended: what was registered over it is renewed. */
void trunk_keeper_flow_closed(struct trunk_keeper *k, const struct flow *f);
/* Takes back registrations (their requests leave, answers are not waited for). Before
 * txn_layer_free. NULL: nothing. */
void trunk_keeper_free(struct trunk_keeper *k);

#endif
