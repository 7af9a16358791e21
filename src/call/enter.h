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
/* Whether that is the number of a line of ours today; then *ret is it. */
bool call_enter_finds(const struct call_engine *e, const struct destination *to,
		      struct account_line *ret);
/* A callee of ours: begins its book and rings it. */
void call_enter_line(struct call *c, const struct account_line *line,
		     const struct flow *skip);

/* A line of ours that one of ours calls, forwards or transfers to: as that, or over the
 * trunks where the operator's network wants every call. */
void call_enter_ours(struct call *c, const struct account_line *line,
		     const struct flow *skip);

#endif
