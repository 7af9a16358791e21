/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/net_tests.h - The groups of this program, and a worker whose events are
 * written down. */
#ifndef NET_TESTS_H
#define NET_TESTS_H

#include "base/buf.h"
#include "net/socket.h"

int addr_tests(void);
int flow_tests(void);
int listen_tests(void);
int udp_tests(void);
int tcp_tests(void);
int tcp_limit_tests(void);
int tls_tests(void);
int tls_limit_tests(void);
int ws_head_tests(void);
int ws_tests(void);
int ws_conn_tests(void);
int group_tests(void);
int fake_net_tests(void);
int stun_tests(void);

/* One worker on real loopback sockets. Streams are lines: "...\n" is one message; a
 * line "bad\n" makes data answer -EBADMSG. */
struct side {
	struct loop *loop;
	struct net *net;
	struct net_listener listeners[4];
	unsigned messages;
	struct flow from;    /* of the last message */
	struct buf received; /* all messages, one after the other */
	bool deaf;           /* never consumes anything */
	unsigned closed;
	struct flow closed_flow;
	int reason;
};

struct listen_on {
	enum transport transport;
	const char *addr;
};

/* Ends with on[i].addr == NULL. The clock may be a fake one. */
void side_open(struct side *s, struct net_group *g, unsigned worker,
	       const struct clock *clock, const struct net_listener *listeners,
	       size_t count);
void side_open_alone(struct side *s, struct net_group **g, const struct clock *clock,
		     const struct listen_on *on);
/* With what its group has in common (NULL: nothing); side_close_alone ends it. */
void side_open_shared(struct side *s, struct net_group **g, const struct clock *clock,
		      const struct listen_on *on, const struct net_shared *shared);
void side_close(struct side *s);
void side_close_alone(struct side *s, struct net_group *g);

/* Turns the loops until the condition holds; fails the test after 5 s. */
#define WAIT_FOR(sides, count, condition)                                                \
	do {                                                                             \
		int64_t wait_began = wait_begin();                                       \
		while (!(condition))                                                     \
			wait_turn(sides, count, wait_began, #condition);                 \
	} while (0)
int64_t wait_begin(void);
void wait_turn(struct side *sides, size_t count, int64_t began, const char *what);

/* A peer: a plain blocking socket, connected to addr (5 s at most for each call). */
int peer_connect(enum transport t, const struct addr *to);
void peer_send(int fd, const char *text);
/* Reads exactly that text; fails the test otherwise. */
void peer_expect(int fd, const char *text);
void peer_expect_end(int fd);
struct addr peer_name(int fd);
bool have_ipv6(void);

#endif
