/* SPDX-License-Identifier: Apache-2.0 */
/* call/transfer.h - A transfer under way. The party that stays is joined with the target by
 * re-INVITEs of ours (RFC 3725 flow I): the target's offer is answered by the party. Until
 * then the old call stands, and comes back when the target does not answer. */
#ifndef CALL_TRANSFER_H
#define CALL_TRANSFER_H

#include "call/room.h"

enum { TRANSFER_EXPIRES_S = 600 }; /* of the subscription that a REFER makes */

/* Two calls point at it; it goes with the first of them. */
struct transfer {
	struct call *old;     /* the call of the one who transfers */
	struct call *next;    /* the call that the party joins */
	struct leg *referrer; /* NULL: has hung up meanwhile */
	struct leg *party;
	struct leg *place;     /* in next, where the party comes in */
	uint32_t event_id;     /* the REFER's CSeq */
	bool silent;           /* no NOTIFY is wanted (RFC 4488) */
	unsigned told, status; /* last NOTIFY; why it failed */
};

/* Has accepted the REFER: the referrer's line calls the target. next is the new call, with
 * its book begun, whose caller stands for the party. NULL: no memory. */
struct transfer *transfer_new(struct leg *referrer, struct leg *party, struct call *next,
			      struct leg *place);
/* NOTIFY with that status of the target; 100 begins, 200 and above end. */
void transfer_tell(struct transfer *x, unsigned status);

/* The rest of "call" says what happens; each does nothing when there is no transfer. */
void transfer_progress(struct call *c, unsigned status);
/* The target has answered with that offer, as the party is to see it. True: it was one. */
bool transfer_answered(struct leg *target, struct text offer);
/* Joins two calls that stand: the one that the place leaves, the other keeps. */
void transfer_join(struct transfer *x);
void transfer_refused(struct call *c, unsigned status);
void transfer_ended(struct call *c);
/* A BYE of the leg. True: it has left its transfer to itself; the call goes on. */
bool transfer_left(struct leg *l);

#endif
