/* SPDX-License-Identifier: Apache-2.0 */
/* http/source.c - X-Forwarded-For, believed from trusted proxies only. */

#include "http/source.h"

#include <string.h>

enum { HOPS_MAX = 16 };

static bool in_net(const struct addr *a, const struct source_net *net)
{
	unsigned whole = net->bits / 8, rest = net->bits % 8;
	uint8_t mask = (uint8_t)(0xff00u >> rest);

	if (a->family != net->addr.family || memcmp(a->ip, net->addr.ip, whole) != 0)
		return false;
	return rest == 0 || ((a->ip[whole] ^ net->addr.ip[whole]) & mask) == 0;
}

bool source_in(const struct addr *a, const struct source_net *nets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (in_net(a, &nets[i]))
			return true;
	}
	return false;
}

/* Cuts the last element off the list. */
static struct text last(struct text *list)
{
	size_t at = list->len;
	struct text t;

	while (at > 0 && list->p[at - 1] != ',')
		at--;
	t = text_trim(text_from(*list, at));
	list->len = at > 0 ? at - 1 : 0;
	return t;
}

struct addr source_of(const struct addr *peer, struct text forwarded,
		      const struct source_net *proxies, size_t count)
{
	struct addr a = *peer, next;

	for (unsigned hops = 0; hops < HOPS_MAX && forwarded.len > 0; hops++) {
		if (!source_in(&a, proxies, count) ||
		    addr_decode(last(&forwarded), 0, &next))
			break;
		a = next;
	}
	return a;
}
