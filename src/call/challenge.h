/* SPDX-License-Identifier: Apache-2.0 */
/* call/challenge.h - A trunk's digest challenge and our answers to it (RFC 3261 22.3,
 * RFC 7616). Only a trunk that has a user in the configuration is ever answered, only for
 * a request that went to its own address, and not endlessly. */
#ifndef CALL_CHALLENGE_H
#define CALL_CHALLENGE_H

#include "call/room.h"

enum { CHALLENGES_MAX = 2 }; /* answered per leg: one, and one more when it is stale */

struct challenge;

/* Takes the challenge of a 401 or 407 to our INVITE. 0: send it again. -EPERM: not a
 * trunk with a user, or answered already; -ENOENT: nothing in it that we know; -ENOMEM. */
int challenge_take(struct leg *l, const struct sip_msg *response);
/* Writes the Authorization or Proxy-Authorization for a request to l->target. */
void challenge_answer_put(struct leg *l, struct buf *b, enum sip_method m);
void challenge_free(struct challenge *c);

#endif
