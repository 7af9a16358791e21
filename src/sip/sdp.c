/* SPDX-License-Identifier: Apache-2.0 */
/* sip/sdp.c - Decodes session descriptions (RFC 4566, RFC 3605, RFC 5761).
 *
 * The order of lines is not insisted on, except that v= comes first and that c=, a= and b=
 * belong to the m= before them; lines may end in LF alone, the last one in nothing. */

#include "sip/sdp.h"

#include <errno.h>
#include <sys/socket.h>

#include "sip/sdp_line.h"

bool sdp_line_next(struct text *rest, struct sdp_line *ret)
{
	struct text line;

	if (rest->len == 0)
		return false;
	text_split(*rest, '\n', &line, rest);
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	ret->whole = line;
	ret->type = line.len >= 2 && line.p[1] == '=' ? line.p[0] : '\0';
	ret->value = text_from(line, 2);
	return true;
}

/* The next word of a value; blanks in a row count as one. */
static struct text next_word(struct text *rest)
{
	struct text word;

	*rest = text_trim(*rest);
	text_split(*rest, ' ', &word, rest);
	return word;
}

struct text sdp_attribute(struct text value, struct text *content)
{
	struct text name;

	text_split(value, ':', &name, content);
	return name;
}

static uint8_t family_of(struct text type)
{
	if (text_eq_nocase(type, TEXT("IP4")))
		return AF_INET;
	return text_eq_nocase(type, TEXT("IP6")) ? AF_INET6 : 0;
}

/* c=IN IP4 192.0.2.1/127: what follows the slash is multicast's and not looked at. */
static int decode_connection(struct text value, struct text *host, uint8_t *family)
{
	struct text net = next_word(&value);
	uint8_t f = family_of(next_word(&value));
	struct text h = next_word(&value);

	text_split(h, '/', &h, NULL);
	if (!text_eq_nocase(net, TEXT("IN")) || f == 0 || h.len == 0)
		return -EBADMSG;
	*host = h;
	*family = f;
	return 0;
}

/* m=audio 49170/2 RTP/AVP 0 8 */
static int decode_media(struct text value, struct sdp_media *m)
{
	struct text port;
	uint32_t number;

	m->type = next_word(&value);
	port = next_word(&value);
	m->proto = next_word(&value);
	m->formats = text_trim(value);
	text_split(port, '/', &port, NULL);
	if (text_to_u32(port, UINT16_MAX, &number) < 0 || m->proto.len == 0 ||
	    m->formats.len == 0)
		return -EBADMSG;
	m->port = (uint16_t)number;
	return 0;
}

static int decode_rtcp(struct text content, struct sdp_media *m)
{
	uint32_t port;

	if (text_to_u32(next_word(&content), UINT16_MAX, &port) < 0 || port == 0)
		return -EBADMSG;
	m->rtcp_port = (uint16_t)port;
	return 0;
}

static const struct {
	struct text name;
	enum sdp_direction direction;
} directions[] = {
	{ TEXT_INIT("sendrecv"), SDP_SENDRECV },
	{ TEXT_INIT("sendonly"), SDP_SENDONLY },
	{ TEXT_INIT("recvonly"), SDP_RECVONLY },
	{ TEXT_INIT("inactive"), SDP_INACTIVE },
};

/* a=rtpmap:97 opus/48000/2 */
static void decode_rtpmap(struct text content, struct sdp_media *m)
{
	struct text first, clock;
	uint32_t hz;

	text_split(m->formats, ' ', &first, NULL);
	if (m->clock_hz || !text_eq(next_word(&content), first))
		return;
	text_split(content, '/', NULL, &clock);
	text_split(clock, '/', &clock, NULL);
	if (text_to_u32(text_trim(clock), UINT32_MAX, &hz) == 0)
		m->clock_hz = hz;
}

static int decode_attribute(struct text value, struct sdp_media *m)
{
	struct text content, name = sdp_attribute(value, &content);

	for (size_t i = 0; i < sizeof(directions) / sizeof(directions[0]); i++) {
		if (text_eq(name, directions[i].name))
			m->direction = directions[i].direction;
	}
	if (text_eq(name, TEXT("rtpmap")))
		decode_rtpmap(content, m);
	if (text_eq(name, TEXT("rtcp-mux")))
		m->rtcp_mux = true;
	if (text_eq(name, TEXT("rtcp")))
		return decode_rtcp(content, m);
	return 0;
}

/* session stands for the media of the lines before the first m=. */
static int decode_line(const struct sdp_line *line, struct sdp *sdp,
		       struct sdp_media *session)
{
	struct sdp_media *m =
		sdp->media_count > 0 ? &sdp->media[sdp->media_count - 1] : session;

	switch (line->type) {
	case 'm':
		if (sdp->media_count == SDP_MEDIA_MAX)
			return -EBADMSG;
		m = &sdp->media[sdp->media_count++];
		*m = (struct sdp_media){ .direction = session->direction };
		return decode_media(line->value, m);
	case 'c':
		return decode_connection(line->value, &m->connection, &m->family);
	case 'a':
		return decode_attribute(line->value, m);
	case '\0': /* blank lines are found at the end */
		return line->whole.len == 0 ? 0 : -EBADMSG;
	default:
		return 0;
	}
}

/* What a stream did not say itself it has from the session. */
static int inherit(struct sdp *sdp, const struct sdp_media *session)
{
	sdp->connection = session->connection;
	sdp->family = session->family;
	for (size_t i = 0; i < sdp->media_count; i++) {
		struct sdp_media *m = &sdp->media[i];

		if (m->connection.len == 0) {
			m->connection = session->connection;
			m->family = session->family;
		}
		if (m->port > 0 && m->connection.len == 0)
			return -EBADMSG;
		if (m->rtcp_mux)
			m->rtcp_port = m->port;
		else if (m->rtcp_port == 0 && m->port > 0 && m->port < UINT16_MAX)
			m->rtcp_port = (uint16_t)(m->port + 1);
	}
	return 0;
}

int sdp_decode(struct text body, struct sdp *ret)
{
	struct sdp sdp = { .bytes = body };
	struct sdp_media session = { .direction = SDP_SENDRECV };
	struct text rest = body;
	struct sdp_line line;

	if (!sdp_line_next(&rest, &line) || !text_eq(line.whole, TEXT("v=0")) ||
	    text_find(rest, '\0') >= 0)
		return -EBADMSG;
	for (unsigned n = 1; sdp_line_next(&rest, &line); n++) {
		if (n == SDP_LINES_MAX || text_find(line.whole, '\r') >= 0 ||
		    decode_line(&line, &sdp, &session) < 0)
			return -EBADMSG;
	}
	if (inherit(&sdp, &session) < 0)
		return -EBADMSG;
	*ret = sdp;
	return 0;
}
