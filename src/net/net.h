/* SPDX-License-Identifier: Apache-2.0 */
/* net/net.h - One worker's view of the network. Real sockets, or a fake one in tests:
 * callers see struct net only. */
#ifndef NET_NET_H
#define NET_NET_H

#include "loop/loop.h"
#include "net/flow.h"

struct net_events {
	/* UDP: one datagram; the return value does not matter. Streams: everything that
	 * has come and was not consumed; returns how many bytes are done with (0: wait
	 * for more), or a negative errno to close the connection. The bytes may be
	 * changed in place and are gone after the call. */
	ptrdiff_t (*data)(void *arg, const struct flow *from, char *bytes, size_t len);
	/* A connection is gone; its unsent bytes with it. Once per connection, after
	 * net_close too, never inline from net_send, net_connect or net_close. reason is
	 * an errno, 0 for an orderly end. Not called by net_free. */
	void (*closed)(void *arg, const struct flow *flow, int reason);
	/* UDP: these datagrams come next, one by one and in this order; what they will need
	 * can be fetched from memory all at once. May be NULL. */
	void (*ahead)(void *arg, const struct text *datagrams, unsigned count);
};

struct net;

struct net_ops {
	/* Queues the bytes (copied). -EMSGSIZE: too long for UDP; -ENOTCONN: no such
	 * connection; -EAGAIN: the peer does not read and its queue is full. Flows of
	 * other workers are handed over and answer 0. */
	int (*send)(struct net *, const struct flow *to, struct text bytes);
	/* Finds a connection to that address or opens one; bytes may be sent at once.
	 * For UDP, picks the socket. -EAFNOSUPPORT when nothing listens in that family.
	 * name is for TLS only: the host name that the peer's certificate must be for
	 * (RFC 5922 7; a port behind it is ignored). A connection that was opened for one
	 * name is not used for another. NULL: whatever stands to that address, and a new
	 * one must be for the address. WebSockets are found, never opened. */
	int (*connect)(struct net *, enum transport, const struct addr *remote,
		       const char *name, struct flow *ret);
	void (*close)(struct net *, const struct flow *);
	void (*free)(struct net *);
	/* May be NULL, as below. */
	void (*keep)(struct net *, const struct flow *);
};

struct net {
	const struct net_ops *ops;
	struct net_events events; /* set by the owner before the first turn */
	void *arg;
};

static inline int net_send(struct net *n, const struct flow *to, struct text bytes)
{
	return n->ops->send(n, to, bytes);
}
static inline int net_connect(struct net *n, enum transport t, const struct addr *remote,
			      struct flow *ret)
{
	return n->ops->connect(n, t, remote, NULL, ret);
}
static inline int net_connect_name(struct net *n, enum transport t,
				   const struct addr *remote, const char *name,
				   struct flow *ret)
{
	return n->ops->connect(n, t, remote, name, ret);
}
static inline void net_close(struct net *n, const struct flow *f)
{
	n->ops->close(n, f);
}
/* Somebody known has spoken over it: a connection that was accepted may from now on idle
 * as long as a binding lives, not only NET_STREAM_STRANGER_S. */
static inline void net_keep(struct net *n, const struct flow *f)
{
	if (n->ops->keep)
		n->ops->keep(n, f);
}
static inline void net_free(struct net *n)
{
	if (n)
		n->ops->free(n);
}

#endif
