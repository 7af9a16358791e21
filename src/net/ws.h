/* SPDX-License-Identifier: Apache-2.0 */
/* net/ws.h - Frames of a WebSocket, the server's side (RFC 6455 5, wslay): bytes in,
 * messages and answers out. No I/O. It holds no buffer between whole messages. */
#ifndef NET_WS_H
#define NET_WS_H

#include "base/buf.h"

struct ws;

enum {
	WS_MESSAGE_MAX = 65536,
	WS_FRAGMENTS_MAX = 64, /* of one message */
	WS_CLOSE_NORMAL = 1000,
	WS_CLOSE_AWAY = 1001,
	WS_CLOSE_PROTOCOL = 1002,
	WS_CLOSE_POLICY = 1008,
	WS_CLOSE_TOO_BIG = 1009,
	WS_CLOSE_ERROR = 1011,
};

struct ws_events {
	/* A whole message, text or binary; it may be changed in place. False: the owner
	 * will have no more. */
	bool (*message)(void *arg, char *bytes, size_t len);
	struct buf *out; /* where answers go: pong, close */
	void *arg;
};

struct ws *ws_new(const struct ws_events *ev); /* NULL: no memory */
void ws_free(struct ws *ws);

/* Takes whole frames and calls message for what they bring. Returns how many bytes are
 * done with, or a negative errno when the connection is at its end, its close in out:
 * -ESHUTDOWN the peer's close was answered, -EBADMSG it broke a rule, -EMSGSIZE, -ENOMEM,
 * -ECANCELED message answered false. Not to be called again after that. */
ptrdiff_t ws_take(struct ws *ws, char *bytes, size_t len);
/* The number of messages that came to their end so far. */
unsigned ws_messages(const struct ws *ws);
bool ws_partial(const struct ws *ws); /* fragments wait for the rest */

/* Put a frame into out. 0; -ENOMEM; -ENOTCONN after a close. */
int ws_put(struct ws *ws, struct text message);
int ws_put_ping(struct ws *ws);
int ws_put_close(struct ws *ws, unsigned code);

#endif
