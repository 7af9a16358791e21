/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/resolve.h - A trunk's name into addresses (RFC 3263 4.2): SRV when there is no
 * port, then A and AAAA, all on one loop, nothing waits. */
#ifndef TRUNK_RESOLVE_H
#define TRUNK_RESOLVE_H

#include "loop/loop.h"
#include "net/flow.h"

enum {
	RESOLVE_ADDRESSES_MAX = 16,
	RESOLVE_TARGETS_MAX = 8, /* SRV records that are followed */
	RESOLVE_NAME_SIZE = 256,
};

struct dns;

/* Embed. Runs once at a time. */
struct resolve {
	/* On the loop, maybe inline from resolve_start. count 0: the name gave nothing.
	 * ttl_s: how long the answer may be used. */
	void (*done)(struct resolve *, const struct addr *addrs, size_t count,
		     unsigned ttl_s);
	/* the resolver's own: */
	struct dns *dns;
	struct addr addrs[RESOLVE_ADDRESSES_MAX];
	size_t addr_count;
	struct resolve_target {
		char name[RESOLVE_NAME_SIZE];
		uint16_t port, priority, weight;
	} targets[RESOLVE_TARGETS_MAX];
	size_t target_count, target_at;
	unsigned ttl_s;
};

/* port 0: by SRV of that transport, and without SRV by the transport's own port. */
void resolve_start(struct dns *dns, struct resolve *q, struct text host, uint16_t port,
		   enum transport transport);

/* The shortest TTL of the answers in a DNS message; 0 when it has none or is broken.
 * c-ares does not tell it for SRV. */
unsigned resolve_ttl(const unsigned char *message, size_t len);

#endif
