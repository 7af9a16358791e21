/* SPDX-License-Identifier: Apache-2.0 */
/* net/ws_head.h - The opening handshake of a WebSocket for SIP (RFC 6455 4.2, RFC 7118 4),
 * read strictly. No I/O. */
#ifndef NET_WS_HEAD_H
#define NET_WS_HEAD_H

#include "base/buf.h"

enum { WS_HEAD_MAX = 8192, WS_HEADERS_MAX = 64, WS_KEY_LEN = 24 };

struct ws_head {
	struct text key;    /* Sec-WebSocket-Key */
	struct text origin; /* p NULL: there is none */
};

/* Reads a whole head at the beginning of in. Returns its length; -EAGAIN when it is not
 * whole yet; -EBADMSG when it is no handshake that we take, with the status to answer in
 * *status (400, 405, 426, 431, 505). */
ptrdiff_t ws_head_decode(struct text in, struct ws_head *ret, unsigned *status);
/* A page of that origin may come: it is in the list (RFC 6454 5: compared as it stands,
 * letters in either case). Without one only where the list has "none". */
bool ws_origin_allowed(struct text origin, const char *const *list, unsigned count);
/* The answer that opens it, and the one that does not. */
void ws_head_accept(struct buf *b, const struct ws_head *h);
void ws_head_refuse(struct buf *b, unsigned status);

#endif
