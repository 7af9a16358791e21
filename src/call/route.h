/* SPDX-License-Identifier: Apache-2.0 */
/* call/route.h - Where a call goes: the devices of a line, or trunks, one after another. */
#ifndef CALL_ROUTE_H
#define CALL_ROUTE_H

#include "call/room.h"

/* What a URI that is called means: a number, and with a GRUU of ours (RFC 5627) one device of
 * that line alone. As plan_resolve; -EBADMSG: a forged one. */
int route_resolve(struct call_engine *e, const struct sip_uri *uri,
		  struct destination *to, struct one_device *device);
/* Rings every live binding of the line but the one behind skip (NULL: none); the books
 * have been begun. Refuses the call itself when nothing rings. */
void route_to_line(struct call *c, const struct account_line *line,
		   const struct flow *skip);
/* Whether the binding may be rung now: its credential, its transport, and, when one device
 * is meant, whether it is that. */
bool route_may_ring(const struct call *c, const struct binding *b);
/* One binding more of that line; -ENOTCONN, or as branch_start. */
int route_ring(struct call *c, struct binding *b);
/* Likewise the trunks that carry c->to. */
void route_to_trunks(struct call *c);
/* Asks the next trunk. False: there is none left. True: asked, or the call was refused. */
bool route_next_trunk(struct call *c);

#endif
