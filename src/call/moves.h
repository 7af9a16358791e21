/* SPDX-License-Identifier: Apache-2.0 */
/* call/moves.h - What the engines of all workers share: each other, and where a leg is whose
 * tag names a worker that it has left. Thread-safe. */
#ifndef CALL_MOVES_H
#define CALL_MOVES_H

#include "call/room.h"

/* Of one leg, which owns it. */
struct move;

/* Likewise for engines that know no others (moves is NULL). */
void moves_enter(struct call_engine *e);
void moves_leave(struct call_engine *e);
/* NULL: that worker has no engine (any more). */
struct call_engine *moves_engine(const struct call_moves *m, unsigned worker);
/* The worker that has the leg of that tag, if anybody has; -ENOENT: it is no tag of ours. */
int moves_find(struct call_moves *m, struct text tag, unsigned *ret);

/* Makes place for a leg's move, once; -ENOMEM. */
int moves_prepare(struct leg *l);
/* From now on both legs are that worker's, to whose loop the task is posted: whoever learns
 * of the move and sends something there comes behind the task. */
void moves_post(struct call_moves *m, const struct call *c, struct call_engine *to,
		struct task *task);
/* The leg is over. */
void moves_forget(struct leg *l);

#endif
