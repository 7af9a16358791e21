/* SPDX-License-Identifier: Apache-2.0 */
/* ops/frame.h - What the web process and the CLI say to the core, and back: JSON texts,
 * each behind four bytes of length in network order.
 *   {"id":7,"op":"line.list","session":"..","csrf":"..","source":"192.0.2.1",
 *    "user_agent":"..","in":{}}
 *   {"id":7,"ok":true,"out":{},"token":".."}     token: a new session's, "" to forget it
 *   {"id":7,"ok":false,"error":{"code","message","http",..}}
 *   {"id":7,"event":{"topic","what"}}            of an operation that streams
 *   {"id":7,"op":"cancel"}                       ends such an operation */
#ifndef OPS_FRAME_H
#define OPS_FRAME_H

#include <jansson.h>

#include "base/buf.h"

enum {
	FRAME_HEAD = 4,
	FRAME_REQUEST_MAX = 256 * 1024, /* to the core */
	FRAME_ANSWER_MAX = 32 << 20,    /* from the core */
};

/* Appends one frame (secret: make the buffer BUF_SECRET when it may hold one). -ENOMEM,
 * -EMSGSIZE. */
int frame_put(struct buf *b, const json_t *j, size_t max);
/* The first whole frame in bytes: its JSON in *ret (a new reference) and how many bytes
 * it took. -EAGAIN: not whole yet; -EMSGSIZE: longer than max; -EBADMSG: not an object, a
 * key twice, bytes behind it. */
ptrdiff_t frame_next(struct text bytes, size_t max, json_t **ret);

#endif
