/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/trunk.c - The set of trunks: their addresses, kept fresh, and their life. */

#include "trunk/trunk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trunk/set.h"

enum {
	PORT_SIP = 5060,
	PORT_SIPS = 5061,
	REFRESH_LEAST_S = 30,
	REFRESH_MOST_S = 3600,
	RETRY_S = 30, /* after a name gave nothing */
};

static void on_refresh(struct timer *timer)
{
	struct trunk *t = container_of(timer, struct trunk, refresh);

	resolve_start(t->set->dns, &t->resolve, t->host, t->port, t->transport);
}

static unsigned refresh_after_s(size_t count, unsigned ttl_s)
{
	if (!count)
		return RETRY_S;
	if (ttl_s < REFRESH_LEAST_S)
		return REFRESH_LEAST_S;
	return ttl_s > REFRESH_MOST_S ? REFRESH_MOST_S : ttl_s;
}

/* What worked before is kept while the name gives nothing. */
static void on_resolved(struct resolve *q, const struct addr *addrs, size_t count,
			unsigned ttl_s)
{
	struct trunk *t = container_of(q, struct trunk, resolve);

	if (count) {
		pthread_rwlock_wrlock(&t->set->lock);
		memcpy(t->addrs, addrs, count * sizeof(*addrs));
		t->addr_count = count;
		pthread_rwlock_unlock(&t->set->lock);
	}
	timer_start(t->set->loop, &t->refresh, refresh_after_s(count, ttl_s) * 1000LL,
		    on_refresh);
}

static int read_uri(struct trunk *t)
{
	struct sip_uri uri;
	struct text name;

	if (sip_uri_decode(text_of(t->cfg.uri), &uri) < 0 || !uri.host.len)
		return -EINVAL;
	if (uri.scheme != SIP_SCHEME_SIP && uri.scheme != SIP_SCHEME_SIPS)
		return -EINVAL;
	t->transport = uri.scheme == SIP_SCHEME_SIPS ? TRANSPORT_TLS : TRANSPORT_UDP;
	if (sip_uri_param(&uri, TEXT("transport"), &name) &&
	    transport_decode(name, &t->transport) < 0)
		return -EINVAL;
	t->host = uri.host;
	t->port = uri.port;
	return 0;
}

static int trunk_init(struct trunk *t, struct trunk_set *s,
		      const struct trunk_config *cfg)
{
	uint16_t port;

	t->cfg = *cfg;
	t->set = s;
	t->resolve.done = on_resolved;
	if (read_uri(t) < 0)
		return -EINVAL;
	if (!t->cfg.realm[0])
		text_copy(t->cfg.realm, sizeof(t->cfg.realm), t->host);
	port = t->port ? t->port : t->transport == TRANSPORT_TLS ? PORT_SIPS : PORT_SIP;
	t->literal = addr_decode(t->host, port, &t->addrs[0]) == 0;
	t->addr_count = t->literal;
	return 0;
}

static int start_names(struct trunk_set *s)
{
	for (unsigned i = 0; i < s->count; i++) {
		if (s->trunks[i].literal)
			continue;
		if (!s->dns)
			s->dns = dns_new(s->loop, NULL);
		if (!s->dns)
			return -ENOMEM;
		on_refresh(&s->trunks[i].refresh);
	}
	return 0;
}

int trunk_set_new(const struct trunk_config *trunks, unsigned count, struct loop *loop,
		  const struct clock *clock, struct trunk_set **ret)
{
	struct trunk_set *s;
	int error = 0;

	if (count > TRUNKS_MAX)
		return -EINVAL;
	s = calloc(1, sizeof(*s) + count * sizeof(*s->trunks));
	if (!s)
		return -ENOMEM;
	s->loop = loop;
	s->clock = clock;
	s->count = count;
	pthread_rwlock_init(&s->lock, NULL);
	for (unsigned i = 0; i < count && !error; i++)
		error = trunk_init(&s->trunks[i], s, &trunks[i]);
	if (!error)
		error = start_names(s);
	if (error < 0) {
		trunk_set_free(s);
		return error;
	}
	*ret = s;
	return 0;
}

void trunk_set_free(struct trunk_set *s)
{
	if (!s)
		return;
	dns_free(s->dns);
	for (unsigned i = 0; i < s->count; i++)
		timer_stop(&s->trunks[i].refresh);
	pthread_rwlock_destroy(&s->lock);
	free(s);
}

const struct trunk_config *trunk_get(const struct trunk_set *s, unsigned index)
{
	return index < s->count ? &s->trunks[index].cfg : NULL;
}
