/* SPDX-License-Identifier: Apache-2.0 */
/* ops/strike.h - Ends what credentials have going: bindings, ringing and live calls, on
 * every worker, one credential after the other. */
#ifndef OPS_STRIKE_H
#define OPS_STRIKE_H

#include "edge/edge.h"

struct op_call;

struct strike {
	struct op_call *call;
	const int64_t *ids;
	size_t count, next;
	struct edge_end_job job;
	void (*done)(struct strike *);
	unsigned bindings_ended, calls_ended, calls_spared;
	int64_t elapsed_us; /* since strike_start */
	int64_t started_us;
};

/* ids live until done, which may come inside when no edge runs. */
void strike_start(struct strike *s, struct op_call *call, const int64_t *ids,
		  size_t count, const char *cause, bool keep_bindings,
		  void (*done)(struct strike *));

#endif
