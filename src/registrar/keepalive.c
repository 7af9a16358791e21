/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/keepalive.c - Who is behind a NAT and when it shall hear from us, so that the
 * NAT stays open. A ring of seconds in each shard; a binding has its second by a hash, so
 * they are spread evenly whenever they registered. */

#include "registrar/keepalive.h"

#include "registrar/room.h"

enum { SIP_PORT = 5060 };

/* A name, or an address that is where the message came from: no. */
static bool elsewhere(struct text host, uint16_t port, const struct addr *from)
{
	struct addr a;

	return addr_decode(host, 0, &a) == 0 &&
	       (!addr_eq_host(&a, from) || (port ? port : SIP_PORT) != from->port);
}

bool keepalive_wanted(const struct flow *from, const struct sip_via *via,
		      const struct sip_uri *contact)
{
	return from->transport == TRANSPORT_UDP &&
	       ((via && elsewhere(via->host, via->port, &from->remote)) ||
		elsewhere(contact->host, contact->port, &from->remote));
}

/* Who was told stands at the end of its second, marked with the round. */
static size_t take_second(struct shard *s, struct flow *ret, size_t max)
{
	struct list *second = &s->ring[(uint64_t)s->ring_at_s % s->ring_size];
	size_t n = 0;

	for (struct list *it = list_first(second); it; it = list_first(second)) {
		struct record *r = container_of(it, struct record, in_ring);

		if (r->told_s == (uint32_t)s->ring_at_s)
			break;
		if (n == max)
			return n;
		r->told_s = (uint32_t)s->ring_at_s;
		list_remove(it);
		list_append(second, it);
		ret[n++] = r->flow;
	}
	s->ring_at_s++;
	return n;
}

size_t registrar_keepalives(struct registrar *r, unsigned shard, struct flow *ret,
			    size_t max)
{
	struct shard *s = &r->shards[shard % REGISTRAR_SHARDS];
	int64_t now_s = registrar_now_us(r) / REGISTRAR_US;
	size_t n = 0;

	pthread_mutex_lock(&s->lock);
	if (s->ring_size && now_s - s->ring_at_s >= s->ring_size)
		s->ring_at_s = now_s - s->ring_size + 1;
	while (s->ring_size && s->ring_at_s <= now_s && n < max)
		n += take_second(s, ret + n, max - n);
	pthread_mutex_unlock(&s->lock);
	return n;
}
