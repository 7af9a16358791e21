/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/side.c - A worker whose events are written down, and its plain peers. */

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "fake/check.h"
#include "net_tests.h"

enum { DEADLINE_S = 5 };

static ptrdiff_t take(struct side *s, const struct flow *from, struct text message)
{
	s->messages++;
	s->from = *from;
	buf_put(&s->received, message);
	return (ptrdiff_t)message.len;
}

static ptrdiff_t side_data(void *arg, const struct flow *from, char *bytes, size_t len)
{
	struct text in = { bytes, len };
	struct side *s = arg;
	ptrdiff_t end = text_find(in, '\n');

	if (s->deaf)
		return 0;
	if (from->transport == TRANSPORT_UDP)
		return take(s, from, in);
	if (end < 0)
		return 0;
	if (text_starts(in, TEXT("bad\n")))
		return -EBADMSG;
	return take(s, from, text_sub(in, 0, (size_t)end + 1));
}

static void side_closed(void *arg, const struct flow *flow, int reason)
{
	struct side *s = arg;

	s->closed++;
	s->closed_flow = *flow;
	s->reason = reason;
}

void side_open(struct side *s, struct net_group *g, unsigned worker,
	       const struct clock *clock, const struct net_listener *listeners,
	       size_t count)
{
	*s = (struct side){ .loop = loop_new(clock) };
	s->net = net_socket_new(g, worker, s->loop, listeners, count);
	assert_non_null(s->net);
	memcpy(s->listeners, listeners, count * sizeof(*listeners));
	s->net->events = (struct net_events){ side_data, side_closed };
	s->net->arg = s;
}

void side_open_alone(struct side *s, struct net_group **g, const struct clock *clock,
		     const struct listen_on *on)
{
	side_open_shared(s, g, clock, on, NULL);
}

void side_open_shared(struct side *s, struct net_group **g, const struct clock *clock,
		      const struct listen_on *on, const struct net_shared *shared)
{
	struct net_listener listeners[4];
	size_t count = 0;

	for (; on[count].addr; count++) {
		struct addr a;

		assert_int_equal(addr_decode(text_of(on[count].addr), 0, &a), 0);
		assert_int_equal(
			net_listen(on[count].transport, &a, 1, &listeners[count]), 0);
	}
	*g = net_group_new(1);
	if (shared)
		net_group_share(*g, shared);
	side_open(s, *g, 0, clock, listeners, count);
}

void side_close(struct side *s)
{
	net_free(s->net);
	loop_free(s->loop);
	buf_free(&s->received);
}

void side_close_alone(struct side *s, struct net_group *g)
{
	side_close(s);
	net_group_free(g);
}

int64_t wait_begin(void)
{
	return clock_mono_us(clock_real());
}

void wait_turn(struct side *sides, size_t count, int64_t began, const char *what)
{
	unsigned ran = 0;

	for (size_t i = 0; i < count; i++)
		ran += loop_turn(sides[i].loop);
	if (clock_mono_us(clock_real()) - began > DEADLINE_S * 1000000)
		fail_msg("did not happen: %s", what);
	if (!ran)
		poll(NULL, 0, 1);
}

int peer_connect(enum transport t, const struct addr *to)
{
	int fd = socket(to->family, t == TRANSPORT_UDP ? SOCK_DGRAM : SOCK_STREAM, 0);
	struct timeval limit = { .tv_sec = DEADLINE_S };
	int one = 1;
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(to, &ss);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (t != TRANSPORT_UDP) /* what is sent comes with the next turn */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	assert_int_equal(connect(fd, (struct sockaddr *)&ss, len), 0);
	return fd;
}

void peer_send(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

void peer_expect(int fd, const char *text)
{
	size_t want = strlen(text), got = 0;
	char in[256];

	assert_true(want < sizeof(in));
	while (got < want) {
		ssize_t n = recv(fd, in + got, want - got, 0);

		if (n <= 0)
			fail_msg("the peer got %zu of %zu bytes", got, want);
		got += (size_t)n;
	}
	assert_memory_equal(in, text, want);
}

void peer_expect_end(int fd)
{
	char c;

	assert_int_equal(recv(fd, &c, 1, 0), 0);
}

struct addr peer_name(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct addr a;

	getsockname(fd, (struct sockaddr *)&ss, &len);
	addr_from_sockaddr(&a, &ss);
	return a;
}

bool have_ipv6(void)
{
	struct net_listener l;
	struct addr a;

	addr_decode(TEXT("::1"), 0, &a);
	if (net_listen(TRANSPORT_UDP, &a, 1, &l) < 0) {
		print_message("skipped: no IPv6 on the loopback interface\n");
		return false;
	}
	close(l.fd);
	return true;
}
