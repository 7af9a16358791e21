/* SPDX-License-Identifier: Apache-2.0 */
/* account/desk.h - Inside the desk: a change on its way into the store; for this folder's
 * files only. */
#ifndef ACCOUNT_DESK_H
#define ACCOUNT_DESK_H

#include "account/create.h"
#include "base/list.h"

struct account_desk {
	struct account_desk_config cfg;
	struct list changes;
	unsigned count;
};

/* The head of every kind of change. */
struct change {
	struct list node;
	struct store_job job;
	struct timer retry;
	struct account_desk *desk;
	void (*end)(struct change *); /* wipes and frees what is its own, and itself */
	bool submitted;
	int64_t login_id;
	char who[ROW_NAME_SIZE];
	char source[ROW_ADDRESS_SIZE];
};

/* -EAGAIN when too many are under way. */
int account_change_begin(struct account_desk *d, struct change *c,
			 const struct account_actor *by);
int account_change_submit(struct change *c, int64_t key,
			  int (*work)(struct store_db *, struct store_job *),
			  void (*done)(struct store_job *, int));
/* Takes it off the desk and frees it. */
void account_change_end(struct change *c);
/* Inside its job: the line in the security log. */
int account_change_log(struct store_db *db, const struct change *c,
		       const struct event_row *what);
int64_t account_change_now(const struct change *c);

#endif
