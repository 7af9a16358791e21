/* SPDX-License-Identifier: Apache-2.0 */
/* ops/stream.h - Live pages: operations that stay open and tell what happens, until the
 * browser leaves or the session ends. */
#ifndef OPS_STREAM_H
#define OPS_STREAM_H

#include "base/list.h"

struct ops;
struct op_call;
struct session;

/* First in the state of such a call. */
struct stream {
	struct list node; /* of its session */
	struct session *session;
	struct op_call *call;
};

/* The zeroed state of the call, of that size, which begins with its stream; free ends it
 * with stream_close. NULL: the call has failed (too many, memory). */
void *stream_open(struct op_call *call, size_t size, void (*free)(void *));
void stream_close(struct stream *s);
/* The first event, so that the page knows that it is heard. */
void stream_greet(struct stream *s);

void streams_end(void *arg, struct session *s);

#endif
