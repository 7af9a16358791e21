/* SPDX-License-Identifier: Apache-2.0 */
/* call/finish.h - How calls end. */
#ifndef CALL_FINISH_H
#define CALL_FINISH_H

#include "call/answer.h"

/* Ends the call: books it under that cause, hangs up or cancels what is not gone, with
 * the Reason value when it is not empty. An INVITE of the caller that has no final answer
 * yet is answered 487; for another one answer first (call_refuse). Once; then nothing. */
void call_finish(struct call *c, const char *cause, struct text reason);
/* Answers the caller's INVITE with a final failure, then finishes. */
void call_refuse(struct call *c, unsigned status, const struct refusal_text *text,
		 const char *cause);
/* It goes on in another engine: what is left of it here ends without a word. */
void call_left(struct call *c);
/* Whoever was stopped while the call was between two workers was not found by
 * call_engine_end_credential: the call ends now. */
void call_end_stopped(struct call *c);
/* A CANCEL for the leg's INVITE (NULL: its connection is gone before the answer). */
void call_cancelled(struct leg *l, const struct sip_msg *cancel);
/* No ACK came for our 2xx. */
void call_unacked(struct leg *l);
/* BYE to that leg, at once or when its ACK has come (section 15). */
void call_hang_up(struct leg *l, struct text reason);
/* The value of m's Reason, for the other side; empty when there is none. b holds it. */
struct text call_reason_of(const struct sip_msg *m, struct buf *b);

#endif
