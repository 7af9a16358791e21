/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/trunk.h - Trunks to the voice network: which one carries a call, whether it may
 * be asked now, which source is one of theirs. Selection is safe from every thread. */
#ifndef TRUNK_TRUNK_H
#define TRUNK_TRUNK_H

#include "base/clock.h"
#include "loop/loop.h"
#include "net/flow.h"
#include "rating/plan.h"
#include "sip/uri.h"
#include "store/rows.h"

enum {
	TRUNKS_MAX = 32,
	TRUNK_PREFIXES_MAX = 32,
	TRUNK_NAME_SIZE = 32,
	TRUNK_URI_SIZE = 256
};

struct trunk_config {
	char name[TRUNK_NAME_SIZE];
	char uri[TRUNK_URI_SIZE]; /* sip:host[:port][;transport=tcp] */
	char prefixes[TRUNK_PREFIXES_MAX][ROW_PREFIX_SIZE];
	unsigned prefix_count;
	bool national;                /* takes short codes and helplines */
	bool emergency;               /* takes emergency calls */
	char user[64], password[128]; /* for its challenge; empty: by address */
	char realm
		[128]; /* of its challenge; empty: the URI's host. No other is answered */
};

struct trunk_set;

/* Resolves hosts (c-ares, asynchronously, again as names age); literal addresses at once.
 * -EINVAL: a URI that is none. */
int trunk_set_new(const struct trunk_config *trunks, unsigned count, struct loop *loop,
		  const struct clock *clock, struct trunk_set **ret);
void trunk_set_free(struct trunk_set *s);

struct trunk_target {
	unsigned index;
	char name[TRUNK_NAME_SIZE];
	enum transport transport;
	struct addr addr;
	char host[TRUNK_URI_SIZE]; /* for the Request-URI: host[:port] */
};

/* Trunks for that destination, longest prefix first, leaving out those that rest (503
 * with Retry-After, no answer) unless all do; for emergency calls they come last instead.
 * A trunk with several addresses stands there once for each, in a row. Returns how many;
 * 0: none carries it, or none that does has an address. */
size_t trunk_select(struct trunk_set *s, const struct destination *d,
		    struct trunk_target *ret, size_t max);
/* One is configured for it, whether it has an address now or not. */
bool trunk_carries(const struct trunk_set *s, const struct destination *d);
/* What came of asking one: rests it after no answer (status 0), 408 or 503, for
 * retry_after_s (0: 30 s), and ends its rest after any other. */
void trunk_report(struct trunk_set *s, unsigned index, unsigned status,
		  unsigned retry_after_s);
/* The trunk whose address that is, or -ENOENT. By host; on loopback, which devices and
 * trunk may share, by port as well. */
int trunk_of_source(struct trunk_set *s, const struct flow *from, unsigned *ret);
/* The flow's other end is an address of that trunk, by the same rule. */
bool trunk_is_source(struct trunk_set *s, unsigned index, const struct flow *from);
/* As configured, but with its realm filled in. */
const struct trunk_config *trunk_get(const struct trunk_set *s, unsigned index);

#endif
