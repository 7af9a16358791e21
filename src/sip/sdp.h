/* SPDX-License-Identifier: Apache-2.0 */
/* sip/sdp.h - Session descriptions (RFC 4566), as far as a relay and a policy need them:
 * decoded in place, rewritten by copying with other addresses. */
#ifndef SIP_SDP_H
#define SIP_SDP_H

#include "base/buf.h"
#include "base/text.h"

enum { SDP_MEDIA_MAX = 8, SDP_LINES_MAX = 512 };

enum sdp_direction { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };

struct sdp_media {
	struct text type;       /* "audio" */
	struct text proto;      /* "RTP/AVP" */
	struct text formats;    /* "0 8 101" */
	uint16_t port;          /* 0: refused or removed */
	struct text connection; /* address of its own c= or the session's; may be empty */
	uint8_t family;         /* AF_INET, AF_INET6, 0 */
	uint16_t rtcp_port;     /* a=rtcp, or port + 1 */
	bool rtcp_mux;
	uint32_t clock_hz; /* of its first format, as rtpmap says; 0: not said */
	enum sdp_direction direction;
};

struct sdp {
	struct text bytes;
	struct text connection; /* session level, may be empty */
	uint8_t family;
	struct sdp_media media[SDP_MEDIA_MAX];
	size_t media_count;
};

/* 0 or -EBADMSG. A stream that is not refused has a connection address. */
int sdp_decode(struct text body, struct sdp *ret);

/* Where a media stream shall go instead. */
struct sdp_target {
	struct text host; /* without brackets */
	uint8_t family;
	uint16_t port;
	uint16_t rtcp_port; /* 0: port + 1 */
};
/* Writes the description with "host" of targets[0] in o= and one c=, each stream's port
 * replaced by that of its target; removed streams (port 0) stay removed, and one held with
 * 0.0.0.0 stays held. What a call does not need is left out: the user name of o=, s=,
 * i=, u=, e=, p=, k=, and every attribute but those of codecs, packet time, direction, RTCP
 * feedback, SDES keys and T.38.
 * targets has an entry for every stream, and at least one. */
void sdp_rewrite(struct buf *b, const struct sdp *s, const struct sdp_target *targets);
/* Likewise with its own addresses, as rtpengine wrote it; for "web" what WebRTC needs stays
 * as well (ICE, DTLS, BUNDLE). */
void sdp_clean(struct buf *b, const struct sdp *s, bool web);
/* Likewise, as our own answer to that offer: directions are turned round, and keys are not
 * given back. */
void sdp_answer(struct buf *b, const struct sdp *offer, const struct sdp_target *targets);

#endif
