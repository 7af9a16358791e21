/* SPDX-License-Identifier: Apache-2.0 */
/* ops/request.h - The way in: a frame becomes a call, or an error. */
#ifndef OPS_REQUEST_H
#define OPS_REQUEST_H

struct op_call;

/* Ends a call without an answer. */
void op_call_free(struct op_call *call);

#endif
