/* SPDX-License-Identifier: Apache-2.0 */
/* net/source.c - What one source may have: an IPv4 address, an IPv6 /64. Connections are
 * counted for each, and a stranger's makes room for the next: whoever fills a carrier's NAT
 * with connections keeps nobody out who has more to say. How often TLS begins is reckoned in a table of fixed size, so that it
 * outlives the connections and costs no memory. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "net/conn.h"

enum {
	NET4_LEN = 4,
	NET6_LEN = 8,
	SHAKERS = 4096, /* sources that share a place share what it allows */
	SHAKE_US = 1000000 / NET_SOURCE_SHAKES_PER_S,
};

struct source {
	struct table_node node;
	char key[1 + NET6_LEN];
	unsigned count;
	struct list strangers; /* conn->stranger, the oldest first */
};

static void key_of(const struct addr *a, char key[1 + NET6_LEN])
{
	memset(key, 0, 1 + NET6_LEN);
	key[0] = (char)a->family;
	memcpy(key + 1, a->ip, a->family == AF_INET6 ? NET6_LEN : NET4_LEN);
}

static struct source *find(struct net_worker *w, const char *key, uint64_t hash)
{
	for (struct table_node *n = table_first(&w->sources, hash); n;
	     n = table_next(n)) {
		struct source *s = container_of(n, struct source, node);

		if (memcmp(s->key, key, sizeof(s->key)) == 0)
			return s;
	}
	return NULL;
}

/* Each handshake moves the source's time on; it may run ahead of ours by so many. */
static bool may_shake(struct net_worker *w, enum transport t, uint64_t hash)
{
	int64_t *at = &w->shakers[hash % SHAKERS], now_us = loop_now_us(w->loop);

	if (!transport_secure((uint8_t)t))
		return true;
	if (*at > now_us + (int64_t)NET_SOURCE_SHAKES_MAX * SHAKE_US)
		return false;
	*at = (*at > now_us ? *at : now_us) + SHAKE_US;
	return true;
}

static bool make_room(struct source *s)
{
	struct list *oldest = list_first(&s->strangers);

	if (!oldest)
		return false;
	conn_end(container_of(oldest, struct conn, stranger), EBUSY);
	return true;
}

int source_take(struct net_worker *w, const struct addr *remote, enum transport t,
		struct source **ret)
{
	char key[1 + NET6_LEN];
	uint64_t hash;
	struct source *s;

	key_of(remote, key);
	hash = table_hash(&w->sources, (struct text){ key, sizeof(key) });
	s = find(w, key, hash);
	if (!may_shake(w, t, hash))
		return -EAGAIN;
	if (s && s->count >= NET_SOURCE_CONNECTIONS_MAX && !make_room(s))
		return -EAGAIN;
	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return -ENOMEM;
		memcpy(s->key, key, sizeof(s->key));
		list_init(&s->strangers);
		table_insert(&w->sources, &s->node, hash);
	}
	s->count++;
	*ret = s;
	return 0;
}

void source_stranger(struct source *s, struct list *stranger)
{
	list_append(&s->strangers, stranger);
}

void source_give_back(struct net_worker *w, struct source *s)
{
	if (!s || --s->count > 0)
		return;
	table_remove(&w->sources, &s->node);
	free(s);
}

int sources_init(struct net_worker *w)
{
	w->shakers = calloc(SHAKERS, sizeof(*w->shakers));
	return w->shakers ? table_init(&w->sources, random_real(), 0) : -ENOMEM;
}

void sources_fini(struct net_worker *w)
{
	table_fini(&w->sources);
	free(w->shakers);
}
