/* SPDX-License-Identifier: Apache-2.0 */
/* http/core.h - The web process's end of the socket to the core: requests go out as
 * frames, answers and events come back to who asked. On the loop's thread. */
#ifndef HTTP_CORE_H
#define HTTP_CORE_H

#include <jansson.h>
#include <stdbool.h>

#include "loop/loop.h"

enum {
	CORE_ASKS_MAX = 4096, /* under way, streams included: as many as the core takes */
	CORE_OUT_MAX = 16 << 20, /* bytes that the core has not taken yet */
};

struct core;

/* One request under way: embed, fill the functions. */
struct core_ask {
	/* Once; the ask is the caller's again. NULL: the core is gone, or took too long.
	 */
	void (*answered)(struct core_ask *, const json_t *frame);
	/* Of an operation that streams: any number, before answered. */
	void (*event)(struct core_ask *, const json_t *event);
	uint64_t id; /* core's own; 0: not under way */
	int64_t deadline_us;
};

/* Takes fd over. gone is told once when the other end is closed or broke the rules; all
 * asks have been answered with NULL before. NULL: memory or descriptors are out. */
struct core *core_new(struct loop *l, int fd, void (*gone)(void *arg), void *arg);
void core_free(struct core *c); /* tells nobody */
/* Sends the request (borrowed; its id is put in). 0, -EPIPE (gone), -EAGAIN (too many),
 * -EMSGSIZE, -ENOMEM. Never answers inline. */
int core_ask(struct core *c, struct core_ask *a, json_t *request, unsigned within_s);
/* Nobody waits for it any more; safe on one that is not under way. */
void core_cancel(struct core *c, struct core_ask *a);
/* Gives up on what is overdue. */
void core_sweep(struct core *c);

#endif
