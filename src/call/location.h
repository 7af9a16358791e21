/* SPDX-License-Identifier: Apache-2.0 */
/* call/location.h - Where an emergency call comes from, as the trunk wants to be told:
 * Geolocation (RFC 6442) or P-Access-Network-Info (RFC 7315 5.4). Only what the operator
 * has registered is ever told; a device's own word does not cross. */
#ifndef CALL_LOCATION_H
#define CALL_LOCATION_H

#include "call/room.h"

/* Writes the headers for an emergency call to that trunk. False: the trunk wants one and
 * there is none to tell. */
bool location_put(struct buf *b, const struct identity *id,
		  const struct trunk_config *trunk);

#endif
