/* SPDX-License-Identifier: Apache-2.0 */
/* net/worker.h - The parts of one worker's sockets; for the files of net/ only. */
#ifndef NET_WORKER_H
#define NET_WORKER_H

#include "base/buf.h"
#include "base/table.h"
#include "net/socket.h"

struct udp_socket;
struct udp_batch;

struct tcp_listener {
	struct net_worker *worker;
	enum transport transport;
	struct addr addr;
	struct watch watch;
	struct timer pause; /* no descriptors or memory: accepts again later */
};

enum { NET_ROUTES_KEPT = 16 };

/* net/route.c: by the remote host. */
struct route_kept {
	struct addr remote, source;
	int64_t until_us; /* 0: none */
};

struct net_worker {
	struct net net;
	struct net_group *group;
	struct loop *loop;
	unsigned index;
	size_t listener_count;
	struct addr locals[NET_LISTENERS_MAX];
	int fds[NET_LISTENERS_MAX];
	struct udp_socket *udps[NET_LISTENERS_MAX]; /* NULL where a stream listens */
	struct udp_batch *batch;                    /* what datagrams are received into */
	struct tcp_listener *tcps[NET_LISTENERS_MAX];
	struct table conns_by_id;
	struct table conns_by_remote;
	struct table sources; /* of the connections that were accepted */
	struct list conns;    /* also those whose end is still to be told */
	size_t conn_count;
	uint64_t last_conn;
	struct list unflushed; /* connections that were given bytes in this turn */
	struct task flush;
	bool flush_deferred;
	unsigned shakes; /* steps of TLS handshakes in this turn */
	struct task shake;
	int64_t *shakers; /* net/source.c */
	char *scratch;    /* streams are read into it */
	struct route_kept routes[NET_ROUTES_KEPT];
	struct net_counters counters;
};

/* net/udp.c */
int udp_open(struct net_worker *w, const struct net_listener *l, uint16_t index);
void udp_close(struct udp_socket *u); /* not its descriptor */
int udp_send(struct udp_socket *u, const struct flow *to, struct text bytes);
void udp_batch_free(struct udp_batch *b);

/* net/tcp.c */
int tcp_open(struct net_worker *w, const struct net_listener *l, uint16_t index);
void tcp_close(struct tcp_listener *t); /* nor this */
int tcp_connect(struct net_worker *w, enum transport t, const struct addr *local,
		const struct addr *remote, const char *name, struct flow *ret);

/* net/source.c */
struct source;
int sources_init(struct net_worker *w); /* 0 or -ENOMEM */
void sources_fini(struct net_worker *w);
/* Counts one connection more: -EAGAIN when it has too many, or begins TLS too often;
 * -ENOMEM. */
int source_take(struct net_worker *w, const struct addr *remote, enum transport t,
		struct source **ret);
/* It counts, and nobody known has spoken over it yet; until list_remove. */
void source_stranger(struct source *s, struct list *stranger);
void source_give_back(struct net_worker *w, struct source *s); /* NULL: nothing */

/* net/conn.c */
struct conn;
enum { CONN_SCRATCH_SIZE = 65536 };
int conns_init(struct net_worker *w);
void conns_fini(struct net_worker *w);
struct conn_wish {
	enum transport transport;
	int fd;
	bool connecting;
	const char *name; /* net_connect_name; copied */
	struct addr local, remote;
};
/* Takes the descriptor over; on error closes it. */
int conn_new(struct net_worker *w, const struct conn_wish *wish, struct flow *ret);
int conn_send(struct net_worker *w, uint64_t id, struct text bytes);
int conn_close(struct net_worker *w, uint64_t id);
int conn_keep(struct net_worker *w, uint64_t id);
/* -ENOENT when there is no connection to that address; with a name, of TLS to it. */
int conn_find_remote(struct net_worker *w, enum transport t, const struct addr *remote,
		     const char *name, struct flow *ret);

/* net/group.c: bytes to a connection of another worker, and what to do with it then. */
enum letter_act { LETTER_SEND, LETTER_CLOSE, LETTER_KEEP };
const struct net_shared *group_shared(const struct net_group *g);
int group_join(struct net_group *g, struct net_worker *w);
void group_leave(struct net_group *g, struct net_worker *w);
int group_hand_over(struct net_group *g, const struct flow *to, struct text bytes,
		    enum letter_act act);

/* net/route.c */
/* Which of our addresses a packet to remote would leave by; what the kernel said within the
 * last second is believed. */
int route_source(struct net_worker *w, const struct addr *remote, struct addr *ret);

#endif
