/* SPDX-License-Identifier: Apache-2.0 */
/* call/carry.h - A call that stands leaves its engine and goes on in another one: dialogs,
 * timers, media and books. What its transactions still have to say (a 2xx that comes again
 * wants its ACK again) stays behind and runs out. */
#ifndef CALL_CARRY_H
#define CALL_CARRY_H

#include "call/room.h"

/* On the thread that has the call. 0: *ret is nobody's. -EBUSY: something is under way in
 * it, try again; -ENOMEM. */
int call_carry_out(struct call *c, struct call **ret);
/* On the thread of e. */
void call_carry_in(struct call_engine *e, struct call *c);

#endif
