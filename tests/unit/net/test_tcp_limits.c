/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_tcp_limits.c - src/net/tcp.c and conn.c: every limit of socket.h that
 * holds for one connection, on real sockets and virtual time */

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fake/alloc.h"
#include "fake/check.h"
#include "fake/clock.h"
#include "net_tests.h"

static const struct listen_on loopback[] = { { TRANSPORT_TCP, "127.0.0.1:0" }, { 0 } };

static void turns(struct side *s)
{
	for (int i = 0; i < 5; i++)
		loop_turn(s->loop);
}

static void pass(struct side *s, struct fake_clock *c, int seconds)
{
	fake_clock_advance_us(c, seconds * INT64_C(1000000));
	turns(s);
}

static int open_peer(struct side *s, struct net_group **g, struct fake_clock *c)
{
	int fd;

	fake_clock_init(c);
	side_open_alone(s, g, &c->clock, loopback);
	fd = peer_connect(TRANSPORT_TCP, &s->listeners[0].addr);
	peer_send(fd, "x\n");
	WAIT_FOR(s, 1, s->messages == 1);
	return fd;
}

static void an_idle_connection_ends(void **state)
{
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int fd = open_peer(&s, &g, &c);

	net_keep(s.net, &s.from);
	pass(&s, &c, NET_STREAM_IDLE_S - 1);
	peer_send(fd, "y\n"); /* coming counts */
	WAIT_FOR(&s, 1, s.messages == 2);
	pass(&s, &c, NET_STREAM_IDLE_S - 1);
	assert_int_equal(net_send(s.net, &s.from, TEXT("z")), 0); /* and going */
	turns(&s);
	pass(&s, &c, NET_STREAM_IDLE_S - 1);
	assert_int_equal(s.closed, 0);
	pass(&s, &c, 2);
	assert_int_equal(s.closed, 1);
	assert_int_equal(s.reason, 0);
	peer_expect(fd, "z");
	peer_expect_end(fd);
	close(fd);
	side_close_alone(&s, g);
}

/* Until somebody known has spoken over it. */
static void a_strangers_idle_connection_ends_soon(void **state)
{
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int fd = open_peer(&s, &g, &c);

	pass(&s, &c, NET_STREAM_STRANGER_S - 1);
	assert_int_equal(s.closed, 0);
	pass(&s, &c, 2);
	assert_int_equal(s.closed, 1);
	peer_expect_end(fd);
	close(fd);
	side_close_alone(&s, g);
}

/* A stranger makes room for the next; those over which somebody known has spoken stay. */
static void one_source_has_so_many_connections(void **state)
{
	enum { STRANGER = 7 };
	static int fds[NET_SOURCE_CONNECTIONS_MAX];
	struct rlimit files = { 4096, 4096 };
	const struct net_counters *n;
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int more, late;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	fake_clock_init(&c);
	side_open_alone(&s, &g, &c.clock, loopback);
	n = net_socket_counters(s.net);
	for (unsigned i = 0; i < NET_SOURCE_CONNECTIONS_MAX; i++) {
		fds[i] = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
		peer_send(fds[i], "x\n");
		WAIT_FOR(&s, 1, s.messages == i + 1);
		if (i != STRANGER)
			net_keep(s.net, &s.from);
	}
	more = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
	WAIT_FOR(&s, 1, s.closed == 1);
	assert_int_equal(s.reason, EBUSY);
	peer_expect_end(fds[STRANGER]);
	assert_int_equal(n->stream_accepted, NET_SOURCE_CONNECTIONS_MAX + 1);

	peer_send(more, "x\n");
	WAIT_FOR(&s, 1, s.messages == NET_SOURCE_CONNECTIONS_MAX + 1);
	net_keep(s.net, &s.from);
	late = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
	WAIT_FOR(&s, 1, n->stream_refused == 1);
	peer_expect_end(late);
	close(late);
	close(fds[0]); /* which makes room for one */
	WAIT_FOR(&s, 1, s.closed == 2);
	late = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
	WAIT_FOR(&s, 1, n->stream_accepted == NET_SOURCE_CONNECTIONS_MAX + 2);
	close(late);
	close(more);
	for (unsigned i = 1; i < NET_SOURCE_CONNECTIONS_MAX; i++)
		close(fds[i]);
	side_close_alone(&s, g);
}

/* One byte now and then does not keep half a message alive. */
static void half_a_message_ends_the_connection(void **state)
{
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int fd = open_peer(&s, &g, &c);

	peer_send(fd, "a");
	turns(&s);
	for (int i = 0; i < 2; i++) {
		pass(&s, &c, NET_STREAM_PARTIAL_S / 2 - 1);
		peer_send(fd, "a");
		turns(&s);
	}
	assert_int_equal(s.closed, 0);
	pass(&s, &c, 3);
	assert_int_equal(s.closed, 1);
	assert_int_equal(s.reason, ETIMEDOUT);
	close(fd);
	side_close_alone(&s, g);
}

static void a_whole_message_stops_that_timer(void **state)
{
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int fd = open_peer(&s, &g, &c);

	for (unsigned i = 0; i < 4; i++) { /* always half of the next one lies there */
		peer_send(fd, "a\nb");
		WAIT_FOR(&s, 1, s.messages == 2 + i);
		pass(&s, &c, NET_STREAM_PARTIAL_S - 1);
	}
	peer_send(fd, "\n");
	WAIT_FOR(&s, 1, s.messages == 6);
	pass(&s, &c, NET_STREAM_PARTIAL_S + 1);
	assert_int_equal(s.closed, 0);
	close(fd);
	side_close_alone(&s, g);
}

static void unconsumed_bytes_have_a_limit(void **state)
{
	char piece[1024];
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int fd = open_peer(&s, &g, &c);

	s.deaf = true;
	memset(piece, 'a', sizeof(piece));
	for (size_t sent = 0; sent + sizeof(piece) < NET_STREAM_BUFFER_MAX;
	     sent += sizeof(piece)) {
		assert_int_equal(send(fd, piece, sizeof(piece), MSG_NOSIGNAL),
				 sizeof(piece));
		turns(&s);
	}
	assert_int_equal(s.closed, 0);
	while (send(fd, piece, sizeof(piece), MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
		turns(&s);
	WAIT_FOR(&s, 1, s.closed == 1);
	assert_int_equal(s.reason, EMSGSIZE);
	close(fd);
	side_close_alone(&s, g);
}

static void a_message_as_big_as_the_buffer_passes(void **state)
{
	size_t len = NET_STREAM_BUFFER_MAX - 1, sent = 0;
	char *message = malloc(len);
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int fd = open_peer(&s, &g, &c);

	memset(message, 'm', len);
	message[len - 1] = '\n';
	while (sent < len) {
		ssize_t n =
			send(fd, message + sent, len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			sent += (size_t)n;
		turns(&s);
	}
	WAIT_FOR(&s, 1, s.messages == 2);
	assert_int_equal(s.received.len, 2 + len);
	assert_memory_equal(s.received.p + 2, message, len);
	free(message);
	close(fd);
	side_close_alone(&s, g);
}

/* A peer that does not read gets what the queue holds, then -EAGAIN; when it reads, all
 * of it arrives, in order. */
static void unsent_bytes_have_a_limit(void **state)
{
	static char piece[4096], in[65536];
	size_t accepted = 0, got = 0;
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int r, fd = open_peer(&s, &g, &c);

	for (;;) {
		for (size_t i = 0; i < sizeof(piece); i++)
			piece[i] = (char)((accepted + i) % 251);
		r = net_send(s.net, &s.from, (struct text){ piece, sizeof(piece) });
		if (r < 0)
			break;
		accepted += sizeof(piece);
		loop_turn(s.loop);
	}
	assert_int_equal(r, -EAGAIN);
	assert_true(accepted > NET_STREAM_QUEUE_MAX - sizeof(piece));
	while (got < accepted) {
		ssize_t n = recv(fd, in, sizeof(in), MSG_DONTWAIT);

		for (ssize_t i = 0; i < n; i++)
			assert_int_equal((unsigned char)in[i], (got + (size_t)i) % 251);
		got += n > 0 ? (size_t)n : 0;
		loop_turn(s.loop);
	}
	assert_int_equal(net_send(s.net, &s.from, TEXT("end")), 0);
	turns(&s);
	peer_expect(fd, "end");
	close(fd);
	side_close_alone(&s, g);
}

/* The kernel of a listener whose queue is full does not answer. */
static void connecting_has_a_limit(void **state)
{
	enum { FILL = 4 };
	struct sockaddr_storage ss;
	struct addr a, name;
	struct fake_clock c;
	struct net_group *g;
	int full, fds[FILL];
	socklen_t len;
	struct flow f;
	struct side s;

	addr_decode(TEXT("127.0.0.1:0"), 0, &a);
	len = addr_to_sockaddr(&a, &ss);
	full = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(full, (struct sockaddr *)&ss, len), 0);
	assert_int_equal(listen(full, 0), 0);
	name = peer_name(full);
	len = addr_to_sockaddr(&name, &ss);
	for (int i = 0; i < FILL; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(fds[i], (struct sockaddr *)&ss, len);
	}
	fake_clock_init(&c);
	side_open_alone(&s, &g, &c.clock, loopback);
	assert_int_equal(net_connect(s.net, TRANSPORT_TCP, &name, &f), 0);
	pass(&s, &c, NET_STREAM_OPEN_S - 1);
	assert_int_equal(s.closed, 0);
	pass(&s, &c, 2);
	assert_int_equal(s.closed, 1);
	assert_int_equal(s.reason, ETIMEDOUT);
	for (int i = 0; i < FILL; i++)
		close(fds[i]);
	close(full);
	side_close_alone(&s, g);
}

/* Without descriptors it neither spins nor forgets: it accepts again later. */
static void waits_for_descriptors(void **state)
{
	struct rlimit before, none;
	struct fake_clock c;
	struct net_group *g;
	struct side s;
	int first = open_peer(&s, &g, &c), fd;

	fd = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
	peer_send(fd, "later\n");
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = (rlim_t)fd + 1; /* all below are taken */
	setrlimit(RLIMIT_NOFILE, &none);
	while (net_socket_counters(s.net)->stream_refused == 0)
		loop_turn(s.loop);
	for (int i = 0; i < 50; i++)
		loop_turn(s.loop);
	assert_int_equal(net_socket_counters(s.net)->stream_refused, 1);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_int_equal(s.messages, 1);
	pass(&s, &c, 1);
	WAIT_FOR(&s, 1, s.messages == 2);
	close(first);
	close(fd);
	side_close_alone(&s, g);
}

/* Whichever allocation fails, the worker goes on and tells what it must. */
static void memory_runs_out(void **state)
{
	for (unsigned n = 1;; n++) {
		struct fake_clock c;
		struct net_group *g;
		struct side s;
		bool failed;
		int fd;

		fake_clock_init(&c);
		side_open_alone(&s, &g, &c.clock, loopback);
		fd = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
		peer_send(fd, "a"); /* half a message is kept */
		fail_alloc_nth(n);
		turns(&s);
		failed = fail_alloc_off();
		if (!failed) {
			assert_true(n > 2);
			peer_send(fd, "\n");
			WAIT_FOR(&s, 1, s.messages == 1);
			fail_alloc_nth(1);
			assert_int_equal(net_send(s.net, &s.from, TEXT("x")), -ENOMEM);
			assert_true(fail_alloc_off());
			assert_int_equal(net_send(s.net, &s.from, TEXT("y")), 0);
			turns(&s);
			peer_expect(fd, "y");
		} else if (net_socket_counters(s.net)->stream_accepted) {
			assert_int_equal(s.closed, 1);
			assert_int_equal(s.reason, ENOMEM);
		} else {
			assert_int_equal(net_socket_counters(s.net)->stream_refused, 1);
		}
		close(fd);
		side_close_alone(&s, g);
		if (!failed)
			return;
	}
}

static void construction_without_memory(void **state)
{
	struct net_group *g = net_group_new(1);
	struct loop *l = loop_new(clock_real());
	struct net_listener listeners[2];
	struct addr a;

	addr_decode(TEXT("127.0.0.1:0"), 0, &a);
	assert_int_equal(net_listen(TRANSPORT_UDP, &a, 1, &listeners[0]), 0);
	assert_int_equal(net_listen(TRANSPORT_TCP, &a, 1, &listeners[1]), 0);
	for (unsigned n = 1;; n++) {
		struct net *net;

		fail_alloc_nth(n);
		net = net_socket_new(g, 0, l, listeners, 2);
		if (!fail_alloc_off()) {
			assert_non_null(net);
			net_free(net);
			break;
		}
		assert_null(net);
	}
	fail_alloc_nth(1);
	assert_null(net_group_new(2));
	assert_true(fail_alloc_off());
	assert_null(net_group_new(0));
	assert_null(net_group_new(NET_WORKERS_MAX + 1));
	listeners[0].transport = TRANSPORT_TLS;
	assert_null(net_socket_new(g, 0, l, listeners, 1));
	assert_null(net_socket_new(g, 1, l, listeners, 0));
	loop_free(l);
	net_group_free(g);
	net_group_free(NULL);
	net_free(NULL);
}

int tcp_limit_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_idle_connection_ends),
		cmocka_unit_test(a_strangers_idle_connection_ends_soon),
		cmocka_unit_test(one_source_has_so_many_connections),
		cmocka_unit_test(half_a_message_ends_the_connection),
		cmocka_unit_test(a_whole_message_stops_that_timer),
		cmocka_unit_test(unconsumed_bytes_have_a_limit),
		cmocka_unit_test(a_message_as_big_as_the_buffer_passes),
		cmocka_unit_test(unsent_bytes_have_a_limit),
		cmocka_unit_test(connecting_has_a_limit),
		cmocka_unit_test(waits_for_descriptors),
		cmocka_unit_test(memory_runs_out),
		cmocka_unit_test(construction_without_memory),
	};

	return cmocka_run_group_tests_name("net/tcp limits", tests, NULL, NULL);
}
