/* SPDX-License-Identifier: Apache-2.0 */
/* call/branch.h - The legs that ring: one INVITE each to a device or a trunk, until one
 * answers or all have failed (RFC 3261 13.2, 16.7). */
#ifndef CALL_BRANCH_H
#define CALL_BRANCH_H

#include "call/room.h"

struct branch {
	struct flow flow;
	const char *uri;       /* Request-URI */
	int trunk;             /* its index, -1: a device */
	int64_t credential_id; /* the device's */
};

/* Sends the INVITE. Negative errno: nothing was sent, nothing is left; -ENOSPC: there is
 * no room for its media, which no other branch changes. */
int branch_start(struct call *c, const struct branch *branch);
/* Counts a branch as failed: may end the call, or go on to the next trunk. status 0: it
 * could not be asked at all. */
void branch_failed(struct leg *l, unsigned status, const struct sip_msg *m);
/* Cancels all that ring but one (or NULL), with the Reason value when not empty. */
void branches_give_up(struct call *c, const struct leg *but, struct text reason);
bool branches_ring(const struct call *c);

/* A 2xx: the first ends the ringing of all others, any further one is ended. */
void branch_answered(struct leg *l, const struct sip_msg *m);

#endif
