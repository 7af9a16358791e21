/* SPDX-License-Identifier: Apache-2.0 */
/* sip/sdp_rewrite.c - A session description with our addresses in it, and with nothing
 * but what the call needs. */

#include <sys/socket.h>

#include "sip/sdp.h"
#include "sip/sdp_line.h"

/* What a call with sound, tones or fax needs. Everything else stays here: it would name
 * addresses, ports, names and products of the other side (ssrc's cname, path, candidate,
 * tool ...) or promise what a relay of RTP does not do (ICE, DTLS). */
static const struct text allowed[] = {
	TEXT_INIT("rtpmap"),   TEXT_INIT("fmtp"),        TEXT_INIT("ptime"),
	TEXT_INIT("maxptime"), TEXT_INIT("sendrecv"),    TEXT_INIT("sendonly"),
	TEXT_INIT("recvonly"), TEXT_INIT("inactive"),    TEXT_INIT("rtcp-mux"),
	TEXT_INIT("rtcp-fb"),  TEXT_INIT("silenceSupp"), TEXT_INIT("crypto"),
};

/* And what a browser needs, when it is rtpengine that speaks with it (RFC 8839, 8842). */
static const struct text allowed_web[] = {
	TEXT_INIT("group"),       TEXT_INIT("mid"),        TEXT_INIT("setup"),
	TEXT_INIT("fingerprint"), TEXT_INIT("tls-id"),     TEXT_INIT("candidate"),
	TEXT_INIT("ice-ufrag"),   TEXT_INIT("ice-pwd"),    TEXT_INIT("ice-lite"),
	TEXT_INIT("ice-options"), TEXT_INIT("rtcp-rsize"), TEXT_INIT("end-of-candidates"),
};

/* An answer of ours would promise encryption with it. */
static const struct text keys[] = { TEXT_INIT("crypto") };

static bool is_one_of(struct text name, const struct text *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (text_eq_nocase(name, names[i]))
			return true;
	}
	return false;
}

enum manner { REWRITTEN, ANSWERED, FOR_WEB };

static bool attribute_crosses(struct text value, enum manner manner)
{
	struct text name = sdp_attribute(value, NULL);

	if (manner == FOR_WEB &&
	    is_one_of(name, allowed_web, sizeof(allowed_web) / sizeof(allowed_web[0])))
		return true;
	if (manner == ANSWERED && is_one_of(name, keys, sizeof(keys) / sizeof(keys[0])))
		return false;
	return is_one_of(name, allowed, sizeof(allowed) / sizeof(allowed[0])) ||
	       text_starts_nocase(name, TEXT("T38"));
}

static void put_line(struct buf *b, struct text line)
{
	buf_put(b, line);
	buf_put(b, TEXT("\r\n"));
}

static void put_host(struct buf *b, const struct sdp_target *t)
{
	buf_puts(b, t->family == AF_INET6 ? "IN IP6 " : "IN IP4 ");
	put_line(b, t->host);
}

/* The session's line of that type: the first before any m=. */
static struct text session_line(const struct sdp *s, char type)
{
	struct text rest = s->bytes;
	struct sdp_line line;

	while (sdp_line_next(&rest, &line) && line.type != 'm') {
		if (line.type == type)
			return line.value;
	}
	return TEXT_NONE;
}

/* "-" for the user name; session id and version stay: RFC 3264 8 lives on them. */
static void put_origin(struct buf *b, struct text value, const struct sdp_target *t)
{
	struct text id, version;

	text_split(value, ' ', NULL, &value);
	text_split(value, ' ', &id, &value);
	text_split(value, ' ', &version, NULL);
	buf_put(b, TEXT("o=- "));
	buf_put(b, id.len > 0 ? id : TEXT("0"));
	buf_putc(b, ' ');
	buf_put(b, version.len > 0 ? version : TEXT("0"));
	buf_putc(b, ' ');
	put_host(b, t);
}

static void put_session(struct buf *b, const struct sdp *s, const struct sdp_target *t)
{
	struct text timing = session_line(s, 't');

	put_line(b, TEXT("v=0"));
	put_origin(b, session_line(s, 'o'), t);
	put_line(b, TEXT("s=-"));
	buf_put(b, TEXT("c="));
	put_host(b, t);
	buf_put(b, TEXT("t="));
	put_line(b, timing.len > 0 ? timing : TEXT("0 0"));
}

/* The hold of RFC 2543: "send me nothing" must arrive as such (RFC 3264 8.4). */
static bool is_held(const struct sdp_media *m)
{
	return text_eq(m->connection, TEXT("0.0.0.0")) ||
	       text_eq(m->connection, TEXT("::"));
}

static void put_media(struct buf *b, const struct sdp_media *m,
		      const struct sdp_target *t)
{
	struct sdp_target held = { .host = m->connection, .family = m->family };

	buf_put(b, TEXT("m="));
	buf_put(b, m->type);
	buf_putc(b, ' ');
	buf_put_u64(b, m->port > 0 ? t->port : 0);
	buf_putc(b, ' ');
	buf_put(b, m->proto);
	buf_putc(b, ' ');
	put_line(b, m->formats);
	if (m->port == 0)
		return;
	if (is_held(m)) {
		buf_put(b, TEXT("c="));
		put_host(b, &held);
	}
	if (!m->rtcp_mux && t->rtcp_port > 0 && t->rtcp_port != t->port + 1) {
		buf_put(b, TEXT("a=rtcp:"));
		buf_put_u64(b, t->rtcp_port);
		buf_put(b, TEXT("\r\n"));
	}
}

static void put_attribute(struct buf *b, const struct sdp_line *line, enum manner manner)
{
	bool answer = manner == ANSWERED;

	if (!attribute_crosses(line->value, manner))
		return;
	if (answer && text_eq(line->value, TEXT("sendonly")))
		put_line(b, TEXT("a=recvonly"));
	else if (answer && text_eq(line->value, TEXT("recvonly")))
		put_line(b, TEXT("a=sendonly"));
	else
		put_line(b, line->whole);
}

/* v=, o=, s=, c= and t= have been written; i=, u=, e=, p= and k= are not passed on. */
static void write_description(struct buf *b, const struct sdp *s,
			      const struct sdp_target *targets, enum manner manner)
{
	struct text rest = s->bytes;
	struct sdp_line line;
	size_t stream = 0;

	put_session(b, s, &targets[0]);
	while (sdp_line_next(&rest, &line)) {
		if (line.type == 'm') {
			put_media(b, &s->media[stream], &targets[stream]);
			stream++;
		} else if (line.type == 'a') {
			put_attribute(b, &line, manner);
		} else if (line.type == 'b') {
			put_line(b, line.whole);
		}
	}
}

void sdp_rewrite(struct buf *b, const struct sdp *s, const struct sdp_target *targets)
{
	write_description(b, s, targets, REWRITTEN);
}

void sdp_answer(struct buf *b, const struct sdp *offer, const struct sdp_target *targets)
{
	write_description(b, offer, targets, ANSWERED);
}

void sdp_clean(struct buf *b, const struct sdp *s, bool web)
{
	struct sdp_target targets[SDP_MEDIA_MAX] = { { .family = AF_INET } };

	for (size_t i = 0; i < s->media_count; i++) {
		const struct sdp_media *m = &s->media[i];

		targets[i] = (struct sdp_target){ m->connection, m->family, m->port,
						  m->rtcp_port };
	}
	if (targets[0].host.len == 0)
		targets[0].host = TEXT("0.0.0.0");
	write_description(b, s, targets, web ? FOR_WEB : REWRITTEN);
}
