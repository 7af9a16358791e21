/* SPDX-License-Identifier: Apache-2.0 */
/* net/socket.h - Real sockets: UDP in batches, TCP listeners and connections. */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include "net/net.h"

enum {
	NET_WORKERS_MAX = 64,
	NET_LISTENERS_MAX = 16,
	NET_STREAM_BUFFER_MAX = 65536 + 8192, /* unconsumed bytes of one peer */
	NET_STREAM_QUEUE_MAX = 1 << 20,       /* unsent bytes to one peer */
	NET_CONNECTIONS_MAX = 65536,          /* per worker */
	NET_STREAM_IDLE_S = 900,              /* closed when nothing came or went */
	NET_STREAM_PARTIAL_S = 30,            /* closed when half a message lies so long */
};

/* A bound socket, ready to be handed to a worker: opened by the parent, before it drops
 * its rights. */
struct net_listener {
	enum transport transport;
	struct addr addr; /* with the port really in use */
	int fd;
};

/* Binds "workers" sockets for UDP (SO_REUSEPORT, steered so that one source stays with
 * one worker) and likewise for TCP (listen). Port 0 takes a free one, the same for all.
 * Fills ret[0..workers). 0 or negative errno (-EADDRINUSE ...); on error nothing stays
 * open. */
int net_listen(enum transport t, const struct addr *a, unsigned workers,
	       struct net_listener *ret);

/* The nets of all workers, so that each can hand bytes to the others. */
struct net_group;
struct net_group *net_group_new(unsigned workers);
void net_group_free(struct net_group *g); /* after the nets */

/* Takes over the listeners' descriptors. */
struct net *net_socket_new(struct net_group *g, unsigned worker, struct loop *l,
			   const struct net_listener *listeners, size_t count);

#endif
