/* SPDX-License-Identifier: Apache-2.0 */
/* call/fetch.h - A call that is to be joined with one of ours is brought here from the worker
 * that has it. It comes as soon as nothing is under way in it. */
#ifndef CALL_FETCH_H
#define CALL_FETCH_H

#include "call/room.h"

enum { CALL_REPLACES_MAX = 512, CALL_FETCH_STEP_MS = 50, CALL_FETCH_TRIES = 40 };

struct fetch;

/* status 0: the call is here now, unless it ended on the way; else as call_replaces_find, 491:
 * it did not come to rest, 503: no memory. */
typedef void fetch_fn(void *arg, unsigned status);

/* Another worker may have the leg that this Replaces names. */
bool call_fetch_helps(struct call_engine *e, struct text replaces);
/* Asks for it, for devices of that line. fn is called once, later, never inline. NULL: no
 * memory. */
struct fetch *call_fetch(struct call_engine *e, struct text replaces, int64_t line_id,
			 fetch_fn *fn, void *arg);
/* fn is not called; what is on its way comes all the same. */
void call_fetch_forget(struct fetch *f);
/* The engine ends; all workers stand still, and no call is on its way. */
void call_fetches_drop(struct call_engine *e);

#endif
