/* SPDX-License-Identifier: Apache-2.0 */
/* sip/sdp_line.h - A session description's lines. Internal to sip/. */
#ifndef SIP_SDP_LINE_H
#define SIP_SDP_LINE_H

#include "base/text.h"

struct sdp_line {
	char type;         /* 'm' of "m=..."; 0 when the line has no such form */
	struct text value; /* behind the '=' */
	struct text whole; /* without its line end */
};

/* Takes the next line. False at the end. */
bool sdp_line_next(struct text *rest, struct sdp_line *ret);
/* Name of an attribute, and what follows its colon. */
struct text sdp_attribute(struct text value, struct text *content);

#endif
