/* SPDX-License-Identifier: Apache-2.0 */
/* net/socket.c - One worker's network on real sockets. */

#include "net/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/worker.h"

static struct net_worker *worker_of(struct net *n)
{
	return container_of(n, struct net_worker, net);
}

/* Every worker has a socket with the same address, so a datagram may leave by any. */
static int worker_send(struct net *n, const struct flow *to, struct text bytes)
{
	struct net_worker *w = worker_of(n);
	int r;

	if (to->transport == TRANSPORT_UDP) {
		if (to->listener >= w->listener_count || !w->udps[to->listener])
			return -ENOTCONN;
		return udp_send(w->udps[to->listener], to, bytes);
	}
	if (to->worker == w->index)
		return conn_send(w, to->conn, bytes);
	r = group_hand_over(w->group, to, bytes, LETTER_SEND);
	w->counters.handed_over += r == 0;
	return r;
}

static bool listens(const struct net_worker *w, size_t i, enum transport t,
		    uint8_t family)
{
	return w->locals[i].family == family &&
	       (t == TRANSPORT_UDP ? w->udps[i] != NULL
				   : w->tcps[i] && w->tcps[i]->transport == t);
}

/* How well the listener suits what leaves by source (NULL: no route known). */
static int suits(const struct net_worker *w, size_t i, const struct addr *source)
{
	if (source && addr_eq_host(&w->locals[i], source))
		return 3;
	return addr_is_any(&w->locals[i]) ? 2 : 1;
}

/* The listener to leave by: the one on the address that the route takes, else one on
 * the wildcard, else any of that family. -EAFNOSUPPORT when there is none. */
static int pick(const struct net_worker *w, enum transport t, uint8_t family,
		const struct addr *source)
{
	int best = -EAFNOSUPPORT;

	for (size_t i = 0; i < w->listener_count; i++) {
		if (listens(w, i, t, family) &&
		    (best < 0 || suits(w, i, source) > suits(w, (size_t)best, source)))
			best = (int)i;
	}
	return best;
}

/* A wildcard's local address is the route's; a stream's kernel finds it by itself. */
static int pick_local(struct net_worker *w, enum transport t, const struct addr *remote,
		      struct addr *local)
{
	struct addr source;
	int r = route_source(w, remote, &source);
	int i = pick(w, t, remote->family, r == 0 ? &source : NULL);

	if (i < 0)
		return i;
	*local = w->locals[i];
	if (!addr_is_any(local))
		return i;
	if (r < 0)
		return r;
	if (t == TRANSPORT_UDP) {
		source.port = local->port;
		*local = source;
	}
	return i;
}

static int worker_connect(struct net *n, enum transport t, const struct addr *remote,
			  const char *name, struct flow *ret)
{
	struct net_worker *w = worker_of(n);
	struct addr local;
	int listener;

	if (transport_reliable(t) && conn_find_remote(w, t, remote, name, ret) == 0)
		return 0;
	if (transport_websocket((uint8_t)t))
		return -EPROTONOSUPPORT; /* browsers come, nobody can go to them */
	listener = pick_local(w, t, remote, &local);
	if (listener == -EAFNOSUPPORT && t == TRANSPORT_TLS)
		listener = pick_local(w, TRANSPORT_TCP, remote, &local);
	if (listener < 0)
		return listener;
	if (transport_reliable(t))
		return tcp_connect(w, t, &local, remote, name, ret);
	*ret = (struct flow){ .transport = TRANSPORT_UDP,
			      .worker = (uint8_t)w->index,
			      .listener = (uint16_t)listener,
			      .local = local,
			      .remote = *remote };
	return 0;
}

static void worker_close(struct net *n, const struct flow *f)
{
	struct net_worker *w = worker_of(n);

	if (!transport_reliable(f->transport))
		return;
	if (f->worker == w->index)
		conn_close(w, f->conn);
	else
		group_hand_over(w->group, f, TEXT_NONE, LETTER_CLOSE);
}

static void worker_keep(struct net *n, const struct flow *f)
{
	struct net_worker *w = worker_of(n);

	if (!transport_reliable(f->transport))
		return;
	if (f->worker == w->index)
		conn_keep(w, f->conn);
	else
		group_hand_over(w->group, f, TEXT_NONE, LETTER_KEEP);
}

/* Closes what belongs to the worker, but not the listeners' descriptors. */
static void worker_fini(struct net_worker *w)
{
	group_leave(w->group, w);
	for (size_t i = 0; i < NET_LISTENERS_MAX; i++) {
		udp_close(w->udps[i]);
		tcp_close(w->tcps[i]);
	}
	udp_batch_free(w->batch);
	conns_fini(w);
	free(w);
}

static void worker_free(struct net *n)
{
	struct net_worker *w = worker_of(n);
	int fds[NET_LISTENERS_MAX];
	size_t count = w->listener_count;

	for (size_t i = 0; i < count; i++)
		fds[i] = w->fds[i];
	worker_fini(w);
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
}

static int open_listener(struct net_worker *w, const struct net_listener *l)
{
	uint16_t index = (uint16_t)w->listener_count;
	bool tls = transport_secure((uint8_t)l->transport);
	int r = -EPROTONOSUPPORT;

	if (l->transport == TRANSPORT_UDP)
		r = udp_open(w, l, index);
	else if (!tls || group_shared(w->group)->tls)
		r = tcp_open(w, l, index);
	if (r < 0)
		return r;
	w->locals[index] = l->addr;
	w->fds[index] = l->fd;
	w->listener_count++;
	return 0;
}

struct net *net_socket_new(struct net_group *g, unsigned worker, struct loop *l,
			   const struct net_listener *listeners, size_t count)
{
	static const struct net_ops ops = { .send = worker_send,
					    .connect = worker_connect,
					    .close = worker_close,
					    .keep = worker_keep,
					    .free = worker_free };
	bool fits = count <= NET_LISTENERS_MAX && worker < net_group_workers(g);
	struct net_worker *w = fits ? calloc(1, sizeof(*w)) : NULL;
	int r;

	if (!w)
		return NULL;
	w->net.ops = &ops;
	w->group = g;
	w->loop = l;
	w->index = worker;
	r = conns_init(w);
	for (size_t i = 0; i < count && r == 0; i++)
		r = open_listener(w, &listeners[i]);
	if (r == 0)
		r = group_join(g, w);
	if (r < 0) {
		worker_fini(w);
		return NULL;
	}
	return &w->net;
}

const struct net_counters *net_socket_counters(const struct net *n)
{
	return &container_of(n, const struct net_worker, net)->counters;
}
