/* SPDX-License-Identifier: Apache-2.0 */
/* media/relay_session.c - The relay behind the backend's table: descriptions in, descriptions
 * out. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "media/update.h"

static const struct media_backend relay_backend;

static struct relay_session *relay_of(struct media_session *s)
{
	return container_of(s, struct relay_session, base);
}

struct media_session *media_relay_session(struct media_relay *relay)
{
	struct relay_session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->base.backend = &relay_backend;
	s->relay = relay;
	s->thread = media_thread_next(relay);
	pthread_mutex_init(&s->lock, NULL);
	atomic_init(&s->heard_us, clock_mono_us(relay->config.clock));
	atomic_fetch_add(&relay->sessions, 1);
	return &s->base;
}

static void end(struct media_session *base)
{
	relay_session_post_end(relay_of(base));
}

static void set_urgent(struct media_session *base)
{
	relay_of(base)->urgent = true;
}

static void set_peer(struct media_session *base, enum media_side side,
		     const struct addr *signalling)
{
	struct relay_session *s = relay_of(base);

	pthread_mutex_lock(&s->lock);
	s->peers[side] = *signalling;
	pthread_mutex_unlock(&s->lock);
}

static void end_init(struct relay_session *s, struct media_stream *stream,
		     enum media_side side)
{
	struct stream_end *end = &stream->ends[side];

	end->session = s;
	end->peer = &stream->ends[side == MEDIA_A ? MEDIA_B : MEDIA_A];
	for (enum media_family f = 0; f < MEDIA_FAMILIES; f++) {
		for (enum media_kind k = 0; k < MEDIA_KINDS; k++)
			end->sockets[f][k].watch.fd = -1;
	}
}

static struct media_stream *stream_get(struct relay_session *s, size_t i)
{
	struct media_stream *stream = s->streams[i];

	if (stream)
		return stream;
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return NULL;
	end_init(s, stream, MEDIA_A);
	end_init(s, stream, MEDIA_B);
	s->streams[i] = stream;
	return stream;
}

/* Opens the end's ports of that family unless they are open; the sockets go into u. */
static int end_open(struct stream_end *end, uint8_t family, struct update *u)
{
	enum media_family f = family == AF_INET6 ? MEDIA_IPV6 : MEDIA_IPV4;
	struct opened *o = &u->opened[u->opened_count];
	int rc;

	if (end->ports[f])
		return 0;
	rc = media_sockets_open(end->session->relay, family, end->session->urgent,
				&end->ports[f], o->fds);
	if (rc < 0)
		return rc;
	o->end = end;
	o->family = f;
	u->opened_count++;
	return 0;
}

static void update_discard(struct update *u)
{
	for (size_t i = 0; i < u->opened_count; i++) {
		struct opened *o = &u->opened[i];

		media_sockets_close(u->session->relay, o->end->ports[o->family], o->fds);
		o->end->ports[o->family] = 0;
	}
	free(u);
}

/* The family of our address that a side is told: that of its signalling. */
static uint8_t side_family(const struct relay_session *s, enum media_side side)
{
	uint8_t family = s->peers[side].family;

	if (family)
		return family;
	return s->relay->config.advertise4.family ? AF_INET : AF_INET6;
}

/* Where "side" is to send each stream that is not refused. The host's text goes to host. */
static int make_targets(struct relay_session *s, enum media_side side,
			const struct sdp *sdp, struct update *u,
			char host[ADDR_TEXT_SIZE],
			struct sdp_target targets[SDP_MEDIA_MAX])
{
	uint8_t family = side_family(s, side);
	const struct addr *ours = media_relay_advertised(s->relay, family);
	enum media_family f = family == AF_INET6 ? MEDIA_IPV6 : MEDIA_IPV4;

	if (!ours)
		return -EAFNOSUPPORT;
	addr_encode_host(host, ours, false);
	for (size_t i = 0; i < SDP_MEDIA_MAX; i++) {
		struct media_stream *stream;
		int rc;

		targets[i] =
			(struct sdp_target){ .host = text_of(host), .family = family };
		if (i >= sdp->media_count || sdp->media[i].port == 0)
			continue;
		stream = stream_get(s, i);
		if (!stream)
			return -ENOMEM;
		rc = end_open(&stream->ends[side], family, u);
		if (rc < 0)
			return rc;
		targets[i].port = stream->ends[side].ports[f];
	}
	return 0;
}

/* The address that a stream names, family 0 when it is a host name or nonsense: then only
 * its packets tell where it is. IPv4 in IPv6 becomes IPv4, so that no check is bypassed. */
static struct addr announced(const struct sdp_media *m, uint16_t port)
{
	struct sockaddr_storage ss;
	struct addr a = { .family = AF_INET };

	if (m->port == 0)
		return a; /* any: nothing is sent to a stream that is refused or removed */
	if (addr_decode(m->connection, port, &a) < 0)
		return (struct addr){ 0 };
	addr_to_sockaddr(&a, &ss);
	addr_from_sockaddr(&a, &ss);
	a.port = port;
	return a;
}

static enum stream_content content_of(const struct sdp_media *m)
{
	size_t at;

	if (!text_find_text(m->proto, TEXT("RTP/"), &at))
		return CONTENT_RAW;
	return text_find_text(m->proto, TEXT("SAVP"), &at) ? CONTENT_SECURE : CONTENT_RTP;
}

static int note_remotes(struct relay_session *s, enum media_side from,
			const struct sdp *sdp, struct update *u)
{
	u->signalling = s->peers[from];
	for (size_t i = 0; i < sdp->media_count; i++) {
		const struct sdp_media *m = &sdp->media[i];
		struct media_stream *stream;

		if (m->port == 0 && !s->streams[i])
			continue;
		stream = stream_get(s, i);
		if (!stream)
			return -ENOMEM;
		u->remotes[i].end = &stream->ends[from];
		u->remotes[i].content = content_of(m);
		u->remotes[i].clock_hz = m->clock_hz;
		u->remotes[i].announced[MEDIA_RTP] = announced(m, m->port);
		u->remotes[i].announced[MEDIA_RTCP] = announced(m, m->rtcp_port);
	}
	return 0;
}

static int describe(struct relay_session *s, enum media_side from, enum media_side to,
		    const struct sdp *sdp, struct buf *out)
{
	struct sdp_target targets[SDP_MEDIA_MAX];
	char host[ADDR_TEXT_SIZE];
	struct update *u = calloc(1, sizeof(*u));
	int rc;

	if (!u)
		return -ENOMEM;
	u->session = s;
	u->echo = from == to;
	rc = make_targets(s, to, sdp, u, host, targets);
	if (rc == 0)
		rc = note_remotes(s, from, sdp, u);
	if (rc == 0) {
		if (u->echo)
			sdp_answer(out, sdp, targets);
		else
			sdp_rewrite(out, sdp, targets);
		rc = out->error;
	}
	if (rc < 0)
		update_discard(u);
	else
		media_update_post(u);
	return rc;
}

static int locked_describe(struct relay_session *s, enum media_side from,
			   enum media_side to, const struct sdp *sdp, struct buf *out)
{
	int rc;

	pthread_mutex_lock(&s->lock);
	rc = describe(s, from, to, sdp, out);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

static int pass_on(struct media_session *s, enum media_side from, enum media_role role,
		   const struct sdp *sdp, struct buf *out)
{
	return locked_describe(relay_of(s), from, from == MEDIA_A ? MEDIA_B : MEDIA_A,
			       sdp, out);
}

static void go_back(struct media_session *s, enum media_side from,
		    const struct sdp *before)
{
	struct buf ignored = BUF_GROWING;

	pass_on(s, from, MEDIA_OFFER, before, &ignored);
	buf_free(&ignored);
}

static bool can_echo(const struct sdp_media *m)
{
	return m->port > 0 && text_eq_nocase(m->type, TEXT("audio")) &&
	       (text_eq_nocase(m->proto, TEXT("RTP/AVP")) ||
		text_eq_nocase(m->proto, TEXT("RTP/AVPF")));
}

static int echo(struct media_session *s, enum media_side side, const struct sdp *offer,
		struct buf *answer)
{
	struct sdp taken = *offer;
	bool any = false;

	for (size_t i = 0; i < taken.media_count; i++) {
		if (can_echo(&taken.media[i]))
			any = true;
		else
			taken.media[i].port = 0;
	}
	return any ? locked_describe(relay_of(s), side, side, &taken, answer) : -ENOENT;
}

static int64_t silence_ms(struct media_session *base)
{
	const struct relay_session *s = relay_of(base);
	int64_t heard_us = atomic_load_explicit(&s->heard_us, memory_order_relaxed);
	int64_t now_us = clock_mono_us(s->relay->config.clock);

	return now_us > heard_us ? (now_us - heard_us) / 1000 : 0;
}

static struct media_count count(struct media_session *base, enum media_side side)
{
	struct relay_session *s = relay_of(base);
	struct media_count sum = { 0 };

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < SDP_MEDIA_MAX; i++) {
		const struct stream_end *end;

		if (!s->streams[i])
			continue;
		end = &s->streams[i]->ends[side];
		sum.packets += atomic_load_explicit(&end->packets, memory_order_relaxed);
		sum.bytes += atomic_load_explicit(&end->bytes, memory_order_relaxed);
		sum.dropped += atomic_load_explicit(&end->dropped, memory_order_relaxed);
	}
	pthread_mutex_unlock(&s->lock);
	return sum;
}

static uint32_t larger(uint32_t a, atomic_uint_fast32_t *b)
{
	uint32_t value = (uint32_t)atomic_load_explicit(b, memory_order_relaxed);

	return value > a ? value : a;
}

static void add_quality(struct media_quality *sum, struct stream_end *end)
{
	struct stream_quality *q = &end->quality;
	uint32_t reports =
		(uint32_t)atomic_load_explicit(&q->reports, memory_order_relaxed);

	if (!reports)
		return;
	sum->reports += reports;
	sum->lost += (uint32_t)atomic_load_explicit(&q->lost, memory_order_relaxed);
	sum->worst_percent = larger(sum->worst_percent, &q->worst_fraction);
	sum->jitter_us = larger(sum->jitter_us, &q->jitter);
	sum->rtt_us = larger(sum->rtt_us, &q->rtt_us);
}

static struct media_quality quality(struct media_session *base, enum media_side side)
{
	struct relay_session *s = relay_of(base);
	struct media_quality sum = { 0 };

	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < SDP_MEDIA_MAX; i++) {
		if (s->streams[i])
			add_quality(&sum, &s->streams[i]->ends[side]);
	}
	pthread_mutex_unlock(&s->lock);
	sum.worst_percent = sum.worst_percent * 100 / 256;
	return sum;
}

static const struct media_backend relay_backend = {
	.name = "relay",
	.free = end,
	.urgent = set_urgent,
	.peer = set_peer,
	.describe = pass_on,
	.go_back = go_back,
	.echo = echo,
	.silence_ms = silence_ms,
	.count = count,
	.quality = quality,
};
