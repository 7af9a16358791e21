/* SPDX-License-Identifier: Apache-2.0 */
/* call/route.h - Where a call goes: the devices of a line, or trunks, one after another. */
#ifndef CALL_ROUTE_H
#define CALL_ROUTE_H

#include "call/room.h"

/* Rings every live binding of the line but the one behind skip (NULL: none); the books
 * have been begun. Refuses the call itself when nothing rings. */
void route_to_line(struct call *c, const struct account_line *line,
		   const struct flow *skip);
/* Likewise the trunks that carry c->to. */
void route_to_trunks(struct call *c);
/* Asks the next trunk. False: there is none left. True: asked, or the call was refused. */
bool route_next_trunk(struct call *c);

#endif
