/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_ws_conn.c - src/net/ws_conn.c: WebSockets on real sockets, with TLS and
 * without, on virtual time */

#include <errno.h>
#include <unistd.h>

#include "fake/cert.h"
#include "fake/check.h"
#include "fake/clock.h"
#include "net/tls.h"
#include "tls_peer.h"

#define HEAD_TO(origin)                                                                  \
	"GET /sip HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"  \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"   \
	"Sec-WebSocket-Protocol: sip\r\n" origin "\r\n"
#define HEAD HEAD_TO("Origin: https://portal.example\r\n")
#define ACCEPTED                                                                         \
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"                     \
	"Connection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n"                         \
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
#define M      "\x11\x11\x11\x11" /* a mask: "x\n" is "\x69\x1b" */
#define HELLO  "\x81\x82" M "\x69\x1b"
#define PERIOD 45 /* of our pings, at most */

static const char *const origins[] = { "https://portal.example" };
static const struct listen_on plain[] = { { TRANSPORT_WS, "127.0.0.1:0" }, { 0 } };
static const struct listen_on secure[] = { { TRANSPORT_WSS, "127.0.0.1:0" }, { 0 } };

struct house {
	struct fake_clock clock;
	struct net_group *group;
	struct side side;
};

static void house_open(struct house *h, const struct listen_on *on, struct net_tls *tls)
{
	fake_clock_init(&h->clock);
	side_open_shared(&h->side, &h->group, &h->clock.clock, on,
			 &(struct net_shared){ tls, origins, COUNT(origins) });
}

static void turns(struct house *h)
{
	for (int i = 0; i < 10; i++)
		loop_turn(h->side.loop);
}

static void pass(struct house *h, int64_t seconds)
{
	fake_clock_advance_us(&h->clock, seconds * 1000000);
	turns(h);
}

/* Blocking reads come after the turns that brought the bytes. */
static int open_upgraded(struct house *h)
{
	int fd;

	house_open(h, plain, NULL);
	fd = peer_connect(TRANSPORT_TCP, &h->side.listeners[0].addr);
	peer_send(fd, HEAD);
	turns(h);
	peer_expect(fd, ACCEPTED);
	peer_send(fd, HELLO);
	WAIT_FOR(&h->side, 1, h->side.messages == 1);
	return fd;
}

static void messages_go_both_ways(void **state)
{
	struct house h;
	int fd = open_upgraded(&h);

	assert_int_equal(h.side.from.transport, TRANSPORT_WS);
	assert_true(text_eq(buf_text(&h.side.received), TEXT("x\n")));
	assert_int_equal(net_send(h.side.net, &h.side.from, TEXT("one")), 0);
	assert_int_equal(net_send(h.side.net, &h.side.from, TEXT("two")), 0);
	turns(&h);
	peer_expect(fd, "\x81\x03one\x81\x03two");
	peer_send(fd, "\x89\x81" M "p");
	turns(&h);
	peer_expect(fd, "\x8a\x01\x61");
	close(fd);
	side_close_alone(&h.side, h.group);
}

/* Head, frames and all in one piece, and head by head. */
static void heads_and_frames_come_as_they_like(void **state)
{
	static const char all[] = HEAD HELLO HELLO;

	for (size_t piece = 1; piece <= sizeof(all); piece = piece * 7 + 1) {
		struct house h;
		int fd;

		house_open(&h, plain, NULL);
		fd = peer_connect(TRANSPORT_TCP, &h.side.listeners[0].addr);
		for (size_t at = 0; at < sizeof(all) - 1; at += piece) {
			size_t len = sizeof(all) - 1 - at;

			len = len < piece ? len : piece;
			assert_int_equal(send(fd, all + at, len, MSG_NOSIGNAL), len);
			loop_turn(h.side.loop);
		}
		WAIT_FOR(&h.side, 1, h.side.messages == 2);
		close(fd);
		side_close_alone(&h.side, h.group);
	}
}

static void strangers_do_not_come_in(void **state)
{
	static const struct {
		const char *name, *head, *answer;
	} rows[] = {
		{ "another page", HEAD_TO("Origin: https://evil.example\r\n"),
		  "HTTP/1.1 403 " },
		{ "no page at all", HEAD_TO(""), "HTTP/1.1 403 " },
		{ "no WebSocket", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 426 " },
		{ "SIP over TCP", "OPTIONS sip:a SIP/2.0\r\n\r\n", "HTTP/1.1 400 " },
	};

	EACH (row, rows) {
		struct house h;
		int fd;

		house_open(&h, plain, NULL);
		fd = peer_connect(TRANSPORT_TCP, &h.side.listeners[0].addr);
		peer_send(fd, row->head);
		WAIT_FOR(&h.side, 1, h.side.closed == 1);
		row_int(row, h.side.messages, 0);
		peer_expect(fd, row->answer);
		close(fd);
		side_close_alone(&h.side, h.group);
	}
}

static void every_end_is_said(void **state)
{
	static const struct {
		const char *name;
		const char *sends; /* NULL: we close */
		const char *expects;
		int reason;
	} rows[] = {
		{ "we close", NULL, "\x88\x02\x03\xe9", 0 },
		{ "the peer closes", "\x88\x82\x11\x11\x11\x11\x12\xf9",
		  "\x88\x02\x03\xe8", 0 },
		{ "the peer breaks a rule", "\x81\x02xx", "\x88\x02\x03\xea", EBADMSG },
		{ "the owner will not have it", "\x81\x84" M "\x73\x70\x75\x1b", "",
		  EBADMSG },
	};

	EACH (row, rows) {
		struct house h;
		int fd = open_upgraded(&h);

		if (row->sends)
			peer_send(fd, row->sends);
		else
			net_close(h.side.net, &h.side.from);
		WAIT_FOR(&h.side, 1, h.side.closed == 1);
		row_int(row, h.side.reason, row->reason);
		peer_expect(fd, row->expects);
		peer_expect_end(fd);
		close(fd);
		side_close_alone(&h.side, h.group);
	}
}

static void slow_ones_have_a_limit(void **state)
{
	static const struct {
		const char *name, *sends;
		bool upgraded;
		int after_s;
	} rows[] = {
		{ "no head", "", false, NET_STREAM_OPEN_S },
		{ "half a head", "GET / HTTP/1.1\r\nHost: ", false, NET_STREAM_OPEN_S },
		{ "half a frame", "\x81", true, NET_STREAM_PARTIAL_S },
		{ "half a message", "\x01\x81" M "x", true, NET_STREAM_PARTIAL_S },
	};

	EACH (row, rows) {
		struct house h;
		int fd;

		if (row->upgraded) {
			fd = open_upgraded(&h);
			net_keep(h.side.net, &h.side.from);
		} else {
			house_open(&h, plain, NULL);
			fd = peer_connect(TRANSPORT_TCP, &h.side.listeners[0].addr);
		}
		peer_send(fd, row->sends);
		turns(&h);
		pass(&h, row->after_s - 1);
		row_int(row, h.side.closed, 0);
		pass(&h, 2);
		row_int(row, h.side.closed, 1);
		row_int(row, h.side.reason, ETIMEDOUT);
		close(fd);
		side_close_alone(&h.side, h.group);
	}
}

/* Pieces of a message that never ends do not win time. */
static void fragments_win_no_time(void **state)
{
	struct house h;
	int fd = open_upgraded(&h);

	peer_send(fd, "\x01\x81" M "x");
	turns(&h);
	pass(&h, NET_STREAM_PARTIAL_S - 1);
	peer_send(fd, "\x80\x81\x11\x11\x11"); /* all but the end */
	turns(&h);
	pass(&h, 2);
	assert_int_equal(h.side.closed, 1);
	assert_int_equal(h.side.reason, ETIMEDOUT);
	close(fd);
	side_close_alone(&h.side, h.group);
}

static void silent_ones_are_asked(void **state)
{
	static const struct {
		const char *name;
		bool answers;
	} rows[] = { { "answers", true }, { "is gone", false } };

	EACH (row, rows) {
		struct house h;
		int fd = open_upgraded(&h);

		net_keep(h.side.net, &h.side.from);
		pass(&h, PERIOD); /* it was heard of in this one */
		for (int i = 0; i < 3 && row->answers; i++) {
			peer_expect(fd, "\x89"); /* and a length of 0 */
			peer_send(fd, "\x8a\x80\x11\x11\x11\x11");
			turns(&h);
			pass(&h, PERIOD);
			assert_int_equal(recv(fd, (char[1]){ 0 }, 1, 0), 1);
		}
		if (!row->answers)
			pass(&h, PERIOD);
		row_int(row, h.side.closed, !row->answers);
		row_int(row, h.side.reason, row->answers ? 0 : ETIMEDOUT);
		close(fd);
		side_close_alone(&h.side, h.group);
	}
}

static void over_tls(void **state)
{
	struct fake_ca *ca = fake_ca_new();
	struct net_tls *tls = net_tls_new();
	struct net_tls_files files = { .pair_count = 1 };
	char reason[NET_TLS_REASON_SIZE];
	struct tls_peer p;
	struct house h;
	struct flow f;

	fake_ca_sign(ca, "one", "DNS:one.example", 30);
	files.pairs[0].cert = fake_ca_path(ca, "one.crt");
	files.pairs[0].key = fake_ca_path(ca, "one.key");
	assert_int_equal(net_tls_load(tls, &files, reason), 0);
	house_open(&h, secure, tls);
	tls_peer_open(&p, &h.side.listeners[0].addr, &(struct tls_wish){ 0 });
	WAIT_FOR(&h.side, 1, tls_peer_shake(&p));
	tls_peer_send(&p, HEAD);
	WAIT_FOR(&h.side, 1, tls_peer_got(&p, ACCEPTED));
	tls_peer_send(&p, HELLO);
	WAIT_FOR(&h.side, 1, h.side.messages == 1);
	assert_int_equal(h.side.from.transport, TRANSPORT_WSS);
	assert_int_equal(net_send(h.side.net, &h.side.from, TEXT("one")), 0);
	WAIT_FOR(&h.side, 1, tls_peer_got(&p, "\x81\x03one"));
	assert_int_equal(net_connect(h.side.net, TRANSPORT_WSS, &h.side.from.remote, &f),
			 0);
	assert_true(flow_eq(&f, &h.side.from));
	tls_peer_close(&p);
	side_close_alone(&h.side, h.group);
	net_tls_free(tls);
	fake_ca_free(ca);
}

int ws_conn_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_go_both_ways),
		cmocka_unit_test(heads_and_frames_come_as_they_like),
		cmocka_unit_test(strangers_do_not_come_in),
		cmocka_unit_test(every_end_is_said),
		cmocka_unit_test(slow_ones_have_a_limit),
		cmocka_unit_test(fragments_win_no_time),
		cmocka_unit_test(silent_ones_are_asked),
		cmocka_unit_test(over_tls),
	};

	return cmocka_run_group_tests_name("net/ws_conn", tests, NULL, NULL);
}
