/* SPDX-License-Identifier: Apache-2.0 */
/* sip/sdp_codec.c - Leaves codecs out of a session description. */

#include "sip/sdp_codec.h"

#include <errno.h>

#include "sip/sdp_line.h"

enum { PAYLOAD_TYPES = 128 };

/* RFC 3551 6: what needs no rtpmap. */
static const struct text statics[PAYLOAD_TYPES] = {
	[0] = TEXT_INIT("PCMU"),  [3] = TEXT_INIT("GSM"),    [4] = TEXT_INIT("G723"),
	[5] = TEXT_INIT("DVI4"),  [6] = TEXT_INIT("DVI4"),   [7] = TEXT_INIT("LPC"),
	[8] = TEXT_INIT("PCMA"),  [9] = TEXT_INIT("G722"),   [10] = TEXT_INIT("L16"),
	[11] = TEXT_INIT("L16"),  [12] = TEXT_INIT("QCELP"), [13] = TEXT_INIT("CN"),
	[14] = TEXT_INIT("MPA"),  [15] = TEXT_INIT("G728"),  [16] = TEXT_INIT("DVI4"),
	[17] = TEXT_INIT("DVI4"), [18] = TEXT_INIT("G729"),  [25] = TEXT_INIT("CelB"),
	[26] = TEXT_INIT("JPEG"), [28] = TEXT_INIT("nv"),    [31] = TEXT_INIT("H261"),
	[32] = TEXT_INIT("MPV"),  [33] = TEXT_INIT("MP2T"),  [34] = TEXT_INIT("H263"),
};

/* They come with a codec, and say nothing without one. */
static const struct text companions[] = {
	TEXT_INIT("telephone-event"),
	TEXT_INIT("CN"),
	TEXT_INIT("red"),
	TEXT_INIT("rtx"),
};

/* What becomes of one stream. */
struct stream {
	bool rtp, alive;
	bool kept[PAYLOAD_TYPES];
};

bool sdp_codec_allowed(const struct sdp_codecs *codecs, struct text name)
{
	for (unsigned i = 0; i < codecs->count; i++) {
		if (text_eq_nocase(name, text_of(codecs->names[i])))
			return true;
	}
	return codecs->count == 0;
}

static bool is_companion(struct text name)
{
	for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]); i++) {
		if (text_eq_nocase(name, companions[i]))
			return true;
	}
	return false;
}

/* The number that "96 opus/48000/2" or "96 useinbandfec=1" begins with. */
static bool take_payload(struct text *rest, uint32_t *ret)
{
	struct text number;

	text_split(text_trim(*rest), ' ', &number, rest);
	*rest = text_trim(*rest);
	return text_to_u32(number, PAYLOAD_TYPES - 1, ret) == 0;
}

/* The names of one stream's payload types: as rtpmap says first, else as everybody knows. */
static void read_names(struct text lines, struct text names[PAYLOAD_TYPES])
{
	struct sdp_line line;

	for (size_t i = 0; i < PAYLOAD_TYPES; i++)
		names[i] = TEXT_NONE;
	while (sdp_line_next(&lines, &line) && line.type != 'm') {
		struct text content, name;
		uint32_t n;

		if (line.type != 'a' ||
		    !text_eq_nocase(sdp_attribute(line.value, &content),
				    TEXT("rtpmap")) ||
		    !take_payload(&content, &n) || names[n].len > 0)
			continue;
		text_split(content, '/', &name, NULL);
		names[n] = text_trim(name);
	}
	for (size_t i = 0; i < PAYLOAD_TYPES; i++) {
		if (names[i].len == 0)
			names[i] = statics[i];
	}
}

static void judge(struct stream *stream, const struct sdp_media *m, struct text lines,
		  const struct sdp_codecs *codecs)
{
	struct text names[PAYLOAD_TYPES], rest = m->formats;
	size_t at;

	*stream = (struct stream){ .rtp = text_find_text(m->proto, TEXT("RTP/"), &at) };
	stream->alive = m->port > 0 && !stream->rtp;
	if (!stream->rtp)
		return;
	read_names(lines, names);
	for (unsigned i = 0; i < SDP_FORMATS_MAX && rest.len > 0; i++) {
		uint32_t n;

		if (!take_payload(&rest, &n) || names[n].len == 0 ||
		    !sdp_codec_allowed(codecs, names[n]))
			continue;
		stream->kept[n] = true;
		if (m->port > 0 && !is_companion(names[n]))
			stream->alive = true;
	}
}

static void put(struct buf *b, struct text line)
{
	buf_put(b, line);
	buf_put(b, TEXT("\r\n"));
}

static void put_kept(struct buf *b, const struct stream *stream, struct text formats)
{
	bool seen[PAYLOAD_TYPES] = { false };

	for (unsigned i = 0; i < SDP_FORMATS_MAX && formats.len > 0; i++) {
		uint32_t n;

		if (!take_payload(&formats, &n) || !stream->kept[n] || seen[n])
			continue;
		seen[n] = true;
		buf_putc(b, ' ');
		buf_put_u64(b, n);
	}
}

/* A refused stream needs a format all the same (RFC 3264 6). */
static void put_media(struct buf *b, const struct stream *stream,
		      const struct sdp_media *m, const struct sdp_line *line)
{
	struct text first;

	if (!stream->rtp || m->port == 0) {
		put(b, line->whole);
		return;
	}
	buf_put(b, TEXT("m="));
	buf_put(b, m->type);
	buf_putc(b, ' ');
	buf_put_u64(b, stream->alive ? m->port : 0);
	buf_putc(b, ' ');
	buf_put(b, m->proto);
	if (stream->alive) {
		put_kept(b, stream, m->formats);
	} else {
		text_split(m->formats, ' ', &first, NULL);
		buf_putc(b, ' ');
		buf_put(b, first);
	}
	buf_put(b, TEXT("\r\n"));
}

static const struct text by_payload[] = {
	TEXT_INIT("rtpmap"),
	TEXT_INIT("fmtp"),
	TEXT_INIT("rtcp-fb"),
};

static bool belongs_to_kept(const struct stream *stream, struct text value)
{
	struct text content, name = sdp_attribute(value, &content);
	uint32_t n;

	for (size_t i = 0; i < sizeof(by_payload) / sizeof(by_payload[0]); i++) {
		if (text_eq_nocase(name, by_payload[i]))
			return text_starts(text_trim(content), TEXT("*")) ||
			       (take_payload(&content, &n) && stream->kept[n]);
	}
	return true;
}

int sdp_filter(struct buf *b, const struct sdp *s, const struct sdp_codecs *codecs)
{
	struct text rest = s->bytes;
	struct stream stream = { 0 };
	struct sdp_line line;
	bool alive = false, streams = false;
	size_t at = 0;

	while (sdp_line_next(&rest, &line)) {
		if (line.type == 'm') {
			judge(&stream, &s->media[at], rest, codecs);
			streams = streams || s->media[at].port > 0;
			alive = alive || stream.alive;
			put_media(b, &stream, &s->media[at++], &line);
		} else if (at == 0 || !stream.rtp || line.type != 'a' ||
			   (stream.alive && belongs_to_kept(&stream, line.value))) {
			put(b, line.whole);
		}
	}
	if (b->error)
		return b->error;
	return alive || !streams ? 0 : -ENOENT;
}

bool sdp_codecs_allow(const struct sdp_codecs *codecs, const struct sdp *s)
{
	struct text rest = s->bytes;
	struct sdp_line line;
	size_t at = 0;

	if (codecs->count == 0)
		return true;
	while (sdp_line_next(&rest, &line)) {
		struct stream stream;
		struct text formats;

		if (line.type != 'm')
			continue;
		judge(&stream, &s->media[at], rest, codecs);
		formats = s->media[at++].formats;
		if (!stream.rtp || s->media[at - 1].port == 0)
			continue;
		for (unsigned i = 0; formats.len > 0; i++) {
			uint32_t n;

			if (i == SDP_FORMATS_MAX || !take_payload(&formats, &n) ||
			    !stream.kept[n])
				return false;
		}
	}
	return true;
}
