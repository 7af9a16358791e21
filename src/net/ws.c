/* SPDX-License-Identifier: Apache-2.0 */
/* net/ws.c - Frames by wslay. Its context is 8 kB, so it lives only while a message is on
 * its way. */

#include "net/ws.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

enum { HEADER = 2, LEN16 = 126, LEN64 = 127, MASK_LEN = 4, FIN = 0x80, MASKED = 0x80 };

struct ws {
	struct ws_events events;
	wslay_event_context_ptr ctx; /* NULL: nothing is on its way */
	struct text feed;            /* one frame for wslay to read */
	unsigned messages;
	unsigned fragments; /* of the message that is on its way; 0: none is */
	bool taking;
	bool closed; /* a close has left */
	bool unwanted;
};

static ssize_t on_read(wslay_event_context_ptr ctx, uint8_t *to, size_t room, int flags,
		       void *arg)
{
	struct ws *ws = arg;
	size_t n = room < ws->feed.len ? room : ws->feed.len;

	if (n == 0) {
		wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	memcpy(to, ws->feed.p, n);
	ws->feed = text_from(ws->feed, n);
	return (ssize_t)n;
}

static ssize_t on_write(wslay_event_context_ptr ctx, const uint8_t *bytes, size_t len,
			int flags, void *arg)
{
	struct ws *ws = arg;

	buf_put(ws->events.out, (struct text){ (const char *)bytes, len });
	if (!ws->events.out->error)
		return (ssize_t)len;
	wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

/* The bytes are wslay's, and it forgets them after this. */
static void on_message(wslay_event_context_ptr ctx,
		       const struct wslay_event_on_msg_recv_arg *m, void *arg)
{
	struct ws *ws = arg;

	if (wslay_is_ctrl_frame(m->opcode))
		return;
	ws->messages++;
	ws->fragments = 0;
	if (m->msg_length &&
	    !ws->events.message(ws->events.arg, (char *)(uintptr_t)m->msg, m->msg_length))
		ws->unwanted = true;
}

static int need_context(struct ws *ws)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = on_read,
		.send_callback = on_write,
		.on_msg_recv_callback = on_message,
	};

	if (ws->ctx)
		return 0;
	if (wslay_event_context_server_init(&ws->ctx, &callbacks, ws)) {
		ws->ctx = NULL;
		return -ENOMEM;
	}
	wslay_event_config_set_max_recv_msg_length(ws->ctx, WS_MESSAGE_MAX);
	return 0;
}

static void release(struct ws *ws)
{
	if (ws->taking || ws->fragments || !ws->ctx)
		return;
	wslay_event_context_free(ws->ctx);
	ws->ctx = NULL;
}

struct ws *ws_new(const struct ws_events *ev)
{
	struct ws *ws = calloc(1, sizeof(*ws));

	if (ws)
		ws->events = *ev;
	return ws;
}

void ws_free(struct ws *ws)
{
	if (!ws)
		return;
	if (ws->ctx)
		wslay_event_context_free(ws->ctx);
	free(ws);
}

unsigned ws_messages(const struct ws *ws)
{
	return ws->messages;
}

bool ws_partial(const struct ws *ws)
{
	return ws->fragments > 0;
}

static uint64_t big_endian(const unsigned char *p, size_t len)
{
	uint64_t n = 0;

	while (len--)
		n = n << 8 | *p++;
	return n;
}

/* How long the frame at the beginning is, with its header (RFC 6455 5.2). */
static ptrdiff_t frame_length(struct text in)
{
	const unsigned char *p = (const unsigned char *)in.p;
	size_t extended;
	uint64_t len;

	if (in.len < HEADER)
		return -EAGAIN;
	if (!(p[1] & MASKED))
		return -EBADMSG;
	len = p[1] & ~MASKED;
	extended = len == LEN16 ? 2 : len == LEN64 ? 8 : 0;
	if (in.len < HEADER + extended)
		return -EAGAIN;
	if (extended)
		len = big_endian(p + HEADER, extended);
	if (len > WS_MESSAGE_MAX)
		return -EMSGSIZE;
	len += HEADER + extended + MASK_LEN;
	return in.len < len ? -EAGAIN : (ptrdiff_t)len;
}

/* Frames with an opcode from 8 on are no part of a message. */
static bool is_control(unsigned char first)
{
	return first & 8;
}

static int send_all(struct ws *ws)
{
	int r = wslay_event_send(ws->ctx) ? -ENOMEM : 0;

	ws->closed |= wslay_event_get_close_sent(ws->ctx);
	return r;
}

/* What wslay finds wrong in a message it answers with a close of its own. */
static int take_frame(struct ws *ws, struct text frame)
{
	unsigned char first = (unsigned char)frame.p[0];
	int r = need_context(ws);

	if (r < 0)
		return r;
	if (!is_control(first) && ++ws->fragments > WS_FRAGMENTS_MAX) {
		ws_put_close(ws, WS_CLOSE_POLICY);
		return -EBADMSG;
	}
	ws->feed = frame;
	r = wslay_event_recv(ws->ctx);
	if (r == 0)
		r = send_all(ws);
	if (ws->unwanted)
		return -ECANCELED;
	if (wslay_event_get_close_received(ws->ctx))
		return -ESHUTDOWN;
	if (ws->closed)
		return -EBADMSG;
	if (r == 0)
		return 0;
	r = r == WSLAY_ERR_NOMEM || r == -ENOMEM ? -ENOMEM : -EBADMSG;
	ws_put_close(ws, r == -ENOMEM ? WS_CLOSE_ERROR : WS_CLOSE_PROTOCOL);
	return r;
}

static ptrdiff_t give_up(struct ws *ws, int error)
{
	ws_put_close(ws, error == -EMSGSIZE ? WS_CLOSE_TOO_BIG : WS_CLOSE_PROTOCOL);
	return error;
}

static ptrdiff_t take_frames(struct ws *ws, struct text in)
{
	size_t taken = 0;

	while (taken < in.len) {
		struct text rest = text_from(in, taken);
		ptrdiff_t len = frame_length(rest);
		int r;

		if (len == -EAGAIN)
			break;
		if (len < 0)
			return give_up(ws, (int)len);
		r = take_frame(ws, text_sub(rest, 0, (size_t)len));
		if (r < 0)
			return r;
		taken += (size_t)len;
	}
	return (ptrdiff_t)taken;
}

ptrdiff_t ws_take(struct ws *ws, char *bytes, size_t len)
{
	ptrdiff_t r;

	ws->taking = true;
	r = take_frames(ws, (struct text){ bytes, len });
	ws->taking = false;
	release(ws);
	return r;
}

/* Half a frame must not stay in out: nobody could read on. */
static int put(struct ws *ws, uint8_t opcode, struct text payload)
{
	struct wslay_event_msg m = { opcode, (const uint8_t *)payload.p, payload.len };
	struct buf *out = ws->events.out;
	size_t before = out->len;
	int r = ws->closed ? -ENOTCONN : need_context(ws);

	if (r < 0)
		return r;
	r = wslay_event_queue_msg(ws->ctx, &m);
	if (r == 0)
		r = send_all(ws);
	if (r) {
		out->len = before;
		out->error = 0;
	}
	release(ws);
	return r ? -ENOMEM : 0;
}

int ws_put(struct ws *ws, struct text message)
{
	return put(ws, text_is_utf8(message) ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME,
		   message);
}

int ws_put_ping(struct ws *ws)
{
	return put(ws, WSLAY_PING, TEXT_NONE);
}

int ws_put_close(struct ws *ws, unsigned code)
{
	int r = ws->closed ? -ENOTCONN : need_context(ws);

	if (r < 0)
		return r;
	r = wslay_event_queue_close(ws->ctx, (uint16_t)code, NULL, 0);
	if (r == 0)
		r = send_all(ws);
	ws->closed = true;
	release(ws);
	return r ? -ENOMEM : 0;
}
