/* SPDX-License-Identifier: Apache-2.0 */
/* ops/stream.h - Live pages: an operation that stays open and tells what changed for the
 * session's customer. Ends with its session. */
#ifndef OPS_STREAM_H
#define OPS_STREAM_H

struct ops;
struct op_call;
struct session;

void streams_watch(struct ops *o);
void streams_end(void *arg, struct session *s);

#endif
