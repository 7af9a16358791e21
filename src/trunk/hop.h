/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/hop.h - One address of a trunk, and whether it may be asked now. A value under
 * the set's lock. */
#ifndef TRUNK_HOP_H
#define TRUNK_HOP_H

#include "trunk/resolve.h"

enum hop_state {
	HOP_UP,
	HOP_BUSY,   /* said 503: rests as long as it asked for */
	HOP_FAILED, /* did not answer a call: rests a while */
	HOP_SILENT, /* does not answer OPTIONS: rests until it does */
	HOP_STATES
};

enum hop_event {
	HOP_ANSWERED,   /* a call, with anything but 503 */
	HOP_REFUSED,    /* a call or OPTIONS, with 503 */
	HOP_UNANSWERED, /* a call: no answer, 408, no way to it */
	HOP_PONG,       /* OPTIONS, with anything but 503 */
	HOP_NO_PONG,
	HOP_EVENTS
};

struct trunk_hop {
	struct resolve_hop at;
	enum hop_state state;
	int64_t until_us;    /* of HOP_BUSY and HOP_FAILED, monotonic */
	int64_t answered_us; /* last answer, wall; 0: never */
};

/* The one place where the state changes. True when it is another one now. */
bool hop_event(struct trunk_hop *h, enum hop_event event, int64_t now_us,
	       unsigned rest_s);
bool hop_awake(const struct trunk_hop *h, int64_t now_us);
/* "up", "busy" ...; what rested and may be asked again is up. */
const char *hop_state_name(const struct trunk_hop *h, int64_t now_us);

#endif
