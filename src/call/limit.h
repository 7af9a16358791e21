/* SPDX-License-Identifier: Apache-2.0 */
/* call/limit.h - How long a call may ring, a trunk may be silent, a call may last. */
#ifndef CALL_LIMIT_H
#define CALL_LIMIT_H

#include "call/room.h"

enum {
	CALL_PATIENCE_MS = 6000, /* for a trunk's first word, when there is another */
	CALL_EMERGENCY_PATIENCE_MS = 3000,
	CALL_BEAT_S = 60,   /* a live call's word to the journal */
	CALL_LOOK_S = 30,   /* between two looks whether media still comes */
	CALL_REPEAT_S = 60, /* a ringing call's word to the caller (13.3.1.1) */
};

void call_ring_start(struct call *c);     /* not for emergency calls */
void call_repeat_start(struct call *c);   /* after a provisional response */
void call_patience_start(struct call *c); /* the last branch; when there is another */
void call_limit_start(struct call *c);    /* emergency calls: the beat only */

#endif
