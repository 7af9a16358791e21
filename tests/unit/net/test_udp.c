/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_udp.c - src/net/udp.c on real loopback sockets */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake/alloc.h"
#include "fake/check.h"
#include "net_tests.h"

static void answers_from_where_it_was_asked(void **state)
{
	static const struct {
		const char *name, *listen, *ask;
	} rows[] = {
		{ "IPv4", "127.0.0.1:0", "127.0.0.1" },
		{ "IPv6", "[::1]:0", "::1" },
		{ "IPv4 wildcard", "0.0.0.0:0", "127.0.0.1" },
		{ "IPv4 wildcard, another of our addresses", "0.0.0.0:0", "127.0.0.77" },
		{ "IPv6 wildcard", "[::]:0", "::1" },
	};

	EACH (row, rows) {
		struct net_group *g;
		struct side s;
		struct addr to, name;
		int fd;

		if (row->listen[0] == '[' && !have_ipv6())
			continue;
		side_open_alone(
			&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, row->listen }, { 0 } });
		addr_decode(text_of(row->ask), s.listeners[0].addr.port, &to);
		fd = peer_connect(TRANSPORT_UDP, &to); /* hears that address only */
		peer_send(fd, "hello");
		WAIT_FOR(&s, 1, s.messages == 1);
		row_text(row, buf_text(&s.received), TEXT("hello"));
		name = peer_name(fd);
		row_int(row, s.from.transport, TRANSPORT_UDP);
		row_true(row, addr_eq(&s.from.remote, &name));
		row_true(row, addr_eq(&s.from.local, &to));
		row_int(row, s.from.conn, 0);
		row_int(row, net_send(s.net, &s.from, TEXT("answer")), 0);
		loop_turn(s.loop);
		peer_expect(fd, "answer");
		close(fd);
		side_close_alone(&s, g);
	}
}

static unsigned shown, calls;

static void ahead(void *arg, const struct text *datagrams, unsigned count)
{
	calls++;
	shown += count;
	for (unsigned i = 0; i < count && count < 100; i++)
		assert_true(text_eq(datagrams[i], TEXT("hello")));
}

/* Each is shown once before it comes, a whole batch as well, behind which there is none. */
static void datagrams_are_shown_ahead(void **state)
{
	static const unsigned bursts[] = { 1, 31, 32, 33, 64 };
	struct net_group *g;
	struct side s;

	for (size_t i = 0; i < sizeof(bursts) / sizeof(bursts[0]); i++) {
		int fd;

		side_open_alone(
			&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, "127.0.0.1:0" }, { 0 } });
		s.net->events.ahead = ahead;
		shown = calls = 0;
		fd = peer_connect(TRANSPORT_UDP, &s.listeners[0].addr);
		for (unsigned n = 0; n < bursts[i]; n++)
			peer_send(fd, "hello");
		WAIT_FOR(&s, 1, s.messages == bursts[i]);
		assert_int_equal(shown, bursts[i]);
		assert_in_range(calls, 1, bursts[i]);
		close(fd);
		side_close_alone(&s, g);
	}
}

static void one_turns_datagrams_leave_in_order(void **state)
{
	enum { BURST = 200 };
	struct net_group *g;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, "127.0.0.1:0" }, { 0 } });
	fd = peer_connect(TRANSPORT_UDP, &s.listeners[0].addr);
	peer_send(fd, "x");
	WAIT_FOR(&s, 1, s.messages == 1);
	for (int i = 0; i < BURST; i++) {
		char text[8] = { (char)('a' + i / 26 % 26), (char)('a' + i % 26) };

		assert_int_equal(net_send(s.net, &s.from, text_of(text)), 0);
	}
	loop_turn(s.loop);
	assert_int_equal(net_socket_counters(s.net)->udp_sent, BURST);
	for (int i = 0; i < BURST; i++) {
		char in[8];

		assert_int_equal(recv(fd, in, sizeof(in), 0), 2);
		assert_int_equal(in[0], 'a' + i / 26 % 26);
		assert_int_equal(in[1], 'a' + i % 26);
	}
	close(fd);
	side_close_alone(&s, g);
}

static void a_burst_is_received_whole(void **state)
{
	enum { BURST = 300 };
	struct net_group *g;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, "127.0.0.1:0" }, { 0 } });
	fd = peer_connect(TRANSPORT_UDP, &s.listeners[0].addr);
	for (int i = 0; i < BURST; i++)
		peer_send(fd, (char[]){ (char)('a' + i % 26), '\0' });
	WAIT_FOR(&s, 1, s.messages == BURST);
	for (int i = 0; i < BURST; i++)
		assert_int_equal(s.received.p[i], 'a' + i % 26);
	assert_int_equal(net_socket_counters(s.net)->udp_received, BURST);
	close(fd);
	side_close_alone(&s, g);
}

static void sizes_have_an_end(void **state)
{
	char *big = calloc(1, NET_UDP_PAYLOAD_MAX + 1);
	struct net_group *g;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, "127.0.0.1:0" }, { 0 } });
	fd = peer_connect(TRANSPORT_UDP, &s.listeners[0].addr);
	assert_int_equal(send(fd, big, NET_UDP_PAYLOAD_MAX, 0), NET_UDP_PAYLOAD_MAX);
	WAIT_FOR(&s, 1, s.messages == 1);
	assert_int_equal(s.received.len, NET_UDP_PAYLOAD_MAX);
	assert_int_equal(net_send(s.net, &s.from, buf_text(&s.received)), 0);
	assert_int_equal(
		net_send(s.net, &s.from, (struct text){ big, NET_UDP_PAYLOAD_MAX + 1 }),
		-EMSGSIZE);
	loop_turn(s.loop);
	assert_int_equal(recv(fd, big, NET_UDP_PAYLOAD_MAX + 1, 0), NET_UDP_PAYLOAD_MAX);
	close(fd);
	free(big);
	side_close_alone(&s, g);
}

/* The kernel sends nothing to port 0. */
static void a_refused_datagram_does_not_hold_up_others(void **state)
{
	struct net_group *g;
	struct flow nowhere;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, "127.0.0.1:0" }, { 0 } });
	fd = peer_connect(TRANSPORT_UDP, &s.listeners[0].addr);
	peer_send(fd, "x");
	WAIT_FOR(&s, 1, s.messages == 1);
	nowhere = s.from;
	nowhere.remote.port = 0;
	assert_int_equal(net_send(s.net, &s.from, TEXT("one")), 0);
	assert_int_equal(net_send(s.net, &nowhere, TEXT("lost")), 0);
	assert_int_equal(net_send(s.net, &s.from, TEXT("two")), 0);
	loop_turn(s.loop);
	peer_expect(fd, "one");
	peer_expect(fd, "two");
	assert_int_equal(net_socket_counters(s.net)->udp_failed, 1);
	assert_int_equal(net_socket_counters(s.net)->udp_sent, 2);
	nowhere.listener = 1;
	assert_int_equal(net_send(s.net, &nowhere, TEXT("x")), -ENOTCONN);
	nowhere = s.from;
	addr_decode(TEXT("[::1]:9"), 0, &nowhere.remote);
	assert_int_equal(net_send(s.net, &nowhere, TEXT("x")), -EAFNOSUPPORT);
	close(fd);
	side_close_alone(&s, g);
}

static void connect_picks_the_socket(void **state)
{
	static const struct {
		const char *name, *remote;
		int listener;
	} rows[] = {
		{ "the exact address", "127.0.0.1:5090", 0 },
		{ "IPv6", "[::1]:5090", 1 },
	};
	struct net_group *g;
	struct side s;

	if (!have_ipv6())
		return;
	side_open_alone(&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, "127.0.0.1:0" },
					      { TRANSPORT_UDP, "[::1]:0" },
					      { TRANSPORT_UDP, "127.0.0.2:0" },
					      { 0 } });
	EACH (row, rows) {
		struct addr remote;
		struct flow f;

		addr_decode(text_of(row->remote), 0, &remote);
		row_int(row, net_connect(s.net, TRANSPORT_UDP, &remote, &f), 0);
		row_int(row, f.listener, row->listener);
		row_true(row, addr_eq(&f.local, &s.listeners[row->listener].addr));
		row_true(row, addr_eq(&f.remote, &remote));
	}
	side_close_alone(&s, g);
}

static void connect_from_the_wildcard_names_the_source(void **state)
{
	struct addr to, silent, name;
	struct net_group *g;
	struct flow f;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, "0.0.0.0:0" }, { 0 } });
	addr_decode(TEXT("127.0.0.1"), s.listeners[0].addr.port, &to);
	fd = peer_connect(TRANSPORT_UDP, &to);
	name = peer_name(fd);
	assert_int_equal(net_connect(s.net, TRANSPORT_UDP, &name, &f), 0);
	assert_true(addr_eq(&f.local, &to));
	assert_int_equal(net_send(s.net, &f, TEXT("hello")), 0);
	loop_turn(s.loop);
	peer_expect(fd, "hello");
	addr_decode(TEXT("[::1]:9"), 0, &silent);
	assert_int_equal(net_connect(s.net, TRANSPORT_UDP, &silent, &f), -EAFNOSUPPORT);
	assert_int_equal(net_connect(s.net, TRANSPORT_TCP, &name, &f), -EAFNOSUPPORT);
	assert_int_equal(net_connect(s.net, TRANSPORT_TLS, &name, &f), -EAFNOSUPPORT);
	assert_int_equal(net_connect(s.net, TRANSPORT_WSS, &name, &f), -EPROTONOSUPPORT);
	close(fd);
	side_close_alone(&s, g);
}

static void memory_runs_out(void **state)
{
	struct net_group *g;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(),
			(struct listen_on[]){ { TRANSPORT_UDP, "127.0.0.1:0" }, { 0 } });
	fd = peer_connect(TRANSPORT_UDP, &s.listeners[0].addr);
	peer_send(fd, "x");
	WAIT_FOR(&s, 1, s.messages == 1);
	for (unsigned n = 1;; n++) {
		int r;

		fail_alloc_nth(n);
		r = net_send(s.net, &s.from, TEXT("sent"));
		if (!fail_alloc_off()) {
			assert_int_equal(r, 0);
			assert_true(n > 1);
			break;
		}
		assert_int_equal(r, -ENOMEM);
	}
	loop_turn(s.loop);
	peer_expect(fd, "sent"); /* once */
	assert_int_equal(net_socket_counters(s.net)->udp_sent, 1);
	close(fd);
	side_close_alone(&s, g);
}

int udp_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datagrams_are_shown_ahead),
		cmocka_unit_test(answers_from_where_it_was_asked),
		cmocka_unit_test(one_turns_datagrams_leave_in_order),
		cmocka_unit_test(a_burst_is_received_whole),
		cmocka_unit_test(sizes_have_an_end),
		cmocka_unit_test(a_refused_datagram_does_not_hold_up_others),
		cmocka_unit_test(connect_picks_the_socket),
		cmocka_unit_test(connect_from_the_wildcard_names_the_source),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("net/udp", tests, NULL, NULL);
}
