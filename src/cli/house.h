/* SPDX-License-Identifier: Apache-2.0 */
/* cli/house.h - The rooms that both the running core and a CLI without a server need:
 * database, vault, accounts, security log. Whoever opens them holds state_dir/lock. */
#ifndef CLI_HOUSE_H
#define CLI_HOUSE_H

#include "account/create.h"
#include "cli/config.h"
#include "event/event.h"
#include "loop/pool.h"

enum { HOUSE_REASON_SIZE = 256 };

struct house {
	const struct config *config;
	const struct clock *clock;
	struct random *random;
	int lock;
	struct loop *loop;
	struct store *store;
	struct vault *vault;
	struct id_maker *ids;
	struct account_book *book;
	struct event_log *events;
	struct account_desk *desk;
	struct pool *pool;
};

/* The lock. -EAGAIN: somebody has it; else negative errno, each with a sentence. */
int house_lock(const struct config *c, int *ret, char reason[HOUSE_REASON_SIZE]);
/* Takes the lock and opens the rooms, in this order. 0, or negative errno with a sentence
 * in reason and everything closed again. */
int house_open(const struct config *c, struct house *ret, char reason[HOUSE_REASON_SIZE]);
/* Ends the pool's threads: before those who have jobs there. */
void house_rest(struct house *h);
/* After all who live in it; also for a house half open. */
void house_close(struct house *h);

#endif
