/* SPDX-License-Identifier: Apache-2.0 */
/* media/packet.c - A packet's way through the relay. Runs on the relay's thread. */

#include "media/relay.h"
#include "media/rtcp.h"

enum {
	RTP_HEADER_MIN = 12, /* RFC 3550 5.1 */
	RTCP_HEADER_MIN = 8, /* RFC 3550 6.4.2, an empty receiver report */
	RTP_VERSION = 2,
	RTCP_TYPE_FIRST = 192, /* on the RTP port with rtcp-mux (RFC 5761 4) */
	RTCP_TYPE_LAST = 223,
	UDPTL_MIN =
		4, /* T.38 annex: a number, the length of what follows, at least that */
	CLOCK_HZ = 8000, /* of telephony's codecs */
};

static void count(atomic_uint_fast64_t *counter, uint64_t n)
{
	/* One thread writes: no need for an atomic addition. */
	atomic_store_explicit(counter,
			      atomic_load_explicit(counter, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

static bool is_rtcp(struct text packet)
{
	uint8_t type = (uint8_t)packet.p[1];

	return type >= RTCP_TYPE_FIRST && type <= RTCP_TYPE_LAST;
}

/* Nothing else has business here: neither STUN nor what a scanner sends. */
static bool well_formed(struct text packet, enum media_kind kind,
			enum stream_content content)
{
	size_t min = kind == MEDIA_RTP ? RTP_HEADER_MIN : RTCP_HEADER_MIN;

	if (content == CONTENT_RAW)
		return kind == MEDIA_RTP && packet.len >= UDPTL_MIN;
	if (packet.len >= RTCP_HEADER_MIN && is_rtcp(packet))
		min = RTCP_HEADER_MIN;
	return packet.len >= min && (uint8_t)packet.p[0] >> 6 == RTP_VERSION;
}

static bool pass_on(struct stream_end *to, enum media_kind kind, struct text packet)
{
	const struct addr *target = latch_target(&to->latches[kind]);
	struct sockaddr_storage ss;
	socklen_t len;
	int fd;

	if (!target)
		return false;
	fd = to->sockets[target->family == AF_INET6 ? MEDIA_IPV6 : MEDIA_IPV4][kind]
		     .watch.fd;
	if (fd < 0)
		return false;
	len = addr_to_sockaddr(target, &ss);
	return sendto(fd, packet.p, packet.len, 0, (struct sockaddr *)&ss, len) >= 0;
}

static void keep_largest(atomic_uint_fast32_t *place, uint64_t n)
{
	if (n <= UINT32_MAX && n > atomic_load_explicit(place, memory_order_relaxed))
		atomic_store_explicit(place, n, memory_order_relaxed);
}

/* The time from here to that side and back, when it names the report that we saw pass. */
static void measure_trip(struct stream_end *end, const struct rtcp_report *r,
			 int64_t now_us)
{
	int64_t held_us = (int64_t)((uint64_t)r->delay * 1000000 >> 16);
	int64_t trip_us = now_us - end->stamped_us - held_us;

	if (r->last_sr && end->stamped_us && r->last_sr == end->stamp && trip_us > 0)
		keep_largest(&end->quality.rtt_us, (uint64_t)trip_us);
}

static void read_report(struct stream_end *end, struct text packet, int64_t now_us)
{
	struct stream_quality *q = &end->quality;
	struct stream_end *to = end->echo ? end : end->peer;
	uint32_t hz = end->clock_hz ? end->clock_hz : CLOCK_HZ;
	struct rtcp_report r;

	if (rtcp_report_decode(packet, &r) < 0)
		return;
	if (r.sent) {
		to->stamp = r.stamp;
		to->stamped_us = now_us;
	}
	if (!r.received)
		return;
	atomic_store_explicit(&q->lost, r.lost, memory_order_relaxed);
	keep_largest(&q->worst_fraction, r.fraction_lost);
	keep_largest(&q->jitter, (uint64_t)r.jitter * 1000000 / hz);
	measure_trip(end, &r, now_us);
	atomic_fetch_add_explicit(&q->reports, 1, memory_order_relaxed);
}

static bool take(struct stream_end *end, enum media_kind kind, const struct addr *from,
		 struct text packet)
{
	struct relay_session *s = end->session;
	int64_t now_us = loop_now_us(s->thread->loop);
	bool rtp;

	if (!well_formed(packet, kind, end->content) ||
	    !latch_take(&end->latches[kind], from, now_us))
		return false;
	rtp = end->content == CONTENT_RAW || (kind == MEDIA_RTP && !is_rtcp(packet));
	if (!rtp && end->content == CONTENT_RTP)
		read_report(end, packet, now_us);
	if (rtp)
		atomic_store_explicit(&s->heard_us, now_us, memory_order_relaxed);
	if (!pass_on(end->echo ? end : end->peer, kind, packet))
		return false;
	if (rtp) {
		count(&end->packets, 1);
		count(&end->bytes, packet.len);
	}
	return true;
}

static void take_message(struct stream_socket *s, struct mmsghdr *m)
{
	struct text packet = { m->msg_hdr.msg_iov->iov_base, m->msg_len };
	struct addr from;

	addr_from_sockaddr(&from, m->msg_hdr.msg_name);
	if ((m->msg_hdr.msg_flags & MSG_TRUNC) || !take(s->end, s->kind, &from, packet))
		count(&s->end->dropped, 1);
}

/* One batch a turn: a socket that is flooded does not starve the others. */
void media_packet_ready(struct watch *w, unsigned ready)
{
	struct stream_socket *s = container_of(w, struct stream_socket, watch);
	struct media_thread *t = s->end->session->thread;
	int got;

	for (size_t i = 0; i < MEDIA_BATCH; i++)
		t->messages[i].msg_hdr.msg_namelen = sizeof(t->packets[i].from);
	got = recvmmsg(w->fd, t->messages, MEDIA_BATCH, MSG_DONTWAIT, NULL);
	relay_session_apply(s->end->session);
	for (int i = 0; i < got; i++)
		take_message(s, &t->messages[i]);
}
