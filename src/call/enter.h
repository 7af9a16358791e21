/* SPDX-License-Identifier: Apache-2.0 */
/* call/enter.h - What the calls of devices and of trunks begin with alike. */
#ifndef CALL_ENTER_H
#define CALL_ENTER_H

#include "call/room.h"

/* A call with its caller's leg and open INVITE. NULL: refused already. */
struct call *call_enter(struct call_engine *e, const struct flow *from,
			const struct sip_msg *invite);
/* What is wrong with an INVITE whoever sent it: hops, body, dialog. True: it may go on. */
bool call_enter_check(struct call *c, const struct sip_msg *invite);
/* A callee of ours: begins its book and rings it. */
void call_enter_line(struct call *c, const struct account_line *line,
		     const struct flow *skip);

#endif
