/* SPDX-License-Identifier: Apache-2.0 */
/* guard/reach.h - How far the calls of a line may go, as its customer has chosen. */
#ifndef GUARD_REACH_H
#define GUARD_REACH_H

#include "rating/plan.h"

enum guard_verdict {
	GUARD_PASS,
	GUARD_OUT_OF_REACH,
};

/* reach: "home" (the operator's country; Switzerland and Liechtenstein are one), "europe"
 * (and Europe's countries), "world", or "" where nobody has chosen: the operator's own
 * credentials, before a customer has accepted any terms. Another word reaches as far as
 * "home". Emergency, helplines, short codes, the echo number and on-net calls always
 * pass. Europe leaves out +7, which Russia shares with Kazakhstan, +90 and the codes of
 * no country (+800, +870, +882 ...). */
enum guard_verdict guard_reach(const char *reach, const struct destination *d,
			       const char *country, bool onnet);

#endif
