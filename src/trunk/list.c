/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/list.c - The trunks as an operator sees them. */

#include <string.h>

#include "trunk/set.h"

static void put_trunk(const struct trunk *t, struct trunk_info *ret)
{
	*ret = (struct trunk_info){
		.transport = "",
		.state = "unknown",
		.registered =
			t->cfg.registers ? registered_name(t->registration.state) : "",
		.status = t->registration.status,
		.calls = t->calls,
		.calls_max = t->cfg.calls_max,
		.emergency = t->cfg.emergency == TRUNK_EMERGENCY_YES,
	};
	memcpy(ret->name, t->cfg.name, sizeof(ret->name));
	memcpy(ret->uri, t->cfg.uri, sizeof(ret->uri));
}

static void put_hop(const struct trunk *t, const struct trunk_hop *h, int64_t now_us,
		    struct trunk_info *ret)
{
	put_trunk(t, ret);
	addr_encode(ret->address, &h->at.addr);
	ret->transport = transport_uri_name(h->at.transport);
	ret->state = hop_state_name(h, now_us);
	if (!trunk_usable(t, now_us) && hop_awake(h, now_us))
		ret->state = "unregistered";
	if (!hop_awake(h, now_us) && h->state != HOP_SILENT)
		ret->rests_s = (h->until_us - now_us + 999999) / 1000000;
	ret->answered_at = h->answered_us;
}

size_t trunk_list(struct trunk_set *s, struct trunk_info *ret, size_t max)
{
	int64_t now_us = clock_mono_us(s->clock);
	size_t n = 0;

	pthread_rwlock_rdlock(&s->lock);
	for (unsigned i = 0; i < s->count; i++) {
		const struct trunk *t = &s->trunks[i];

		if (!t->hop_count && n < max)
			put_trunk(t, &ret[n++]);
		for (size_t h = 0; h < t->hop_count && n < max; h++)
			put_hop(t, &t->hops[h], now_us, &ret[n++]);
	}
	pthread_rwlock_unlock(&s->lock);
	return n;
}
