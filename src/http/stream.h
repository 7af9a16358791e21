/* SPDX-License-Identifier: Apache-2.0 */
/* http/stream.h - Server-sent events: what the core tells goes out as it comes; a comment
 * now and then keeps proxies from hanging up and shows who has left. */
#ifndef HTTP_STREAM_H
#define HTTP_STREAM_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

enum { STREAM_WAITING_MAX = 64 * 1024 }; /* bytes that a browser has not taken */

struct exchange;
struct web;

struct stream {
	bool open;
	bool ended;
	struct buf waiting;
	int64_t said_us;
};

/* The core's first event is its consent and opens the stream; the others are told. */
void stream_event(struct exchange *x, const json_t *event);
/* No more will come. */
void stream_end(struct exchange *x);
void stream_free(struct exchange *x);
/* Heartbeats, and streams whose browser has left end; every second. */
void streams_sweep(struct web *w);

#endif
