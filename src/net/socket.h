/* SPDX-License-Identifier: Apache-2.0 */
/* net/socket.h - Real sockets: UDP in batches, TCP listeners and connections. */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include "net/net.h"

enum {
	NET_WORKERS_MAX = 64,
	NET_LISTENERS_MAX = 16,
	NET_NAME_SIZE = 256,                  /* of a host that a certificate is for */
	NET_STREAM_BUFFER_MAX = 65536 + 8192, /* unconsumed bytes of one peer */
	NET_STREAM_QUEUE_MAX = 1 << 20,       /* unsent bytes to one peer */
	NET_CONNECTIONS_MAX = 65536,          /* per worker */
	NET_STREAM_IDLE_S = 7500, /* nothing came or went: longer than a binding lives */
	NET_STREAM_STRANGER_S = 60,        /* likewise, before net_keep */
	NET_SOURCE_CONNECTIONS_MAX = 1000, /* accepted from one source (IPv4 address, IPv6
	                                       * /64), per worker: a carrier's NAT has many.
	                                       * Beyond, the oldest ends over which nobody
	                                       * known has spoken (net_keep) */
	NET_STREAM_PARTIAL_S = 30,         /* closed when half a message lies so long */
	NET_STREAM_OPEN_S = 10, /* given up when TCP, TLS and WebSocket do not stand */
	NET_STREAM_KEEPALIVE_S = 120, /* a silent peer is asked whether it is there */
	NET_SOURCE_SHAKES_MAX =
		1000, /* TLS begun by one source at once, per worker ... */
	NET_SOURCE_SHAKES_PER_S =
		50,              /* ... and from then on: what one can make us reckon */
	NET_STREAM_STALL_S = 30, /* closed when the peer takes nothing so long */
	NET_UDP_PAYLOAD_MAX = 65507,
	NET_UDP_QUEUE_MAX = 1 << 20, /* unsent bytes of one UDP socket */
	NET_MAILBOX_MAX = 8 << 20,   /* bytes on the way to another worker */
};

/* A bound socket, ready to be handed to a worker: opened by the parent, before it drops
 * its rights. */
struct net_listener {
	enum transport transport;
	struct addr addr; /* with the port really in use */
	int fd;
};

/* Binds "workers" sockets for UDP and likewise for TCP (listen), with SO_REUSEPORT when
 * there are several: the kernel picks one by its hash of both addresses and ports, so one
 * source stays with one worker as long as all sockets stay open. Port 0 takes a free one,
 * the same for all. IPv6 sockets are for IPv6 only. A port that any other socket uses is
 * -EADDRINUSE, even if that one allows sharing. Fills ret[0..workers). 0 or negative
 * errno; on error nothing stays open. */
int net_listen(enum transport t, const struct addr *a, unsigned workers,
	       struct net_listener *ret);

/* The nets of all workers, so that each can hand bytes to the others. */
struct net_group;
struct net_tls;
struct net_group *net_group_new(unsigned workers);
void net_group_free(struct net_group *g); /* after the nets and their loops */
unsigned net_group_workers(const struct net_group *g);

/* What the workers of a group have in common; it stays the caller's. */
struct net_shared {
	struct net_tls *tls; /* NULL: no TLS */
	/* Whose pages may open a WebSocket: "https://portal.example.ch"; the word "none"
	 * stands for clients that do not say (RFC 6455 10.2). */
	const char *const *origins;
	unsigned origin_count;
};
void net_group_share(struct net_group *g,
		     const struct net_shared *s); /* before the nets */

/* The net of one worker, made once in a group. Takes over the listeners' descriptors;
 * they stand in the same order for every worker: flow.listener is the index of one. NULL
 * when memory or descriptors are out, or a listener is for TLS and there is none; then
 * the descriptors are still the caller's. Free it (net_free) on its own thread or when its
 * loop has stopped, not from its callbacks. */
struct net *net_socket_new(struct net_group *g, unsigned worker, struct loop *l,
			   const struct net_listener *listeners, size_t count);

/* What has no owner to be told: read them from the net's own thread. */
struct net_counters {
	uint64_t udp_received;
	uint64_t udp_sent;
	uint64_t udp_failed; /* the kernel refused a queued datagram */
	uint64_t stream_accepted;
	uint64_t stream_opened;
	uint64_t
		stream_refused; /* beyond NET_CONNECTIONS_MAX or those of its source, or no
	                           * memory */
	uint64_t handed_over;   /* to another worker */
	uint64_t handover_failed; /* from another worker, to a connection that was gone */
};
const struct net_counters *net_socket_counters(const struct net *n);

#endif
