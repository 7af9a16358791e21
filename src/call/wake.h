/* SPDX-License-Identifier: Apache-2.0 */
/* call/wake.h - Devices that sleep: their app is woken by push, and rings when it has
 * registered again (RFC 8599 5.3). */
#ifndef CALL_WAKE_H
#define CALL_WAKE_H

#include "call/room.h"

/* Takes out of bindings those that must be woken first, and wakes them; for a bounded time
 * they count as ringing (branches_ring). Returns how many are left. */
size_t wake_hold_back(struct call *c, const struct account_line *line,
		      struct binding *bindings, size_t count);
bool wake_pending(const struct call *c);
/* Nobody is waited for any more. */
void wake_stop(struct call *c);

#endif
