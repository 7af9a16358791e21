/* SPDX-License-Identifier: Apache-2.0 */
/* call/headers.h - Which headers we write, and the few of a peer's that cross. Whatever is
 * not named here stays on its side (RFC 7092: topology, product, identity). */
#ifndef CALL_HEADERS_H
#define CALL_HEADERS_H

#include "sip/encode.h"
#include "sip/msg.h"

/* Where a peer's header may cross to the other leg. */
enum headers_crossing {
	CROSS_END = 1,     /* BYE, CANCEL */
	CROSS_FAILURE = 2, /* 300-699 to INVITE */
	CROSS_INFO = 4,    /* INFO and its responses */
};
void headers_cross(struct buf *b, const struct sip_msg *from,
		   enum headers_crossing where);

/* The methods that we take for a call. */
#define HEADERS_ALLOW "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, UPDATE, REFER"

/* What sip_header_printf would write, for the headers of every message: the strings one
 * after the other, up to NULL; a number with what stands behind it. */
void headers_join(struct buf *b, enum sip_header_id id, ...) __attribute__((sentinel));
void headers_number(struct buf *b, enum sip_header_id id, uint32_t n, const char *behind);

/* Server or User-Agent, and Allow. */
void headers_server_put(struct buf *b);
void headers_agent_put(struct buf *b);
void headers_allow_put(struct buf *b);
/* The extensions that we know in a call; reliable: 100rel too. */
void headers_supported_put(struct buf *b, bool reliable);

/* The Record-Route set as one Route value, in order (12.1.1) or reversed (12.1.2); nothing
 * when there is none. More than fits the limit: error. */
void headers_routes(const struct sip_msg *m, bool reversed, struct buf *ret);
/* The first Contact's URI without its headers. -EBADMSG when there is none of sip(s). */
int headers_contact(const struct sip_msg *m, struct text *ret);
/* The session description: the body, or its part in a multipart body. -ENOENT: there is
 * none, -EPROTO: the body is of another type, -EBADMSG: the parts cannot be read. */
int headers_sdp(const struct sip_msg *m, struct text *ret);

#endif
