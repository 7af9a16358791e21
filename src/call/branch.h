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
	const char *routes;    /* Route value on the way to it; NULL or "" */
	const char *instance;  /* likewise, when it has several flows; NULL */
};

/* Sends the INVITE. Negative errno: nothing was sent, nothing is left; -ENOSPC: there is
 * no room for its media, which no other branch changes; -EBUSY: the trunk has as many
 * calls as it may. */
int branch_start(struct call *c, const struct branch *branch);
/* Counts a branch as failed: may end the call, or go on to the next trunk. status 0: it
 * could not be asked at all. */
void branch_failed(struct leg *l, unsigned status, const struct sip_msg *m);
/* There is no media for it: the next trunk is asked, and when nothing rings any more the
 * call is refused. */
void branch_without_media(struct leg *l);
/* Cancels all that ring but one (or NULL), with the Reason value when not empty. */
void branches_give_up(struct call *c, const struct leg *but, struct text reason);
/* Or wait for who was woken. */
bool branches_ring(const struct call *c);
/* None does any more: the caller is refused. */
void branches_conclude(struct call *c);

/* The caller's PRACK has come: it gets the 200 that waited. */
void branch_answer_go_on(struct call *c);
/* A 2xx: the first ends the ringing of all others, any further one is ended. */
void branch_answered(struct leg *l, const struct sip_msg *m);

#endif
