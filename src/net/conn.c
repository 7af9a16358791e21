/* SPDX-License-Identifier: Apache-2.0 */
/* net/conn.c - Connections: how they are found, begin and end. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/random.h"
#include "net/conn.h"

enum {
	CONN_REMOTE_KEY = 24,
	CONN_ID_SECOND_BITS = 24, /* connections a second before an id could come again */
};

static uint64_t hash_id(struct net_worker *w, uint64_t id)
{
	return table_hash(&w->conns_by_id,
			  (struct text){ (const char *)&id, sizeof(id) });
}

static uint64_t hash_remote(struct net_worker *w, enum transport t, const struct addr *a)
{
	char key[CONN_REMOTE_KEY] = { (char)a->family, (char)t };

	memcpy(key + 2, &a->port, sizeof(a->port));
	memcpy(key + 4, &a->scope, sizeof(a->scope));
	memcpy(key + 8, a->ip, sizeof(a->ip));
	return table_hash(&w->conns_by_remote, (struct text){ key, sizeof(key) });
}

static struct conn *conn_find(struct net_worker *w, uint64_t id)
{
	uint64_t hash = hash_id(w, id);

	for (struct table_node *n = table_first(&w->conns_by_id, hash); n;
	     n = table_next(n)) {
		struct conn *c = container_of(n, struct conn, by_id);

		if (c->flow.conn == id)
			return c;
	}
	return NULL;
}

/* Whose certificate was compared with another name proves nothing about this one. */
static bool serves(const struct conn *c, enum transport t, const struct addr *remote,
		   const char *name)
{
	if (c->flow.transport != t || !addr_eq(&c->flow.remote, remote))
		return false;
	return t != TRANSPORT_TLS || !name || (c->name && strcasecmp(c->name, name) == 0);
}

int conn_find_remote(struct net_worker *w, enum transport t, const struct addr *remote,
		     const char *name, struct flow *ret)
{
	struct table_node *n =
		table_first(&w->conns_by_remote, hash_remote(w, t, remote));

	for (; n; n = table_next(n)) {
		struct conn *c = container_of(n, struct conn, by_remote);

		if (serves(c, t, remote, name)) {
			*ret = c->flow;
			return 0;
		}
	}
	return -ENOENT;
}

static void conn_free(struct conn *c)
{
	source_give_back(c->worker, c->source);
	list_remove(&c->node);
	c->worker->conn_count--;
	ws_free(c->ws);
	buf_free(&c->in);
	buf_free(&c->out);
	free(c->name);
	free(c);
}

static void conn_told(struct task *t)
{
	struct conn *c = container_of(t, struct conn, told);
	struct net *n = &c->worker->net;
	struct flow flow = c->flow;
	int reason = c->reason;

	conn_free(c);
	if (n->events.closed)
		n->events.closed(n->arg, &flow, reason);
}

/* The descriptor goes at once, the owner hears of it in the next turn: whoever is above
 * on the stack may still hold the connection. */
void conn_end(struct conn *c, int reason)
{
	if (c->ended)
		return;
	c->ended = true;
	c->reason = reason;
	watch_stop(&c->watch);
	conn_tls_end(c);
	timer_stop(&c->ping);
	close(c->watch.fd);
	timer_stop(&c->idle);
	timer_stop(&c->deadline);
	table_remove(&c->worker->conns_by_id, &c->by_id);
	table_remove(&c->worker->conns_by_remote, &c->by_remote);
	list_remove(&c->unflushed);
	list_remove(&c->stranger);
	c->told.fn = conn_told;
	loop_defer(c->worker->loop, &c->told);
}

void conn_timed_out(struct timer *t)
{
	conn_end(container_of(t, struct conn, deadline), ETIMEDOUT);
}

static void conn_idle(struct timer *t)
{
	conn_end(container_of(t, struct conn, idle), 0);
}

void conn_active(struct conn *c)
{
	int idle_s = c->kept ? NET_STREAM_IDLE_S : NET_STREAM_STRANGER_S;

	timer_start(c->worker->loop, &c->idle, idle_s * 1000, conn_idle);
}

int conn_send(struct net_worker *w, uint64_t id, struct text bytes)
{
	struct conn *c = conn_find(w, id);
	int r = 0;

	if (!c)
		return -ENOTCONN;
	if (bytes.len > NET_STREAM_QUEUE_MAX - c->out.len)
		return -EAGAIN;
	if (c->ws)
		r = ws_put(c->ws, bytes);
	else
		buf_put(&c->out, bytes);
	if (c->out.error) {
		c->out.error = 0; /* what lies in it is whole */
		return -ENOMEM;
	}
	conn_flush_later(c);
	return r;
}

int conn_close(struct net_worker *w, uint64_t id)
{
	struct conn *c = conn_find(w, id);

	if (!c)
		return -ENOTCONN;
	conn_finish(c);
	return 0;
}

int conn_keep(struct net_worker *w, uint64_t id)
{
	struct conn *c = conn_find(w, id);

	if (!c)
		return -ENOTCONN;
	if (!c->kept) {
		c->kept = true;
		list_remove(&c->stranger);
		conn_active(c);
	}
	return 0;
}

void conn_opened(struct conn *c)
{
	if (c->ws && c->state != CONN_UPGRADING) {
		c->state = CONN_UPGRADING; /* in the same time */
		return;
	}
	c->state = CONN_OPEN;
	timer_stop(&c->deadline);
	conn_active(c);
}

void conn_connected(struct conn *c)
{
	int r = 0;

	if (transport_secure(c->flow.transport)) {
		c->state = CONN_SHAKING;
		r = conn_tls_begin(c);
	} else {
		conn_opened(c);
	}
	if (r < 0)
		conn_end(c, -r);
}

static struct conn *conn_alloc(struct net_worker *w, const struct conn_wish *wish)
{
	struct conn *c =
		w->conn_count < NET_CONNECTIONS_MAX ? calloc(1, sizeof(*c)) : NULL;

	if (!c)
		return NULL;
	c->worker = w;
	c->kept = wish->connecting; /* whom we call we know */
	c->watch.fd = wish->fd;
	c->watch.fn = conn_ready;
	c->name = wish->name ? strdup(wish->name) : NULL;
	if ((wish->name && !c->name) ||
	    watch_start(w->loop, &c->watch, wish->connecting ? LOOP_WRITE : LOOP_READ)) {
		free(c->name);
		free(c);
		return NULL;
	}
	list_init(&c->unflushed);
	list_init(&c->stranger);
	list_append(&w->conns, &c->node);
	w->conn_count++;
	return c;
}

static void enter(struct conn *c, const struct conn_wish *wish)
{
	struct net_worker *w = c->worker;

	c->flow = (struct flow){ .transport = (uint8_t)wish->transport,
				 .worker = (uint8_t)w->index,
				 .conn = (uint64_t)w->index << 56 | ++w->last_conn,
				 .local = wish->local,
				 .remote = wish->remote };
	table_insert(&w->conns_by_id, &c->by_id, hash_id(w, c->flow.conn));
	table_insert(&w->conns_by_remote, &c->by_remote,
		     hash_remote(w, wish->transport, &wish->remote));
}

/* One that was accepted stands already; the deadline is for what comes over it. */
static void start(struct conn *c, bool connecting)
{
	timer_start(c->worker->loop, &c->deadline, NET_STREAM_OPEN_S * 1000,
		    conn_timed_out);
	if (transport_websocket(c->flow.transport) && conn_ws_begin(c) < 0)
		conn_end(c, ENOMEM);
	else if (!connecting)
		conn_connected(c);
}

int conn_new(struct net_worker *w, const struct conn_wish *wish, struct flow *ret)
{
	struct source *source = NULL;
	int r = wish->connecting
			? 0
			: source_take(w, &wish->remote, wish->transport, &source);
	struct conn *c = r < 0 ? NULL : conn_alloc(w, wish);

	if (!c) {
		source_give_back(w, source);
		close(wish->fd);
		return r < 0 ? r : -ENOMEM;
	}
	c->source = source;
	if (source)
		source_stranger(source, &c->stranger);
	enter(c, wish);
	start(c, wish->connecting);
	*ret = c->flow;
	return 0;
}

/* Ids begin at the second of the start, so that none comes again after a restart. */
int conns_init(struct net_worker *w)
{
	uint64_t second = (uint64_t)clock_wall_s(loop_clock(w->loop)) & UINT32_MAX;

	list_init(&w->conns);
	list_init(&w->unflushed);
	w->flush.fn = conns_flush_all;
	w->last_conn = second << CONN_ID_SECOND_BITS;
	w->scratch = malloc(CONN_SCRATCH_SIZE);
	if (!w->scratch)
		return -ENOMEM;
	if (table_init(&w->conns_by_id, random_real(), 0) < 0 ||
	    table_init(&w->conns_by_remote, random_real(), 0) < 0 || sources_init(w) < 0)
		return -ENOMEM;
	return 0;
}

void conns_fini(struct net_worker *w)
{
	if (w->flush_deferred)
		loop_cancel(w->loop, &w->flush);
	loop_cancel(w->loop, &w->shake);
	LIST_EACH_SAFE (node, &w->conns) {
		struct conn *c = container_of(node, struct conn, node);

		conn_end(c, 0);
		loop_cancel(w->loop, &c->told);
		conn_free(c);
	}
	table_fini(&w->conns_by_id);
	table_fini(&w->conns_by_remote);
	sources_fini(w);
	free(w->scratch);
}
