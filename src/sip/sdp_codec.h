/* SPDX-License-Identifier: Apache-2.0 */
/* sip/sdp_codec.h - Which codecs may be spoken: a list of names, and descriptions without
 * what does not stand on it (RFC 3551, RFC 4855). */
#ifndef SIP_SDP_CODEC_H
#define SIP_SDP_CODEC_H

#include "sip/sdp.h"

enum {
	SDP_CODECS_MAX = 32, /* names of a list */
	SDP_CODEC_SIZE = 24,
	SDP_FORMATS_MAX = 64, /* of one stream; those behind are left out */
};

/* "opus", "PCMA", "telephone-event"; an empty list lets all pass. */
struct sdp_codecs {
	char names[SDP_CODECS_MAX][SDP_CODEC_SIZE];
	unsigned count;
};

bool sdp_codec_allowed(const struct sdp_codecs *codecs, struct text name);
/* Everything that the description offers is allowed: it may stay as it is. */
bool sdp_codecs_allow(const struct sdp_codecs *codecs, const struct sdp *s);
/* Writes the description without the other payload types and what belongs to them; a stream
 * that loses all is refused (port 0). What carries no RTP (a fax) stays. -ENOENT: no stream
 * is left that carries more than tones and comfort noise; -ENOMEM. */
int sdp_filter(struct buf *b, const struct sdp *s, const struct sdp_codecs *codecs);

#endif
