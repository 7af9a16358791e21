/* SPDX-License-Identifier: Apache-2.0 */
/* fake/net.h - A network without a wire: what is sent lies in a queue until the test
 * takes it out, what arrives is what the test puts in. Errors of use (an unknown flow,
 * a bad address) abort. With fake/alloc.h, net_send and net_connect answer -ENOMEM as the
 * real ones do; the fake's other allocations never fail. */
#ifndef FAKE_NET_H
#define FAKE_NET_H

#include "base/list.h"
#include "net/net.h"

enum { FAKE_NET_LISTENERS_MAX = 16, FAKE_NET_UDP_MAX = 65507 };

struct fake_net {
	struct net net; /* hand this in; net_free(&f->net) frees it all */
	struct loop *loop;
	uint8_t worker; /* in the flows it makes; 0 */
	int send_error; /* a negative errno: what every net_send answers; 0 */
	struct flow listeners[FAKE_NET_LISTENERS_MAX]; /* transport, local, listener */
	size_t listener_count;
	uint64_t conn_count;
	struct list conns;
	struct list refusals;
	struct list sent;
	size_t sent_count;
	char *popped;           /* what fake_net_sent gave out last */
	char connect_name[256]; /* of the last net_connect_name; "" of net_connect */
};

struct fake_net *fake_net_new(struct loop *l);
/* Where "we" are: fake_net_listen(f, TRANSPORT_UDP, "192.0.2.1:5060"). */
void fake_net_listen(struct fake_net *f, enum transport t, const char *local);

/* The UDP flow between our listener of remote's family and remote. */
struct flow fake_net_udp(struct fake_net *f, const char *remote);
/* A peer connects to our listener: a new connection. */
struct flow fake_net_accept(struct fake_net *f, enum transport t, const char *remote);

/* Bytes arrive. A stream's unconsumed bytes are kept and come again with the next. The
 * bytes are in memory of their exact size, so that the sanitizer sees every byte read
 * too far. Returns what events.data returned last. */
ptrdiff_t fake_net_inject(struct fake_net *f, const struct flow *from, struct text bytes);
/* The peer ends the connection: events.closed runs inside. */
void fake_net_close_peer(struct fake_net *f, const struct flow *flow, int reason);
bool fake_net_open(const struct fake_net *f, const struct flow *flow);
/* The connection is there, but its peer does not read: net_send answers -EAGAIN. */
void fake_net_block(struct fake_net *f, const struct flow *flow, bool blocked);
/* The next net_connect to that address over a stream fails: at once with -error, or
 * later by events.closed with error as the reason. */
void fake_net_refuse(struct fake_net *f, const char *remote, int error, bool later);

/* Takes out what was sent first; the bytes live until the next call. False: nothing. */
bool fake_net_sent(struct fake_net *f, struct flow *to, struct text *bytes);
void fake_net_forget_sent(struct fake_net *f);

#endif
