/* SPDX-License-Identifier: Apache-2.0 */
/* unit/media/test_session.c - The relay with real sockets on loopback. Nothing here waits for
 * a time to pass: a packet that must not come is followed by one that must. */

#include "help.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fake/alloc.h"
#include "media/media.h"

enum { WAIT_MS = 10000, PORT_MIN = 20000, PORT_MAX = 29999 };

static struct addr addr(const char *t)
{
	struct addr a = { 0 };

	if (addr_decode(text_of(t), 0, &a) < 0)
		fail_msg("%s is no address", t);
	return a;
}

static int relay_open(uint16_t min, uint16_t max, const struct clock *clock,
		      struct media_relay **ret)
{
	struct media_config c = {
		.port_min = min,
		.port_max = max,
		.bind4 = addr("127.0.0.1"),
		.bind6 = addr("::1"),
		.advertise4 = addr("127.0.0.1"),
		.advertise6 = addr("::1"),
		.clock = clock,
		.random = random_real(),
	};

	return media_relay_new(&c, ret);
}

static int setup(void **state)
{
	struct media_relay *relay = NULL;

	assert_int_equal(relay_open(PORT_MIN, PORT_MAX, clock_real(), &relay), 0);
	*state = relay;
	return 0;
}

static int teardown(void **state)
{
	media_relay_free(*state);
	return 0;
}

/* A phone's socket. */
struct phone {
	int fd;
	struct addr addr;
};

static struct phone phone_on(const char *host)
{
	struct phone p = { .addr = addr(host) };
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&p.addr, &ss);

	p.fd = socket(p.addr.family, SOCK_DGRAM, 0);
	assert_true(p.fd >= 0);
	assert_int_equal(bind(p.fd, (struct sockaddr *)&ss, len), 0);
	len = sizeof(ss);
	assert_int_equal(getsockname(p.fd, (struct sockaddr *)&ss, &len), 0);
	addr_from_sockaddr(&p.addr, &ss);
	return p;
}

static void send_bytes(const struct phone *p, const char *host, uint16_t port,
		       struct text bytes)
{
	struct addr to = addr(host);
	struct sockaddr_storage ss;
	socklen_t len;

	to.port = port;
	len = addr_to_sockaddr(&to, &ss);
	assert_int_equal(
		sendto(p->fd, bytes.p, bytes.len, 0, (struct sockaddr *)&ss, len),
		bytes.len);
}

/* An RTP (or RTCP) packet that carries one letter. */
static void say(const struct phone *p, const char *host, uint16_t port, char letter)
{
	char rtp[13] = { (char)0x80, 0, [12] = letter };

	send_bytes(p, host, port, (struct text){ rtp, sizeof(rtp) });
}

static void say_rtcp(const struct phone *p, uint16_t port, char letter)
{
	char rtcp[13] = { (char)0x80, (char)201, 0, 2, [12] = letter };

	send_bytes(p, "127.0.0.1", port, (struct text){ rtcp, sizeof(rtcp) });
}

/* The next packet's letter; *from, when asked, is the port it came from. */
static char hear(const struct phone *p, uint16_t *from)
{
	struct pollfd ready = { .fd = p->fd, .events = POLLIN };
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct addr source;
	char bytes[64];

	if (poll(&ready, 1, WAIT_MS) != 1)
		fail_msg("nothing came");
	assert_int_equal(
		recvfrom(p->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&ss, &len),
		13);
	addr_from_sockaddr(&source, &ss);
	if (from)
		*from = source.port;
	return bytes[12];
}

static void wait_dropped(struct media_session *s, enum media_side side, uint64_t want)
{
	for (unsigned i = 0; i < 1000000; i++) {
		if (media_session_count(s, side).dropped >= want)
			return;
		sched_yield();
	}
	fail_msg("dropped %u", (unsigned)media_session_count(s, side).dropped);
}

static void wait_no_session(struct media_relay *relay)
{
	for (unsigned i = 0; i < 1000000; i++) {
		if (media_relay_sessions(relay) == 0)
			return;
		sched_yield();
	}
	fail_msg("sessions stay");
}

typedef int describe(struct media_session *, enum media_side, const struct sdp *,
		     struct buf *);

static void write_sdp(struct buf *b, const struct addr *a, const char *more)
{
	char host[ADDR_TEXT_SIZE];

	addr_encode_host(host, a, false);
	buf_printf(b,
		   "v=0\r\no=- 1 1 IN IP4 10.9.8.7\r\ns=-\r\nc=IN IP%d %s\r\nt=0 0\r\n"
		   "m=audio %u RTP/AVP 0\r\n%s",
		   a->family == AF_INET6 ? 6 : 4, host, a->port, more);
}

/* Hands in a description with that address; returns the port that the other side is told. */
static uint16_t tell(describe *fn, struct media_session *s, enum media_side from,
		     const struct addr *a, const char *more, const char *want_host)
{
	struct buf in = BUF_GROWING, out = BUF_GROWING;
	struct sdp sdp;
	uint16_t port;

	write_sdp(&in, a, more);
	assert_int_equal(sdp_decode(buf_text(&in), &sdp), 0);
	assert_int_equal(fn(s, from, &sdp, &out), 0);
	assert_int_equal(sdp_decode(buf_text(&out), &sdp), 0);
	assert_true(text_eq(sdp.media[0].connection, text_of(want_host)));
	assert_null(memmem(out.p, out.len, "10.9.8.7", 8));
	port = sdp.media[0].port;
	assert_int_equal(port % 2, 0);
	buf_free(&in);
	buf_free(&out);
	return port;
}

struct call {
	struct media_session *session;
	struct phone a, b;
	uint16_t port_a, port_b; /* what each is told to send to */
};

static struct call call_new(struct media_relay *relay, const char *signalling)
{
	struct call c = { .session = media_relay_session(relay) };
	struct addr peer = addr(signalling);

	assert_non_null(c.session);
	c.a = phone_on("127.0.0.1");
	c.b = phone_on("127.0.0.1");
	media_session_peer(c.session, MEDIA_A, &peer);
	media_session_peer(c.session, MEDIA_B, &peer);
	c.port_b =
		tell(media_session_offer, c.session, MEDIA_A, &c.a.addr, "", "127.0.0.1");
	c.port_a = tell(media_session_answer, c.session, MEDIA_B, &c.b.addr, "",
			"127.0.0.1");
	assert_int_not_equal(c.port_a, c.port_b);
	return c;
}

static void call_free(struct call *c)
{
	media_session_free(c->session);
	close(c->a.fd);
	close(c->b.fd);
}

static void both_ways(void **state)
{
	struct call c = call_new(*state, "127.0.0.1:5060");
	struct media_count count;
	uint16_t from;

	say(&c.a, "127.0.0.1", c.port_a, 'x');
	assert_int_equal(hear(&c.b, &from), 'x');
	assert_int_equal(from, c.port_b);
	say(&c.b, "127.0.0.1", c.port_b, 'y');
	assert_int_equal(hear(&c.a, &from), 'y');
	assert_int_equal(from, c.port_a);
	say(&c.a, "127.0.0.1", c.port_a, 'z');
	assert_int_equal(hear(&c.b, NULL), 'z');
	/* A packet is counted behind its sending: one more makes sure that those are. */
	say(&c.b, "127.0.0.1", c.port_b, 'w');
	assert_int_equal(hear(&c.a, NULL), 'w');
	count = media_session_count(c.session, MEDIA_A);
	assert_int_equal(count.packets, 2);
	assert_int_equal(count.bytes, 26);
	assert_int_equal(count.dropped, 0);
	assert_in_range(media_session_silence_ms(c.session), 0, WAIT_MS);
	call_free(&c);
}

static void rtcp_on_the_port_above(void **state)
{
	struct call c = call_new(*state, "127.0.0.1:5060");
	struct phone rtcp = phone_on("127.0.0.1");
	char line[64];
	uint16_t from;

	snprintf(line, sizeof(line), "a=rtcp:%u\r\n", rtcp.addr.port);
	tell(media_session_answer, c.session, MEDIA_B, &c.b.addr, line, "127.0.0.1");
	say_rtcp(&c.a, (uint16_t)(c.port_a + 1), 'r');
	assert_int_equal(hear(&rtcp, &from), 'r');
	assert_int_equal(from, c.port_b + 1);
	/* RTCP is no sign of life of a voice. */
	assert_int_equal(media_session_count(c.session, MEDIA_A).packets, 0);
	close(rtcp.fd);
	call_free(&c);
}

static void rtcp_mux_on_one_port(void **state)
{
	struct call c = call_new(*state, "127.0.0.1:5060");

	tell(media_session_offer, c.session, MEDIA_A, &c.a.addr, "a=rtcp-mux\r\n",
	     "127.0.0.1");
	tell(media_session_answer, c.session, MEDIA_B, &c.b.addr, "a=rtcp-mux\r\n",
	     "127.0.0.1");
	say_rtcp(&c.a, c.port_a, 'm');
	assert_int_equal(hear(&c.b, NULL), 'm');
	assert_int_equal(media_session_count(c.session, MEDIA_A).packets, 0);
	call_free(&c);
}

/* A side's report is passed on and read: of what it was sent, so much was lost. The time to
 * it and back is known when it answers a report that passed. */
static void quality_is_read(void **state)
{
	static const char sender[] = "\x80\xc8\x00\x06SSRC\xe0\x00\x12\x34\x56\x78"
				     "\x00\x00TIMEPACKBYTE";
	static const char receiver[] = "\x81\xc9\x00\x07SSRCSRC2\x40\x00\x00\x05"
				       "\x00\x00\x10\x00\x00\x00\x00\xa0"
				       "\x12\x34\x56\x78\x00\x00\x00\x00";
	struct call c = call_new(*state, "127.0.0.1:5060");
	struct media_quality q;
	struct phone rtcp = phone_on("127.0.0.1");
	char line[64], bytes[64];

	snprintf(line, sizeof(line), "a=rtcp:%u\r\n", rtcp.addr.port);
	tell(media_session_answer, c.session, MEDIA_B, &c.b.addr, line, "127.0.0.1");
	assert_int_equal(media_session_quality(c.session, MEDIA_B).reports, 0);
	send_bytes(&c.a, "127.0.0.1", (uint16_t)(c.port_a + 1),
		   (struct text){ sender, sizeof(sender) - 1 });
	assert_int_equal(recv(rtcp.fd, bytes, sizeof(bytes), 0), sizeof(sender) - 1);
	send_bytes(&rtcp, "127.0.0.1", (uint16_t)(c.port_b + 1),
		   (struct text){ receiver, sizeof(receiver) - 1 });
	assert_int_equal(recv(c.a.fd, bytes, sizeof(bytes), 0), sizeof(receiver) - 1);
	q = media_session_quality(c.session, MEDIA_B);
	assert_int_equal(q.reports, 1);
	assert_int_equal(q.lost, 5);
	assert_int_equal(q.worst_percent, 25);
	assert_int_equal(q.jitter_us, 20000); /* 160 at 8 kHz */
	assert_in_range(q.rtt_us, 1, WAIT_MS * 1000);
	assert_int_equal(media_session_quality(c.session, MEDIA_A).reports, 0);
	close(rtcp.fd);
	call_free(&c);
}

/* T.38: no RTP, both ways; a packet of RTP on it would be one of UDPTL, too. */
static void a_fax(void **state)
{
	static const char udptl[] = "\x00\x07\x06t38page";
	struct media_session *s = media_relay_session(*state);
	struct phone a = phone_on("127.0.0.1"), b = phone_on("127.0.0.1");
	struct phone *phones[2] = { &a, &b };
	struct addr peer = addr("127.0.0.1:5060");
	uint16_t ports[2];
	char bytes[64];

	for (size_t i = 0; i < 2; i++) {
		char storage[256];
		struct buf in = BUF_FIXED(storage), out = BUF_GROWING;
		struct sdp sdp;

		media_session_peer(s, (enum media_side)i, &peer);
		buf_printf(&in,
			   "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n"
			   "c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=image %u udptl t38\r\n"
			   "a=T38FaxVersion:0\r\na=T38FaxUdpEC:t38UDPRedundancy\r\n",
			   phones[i]->addr.port);
		assert_int_equal(sdp_decode(buf_text(&in), &sdp), 0);
		assert_int_equal(i == 0 ? media_session_offer(s, MEDIA_A, &sdp, &out)
					: media_session_answer(s, MEDIA_B, &sdp, &out),
				 0);
		assert_non_null(memmem(out.p, out.len, "T38FaxUdpEC", 11));
		assert_int_equal(sdp_decode(buf_text(&out), &sdp), 0);
		ports[1 - i] = sdp.media[0].port;
		buf_free(&out);
	}
	for (size_t i = 0; i < 2; i++) {
		send_bytes(phones[i], "127.0.0.1", ports[i],
			   (struct text){ udptl, sizeof(udptl) - 1 });
		assert_int_equal(recv(phones[1 - i]->fd, bytes, sizeof(bytes), 0),
				 sizeof(udptl) - 1);
		assert_memory_equal(bytes, udptl, sizeof(udptl) - 1);
	}
	media_session_free(s);
	close(a.fd);
	close(b.fd);
}

static void where_packets_really_come_from(void **state)
{
	struct call c = call_new(*state, "127.0.0.1:5060");
	struct phone nat = phone_on("127.0.0.1");

	say(&nat, "127.0.0.1", c.port_a, 'n');
	assert_int_equal(hear(&c.b, NULL), 'n');
	say(&c.b, "127.0.0.1", c.port_b, 'b');
	assert_int_equal(hear(&nat, NULL), 'b');
	close(nat.fd);
	call_free(&c);
}

static void an_intruder_is_not_heard(void **state)
{
	struct call c = call_new(*state, "127.0.0.1:5060");
	struct phone intruder = phone_on("127.0.0.1");

	say(&c.a, "127.0.0.1", c.port_a, '1');
	assert_int_equal(hear(&c.b, NULL), '1');
	say(&intruder, "127.0.0.1", c.port_a, 'i');
	say(&c.a, "127.0.0.1", c.port_a, '2');
	assert_int_equal(hear(&c.b, NULL), '2');
	assert_int_equal(media_session_count(c.session, MEDIA_A).dropped, 1);
	say(&c.b, "127.0.0.1", c.port_b, '3');
	assert_int_equal(hear(&c.a, NULL), '3');
	close(intruder.fd);
	call_free(&c);
}

static void no_media_to_loopback_for_others(void **state)
{
	struct call c = call_new(*state, "192.0.2.1:5060");

	say(&c.b, "127.0.0.1", c.port_b, 'x');
	wait_dropped(c.session, MEDIA_B, 1);
	assert_int_equal(media_session_count(c.session, MEDIA_B).packets, 0);
	call_free(&c);
}

static void what_is_no_rtp(void **state)
{
	static const struct text rows[] = {
		TEXT_INIT(""),
		TEXT_INIT("\x80"),
		TEXT_INIT("\x80\0\0\0\0\0\0\0\0\0\0"),             /* a byte short */
		TEXT_INIT("\0\1\0\0\x21\x12\xa4\x42xxxxxxxxxxxx"), /* STUN */
		TEXT_INIT("\x40\0\0\0\0\0\0\0\0\0\0\0"),           /* version 1 */
		TEXT_INIT("INVITE sip:a@b SIP/2.0\r\n"),
	};
	struct call c = call_new(*state, "127.0.0.1:5060");
	char large[MEDIA_PACKET_MAX + 1] = { (char)0x80 };

	for (size_t i = 0; i < COUNT(rows); i++)
		send_bytes(&c.a, "127.0.0.1", c.port_a, rows[i]);
	send_bytes(&c.a, "127.0.0.1", c.port_a, (struct text){ large, sizeof(large) });
	say(&c.a, "127.0.0.1", c.port_a, 'g');
	assert_int_equal(hear(&c.b, NULL), 'g');
	assert_int_equal(media_session_count(c.session, MEDIA_A).dropped,
			 COUNT(rows) + 1);
	call_free(&c);
}

/* T.38: the stream becomes an image over UDPTL, and audio again. */
static void tell_fax(describe *fn, struct media_session *s, enum media_side from,
		     const struct addr *a)
{
	struct buf in = BUF_GROWING, out = BUF_GROWING;
	struct sdp sdp;

	buf_printf(&in,
		   "v=0\r\no=- 1 2 IN IP4 10.9.8.7\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 "
		   "0\r\nm=image %u udptl t38\r\na=T38FaxVersion:0\r\n",
		   a->port);
	assert_int_equal(sdp_decode(buf_text(&in), &sdp), 0);
	assert_int_equal(fn(s, from, &sdp, &out), 0);
	assert_non_null(memmem(out.p, out.len, " udptl t38\r\n", 12));
	buf_free(&in);
	buf_free(&out);
}

static void say_udptl(const struct phone *p, uint16_t port, char letter)
{
	char udptl[13] = { 0, 1, [12] = letter };

	send_bytes(p, "127.0.0.1", port, (struct text){ udptl, sizeof(udptl) });
}

static void fax_and_back(void **state)
{
	struct call c = call_new(*state, "127.0.0.1:5060");

	tell_fax(media_session_offer, c.session, MEDIA_A, &c.a.addr);
	tell_fax(media_session_answer, c.session, MEDIA_B, &c.b.addr);
	say_udptl(&c.a, c.port_a, 'f');
	assert_int_equal(hear(&c.b, NULL), 'f');
	say_udptl(&c.b, c.port_b, 'g');
	assert_int_equal(hear(&c.a, NULL), 'g');
	tell(media_session_offer, c.session, MEDIA_A, &c.a.addr, "", "127.0.0.1");
	tell(media_session_answer, c.session, MEDIA_B, &c.b.addr, "", "127.0.0.1");
	say_udptl(&c.a, c.port_a, 'x');
	say(&c.a, "127.0.0.1", c.port_a, 'h');
	assert_int_equal(hear(&c.b, NULL), 'h');
	assert_int_equal(media_session_count(c.session, MEDIA_A).dropped, 1);
	call_free(&c);
}

static void ports_stay_for_the_session(void **state)
{
	struct call c = call_new(*state, "127.0.0.1:5060");
	struct phone moved = phone_on("127.0.0.1");

	say(&c.b, "127.0.0.1", c.port_b, '1');
	assert_int_equal(hear(&c.a, NULL), '1');
	assert_int_equal(tell(media_session_offer, c.session, MEDIA_A, &moved.addr, "",
			      "127.0.0.1"),
			 c.port_b);
	assert_int_equal(tell(media_session_answer, c.session, MEDIA_B, &c.b.addr, "",
			      "127.0.0.1"),
			 c.port_a);
	say(&c.b, "127.0.0.1", c.port_b, '2');
	assert_int_equal(hear(&moved, NULL), '2');
	/* B may offer as well. */
	assert_int_equal(
		tell(media_session_offer, c.session, MEDIA_B, &c.b.addr, "", "127.0.0.1"),
		c.port_a);
	close(moved.fd);
	call_free(&c);
}

static void hold_and_back(void **state)
{
	struct call c = call_new(*state, "127.0.0.1:5060");
	struct addr held = c.a.addr;

	memset(held.ip, 0, sizeof(held.ip));
	tell(media_session_offer, c.session, MEDIA_A, &held, "", "0.0.0.0");
	say(&c.b, "127.0.0.1", c.port_b, 'h');
	wait_dropped(c.session, MEDIA_B, 1);
	tell(media_session_offer, c.session, MEDIA_A, &c.a.addr, "", "127.0.0.1");
	say(&c.b, "127.0.0.1", c.port_b, 'o');
	assert_int_equal(hear(&c.a, NULL), 'o');
	call_free(&c);
}

static void ipv6_and_ipv4(void **state)
{
	struct media_session *s = media_relay_session(*state);
	struct phone a = phone_on("::1"), b = phone_on("127.0.0.1");
	struct addr peer_a = addr("[::1]:5060"), peer_b = addr("127.0.0.1:5060");
	uint16_t port_a, port_b;

	media_session_peer(s, MEDIA_A, &peer_a);
	media_session_peer(s, MEDIA_B, &peer_b);
	port_b = tell(media_session_offer, s, MEDIA_A, &a.addr, "", "127.0.0.1");
	port_a = tell(media_session_answer, s, MEDIA_B, &b.addr, "", "::1");
	say(&a, "::1", port_a, '6');
	assert_int_equal(hear(&b, NULL), '6');
	say(&b, "127.0.0.1", port_b, '4');
	assert_int_equal(hear(&a, NULL), '4');
	media_session_free(s);
	close(a.fd);
	close(b.fd);
}

/* A forked call: the same offer to bindings of both families. */
static void one_offer_for_two_families(void **state)
{
	struct media_session *s = media_relay_session(*state);
	struct phone a = phone_on("127.0.0.1"), b = phone_on("::1");
	struct addr v4 = addr("127.0.0.1:5060"), v6 = addr("[::1]:5060");
	uint16_t told4, told6, port_a;

	media_session_peer(s, MEDIA_A, &v4);
	media_session_peer(s, MEDIA_B, &v4);
	told4 = tell(media_session_offer, s, MEDIA_A, &a.addr, "", "127.0.0.1");
	media_session_peer(s, MEDIA_B, &v6);
	told6 = tell(media_session_offer, s, MEDIA_A, &a.addr, "", "::1");
	assert_true(told4 > 0 && told6 > 0);
	port_a = tell(media_session_answer, s, MEDIA_B, &b.addr, "", "127.0.0.1");
	say(&b, "::1", told6, 'b');
	assert_int_equal(hear(&a, NULL), 'b');
	say(&a, "127.0.0.1", port_a, 'a');
	assert_int_equal(hear(&b, NULL), 'a');
	media_session_free(s);
	close(a.fd);
	close(b.fd);
}

static void two_streams(void **state)
{
	struct media_session *s = media_relay_session(*state);
	struct phone a = phone_on("127.0.0.1"), video = phone_on("127.0.0.1");
	struct addr peer = addr("127.0.0.1:5060");
	struct buf in = BUF_GROWING, out = BUF_GROWING;
	struct sdp sdp;

	media_session_peer(s, MEDIA_A, &peer);
	media_session_peer(s, MEDIA_B, &peer);
	write_sdp(&in, &a.addr, "");
	buf_printf(&in, "m=video %u RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\n",
		   video.addr.port);
	assert_int_equal(sdp_decode(buf_text(&in), &sdp), 0);
	assert_int_equal(media_session_offer(s, MEDIA_A, &sdp, &out), 0);
	assert_int_equal(sdp_decode(buf_text(&out), &sdp), 0);
	assert_int_equal(sdp.media_count, 3);
	assert_true(sdp.media[0].port > 0 && sdp.media[1].port > 0);
	assert_int_not_equal(sdp.media[0].port, sdp.media[1].port);
	assert_int_equal(sdp.media[2].port, 0);
	media_session_free(s);
	buf_free(&in);
	buf_free(&out);
	close(a.fd);
	close(video.fd);
}

static void echo(void **state)
{
	struct media_session *s = media_relay_session(*state);
	struct phone a = phone_on("127.0.0.1");
	struct addr peer = addr("127.0.0.1:5060");
	struct buf in = BUF_GROWING, out = BUF_GROWING;
	uint16_t port, from;
	struct sdp sdp;

	media_session_peer(s, MEDIA_A, &peer);
	write_sdp(&in, &a.addr,
		  "a=sendonly\r\nm=audio 9 RTP/SAVP 0\r\nm=video 9 RTP/AVP 31\r\n");
	assert_int_equal(sdp_decode(buf_text(&in), &sdp), 0);
	assert_int_equal(media_session_echo(s, MEDIA_A, &sdp, &out), 0);
	assert_int_equal(sdp_decode(buf_text(&out), &sdp), 0);
	port = sdp.media[0].port;
	assert_int_equal(sdp.media[0].direction, SDP_RECVONLY);
	assert_int_equal(sdp.media[1].port, 0);
	assert_int_equal(sdp.media[2].port, 0);
	say(&a, "127.0.0.1", port, 'e');
	assert_int_equal(hear(&a, &from), 'e');
	assert_int_equal(from, port);
	media_session_free(s);
	buf_free(&in);
	buf_free(&out);
	close(a.fd);
}

static void nothing_to_echo(void **state)
{
	struct media_session *s = media_relay_session(*state);
	struct buf out = BUF_GROWING;
	struct sdp sdp;

	assert_int_equal(
		sdp_decode(TEXT("v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 9 RTP/SAVP 0\r\n"),
			   &sdp),
		0);
	assert_int_equal(media_session_echo(s, MEDIA_A, &sdp, &out), -ENOENT);
	media_session_free(s);
	buf_free(&out);
}

static bool all_free(uint16_t first, unsigned count)
{
	bool free = true;

	for (unsigned i = 0; i < count && free; i++) {
		struct addr a = addr("127.0.0.1");
		struct sockaddr_storage ss;
		socklen_t len;
		int fd = socket(AF_INET, SOCK_DGRAM, 0);

		a.port = (uint16_t)(first + i);
		len = addr_to_sockaddr(&a, &ss);
		free = bind(fd, (struct sockaddr *)&ss, len) == 0;
		close(fd);
	}
	return free;
}

/* A relay of few ports, below those that the system hands out to others meanwhile. */
static struct media_relay *relay_with_pairs(unsigned pairs, uint16_t *first)
{
	struct media_relay *relay = NULL;

	do {
		*first = (uint16_t)(10000 + 2 * random_below(random_real(), 4000));
	} while (!all_free(*first, 2 * pairs));
	assert_int_equal(relay_open(*first, (uint16_t)(*first + 2 * pairs - 1),
				    clock_real(), &relay),
			 0);
	return relay;
}

static int try_offer(struct media_session *s, struct phone *p)
{
	char storage[256];
	struct buf in = BUF_FIXED(storage), out = BUF_GROWING;
	struct sdp sdp;
	int rc;

	write_sdp(&in, &p->addr, "");
	assert_int_equal(sdp_decode(buf_text(&in), &sdp), 0);
	rc = media_session_offer(s, MEDIA_A, &sdp, &out);
	buf_free(&out);
	return rc;
}

static void the_pool_runs_out_and_fills_again(void **state)
{
	uint16_t first;
	struct media_relay *relay = relay_with_pairs(1, &first);
	struct media_session *one = media_relay_session(relay),
			     *two = media_relay_session(relay);
	struct phone p = phone_on("127.0.0.1");

	assert_int_equal(media_relay_sessions(relay), 2);
	assert_int_equal(try_offer(one, &p), 0);
	assert_int_equal(try_offer(one, &p), 0); /* the same port again */
	assert_int_equal(try_offer(two, &p), -EADDRNOTAVAIL);
	media_session_free(one);
	media_session_free(two);
	wait_no_session(relay);
	two = media_relay_session(relay);
	assert_int_equal(try_offer(two, &p), 0);
	media_session_free(two);
	media_relay_free(relay);
	close(p.fd);
}

static void ports_of_others_are_passed_over(void **state)
{
	uint16_t first;
	struct media_relay *relay = relay_with_pairs(2, &first);
	struct media_session *s = media_relay_session(relay);
	struct addr peer = addr("127.0.0.1:5060");
	struct phone p = phone_on("127.0.0.1"), other;
	char taken[ADDR_TEXT_SIZE];

	/* The RTCP port of the first pair. */
	snprintf(taken, sizeof(taken), "127.0.0.1:%u", first + 1);
	other = phone_on(taken);
	media_session_peer(s, MEDIA_B, &peer);
	for (int i = 0; i < 3; i++) /* again and again the same port */
		assert_int_equal(
			tell(media_session_offer, s, MEDIA_A, &p.addr, "", "127.0.0.1"),
			first + 2);
	media_session_free(s);
	media_relay_free(relay);
	close(p.fd);
	close(other.fd);
}

static void a_family_that_is_not_served(void **state)
{
	struct media_config c = {
		.port_min = PORT_MIN,
		.port_max = PORT_MAX,
		.advertise4 = addr("127.0.0.1"),
		.clock = clock_real(),
		.random = random_real(),
	};
	struct media_relay *relay = NULL;
	struct media_session *s;
	struct phone p = phone_on("127.0.0.1");
	struct addr peer = addr("[::1]:5060");

	assert_int_equal(media_relay_new(&c, &relay), 0);
	s = media_relay_session(relay);
	media_session_peer(s, MEDIA_B, &peer);
	assert_int_equal(try_offer(s, &p), -EAFNOSUPPORT);
	media_session_free(s);
	media_relay_free(relay);
	close(p.fd);
}

static void configurations_that_are_refused(void **state)
{
	struct media_relay *relay = NULL;
	struct media_config c = { .port_min = PORT_MIN,
				  .port_max = PORT_MAX,
				  .clock = clock_real(),
				  .random = random_real() };

	assert_int_equal(media_relay_new(&c, &relay), -EINVAL);
	c.advertise4 = addr("127.0.0.1");
	c.port_max = PORT_MIN;
	assert_int_equal(media_relay_new(&c, &relay), -EINVAL);
	c.port_max = PORT_MAX;
	c.threads = 1000;
	assert_int_equal(media_relay_new(&c, &relay), -EINVAL);
	assert_null(relay);
	media_relay_free(NULL);
	media_session_free(NULL);
}

/* A clock that the relay's thread may read while the test moves it. */
static atomic_int_fast64_t shared_now_us;

static int64_t shared_mono_us(const struct clock *clock)
{
	return atomic_load(&shared_now_us);
}

static void silence_is_measured(void **state)
{
	const struct clock clock = { shared_mono_us, shared_mono_us };
	struct media_relay *relay = NULL;
	struct media_session *s;

	assert_int_equal(relay_open(PORT_MIN, PORT_MAX, &clock, &relay), 0);
	s = media_relay_session(relay);
	assert_int_equal(media_session_silence_ms(s), 0);
	atomic_fetch_add(&shared_now_us, 1500000);
	assert_int_equal(media_session_silence_ms(s), 1500);
	media_session_free(s);
	media_relay_free(relay);
}

static void many_calls_on_two_threads(void **state)
{
	struct media_config config = {
		.port_min = PORT_MIN,
		.port_max = PORT_MAX,
		.threads = 2,
		.bind4 = addr("127.0.0.1"),
		.advertise4 = addr("127.0.0.1"),
		.clock = clock_real(),
		.random = random_real(),
	};
	struct media_relay *relay = NULL;
	struct call calls[20];

	assert_int_equal(media_relay_new(&config, &relay), 0);
	for (size_t i = 0; i < COUNT(calls); i++)
		calls[i] = call_new(relay, "127.0.0.1:5060");
	for (size_t i = 0; i < COUNT(calls); i++)
		say(&calls[i].a, "127.0.0.1", calls[i].port_a, (char)('a' + i));
	for (size_t i = 0; i < COUNT(calls); i++)
		assert_int_equal(hear(&calls[i].b, NULL), 'a' + i);
	for (size_t i = 0; i < COUNT(calls); i++)
		call_free(&calls[i]);
	media_relay_free(relay);
}

static void no_memory_for_a_relay(void **state)
{
	struct media_relay *relay = NULL;

	for (unsigned n = 1;; n++) {
		int rc;

		fail_alloc_nth(n);
		rc = relay_open(PORT_MIN, PORT_MAX, clock_real(), &relay);
		if (!fail_alloc_off())
			break;
		assert_true(rc < 0);
		assert_null(relay);
	}
	media_relay_free(relay);
}

static void no_memory_for_an_offer(void **state)
{
	struct media_relay *relay = *state;
	struct media_session *s;
	struct phone p = phone_on("127.0.0.1");
	int rc = -ENOMEM;

	fail_alloc_nth(1);
	s = media_relay_session(relay);
	assert_true(fail_alloc_off());
	assert_null(s);
	s = media_relay_session(relay);
	for (unsigned n = 1; rc < 0; n++) {
		fail_alloc_nth(n);
		rc = try_offer(s, &p);
		assert_true(fail_alloc_off() ? rc == -ENOMEM : rc == 0);
	}
	media_session_free(s);
	close(p.fd);
}

int test_session(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),
		cmocka_unit_test(rtcp_on_the_port_above),
		cmocka_unit_test(rtcp_mux_on_one_port),
		cmocka_unit_test(quality_is_read),
		cmocka_unit_test(a_fax),
		cmocka_unit_test(where_packets_really_come_from),
		cmocka_unit_test(an_intruder_is_not_heard),
		cmocka_unit_test(no_media_to_loopback_for_others),
		cmocka_unit_test(what_is_no_rtp),
		cmocka_unit_test(fax_and_back),
		cmocka_unit_test(ports_stay_for_the_session),
		cmocka_unit_test(hold_and_back),
		cmocka_unit_test(ipv6_and_ipv4),
		cmocka_unit_test(one_offer_for_two_families),
		cmocka_unit_test(two_streams),
		cmocka_unit_test(echo),
		cmocka_unit_test(nothing_to_echo),
		cmocka_unit_test(the_pool_runs_out_and_fills_again),
		cmocka_unit_test(ports_of_others_are_passed_over),
		cmocka_unit_test(a_family_that_is_not_served),
		cmocka_unit_test(configurations_that_are_refused),
		cmocka_unit_test(silence_is_measured),
		cmocka_unit_test(many_calls_on_two_threads),
		cmocka_unit_test(no_memory_for_a_relay),
		cmocka_unit_test(no_memory_for_an_offer),
	};

	return cmocka_run_group_tests_name("media/session", tests, setup, teardown);
}
