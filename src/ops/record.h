/* SPDX-License-Identifier: Apache-2.0 */
/* ops/record.h - The security log's lines of operations. */
#ifndef OPS_RECORD_H
#define OPS_RECORD_H

#include "ops/call.h"

/* The caller's own customer; text is plain English without a peer's bytes. */
void op_record(struct op_call *call, const char *kind, int64_t line_id, const char *text);
/* The row that op_record would put, for those who write it in a job of theirs. */
void op_record_row(struct op_call *call, const char *kind, int64_t line_id,
		   const char *text, struct event_row *ret);

#endif
