/* SPDX-License-Identifier: Apache-2.0 */
/* call/sdp.h - Session descriptions on their way through: by the relay, or as they are. */
#ifndef CALL_SDP_H
#define CALL_SDP_H

#include "call/room.h"

/* What one tells the other may have to be asked for first. */
bool call_sdp_waits(struct leg *from, struct leg *to);
/* To be called before the two below with the same description. 0: they will answer at once;
 * -EINPROGRESS: w->fn is called when they will; -ENOMEM. */
int call_sdp_ask(struct leg *from, struct leg *to, enum media_role role, struct text sdp,
		 struct media_wait *w);
/* What "to" shall see of the description of "from"; one of both is the caller. -EBADMSG:
 * no session description; otherwise as media_session_offer. What the codecs' policy does not let
 * pass is left out; nothing left: -EBADMSG. An emergency call goes on without the relay when
 * that has no room, and with all its codecs; so does any call without rtpengine when it is
 * configured that way. */
int call_sdp_offer(struct leg *from, struct leg *to, struct text sdp, struct buf *ret);
int call_sdp_answer(struct leg *from, struct leg *to, struct text sdp, struct buf *ret);
/* False: the policy (media_codecs, codecs of that leg's trunk) leaves nothing of that
 * offer. */
bool call_sdp_codecs_allowed(const struct leg *far, struct text sdp);
/* The exchange has ended: what it brought holds, or the relay goes back to what held
 * before (section 14.1: a refused re-INVITE changes nothing). */
void call_sdp_settle(struct call *c, bool agreed);
/* Likewise of the caller's exchange with a branch that has not answered yet. */
void call_sdp_settle_with(struct leg *branch, bool agreed);
/* Who answers brings its session along. */
void call_media_choose(struct leg *callee);
/* Of a leg that is over. */
void call_sdp_forget(struct leg *l);
/* The leg's signalling comes from another address now: so may its sound. */
void call_sdp_moved(struct leg *l);
/* What the call's sound passes through once somebody has answered; NULL: nothing of ours. */
struct media_session *call_media(const struct call *c);
/* Answers the caller's offer with its own echo. */
int call_sdp_echo(struct leg *caller, struct text offer, struct buf *ret);
/* Same streams with the same formats at the same place: what the caller was told before still holds. */
bool call_sdp_alike(struct text a, struct text b);

#endif
