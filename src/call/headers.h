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

/* Server or User-Agent, and Allow. */
void headers_server_put(struct buf *b);
void headers_agent_put(struct buf *b);
void headers_allow_put(struct buf *b);
/* "Warning: 399 ownline "text"" (20.43). */
void headers_warning_put(struct buf *b, const char *text);

/* The Record-Route set as one Route value, in order (12.1.1) or reversed (12.1.2); nothing
 * when there is none. More than fits the limit: error. */
void headers_routes(const struct sip_msg *m, bool reversed, struct buf *ret);
/* The first Contact's URI without its headers. -EBADMSG when there is none of sip(s). */
int headers_contact(const struct sip_msg *m, struct text *ret);
/* The session description: the body, or its part in a multipart body. -ENOENT: there is
 * none, -EPROTO: the body is of another type, -EBADMSG: the parts cannot be read. */
int headers_sdp(const struct sip_msg *m, struct text *ret);

#endif
