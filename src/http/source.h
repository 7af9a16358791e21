/* SPDX-License-Identifier: Apache-2.0 */
/* http/source.h - Who really asks: the peer, or behind a proxy that we trust the address
 * that it reports (X-Forwarded-For). */
#ifndef HTTP_SOURCE_H
#define HTTP_SOURCE_H

#include "http/http.h"

enum {
	SOURCE_HOPS_MAX =
		32, /* read from the right; what stands before them is ignored */
	SOURCE_KEY_SIZE = 17,
};

struct source_rules {
	struct web_network proxies[WEB_PROXIES_MAX];
	unsigned count;
};

bool source_is_proxy(const struct source_rules *rules, const struct addr *a);
/* The last hop that is no proxy of ours. forwarded holds the header's values in the order
 * they came. Whatever is no address ends the search: the hop that reported it counts. */
struct addr source_find(const struct source_rules *rules, const struct addr *peer,
			const struct text *forwarded, size_t count);
/* What counts as one source: an IPv4 address, an IPv6 /64. */
void source_key(const struct addr *a, uint8_t key[SOURCE_KEY_SIZE]);

#endif
