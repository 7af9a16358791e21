/* SPDX-License-Identifier: Apache-2.0 */
/* call/refer.h - A device transfers a call (RFC 3515, 3891, 5589): to a number, which is a
 * new call of its line, or to the other party of another call of its. What Referred-By
 * says is not believed. */
#ifndef CALL_REFER_H
#define CALL_REFER_H

#include "call/room.h"

/* When the other call is with another worker, that one is asked for it first; the answer to the
 * REFER waits so long. */
void call_refer(struct leg *l, const struct flow *from, const struct sip_msg *m);
/* The leg is over, and so is what waits. */
void call_refer_drop(struct leg *l);

#endif
