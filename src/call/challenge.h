/* SPDX-License-Identifier: Apache-2.0 */
/* call/challenge.h - A trunk's digest challenge within a call, by the rules of
 * trunk/digest.h, and only for a request that goes to the trunk's own address. */
#ifndef CALL_CHALLENGE_H
#define CALL_CHALLENGE_H

#include "call/room.h"

/* Takes the challenge of a 401 or 407 to our INVITE. 0: send it again. -EPERM: not a
 * trunk with a user, or answered already; -ENOENT: nothing in it that we know; -ENOMEM. */
int challenge_take(struct leg *l, const struct sip_msg *response);
/* Writes the Authorization or Proxy-Authorization for a request to l->target. */
void challenge_answer_put(struct leg *l, struct buf *b, enum sip_method m);

#endif
