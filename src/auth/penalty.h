/* SPDX-License-Identifier: Apache-2.0 */
/* auth/penalty.h - Slows who guesses: wrong answers of one source (an IPv4 address, an
 * IPv6 /64) for one auth name. Some are free, then each wrong one makes it wait twice as
 * long, up to a bound; a right one, or a day without a wrong one, forgets them. So nobody
 * locks out the owner at another address, and nobody is locked out for ever. A table of
 * fixed size: what has to give way is what was wrong the longest ago. Every thread. */
#ifndef AUTH_PENALTY_H
#define AUTH_PENALTY_H

#include "base/random.h"
#include "base/text.h"
#include "net/addr.h"

enum {
	PENALTY_SLOTS = 65536,
	PENALTY_FREE = 8,           /* wrong answers without a wait */
	PENALTY_URGENT_FREE = 1000, /* those of a call for help; then one a second */
	PENALTY_MAX_S = 900,
	PENALTY_QUIET_S = 86400, /* forgotten after */
};

struct penalty;

struct penalty *penalty_new(struct random *random, unsigned slots); /* NULL: no memory */
void penalty_free(struct penalty *p);

/* How long it has to wait; 0: it may try. name may have a domain behind an @. known: it has
 * been wrong, and penalty_right has something to forget. */
uint32_t penalty_wait_s(struct penalty *p, struct text name, const struct addr *source,
			uint32_t now_s, bool *known);
/* Likewise of a call for help: its caller may share the address with who guesses, and is
 * made to wait for a second at most. What is looked at in that second is the first. */
uint32_t penalty_wait_urgent_s(struct penalty *p, struct text name,
			       const struct addr *source, uint32_t now_s, bool *known);
void penalty_wrong(struct penalty *p, struct text name, const struct addr *source,
		   uint32_t now_s);
void penalty_right(struct penalty *p, struct text name, const struct addr *source);

#endif
