/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/set.h - The trunks from inside. */
#ifndef TRUNK_SET_H
#define TRUNK_SET_H

#include <pthread.h>
#include <stdatomic.h>

#include "trunk/dns.h"
#include "trunk/hop.h"
#include "trunk/trunk.h"

enum registered {
	REGISTERED_NOT,
	REGISTERED_ASKING, /* a REGISTER is under way, the first or another */
	REGISTERED_YES,
	REGISTERED_WAITING, /* it failed; asks again later */
	REGISTERED_STATES
};

struct trunk {
	struct trunk_config cfg;
	struct trunk_set *set;
	struct resolve_question question; /* from cfg.uri; IPv6 with its brackets */
	bool literal;
	struct trunk_hop hops[RESOLVE_HOPS_MAX];
	size_t hop_count;
	_Atomic unsigned calls;
	struct {
		enum registered state;
		bool failed;      /* since it was registered last */
		unsigned status;  /* last final answer; 0: none */
		int64_t until_us; /* monotonic; 0: is not */
	} registration;
	struct resolve resolve;
	struct timer refresh;
};

struct trunk_set {
	pthread_rwlock_t lock; /* over hops and registration */
	struct loop *loop;
	const struct clock *clock;
	struct random *random;
	struct dns *dns; /* NULL: all are literal */
	unsigned count;
	struct trunk trunks[];
};

/* trunk.c: what happened at that address of the trunk; logs a change. True: it answers
 * OPTIONS again. */
bool trunk_hop_event(struct trunk *t, const struct addr *addr, enum hop_event event,
		     unsigned rest_s);
/* select.c: all its addresses, those that rest behind the others. */
size_t trunk_targets(struct trunk *t, struct trunk_target *ret, size_t max);
/* Registered, where it has to be; under the lock. */
bool trunk_usable(const struct trunk *t, int64_t now_us);
/* registration.c: "no", "asking", "yes", "waiting". */
const char *registered_name(enum registered r);

#endif
