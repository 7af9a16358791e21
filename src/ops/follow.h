/* SPDX-License-Identifier: Apache-2.0 */
/* ops/follow.h - Follows the account book: whatever revoked or froze a credential or gave
 * it another secret (an import, another node), what it has going ends. What the desk's own
 * operations end (ops/ending.h) has ended by then. */
#ifndef OPS_FOLLOW_H
#define OPS_FOLLOW_H

#include "account/account.h"
#include "edge/edge.h"

struct ops;

struct follow {
	struct ops *ops;
	struct account_watch watch;
	struct list waiting; /* credentials, in the order of their change */
	struct edge_end_job job;
	bool ending; /* the job is with the edge */
};

/* Nothing to follow when no edge runs. */
void follow_start(struct follow *f, struct ops *o);
/* The edge's threads have ended. */
void follow_stop(struct follow *f);

/* What a change ends: false: nothing. */
bool follow_ends(const struct account_credential *now, bool new_secret,
		 const char **cause, bool *keep_bindings);

#endif
