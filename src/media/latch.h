/* SPDX-License-Identifier: Apache-2.0 */
/* media/latch.h - From whom packets are taken and where packets go (RFC 7362 4). One for
 * RTP and one for RTCP, per side and stream. No I/O. Internal to media/. */
#ifndef MEDIA_LATCH_H
#define MEDIA_LATCH_H

#include "net/addr.h"

/* How well a source is vouched for, worst first. */
enum latch_rank {
	LATCH_UNKNOWN, /* an address nobody told us of: a NAT with many, or an intruder */
	LATCH_SIGNALLED, /* the host that the signalling comes from */
	LATCH_ANNOUNCED, /* the host that the description names */
	LATCH_EXACT,     /* and its port */
};

struct latch {
	struct addr named;      /* what the last description said, hold left out */
	struct addr announced;  /* the same when it may be used, else family 0 */
	struct addr signalling; /* family 0: not known */
	bool held;              /* the peer wants nothing */
	struct addr source;     /* family 0: none yet */
	enum latch_rank rank;
	int64_t since_us; /* when the first source was taken */
	/* Described again, at the same place: a NAT may have given it another address. */
	bool open;
	int64_t open_since_us; /* 0: the source was not heard since */
};

/* A new description: "announced" is what it names (family 0: nothing; an any address:
 * hold). When that is another place than before, or the signalling comes from another host,
 * the source is forgotten. Otherwise it stays, but until it has been heard again for MEDIA_LATCH_MS
 * another one that is vouched for as well takes over, if it is vouched for at all. */
void latch_announce(struct latch *l, const struct addr *announced,
		    const struct addr *signalling);
/* A packet came from there. True when it is the side's. The first source takes the
 * stream; for MEDIA_LATCH_MS a better one takes it over; after that only the exact
 * address of the description does. */
bool latch_take(struct latch *l, const struct addr *from, int64_t now_us);
/* Where the side's packets go: where its own come from, else where it announced. NULL:
 * nowhere (yet). */
const struct addr *latch_target(const struct latch *l);

/* May media be sent there, unheard, because a description says so? Never to any,
 * multicast and broadcast addresses; to loopback and private ones only when the peer's
 * signalling comes from such itself, so that nobody makes us talk to our own network. */
bool latch_may_announce(const struct addr *announced, const struct addr *signalling);

#endif
