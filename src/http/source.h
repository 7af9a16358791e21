/* SPDX-License-Identifier: Apache-2.0 */
/* http/source.h - Where a request comes from: the peer, or what a trusted proxy says. */
#ifndef HTTP_SOURCE_H
#define HTTP_SOURCE_H

#include "net/addr.h"

struct source_net {
	struct addr addr;
	unsigned bits;
};

/* Whether the address is in one of the networks. */
bool source_in(const struct addr *a, const struct source_net *nets, size_t count);
/* X-Forwarded-For read from the right: the last address that is not one of the proxies'.
 * forwarded may be empty; only believed when the peer itself is a proxy. */
struct addr source_of(const struct addr *peer, struct text forwarded,
		      const struct source_net *proxies, size_t count);

#endif
