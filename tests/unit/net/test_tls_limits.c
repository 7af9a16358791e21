/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_tls_limits.c - TLS connections that are slow, half, big or hostile, and
 * what one source may make us reckon */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "fake/alloc.h"
#include "fake/cert.h"
#include "fake/check.h"
#include "fake/clock.h"
#include "net/tls.h"
#include "tls_peer.h"

static const struct listen_on loopback[] = { { TRANSPORT_TLS, "127.0.0.1:0" }, { 0 } };
static struct net_tls *tls;

struct house {
	struct fake_clock clock;
	struct net_group *group;
	struct side side;
};

static void house_open(struct house *h)
{
	fake_clock_init(&h->clock);
	side_open_shared(&h->side, &h->group, &h->clock.clock, loopback,
			 &(struct net_shared){ .tls = tls });
}

static void house_close(struct house *h)
{
	side_close_alone(&h->side, h->group);
}

static void turns(struct house *h)
{
	for (int i = 0; i < 20; i++)
		loop_turn(h->side.loop);
}

static void pass(struct house *h, int64_t seconds)
{
	fake_clock_advance_us(&h->clock, seconds * 1000000);
	turns(h);
}

static void open_shaken(struct house *h, struct tls_peer *p)
{
	house_open(h);
	tls_peer_open(p, &h->side.listeners[0].addr, &(struct tls_wish){ 0 });
	WAIT_FOR(&h->side, 1, tls_peer_shake(p));
}

/* The first bytes of a ClientHello, one by one; or none at all. */
static void a_handshake_has_a_limit(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t len;
	} rows[] = {
		{ "nothing comes", "", 0 },
		{ "a byte a second", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9 },
	};

	EACH (row, rows) {
		struct house h;
		int fd;

		house_open(&h);
		fd = peer_connect(TRANSPORT_TCP, &h.side.listeners[0].addr);
		turns(&h);
		for (int s = 0; s < NET_STREAM_OPEN_S - 1; s++) {
			if ((size_t)s < row->len)
				assert_int_equal(
					send(fd, row->bytes + s, 1, MSG_NOSIGNAL), 1);
			pass(&h, 1);
		}
		row_int(row, h.side.closed, 0);
		pass(&h, 2);
		row_int(row, h.side.closed, 1);
		row_int(row, h.side.reason, ETIMEDOUT);
		close(fd);
		house_close(&h);
	}
}

static void whoever_leaves_in_between_is_forgotten(void **state)
{
	static const struct {
		const char *name;
		bool hello, reset, garbage;
		int reason;
	} rows[] = {
		{ "before the first byte", false, false, false, ECONNRESET },
		{ "after the hello", true, false, false, ECONNRESET },
		{ "by reset", true, true, false, ECONNRESET },
		{ "SIP without TLS", false, false, true, EPROTO },
	};

	EACH (row, rows) {
		struct linger hard = { 1, 0 };
		struct tls_peer p;
		struct house h;

		house_open(&h);
		tls_peer_open(&p, &h.side.listeners[0].addr, &(struct tls_wish){ 0 });
		turns(&h);
		if (row->hello)
			tls_peer_shake(&p);
		if (row->garbage)
			peer_send(p.fd, "REGISTER sip:example.ch SIP/2.0\r\n\r\n");
		else
			turns(&h);
		if (row->reset)
			setsockopt(p.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		if (!row->garbage)
			tls_peer_close(&p);
		WAIT_FOR(&h.side, 1, h.side.closed == 1);
		row_int(row, h.side.reason, row->reason);
		row_int(row, h.side.messages, 0);
		if (row->garbage)
			tls_peer_close(&p);
		house_close(&h);
	}
}

static void half_a_message_and_half_a_record_have_a_limit(void **state)
{
	static const struct {
		const char *name;
		bool record; /* half a record, after whole ones */
	} rows[] = { { "half a message", false }, { "half a record", true } };

	EACH (row, rows) {
		struct tls_peer p;
		struct house h;

		open_shaken(&h, &p);
		tls_peer_send(&p, "whole\n");
		WAIT_FOR(&h.side, 1, h.side.messages == 1);
		net_keep(h.side.net, &h.side.from);
		if (row->record)
			peer_send(p.fd, "\x17\x03\x03");
		else
			tls_peer_send(&p, "half");
		turns(&h);
		pass(&h, NET_STREAM_PARTIAL_S - 1);
		row_int(row, h.side.closed, 0);
		pass(&h, 2);
		row_int(row, h.side.closed, 1);
		row_int(row, h.side.reason, ETIMEDOUT);
		tls_peer_close(&p);
		house_close(&h);
	}
}

/* 65,000 bytes are four records each way. */
static void big_messages_pass_both_ways(void **state)
{
	enum { BIG = 65000 };
	char *big = malloc(BIG + 1), *back = malloc(BIG);
	struct tls_peer p;
	struct house h;
	int out = 0, in = 0, n;

	memset(big, 'x', BIG);
	big[BIG - 1] = '\n';
	open_shaken(&h, &p);
	while (h.side.messages == 0) {
		n = out < BIG ? SSL_write(p.ssl, big + out, BIG - out) : 0;
		out += n > 0 ? n : 0;
		loop_turn(h.side.loop);
	}
	assert_int_equal(h.side.received.len, BIG);
	assert_int_equal(net_send(h.side.net, &h.side.from, (struct text){ big, BIG }),
			 0);
	while (in < BIG) {
		loop_turn(h.side.loop);
		n = SSL_read(p.ssl, back + in, BIG - in);
		in += n > 0 ? n : 0;
	}
	assert_memory_equal(big, back, BIG);
	tls_peer_close(&p);
	house_close(&h);
	free(big);
	free(back);
}

static void every_end_says_good_bye(void **state)
{
	struct tls_peer p;
	struct house h;

	open_shaken(&h, &p);
	tls_peer_send(&p, "x\n");
	WAIT_FOR(&h.side, 1, h.side.messages == 1);
	net_send(h.side.net, &h.side.from, TEXT("bye"));
	net_close(h.side.net, &h.side.from);
	WAIT_FOR(&h.side, 1, tls_peer_got(&p, "bye"));
	assert_true(tls_peer_over(&p));
	assert_true(p.ended && !p.failed);
	tls_peer_close(&p);
	house_close(&h);
}

static void nobody_negotiates_twice(void **state)
{
	struct tls_wish wish = { .min = TLS1_2_VERSION, .max = TLS1_2_VERSION };
	struct tls_peer p;
	struct house h;

	house_open(&h);
	tls_peer_open(&p, &h.side.listeners[0].addr, &wish);
	WAIT_FOR(&h.side, 1, tls_peer_shake(&p));
	SSL_renegotiate(p.ssl);
	SSL_do_handshake(p.ssl);
	turns(&h);
	tls_peer_over(&p); /* a warning, not a second handshake */
	assert_false(SSL_is_init_finished(p.ssl) && !p.failed);
	tls_peer_close(&p);
	house_close(&h);
}

/* Each is gone again at once: what is counted is how often they begin. */
static void one_source_begins_so_often(void **state)
{
	struct house h;

	house_open(&h);
	for (unsigned i = 0; i <= NET_SOURCE_SHAKES_MAX; i++) {
		int fd = peer_connect(TRANSPORT_TCP, &h.side.listeners[0].addr);

		close(fd);
		loop_turn(h.side.loop);
	}
	turns(&h);
	assert_int_equal(net_socket_counters(h.side.net)->stream_accepted,
			 NET_SOURCE_SHAKES_MAX + 1);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < NET_SOURCE_SHAKES_PER_S + 10; i++)
			close(peer_connect(TRANSPORT_TCP, &h.side.listeners[0].addr));
		turns(&h);
		assert_int_equal(net_socket_counters(h.side.net)->stream_accepted,
				 NET_SOURCE_SHAKES_MAX + 1 +
					 round * NET_SOURCE_SHAKES_PER_S);
		fake_clock_advance_us(&h.clock, 1000000);
	}
	house_close(&h);
}

/* Those who come with many leave turns for the others. */
static void handshakes_leave_room_for_messages(void **state)
{
	enum { PEERS = 64 };
	struct tls_peer old, many[PEERS];
	unsigned shaken = 0;
	struct house h;

	open_shaken(&h, &old);
	for (unsigned i = 0; i < PEERS; i++)
		tls_peer_open(&many[i], &h.side.listeners[0].addr,
			      &(struct tls_wish){ 0 });
	turns(&h);
	for (unsigned i = 0; i < PEERS; i++)
		tls_peer_shake(&many[i]);
	tls_peer_send(&old, "x\n");
	for (int i = 0; i < 2; i++)
		loop_turn(h.side.loop);
	assert_int_equal(h.side.messages, 1);
	for (unsigned i = 0; i < PEERS; i++)
		shaken += tls_peer_shake(&many[i]);
	assert_in_range(shaken, 1, PEERS - 1);
	for (unsigned i = 0; i < PEERS; i++) {
		WAIT_FOR(&h.side, 1, tls_peer_shake(&many[i]));
		tls_peer_close(&many[i]);
	}
	tls_peer_close(&old);
	house_close(&h);
}

static void memory_runs_out(void **state)
{
	for (unsigned n = 1;; n++) {
		struct house h;
		bool failed;
		int fd;

		house_open(&h);
		fd = peer_connect(TRANSPORT_TCP, &h.side.listeners[0].addr);
		fail_alloc_nth(n);
		turns(&h);
		failed = fail_alloc_off();
		if (failed)
			assert_int_equal(net_socket_counters(h.side.net)->stream_refused,
					 1);
		close(fd);
		house_close(&h);
		if (!failed)
			break;
	}
	for (unsigned n = 1;; n++) {
		struct net_tls *t;

		fail_alloc_nth(n);
		t = net_tls_new();
		if (t)
			net_tls_ask_peers(t, (const char *const[]){ "a", "b" }, 2);
		if (!fail_alloc_off()) {
			net_tls_free(t);
			break;
		}
		net_tls_free(t);
	}
}

static int make_tls(void **state)
{
	struct fake_ca *ca = fake_ca_new();
	struct net_tls_files files = { .pair_count = 1 };
	char reason[NET_TLS_REASON_SIZE];

	fake_ca_sign(ca, "one", "DNS:one.example", 30);
	files.pairs[0].cert = fake_ca_path(ca, "one.crt");
	files.pairs[0].key = fake_ca_path(ca, "one.key");
	tls = net_tls_new();
	assert_int_equal(net_tls_load(tls, &files, reason), 0);
	fake_ca_free(ca);
	return 0;
}

static int remove_tls(void **state)
{
	net_tls_free(tls);
	return 0;
}

int tls_limit_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handshake_has_a_limit),
		cmocka_unit_test(whoever_leaves_in_between_is_forgotten),
		cmocka_unit_test(half_a_message_and_half_a_record_have_a_limit),
		cmocka_unit_test(big_messages_pass_both_ways),
		cmocka_unit_test(every_end_says_good_bye),
		cmocka_unit_test(nobody_negotiates_twice),
		cmocka_unit_test(one_source_begins_so_often),
		cmocka_unit_test(handshakes_leave_room_for_messages),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("net/tls limits", tests, make_tls, remove_tls);
}
