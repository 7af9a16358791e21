/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_tcp.c - src/net/tcp.c and conn.c: bytes in, bytes out, the end */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake/check.h"
#include "net_tests.h"

static const struct listen_on loopback[] = { { TRANSPORT_TCP, "127.0.0.1:0" }, { 0 } };

static void messages_come_whole_however_they_are_cut(void **state)
{
	static const struct {
		const char *name;
		const char *pieces[4];
		const char *received;
		unsigned messages;
	} rows[] = {
		{ "one", { "abc\n" }, "abc\n", 1 },
		{ "two in one", { "a\nb\n" }, "a\nb\n", 2 },
		{ "in pieces", { "ab", "c\n" }, "abc\n", 1 },
		{ "over a border", { "ab", "c\nde", "f\ng", "\n" }, "abc\ndef\ng\n", 3 },
		{ "the line end alone", { "abc", "\n" }, "abc\n", 1 },
	};

	EACH (row, rows) {
		struct net_group *g;
		struct side s;
		struct addr name;
		int fd;

		side_open_alone(&s, &g, clock_real(), loopback);
		fd = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
		for (size_t i = 0; i < 4 && row->pieces[i]; i++) {
			peer_send(fd, row->pieces[i]);
			for (int turn = 0; turn < 5; turn++)
				loop_turn(s.loop); /* each piece is read alone */
		}
		WAIT_FOR(&s, 1, s.messages == row->messages);
		row_text(row, buf_text(&s.received), text_of(row->received));
		name = peer_name(fd);
		row_true(row, addr_eq(&s.from.remote, &name));
		row_true(row, addr_eq(&s.from.local, &s.listeners[0].addr));
		row_true(row, s.from.conn != 0 && s.from.transport == TRANSPORT_TCP);
		close(fd);
		side_close_alone(&s, g);
	}
}

static void answers_of_one_turn_leave_in_order(void **state)
{
	struct net_group *g;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(), loopback);
	fd = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
	peer_send(fd, "x\n");
	WAIT_FOR(&s, 1, s.messages == 1);
	assert_int_equal(net_send(s.net, &s.from, TEXT("one,")), 0);
	assert_int_equal(net_send(s.net, &s.from, TEXT("two,")), 0);
	loop_turn(s.loop);
	assert_int_equal(net_send(s.net, &s.from, TEXT("three")), 0);
	loop_turn(s.loop);
	peer_expect(fd, "one,two,three");
	close(fd);
	side_close_alone(&s, g);
}

enum end { PEER_CLOSES, PEER_RESETS, WE_CLOSE, DATA_IS_BAD };

static void end_it(struct side *s, int fd, enum end how)
{
	struct linger reset = { 1, 0 };

	switch (how) {
	case PEER_CLOSES:
		close(fd);
		break;
	case PEER_RESETS:
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
		break;
	case WE_CLOSE:
		assert_int_equal(net_send(s->net, &s->from, TEXT("bye")), 0);
		net_close(s->net, &s->from);
		assert_int_equal(s->closed, 0); /* never inline */
		assert_int_equal(net_send(s->net, &s->from, TEXT("late")), -ENOTCONN);
		net_close(s->net, &s->from);
		peer_expect(fd, "bye");
		peer_expect_end(fd);
		close(fd);
		break;
	case DATA_IS_BAD:
		peer_send(fd, "bad\n");
		WAIT_FOR(s, 1, s->closed == 1);
		peer_expect_end(fd);
		close(fd);
		break;
	}
}

static void every_end_is_told_once(void **state)
{
	static const struct {
		const char *name;
		enum end how;
		int reason;
	} rows[] = {
		{ "the peer closes", PEER_CLOSES, 0 },
		{ "the peer resets", PEER_RESETS, ECONNRESET },
		{ "we close, after the last bytes", WE_CLOSE, 0 },
		{ "the owner will not have the bytes", DATA_IS_BAD, EBADMSG },
	};

	EACH (row, rows) {
		struct net_group *g;
		struct side s;
		int fd;

		side_open_alone(&s, &g, clock_real(), loopback);
		fd = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
		peer_send(fd, "x\n");
		WAIT_FOR(&s, 1, s.messages == 1);
		end_it(&s, fd, row->how);
		WAIT_FOR(&s, 1, s.closed == 1);
		for (int turn = 0; turn < 5; turn++)
			loop_turn(s.loop);
		row_int(row, s.closed, 1);
		row_int(row, s.reason, row->reason);
		row_true(row, flow_eq(&s.closed_flow, &s.from));
		row_int(row, net_send(s.net, &s.from, TEXT("x")), -ENOTCONN);
		side_close_alone(&s, g);
	}
}

/* A peer that sends all it has and ends still gets the answer to it. */
static void the_answer_to_the_last_bytes_leaves(void **state)
{
	struct net_group *g;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(), loopback);
	fd = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
	peer_send(fd, "x\n");
	WAIT_FOR(&s, 1, s.messages == 1);
	assert_int_equal(net_send(s.net, &s.from, TEXT("answer")), 0);
	shutdown(fd, SHUT_WR);
	WAIT_FOR(&s, 1, s.closed == 1);
	peer_expect(fd, "answer");
	peer_expect_end(fd);
	close(fd);
	side_close_alone(&s, g);
}

static void ids_are_never_used_again(void **state)
{
	struct net_group *g;
	uint64_t last = 0;
	struct side s;

	side_open_alone(&s, &g, clock_real(), loopback);
	for (unsigned i = 1; i <= 20; i++) {
		int fd = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);

		peer_send(fd, "x\n");
		WAIT_FOR(&s, 1, s.messages == i);
		assert_true(s.from.conn > last);
		last = s.from.conn;
		close(fd);
		WAIT_FOR(&s, 1, s.closed == i);
	}
	assert_int_equal(net_socket_counters(s.net)->stream_accepted, 20);
	side_close_alone(&s, g);
}

/* Two servers talk: connect, send at once, answer, use the connection again. */
static void opens_connections(void **state)
{
	static const struct {
		const char *name, *here, *there;
	} rows[] = {
		{ "IPv4", "127.0.0.1:0", "127.0.0.1:0" },
		{ "IPv6", "[::1]:0", "[::1]:0" },
		{ "from the wildcard", "0.0.0.0:0", "127.0.0.1:0" },
		{ "from an address of ours", "127.0.0.5:0", "127.0.0.1:0" },
	};

	EACH (row, rows) {
		struct net_group *g[2];
		struct side s[2];
		struct flow f, again;

		if (row->there[0] == '[' && !have_ipv6())
			continue;
		side_open_alone(
			&s[0], &g[0], clock_real(),
			(struct listen_on[]){ { TRANSPORT_TCP, row->here }, { 0 } });
		side_open_alone(
			&s[1], &g[1], clock_real(),
			(struct listen_on[]){ { TRANSPORT_TCP, row->there }, { 0 } });
		row_int(row,
			net_connect(s[0].net, TRANSPORT_TCP, &s[1].listeners[0].addr, &f),
			0);
		row_int(row, net_send(s[0].net, &f, TEXT("hello\n")), 0);
		WAIT_FOR(s, 2, s[1].messages == 1);
		row_true(row, addr_eq(&s[1].from.remote, &f.local));
		row_int(row, net_send(s[1].net, &s[1].from, TEXT("answer\n")), 0);
		WAIT_FOR(s, 2, s[0].messages == 1);
		row_text(row, buf_text(&s[0].received), TEXT("answer\n"));
		row_true(row, flow_eq(&s[0].from, &f));
		row_int(row,
			net_connect(s[0].net, TRANSPORT_TCP, &s[1].listeners[0].addr,
				    &again),
			0);
		row_true(row, flow_eq(&again, &f));
		net_close(s[0].net, &f);
		WAIT_FOR(s, 2, s[0].closed == 1 && s[1].closed == 1);
		row_int(row,
			net_connect(s[0].net, TRANSPORT_TCP, &s[1].listeners[0].addr,
				    &again),
			0);
		row_true(row, !flow_eq(&again, &f));
		side_close_alone(&s[0], g[0]);
		side_close_alone(&s[1], g[1]);
	}
}

/* Inbound connections are found by the peer's address, too (RFC 5626). */
static void finds_the_peers_connection(void **state)
{
	struct net_group *g;
	struct addr name;
	struct flow f;
	struct side s;
	int fd;

	side_open_alone(&s, &g, clock_real(), loopback);
	fd = peer_connect(TRANSPORT_TCP, &s.listeners[0].addr);
	peer_send(fd, "x\n");
	WAIT_FOR(&s, 1, s.messages == 1);
	name = peer_name(fd);
	assert_int_equal(net_connect(s.net, TRANSPORT_TCP, &name, &f), 0);
	assert_true(flow_eq(&f, &s.from));
	close(fd);
	side_close_alone(&s, g);
}

static void a_refused_connection_is_told_later(void **state)
{
	struct net_listener l;
	struct net_group *g;
	struct flow f;
	struct addr a;
	struct side s;

	addr_decode(TEXT("127.0.0.1:0"), 0, &a);
	assert_int_equal(net_listen(TRANSPORT_TCP, &a, 1, &l), 0);
	close(l.fd); /* a port where nobody is */
	side_open_alone(&s, &g, clock_real(), loopback);
	assert_int_equal(net_connect(s.net, TRANSPORT_TCP, &l.addr, &f), 0);
	assert_int_equal(net_send(s.net, &f, TEXT("x")), 0);
	assert_int_equal(s.closed, 0);
	WAIT_FOR(&s, 1, s.closed == 1);
	assert_int_equal(s.reason, ECONNREFUSED);
	assert_true(flow_eq(&s.closed_flow, &f));
	side_close_alone(&s, g);
}

int tcp_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_come_whole_however_they_are_cut),
		cmocka_unit_test(answers_of_one_turn_leave_in_order),
		cmocka_unit_test(every_end_is_told_once),
		cmocka_unit_test(the_answer_to_the_last_bytes_leaves),
		cmocka_unit_test(ids_are_never_used_again),
		cmocka_unit_test(opens_connections),
		cmocka_unit_test(finds_the_peers_connection),
		cmocka_unit_test(a_refused_connection_is_told_later),
	};

	return cmocka_run_group_tests_name("net/tcp", tests, NULL, NULL);
}
