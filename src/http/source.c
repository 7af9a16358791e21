/* SPDX-License-Identifier: Apache-2.0 */
/* http/source.c - X-Forwarded-For, read from the right. */

#include "http/source.h"

#include <string.h>

bool source_is_proxy(const struct source_rules *rules, const struct addr *a)
{
	for (unsigned i = 0; i < rules->count; i++) {
		if (addr_in(a, &rules->proxies[i].addr, rules->proxies[i].bits))
			return true;
	}
	return false;
}

/* IPv4 in IPv6's clothes is IPv4 everywhere else, too. */
static void unmap(struct addr *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (a->family != AF_INET6 || memcmp(a->ip, mapped, sizeof(mapped)) != 0)
		return;
	a->family = AF_INET;
	memmove(a->ip, a->ip + 12, 4);
	memset(a->ip + 4, 0, 12);
}

/* A scope would ask the system for interfaces, and no client of ours has one. */
static bool take_hop(struct text t, struct addr *hop)
{
	if (text_find(t, '%') >= 0 || addr_decode(text_trim(t), 0, hop))
		return false;
	unmap(hop);
	return true;
}

static struct text cut_last(struct text *value)
{
	size_t at = value->len;
	struct text last;

	while (at > 0 && value->p[at - 1] != ',')
		at--;
	last = text_from(*value, at);
	*value = text_sub(*value, 0, at > 0 ? at - 1 : 0);
	return last;
}

struct addr source_find(const struct source_rules *rules, const struct addr *peer,
			const struct text *forwarded, size_t count)
{
	struct addr found = *peer;
	unsigned hops = 0;

	while (count > 0 && source_is_proxy(rules, &found)) {
		struct text left = forwarded[--count];

		do {
			struct addr hop;

			if (++hops > SOURCE_HOPS_MAX || !take_hop(cut_last(&left), &hop))
				return found;
			found = hop;
		} while (left.len > 0 && source_is_proxy(rules, &found));
	}
	return found;
}

void source_key(const struct addr *a, uint8_t key[SOURCE_KEY_SIZE])
{
	memset(key, 0, SOURCE_KEY_SIZE);
	key[0] = a->family;
	memcpy(key + 1, a->ip, a->family == AF_INET6 ? 8 : 4);
}
