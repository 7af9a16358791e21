/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/source.c - Whose source that is. An address can be written by anyone over UDP; a
 * trunk that has a certificate is known by nothing else. */

#include <errno.h>

#include "trunk/set.h"

_Static_assert((int)TRUNKS_MAX <= 32, "flow.peers has 32 bits");

/* On one machine devices and trunk share an address: there the port tells. */
static bool is_hop(const struct trunk *t, const struct addr *from)
{
	for (size_t i = 0; i < t->hop_count; i++) {
		const struct addr *own = &t->hops[i].at.addr;

		if (addr_is_loopback(from) ? addr_eq(own, from) : addr_eq_host(own, from))
			return true;
	}
	return false;
}

static bool in_networks(const struct trunk_config *cfg, const struct addr *from)
{
	for (unsigned i = 0; i < cfg->source_count; i++) {
		if (addr_in_network(from, &cfg->sources[i]))
			return true;
	}
	return false;
}

static bool is_source(const struct trunk *t, unsigned index, const struct flow *from)
{
	if (t->cfg.certificate[0])
		return from->peers & 1u << index;
	return is_hop(t, &from->remote) || in_networks(&t->cfg, &from->remote);
}

bool trunk_is_hop(struct trunk_set *s, unsigned index, const struct flow *to)
{
	bool is;

	pthread_rwlock_rdlock(&s->lock);
	is = index < s->count && is_hop(&s->trunks[index], &to->remote);
	pthread_rwlock_unlock(&s->lock);
	return is;
}

bool trunk_is_own(struct trunk_set *s, unsigned index, const struct addr *a)
{
	bool is;

	pthread_rwlock_rdlock(&s->lock);
	is = index < s->count &&
	     (is_hop(&s->trunks[index], a) || in_networks(&s->trunks[index].cfg, a));
	pthread_rwlock_unlock(&s->lock);
	return is;
}

bool trunk_sends(struct trunk_set *s, unsigned index, const struct flow *from)
{
	bool is;

	pthread_rwlock_rdlock(&s->lock);
	is = index < s->count && is_source(&s->trunks[index], index, from);
	pthread_rwlock_unlock(&s->lock);
	return is;
}

static bool has_port(const struct trunk *t, const struct addr *from)
{
	for (size_t i = 0; i < t->hop_count; i++) {
		if (addr_eq(&t->hops[i].at.addr, from))
			return true;
	}
	return false;
}

/* Several trunks may be one machine: its port tells, where it says one. */
int trunk_of_source(struct trunk_set *s, const struct flow *from, unsigned *ret)
{
	int r = -ENOENT;

	pthread_rwlock_rdlock(&s->lock);
	for (unsigned i = 0; i < s->count; i++) {
		bool exact = has_port(&s->trunks[i], &from->remote);

		if ((r == 0 && !exact) || !is_source(&s->trunks[i], i, from))
			continue;
		*ret = i;
		r = 0;
		if (exact)
			break;
	}
	pthread_rwlock_unlock(&s->lock);
	return r;
}
