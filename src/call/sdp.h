/* SPDX-License-Identifier: Apache-2.0 */
/* call/sdp.h - Session descriptions on their way through: by the relay, or as they are. */
#ifndef CALL_SDP_H
#define CALL_SDP_H

#include "call/room.h"

/* What "to" shall see of the description of "from"; one of both is the caller. -EBADMSG:
 * no session description; otherwise as media_session_offer. An emergency call goes on
 * without the relay when that has no room. */
int call_sdp_offer(struct leg *from, struct leg *to, struct text sdp, struct buf *ret);
int call_sdp_answer(struct leg *from, struct leg *to, struct text sdp, struct buf *ret);
/* The exchange has ended: what it brought holds, or the relay goes back to what held
 * before (section 14.1: a refused re-INVITE changes nothing). */
void call_sdp_settle(struct call *c, bool agreed);
/* Answers the caller's offer with its own echo. */
int call_sdp_echo(struct leg *caller, struct text offer, struct buf *ret);
/* Same streams with the same formats: what the caller was told before still holds. */
bool call_sdp_alike(struct text a, struct text b);

#endif
