/* SPDX-License-Identifier: Apache-2.0 */
/* fake/net.c - A network without a wire. */

#include "fake/net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "fake/alloc.h"

struct conn {
	struct list node;
	struct fake_net *net;
	struct flow flow;
	struct buf in;
	struct task closing;
	int reason;
	bool dead; /* events.closed is on its way */
	bool blocked;
};

struct refusal {
	struct list node;
	struct addr remote;
	int error;
	bool later;
};

struct sent {
	struct list node;
	struct flow to;
	size_t len;
	char *bytes;
};

static void *must(void *p, const char *what)
{
	if (!p) {
		fprintf(stderr, "fake_net: %s\n", what);
		abort();
	}
	return p;
}

static void *must_alloc(size_t size)
{
	void *p;

	fail_alloc_hold(true);
	p = calloc(1, size);
	fail_alloc_hold(false);
	return must(p, "no memory");
}

/* In memory of exactly that size. */
static char *must_copy(struct text bytes)
{
	char *p = must_alloc(bytes.len ? bytes.len : 1);

	if (bytes.len)
		memcpy(p, bytes.p, bytes.len);
	return p;
}

static struct addr address(const char *text)
{
	struct addr a;

	must(addr_decode(text_of(text), 5060, &a) == 0 ? &a : NULL, "not an address");
	return a;
}

static struct flow *listener_find(struct fake_net *f, enum transport t, uint8_t family)
{
	for (size_t i = 0; i < f->listener_count; i++) {
		struct flow *l = &f->listeners[i];

		if (l->transport == t && l->local.family == family)
			return l;
	}
	return NULL;
}

static struct conn *conn_find(const struct fake_net *f, uint64_t id)
{
	LIST_EACH (node, &f->conns) {
		struct conn *c = container_of(node, struct conn, node);

		if (c->flow.conn == id && !c->dead)
			return c;
	}
	return NULL;
}

static struct conn *conn_to(const struct fake_net *f, enum transport t,
			    const struct addr *a)
{
	LIST_EACH (node, &f->conns) {
		struct conn *c = container_of(node, struct conn, node);

		if (c->flow.transport == t && addr_eq(&c->flow.remote, a) && !c->dead)
			return c;
	}
	return NULL;
}

static struct conn *conn_new(struct fake_net *f, enum transport t,
			     const struct addr *local, const struct addr *remote)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->net = f;
	c->flow = (struct flow){ .transport = (uint8_t)t,
				 .worker = f->worker,
				 .conn = (uint64_t)f->worker << 56 | ++f->conn_count,
				 .local = *local,
				 .remote = *remote };
	list_append(&f->conns, &c->node);
	return c;
}

static void conn_free(struct conn *c)
{
	list_remove(&c->node);
	buf_free(&c->in);
	free(c);
}

static void conn_closed(struct task *t)
{
	struct conn *c = container_of(t, struct conn, closing);
	struct net *n = &c->net->net;
	struct flow flow = c->flow;
	int reason = c->reason;

	conn_free(c);
	if (n->events.closed)
		n->events.closed(n->arg, &flow, reason);
}

static void conn_close_later(struct conn *c, int reason)
{
	c->dead = true;
	c->reason = reason;
	c->closing.fn = conn_closed;
	loop_defer(c->net->loop, &c->closing);
}

static int record(struct fake_net *f, const struct flow *to, struct text bytes)
{
	struct sent *s = malloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	*s = (struct sent){ .to = *to, .len = bytes.len, .bytes = must_copy(bytes) };
	list_append(&f->sent, &s->node);
	f->sent_count++;
	return 0;
}

static int fake_send(struct net *n, const struct flow *to, struct text bytes)
{
	struct fake_net *f = container_of(n, struct fake_net, net);
	struct conn *c;

	if (f->send_error)
		return f->send_error;
	if (to->transport == TRANSPORT_UDP && bytes.len > FAKE_NET_UDP_MAX)
		return -EMSGSIZE;
	if (transport_reliable(to->transport) && to->worker == f->worker) {
		c = conn_find(f, to->conn);
		if (!c)
			return -ENOTCONN;
		if (c->blocked)
			return -EAGAIN;
	}
	return record(f, to, bytes);
}

static struct refusal *refusal_find(struct fake_net *f, const struct addr *remote)
{
	LIST_EACH (node, &f->refusals) {
		struct refusal *r = container_of(node, struct refusal, node);

		if (addr_eq(&r->remote, remote))
			return r;
	}
	return NULL;
}

static int connect_stream(struct fake_net *f, enum transport t, const struct addr *local,
			  const struct addr *remote, struct flow *ret)
{
	struct refusal *refused = refusal_find(f, remote);
	struct conn *c = conn_to(f, t, remote);
	bool later = !refused || refused->later;
	int error = refused ? refused->error : 0;

	if (refused) {
		list_remove(&refused->node);
		free(refused);
	}
	if (!later)
		return -error;
	if (!c || error)
		c = conn_new(f, t, local, remote);
	if (!c)
		return -ENOMEM;
	*ret = c->flow;
	if (error)
		conn_close_later(c, error);
	return 0;
}

static int fake_connect(struct net *n, enum transport t, const struct addr *remote,
			const char *name, struct flow *ret)
{
	struct fake_net *f = container_of(n, struct fake_net, net);
	struct flow *l = listener_find(f, t, remote->family);

	if (!l)
		return -EAFNOSUPPORT;
	snprintf(f->connect_name, sizeof(f->connect_name), "%s", name ? name : "");
	if (transport_reliable(t))
		return connect_stream(f, t, &l->local, remote, ret);
	*ret = *l;
	ret->remote = *remote;
	return 0;
}

static void fake_close(struct net *n, const struct flow *flow)
{
	struct fake_net *f = container_of(n, struct fake_net, net);
	struct conn *c = flow->conn ? conn_find(f, flow->conn) : NULL;

	if (c)
		conn_close_later(c, 0);
}

static void fake_free(struct net *n)
{
	struct fake_net *f = container_of(n, struct fake_net, net);

	LIST_EACH_SAFE (node, &f->conns) {
		struct conn *c = container_of(node, struct conn, node);

		if (c->dead)
			loop_cancel(f->loop, &c->closing);
		conn_free(c);
	}
	LIST_EACH_SAFE (refused, &f->refusals)
		free(container_of(refused, struct refusal, node));
	fake_net_forget_sent(f);
	free(f);
}

struct fake_net *fake_net_new(struct loop *l)
{
	static const struct net_ops ops = { fake_send, fake_connect, fake_close,
					    fake_free };
	struct fake_net *f = must_alloc(sizeof(*f));

	f->net.ops = &ops;
	f->loop = l;
	list_init(&f->conns);
	list_init(&f->refusals);
	list_init(&f->sent);
	return f;
}

void fake_net_listen(struct fake_net *f, enum transport t, const char *local)
{
	must(f->listener_count < FAKE_NET_LISTENERS_MAX ? f : NULL, "too many listeners");
	f->listeners[f->listener_count] = (struct flow){
		.transport = (uint8_t)t,
		.worker = f->worker,
		.listener = t == TRANSPORT_UDP ? (uint16_t)f->listener_count : 0,
		.local = address(local),
	};
	f->listener_count++;
}

struct flow fake_net_udp(struct fake_net *f, const char *remote)
{
	struct addr a = address(remote);
	struct flow flow = *(struct flow *)must(listener_find(f, TRANSPORT_UDP, a.family),
						"no UDP listener of that family");

	flow.remote = a;
	return flow;
}

struct flow fake_net_accept(struct fake_net *f, enum transport t, const char *remote)
{
	struct addr a = address(remote);
	struct flow *l =
		must(listener_find(f, t, a.family), "no listener of that family");
	struct conn *c;

	fail_alloc_hold(true);
	c = must(conn_new(f, t, &l->local, &a), "no memory");
	fail_alloc_hold(false);
	return c->flow;
}

static ptrdiff_t inject_datagram(struct fake_net *f, const struct flow *from,
				 struct text bytes)
{
	char *copy = must_copy(bytes);
	ptrdiff_t r;

	r = f->net.events.data(f->net.arg, from, copy, bytes.len);
	free(copy);
	return r;
}

/* As a real connection does: offers what lies there until nothing is taken. */
static ptrdiff_t inject_stream(struct fake_net *f, struct conn *c, struct text bytes)
{
	uint64_t id = c->flow.conn;
	ptrdiff_t r = 0;

	fail_alloc_hold(true);
	buf_put(&c->in, bytes);
	fail_alloc_hold(false);
	while (c->in.len) {
		struct flow from = c->flow;
		size_t len = c->in.len;
		char *exact = must_copy(buf_text(&c->in));

		r = f->net.events.data(f->net.arg, &from, exact, len);
		c = conn_find(f, id);
		if (c && r < 0) {
			conn_close_later(c, (int)-r);
		} else if (c) {
			memcpy(c->in.p, exact, len); /* it may have changed them */
			buf_consume(&c->in, (size_t)r);
		}
		free(exact);
		if (!c || r <= 0)
			break;
	}
	return r;
}

ptrdiff_t fake_net_inject(struct fake_net *f, const struct flow *from, struct text bytes)
{
	if (from->transport == TRANSPORT_UDP)
		return inject_datagram(f, from, bytes);
	return inject_stream(f, must(conn_find(f, from->conn), "no such connection"),
			     bytes);
}

void fake_net_close_peer(struct fake_net *f, const struct flow *flow, int reason)
{
	struct conn *c = must(conn_find(f, flow->conn), "no such connection");

	c->reason = reason;
	conn_closed(&c->closing);
}

bool fake_net_open(const struct fake_net *f, const struct flow *flow)
{
	return conn_find(f, flow->conn) != NULL;
}

void fake_net_block(struct fake_net *f, const struct flow *flow, bool blocked)
{
	struct conn *c = must(conn_find(f, flow->conn), "no such connection");

	c->blocked = blocked;
}

void fake_net_refuse(struct fake_net *f, const char *remote, int error, bool later)
{
	struct refusal *r = must_alloc(sizeof(*r));

	*r = (struct refusal){ .remote = address(remote),
			       .error = error,
			       .later = later };
	list_append(&f->refusals, &r->node);
}

bool fake_net_sent(struct fake_net *f, struct flow *to, struct text *bytes)
{
	struct list *first = list_first(&f->sent);
	struct sent *s;

	free(f->popped);
	f->popped = NULL;
	if (!first)
		return false;
	s = container_of(first, struct sent, node);
	if (to)
		*to = s->to;
	f->popped = s->bytes;
	*bytes = (struct text){ s->bytes, s->len };
	list_remove(&s->node);
	f->sent_count--;
	free(s);
	return true;
}

void fake_net_forget_sent(struct fake_net *f)
{
	struct text bytes;

	while (fake_net_sent(f, NULL, &bytes))
		;
}
