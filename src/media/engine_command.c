/* SPDX-License-Identifier: Apache-2.0 */
/* media/engine_command.c - rtpengine's commands offer, answer, query and delete. */

#include "media/engine_command.h"

#include <errno.h>
#include <stdio.h>

#include "media/bencode.h"
#include "media/latch.h"

enum { TAG_SIZE = 18 };

/* How each is offered. In an answer rtpengine keeps to what was offered. */
static const struct profile {
	const char *transport;
	const char *ice;
	const char *dtls; /* NULL: as rtpengine likes */
	const char *sdes;
	const char *rtcp_mux;
} profiles[] = {
	[ENGINE_PLAIN] = { "RTP/AVP", "remove", "off", NULL, "demux" },
	[ENGINE_SDES] = { "RTP/SAVP", "remove", "off", NULL, "demux" },
	[ENGINE_WEB] = { "UDP/TLS/RTP/SAVPF", "force", NULL, "off", "offer" },
};

static enum media_side other(enum media_side side)
{
	return side == MEDIA_A ? MEDIA_B : MEDIA_A;
}

static enum engine_profile profile_of(const struct engine_call *c, enum media_side side)
{
	if (c->sides[side].profile)
		return c->sides[side].profile;
	return c->sides[side].web ? ENGINE_WEB : ENGINE_PLAIN;
}

static bool is_rtp(struct text proto)
{
	size_t at;

	return text_find_text(proto, TEXT("RTP/"), &at);
}

/* By the first stream that carries RTP. */
static enum engine_profile spoken(const struct sdp *sdp)
{
	for (size_t i = 0; i < sdp->media_count; i++) {
		struct text proto = sdp->media[i].proto;
		size_t at;

		if (sdp->media[i].port == 0 || !is_rtp(proto))
			continue;
		if (text_starts_nocase(proto, TEXT("UDP/TLS/")))
			return ENGINE_WEB;
		return text_find_text(proto, TEXT("SAVP"), &at) ? ENGINE_SDES
								: ENGINE_PLAIN;
	}
	return ENGINE_UNKNOWN;
}

static void put_list(struct buf *b, const char *key, const char *first,
		     const char *second)
{
	bencode_put(b, text_of(key));
	buf_putc(b, 'l');
	bencode_put(b, text_of(first));
	if (second)
		bencode_put(b, text_of(second));
	buf_putc(b, 'e');
}

static void begin(struct buf *b, const char *command, const struct engine_call *c)
{
	buf_putc(b, 'd');
	bencode_put_pair(b, "command", text_of(command));
	bencode_put_pair(b, "call-id", text_of(c->id));
}

static bool believable(const struct sdp_media *m, const struct addr *signalling)
{
	struct addr a;

	if (addr_decode(m->connection, m->port, &a) < 0)
		return false;
	return addr_is_any(&a) || latch_may_announce(&a, signalling);
}

/* An address that the relay would not send to unheard is rtpengine's neither: it takes the
 * signalling's, until it hears where the side is. */
static void put_source(struct buf *b, const struct addr *signalling,
		       const struct sdp *sdp)
{
	char host[ADDR_TEXT_SIZE];
	bool good = true;

	if (!signalling->family)
		return;
	for (size_t i = 0; i < sdp->media_count; i++) {
		if (sdp->media[i].port)
			good = good && believable(&sdp->media[i], signalling);
	}
	if (good)
		return;
	put_list(b, "flags", "SIP-source-address", NULL);
	put_list(b, "received-from", signalling->family == AF_INET6 ? "IP6" : "IP4",
		 addr_encode_host(host, signalling, false));
}

static void put_family(struct buf *b, const struct addr *to, const struct sdp *sdp)
{
	uint8_t family = sdp->media_count ? sdp->media[0].family : sdp->family;

	if (to->family && to->family != family)
		bencode_put_pair(b, "address-family",
				 to->family == AF_INET6 ? TEXT("IP6") : TEXT("IP4"));
}

static void put_profile(struct buf *b, const struct profile *p, bool offer, bool rtp)
{
	bencode_put_pair(b, "ICE", text_of(p->ice));
	if (p->dtls)
		bencode_put_pair(b, "DTLS", text_of(p->dtls));
	if (p->sdes)
		put_list(b, "SDES", p->sdes, NULL);
	if (!offer)
		return;
	put_list(b, "rtcp-mux", p->rtcp_mux, NULL);
	if (rtp)
		bencode_put_pair(b, "transport-protocol", text_of(p->transport));
}

static void put_tag(struct buf *b, const char *key, const struct engine_call *c,
		    uint64_t who, enum media_side side)
{
	char tag[TAG_SIZE] = { side == MEDIA_A ? 'a' : 'b' };

	if (who && (side == MEDIA_B || c->late))
		snprintf(tag + 1, sizeof(tag) - 1, "%016llx", (unsigned long long)who);
	bencode_put_pair(b, key, text_of(tag));
}

/* Several may answer A's one offer, whose port they all send to: rtpengine takes them for
 * branches of it when they have tags of their own and its via-branch, and then tells A another
 * port for each. Who offers by itself has both ports to itself, by a tag of A's own for it. */
static void put_tags(struct buf *b, const struct engine_call *c, uint64_t who,
		     enum media_side offers, bool first)
{
	put_tag(b, "from-tag", c, who, offers);
	if (!first || who)
		put_tag(b, "to-tag", c, who, other(offers));
	if (!c->late)
		bencode_put_pair(b, "via-branch", TEXT("b"));
}

void engine_describe_put(struct buf *b, struct engine_call *c, uint64_t who,
			 enum media_side from, enum media_role role,
			 const struct sdp *sdp)
{
	enum media_side to = other(from);
	enum engine_profile own = spoken(sdp);
	bool first = !c->begun;

	if (own)
		c->sides[from].profile = own;
	if (first)
		c->late = from == MEDIA_B;
	c->begun = true;
	begin(b, role == MEDIA_OFFER ? "offer" : "answer", c);
	/* The one who offered is always "from". */
	put_tags(b, c, who, role == MEDIA_OFFER ? from : to, first);
	put_profile(b, &profiles[profile_of(c, to)], role == MEDIA_OFFER, own);
	put_source(b, &c->sides[from].signalling, sdp);
	put_family(b, &c->sides[to].signalling, sdp);
	bencode_put_pair(b, "sdp", sdp->bytes);
	buf_putc(b, 'e');
}

void engine_query_put(struct buf *b, const struct engine_call *c)
{
	begin(b, "query", c);
	buf_putc(b, 'e');
}

/* At once: by itself it would wait half a minute. */
void engine_delete_put(struct buf *b, const struct engine_call *c)
{
	begin(b, "delete", c);
	bencode_put(b, TEXT("delete-delay"));
	buf_puts(b, "i0e");
	buf_putc(b, 'e');
}

static bool is_ok(struct text reply)
{
	struct text result;

	return bencode_find_text(reply, "result", &result) == 0 &&
	       text_eq(result, TEXT("ok"));
}

int engine_reply(struct text reply, const struct engine_call *c, enum media_side from,
		 struct buf *ret)
{
	struct text text;
	struct sdp sdp;

	if (!is_ok(reply))
		return -ECONNREFUSED;
	if (bencode_find_text(reply, "sdp", &text) < 0 || sdp_decode(text, &sdp) < 0)
		return -EBADMSG;
	sdp_clean(ret, &sdp, profile_of(c, other(from)) == ENGINE_WEB);
	return ret->error;
}

int engine_packets(struct text reply, uint64_t *ret)
{
	struct text totals, rtp, packets;

	if (!is_ok(reply))
		return -ENOENT;
	if (bencode_find(reply, TEXT("totals"), &totals) < 0 ||
	    bencode_find(totals, TEXT("RTP"), &rtp) < 0 ||
	    bencode_find(rtp, TEXT("packets"), &packets) < 0)
		return -EBADMSG;
	return bencode_number(packets, ret);
}
