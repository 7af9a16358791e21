/* SPDX-License-Identifier: Apache-2.0 */
/* call/flows.h - A device that registered over several flows rings over one at a time
 * (RFC 5626 section 7). */
#ifndef CALL_FLOWS_H
#define CALL_FLOWS_H

#include "call/room.h"

/* Leaves the newest flow of each instance in bindings, and all that are none; keeps the
 * others for flows_next. Returns how many are left. Without memory all are left: a device
 * rather rings twice than not at all. */
size_t flows_hold_back(struct call *c, struct binding *bindings, size_t count);
/* Whether b leads to the device that calls, by whatever flow. */
bool flows_of_caller(const struct binding *b, const struct binding *bindings,
		     size_t count, const struct flow *caller);
/* As route_ring; when its flow is gone, the next flow of the same instance. */
int flows_ring(struct call *c, struct binding *b);
/* The branch failed with that status (0: its flow is gone): asks the next flow of the same
 * instance, when it was the flow that failed and there is one. */
bool flows_next(struct leg *l, unsigned status);
void flows_forget(struct call *c);

#endif
