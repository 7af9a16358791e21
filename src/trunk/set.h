/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/set.h - The trunks from inside. */
#ifndef TRUNK_SET_H
#define TRUNK_SET_H

#include <pthread.h>

#include "trunk/dns.h"
#include "trunk/resolve.h"
#include "trunk/trunk.h"

struct trunk {
	struct trunk_config cfg;
	struct trunk_set *set;
	enum transport transport;
	struct text host; /* in cfg.uri, IPv6 with its brackets */
	uint16_t port;    /* 0: none given, so SRV first */
	bool literal;
	struct addr addrs[RESOLVE_ADDRESSES_MAX]; /* best first */
	size_t addr_count;
	int64_t rests_until_us; /* monotonic, 0: does not rest */
	struct resolve resolve;
	struct timer refresh;
};

struct trunk_set {
	pthread_rwlock_t lock; /* over addrs and rests_until_us */
	struct loop *loop;
	const struct clock *clock;
	struct dns *dns; /* NULL: all are literal */
	unsigned count;
	struct trunk trunks[];
};

#endif
