/* SPDX-License-Identifier: Apache-2.0 */
/* http/conn.c - Limits and deadlines of connections. A timeout of the library's would
 * start anew with every byte that a slow sender sends. */

#include "http/conn.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

struct source {
	struct table_node node;
	uint8_t key[SOURCE_KEY_SIZE];
	unsigned count;
};

static struct text text_of_key(const uint8_t key[SOURCE_KEY_SIZE])
{
	return (struct text){ (const char *)key, SOURCE_KEY_SIZE };
}

static struct source *find(struct conns *all, const struct addr *a,
			   uint8_t key[SOURCE_KEY_SIZE])
{
	struct table_node *n;

	source_key(a, key);
	n = table_first(&all->sources, table_hash(&all->sources, text_of_key(key)));
	for (; n; n = table_next(n)) {
		struct source *s = container_of(n, struct source, node);

		if (memcmp(s->key, key, SOURCE_KEY_SIZE) == 0)
			return s;
	}
	return NULL;
}

static void count_up(struct conns *all, const struct addr *a)
{
	uint8_t key[SOURCE_KEY_SIZE];
	struct source *s = find(all, a, key);

	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			return;
		memcpy(s->key, key, sizeof(s->key));
		table_insert(&all->sources, &s->node,
			     table_hash(&all->sources, text_of_key(key)));
	}
	s->count++;
}

static void count_down(struct conns *all, const struct addr *a)
{
	uint8_t key[SOURCE_KEY_SIZE];
	struct source *s = find(all, a, key);

	if (!s || --s->count > 0)
		return;
	table_remove(&all->sources, &s->node);
	free(s);
}

static bool addr_of(const struct sockaddr *sa, struct addr *ret)
{
	struct sockaddr_storage ss = { 0 };

	if (!sa || (sa->sa_family != AF_INET && sa->sa_family != AF_INET6))
		return false;
	memcpy(&ss, sa,
	       sa->sa_family == AF_INET ? sizeof(struct sockaddr_in)
					: sizeof(struct sockaddr_in6));
	addr_from_sockaddr(ret, &ss);
	return true;
}

enum MHD_Result conns_admit(void *arg, const struct sockaddr *sa, socklen_t len)
{
	struct conns *all = arg;
	uint8_t key[SOURCE_KEY_SIZE];
	const struct source *s;
	struct addr peer;

	if (!addr_of(sa, &peer))
		return MHD_NO;
	if (source_is_proxy(all->rules, &peer))
		return MHD_YES;
	s = find(all, &peer, key);
	return s && s->count >= WEB_SOURCE_CONNECTIONS_MAX ? MHD_NO : MHD_YES;
}

static void open_conn(struct conns *all, struct MHD_Connection *m, void **context)
{
	const union MHD_ConnectionInfo *from =
		MHD_get_connection_info(m, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const union MHD_ConnectionInfo *at =
		MHD_get_connection_info(m, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct conn *c = calloc(1, sizeof(*c));

	*context = NULL;
	if (!c || !from || !at || !addr_of(from->client_addr, &c->peer)) {
		free(c);
		return;
	}
	c->fd = at->connect_fd;
	list_init(&c->node);
	list_append(&all->all, &c->node);
	count_up(all, &c->peer);
	conn_within(all, c, WEB_REQUEST_S);
	*context = c;
}

static void close_conn(struct conns *all, struct conn *c)
{
	if (!c)
		return;
	count_down(all, &c->peer);
	list_remove(&c->node);
	free(c);
}

void conns_note(void *arg, struct MHD_Connection *c, void **context,
		enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		open_conn(arg, c, context);
	else
		close_conn(arg, *context);
}

/* The library closes it when it reads the end. */
void conns_sweep(struct conns *all)
{
	int64_t now_us = loop_now_us(all->loop);

	LIST_EACH (it, &all->all) {
		struct conn *c = container_of(it, struct conn, node);

		if (c->deadline_us <= now_us)
			shutdown(c->fd, SHUT_RDWR);
	}
}

struct conn *conn_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

void conn_within(struct conns *all, struct conn *c, unsigned seconds)
{
	c->deadline_us =
		seconds ? loop_now_us(all->loop) + seconds * INT64_C(1000000) : INT64_MAX;
}

void conn_hurry(struct conns *all, struct conn *c, unsigned seconds)
{
	int64_t had_us = c->deadline_us;

	conn_within(all, c, seconds);
	if (c->deadline_us > had_us)
		c->deadline_us = had_us;
}

bool conn_is_closed(const struct conn *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0;
}

int web_conns_init(struct conns *all, struct loop *l, const struct source_rules *rules)
{
	*all = (struct conns){ .loop = l, .rules = rules };
	list_init(&all->all);
	return table_init(&all->sources, random_real(), 64);
}

void web_conns_fini(struct conns *all)
{
	LIST_EACH_SAFE (it, &all->all)
		close_conn(all, container_of(it, struct conn, node));
	table_fini(&all->sources);
}
