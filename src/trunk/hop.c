/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/hop.c - The states of a trunk's address, as a table. */

#include "trunk/hop.h"

/* An address that said 503 and answers OPTIONS is still as busy as it said. */
static const enum hop_state next[HOP_STATES][HOP_EVENTS] = {
	[HOP_UP] = { [HOP_ANSWERED] = HOP_UP,
		     [HOP_REFUSED] = HOP_BUSY,
		     [HOP_UNANSWERED] = HOP_FAILED,
		     [HOP_PONG] = HOP_UP,
		     [HOP_NO_PONG] = HOP_SILENT },
	[HOP_BUSY] = { [HOP_ANSWERED] = HOP_UP,
		       [HOP_REFUSED] = HOP_BUSY,
		       [HOP_UNANSWERED] = HOP_FAILED,
		       [HOP_PONG] = HOP_BUSY,
		       [HOP_NO_PONG] = HOP_SILENT },
	[HOP_FAILED] = { [HOP_ANSWERED] = HOP_UP,
			 [HOP_REFUSED] = HOP_BUSY,
			 [HOP_UNANSWERED] = HOP_FAILED,
			 [HOP_PONG] = HOP_UP,
			 [HOP_NO_PONG] = HOP_SILENT },
	[HOP_SILENT] = { [HOP_ANSWERED] = HOP_UP,
			 [HOP_REFUSED] = HOP_BUSY,
			 [HOP_UNANSWERED] = HOP_SILENT,
			 [HOP_PONG] = HOP_UP,
			 [HOP_NO_PONG] = HOP_SILENT },
};

bool hop_event(struct trunk_hop *h, enum hop_event event, int64_t now_us, unsigned rest_s)
{
	enum hop_state before = hop_awake(h, now_us) ? HOP_UP : h->state;

	h->state = next[before][event];
	if (event == HOP_REFUSED || event == HOP_UNANSWERED)
		h->until_us = now_us + rest_s * 1000000LL;
	return h->state != before;
}

bool hop_awake(const struct trunk_hop *h, int64_t now_us)
{
	return h->state == HOP_UP || (h->state != HOP_SILENT && h->until_us <= now_us);
}

const char *hop_state_name(const struct trunk_hop *h, int64_t now_us)
{
	static const char *const names[HOP_STATES] = { [HOP_UP] = "up",
						       [HOP_BUSY] = "busy",
						       [HOP_FAILED] = "failed",
						       [HOP_SILENT] = "silent" };

	return names[hop_awake(h, now_us) ? HOP_UP : h->state];
}
