/* SPDX-License-Identifier: Apache-2.0 */
/* ops/ending.h - Ends what credentials have going: bindings, ringing and live calls, on
 * every worker, one credential after the other. */
#ifndef OPS_ENDING_H
#define OPS_ENDING_H

#include "edge/edge.h"

struct op_call;

struct ending {
	struct op_call *call;
	const int64_t *ids;
	size_t count, next;
	struct edge_end_job job;
	void (*done)(struct ending *);
	unsigned bindings_ended, calls_ended, calls_spared;
	int64_t elapsed_us; /* since ending_start */
	int64_t started_us;
};

/* ids live until done, which may come inside when no edge runs. */
void ending_start(struct ending *e, struct op_call *call, const int64_t *ids,
		  size_t count, const char *cause, bool keep_bindings,
		  void (*done)(struct ending *));

#endif
