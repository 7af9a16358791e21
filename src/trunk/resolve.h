/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/resolve.h - A trunk's name into addresses (RFC 3263 section 4): NAPTR for the
 * transport when none is given, SRV when there is no port, then A and AAAA; all on one
 * loop, nothing waits. */
#ifndef TRUNK_RESOLVE_H
#define TRUNK_RESOLVE_H

#include "loop/loop.h"
#include "net/flow.h"

enum {
	RESOLVE_HOPS_MAX = 16,
	RESOLVE_TARGETS_MAX = 8,  /* SRV records of one service that are followed */
	RESOLVE_SERVICES_MAX = 6, /* NAPTR records that are followed */
	RESOLVE_NAME_SIZE = 256,
};

struct dns;

struct resolve_question {
	struct text host;
	uint16_t port;       /* 0: none, so by SRV */
	bool sips;           /* nothing but TLS */
	bool named;          /* the URI has a transport= */
	uint8_t transport;   /* that one */
	unsigned transports; /* those that we speak: 1 << TRANSPORT_UDP ... */
};

/* One address to send to. Those of one SRV target have one group; targets are tried by
 * priority, within one by weight (RFC 2782). */
struct resolve_hop {
	struct addr addr;
	uint8_t transport;
	uint8_t group;
	uint16_t priority, weight;
};

/* Embed. Runs once at a time. */
struct resolve {
	/* On the loop, maybe inline from resolve_start. count 0: the name gave nothing, or
	 * (failed) nobody could tell. ttl_s: how long the answer may be used, those that
	 * there is no such record among them (RFC 2308). */
	void (*done)(struct resolve *, const struct resolve_hop *hops, size_t count,
		     unsigned ttl_s, bool failed);
	/* the resolver's own: */
	struct dns *dns;
	struct resolve_hop hops[RESOLVE_HOPS_MAX];
	size_t hop_count;
	char host[RESOLVE_NAME_SIZE];
	struct resolve_service {
		char name[RESOLVE_NAME_SIZE + 16];
		uint8_t transport;
		uint16_t order, preference;
	} services[RESOLVE_SERVICES_MAX];
	size_t service_count, service_at;
	struct resolve_target {
		char name[RESOLVE_NAME_SIZE];
		uint16_t port, priority, weight;
	} targets[RESOLVE_TARGETS_MAX];
	size_t target_count, target_at;
	unsigned transports;
	uint8_t transport; /* of the targets */
	uint8_t groups;
	bool sips, srv_found, plain, failed;
	unsigned ttl_s;
};

void resolve_start(struct dns *dns, struct resolve *q,
		   const struct resolve_question *question);

/* The shortest TTL of the answers in a DNS message; 0 when it has none or is broken.
 * c-ares does not tell it for SRV and NAPTR. */
unsigned resolve_ttl(const unsigned char *message, size_t len);
/* How long it may be believed that the record is not there; 0 when it does not say. */
unsigned resolve_absent_ttl(const unsigned char *message, size_t len);

#endif
