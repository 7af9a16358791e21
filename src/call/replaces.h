/* SPDX-License-Identifier: Apache-2.0 */
/* call/replaces.h - The leg that a Replaces means (RFC 3891 3). */
#ifndef CALL_REPLACES_H
#define CALL_REPLACES_H

#include "call/room.h"
#include "sip/replaces.h"

/* As whoever names it sees it: its to-tag is ours. Only devices of that line may. 0, or the
 * status that says why not: 481 there is none, 486 it is none that can be joined. */
unsigned call_replaces_find(struct call_engine *e, const struct sip_replaces *which,
			    int64_t line_id, struct leg **ret);

#endif
