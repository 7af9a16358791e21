/* SPDX-License-Identifier: Apache-2.0 */
/* net/source.c - How many connections a source holds: an IPv4 address, an IPv6 /64. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/worker.h"

enum { NET4_LEN = 4, NET6_LEN = 8 };

struct source {
	struct table_node node;
	char key[1 + NET6_LEN];
	unsigned count;
};

static void key_of(const struct addr *a, char key[1 + NET6_LEN])
{
	memset(key, 0, 1 + NET6_LEN);
	key[0] = (char)a->family;
	memcpy(key + 1, a->ip, a->family == AF_INET6 ? NET6_LEN : NET4_LEN);
}

static struct source *find(struct net_worker *w, const char *key, uint64_t *hash)
{
	*hash = table_hash(&w->sources, (struct text){ key, 1 + NET6_LEN });
	for (struct table_node *n = table_first(&w->sources, *hash); n;
	     n = table_next(n)) {
		struct source *s = container_of(n, struct source, node);

		if (memcmp(s->key, key, sizeof(s->key)) == 0)
			return s;
	}
	return NULL;
}

int source_take(struct net_worker *w, const struct addr *remote, struct source **ret)
{
	char key[1 + NET6_LEN];
	uint64_t hash;
	struct source *s;

	key_of(remote, key);
	s = find(w, key, &hash);
	if (s && s->count >= NET_SOURCE_CONNECTIONS_MAX)
		return -EAGAIN;
	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return -ENOMEM;
		memcpy(s->key, key, sizeof(s->key));
		table_insert(&w->sources, &s->node, hash);
	}
	s->count++;
	*ret = s;
	return 0;
}

void source_give_back(struct net_worker *w, struct source *s)
{
	if (!s || --s->count > 0)
		return;
	table_remove(&w->sources, &s->node);
	free(s);
}
