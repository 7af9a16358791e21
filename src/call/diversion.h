/* SPDX-License-Identifier: Apache-2.0 */
/* call/diversion.h - The numbers that a call was for before it went on elsewhere, as
 * Diversion (RFC 5806) and History-Info (RFC 7044) tell them. Only a trunk's are believed,
 * and only the numbers in them; we write them anew. */
#ifndef CALL_DIVERSION_H
#define CALL_DIVERSION_H

#include "call/room.h"

enum diversion_reason {
	DIVERSION_UNKNOWN,
	DIVERSION_UNCONDITIONAL,
	DIVERSION_BUSY,
	DIVERSION_NO_ANSWER,
	DIVERSION_UNAVAILABLE,
	DIVERSION_DEFLECTION, /* the device said so (302) */
	DIVERSION_REASONS
};

/* What a trunk's INVITE says of earlier diversions: Diversion, or where there is none
 * History-Info. At most CALL_FORWARDS_MAX are kept, the counters of all are summed up. */
void diversions_take(struct call *c, const struct sip_msg *invite);
/* One of ours. -ENOMEM. */
int diversion_add(struct call *c, const struct account_line *line,
		  enum diversion_reason reason);
/* Somebody has answered, or the call ends: the line's forwards ring no more. */
void diversions_settle(struct call *c);
/* How many calls that the line has forwarded ring, up to max. */
unsigned diversions_ringing(struct call_engine *e, int64_t line_id, unsigned max);
/* True when the call has been for that number before. */
bool diversion_met(const struct call *c, struct text number);
void diversions_free(struct call *c);

/* "+41445550102" of the last one; NULL: there is none. */
const char *diversion_last(const struct call *c);
/* The headers, for an INVITE to a trunk; nothing when the call was not diverted. */
void diversion_put(const struct call *c, struct buf *b);
void history_put(const struct call *c, struct buf *b);

#endif
