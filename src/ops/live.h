/* SPDX-License-Identifier: Apache-2.0 */
/* ops/live.h - What is going on now: bindings and live calls as JSON. */
#ifndef OPS_LIVE_H
#define OPS_LIVE_H

#include "ops/call.h"

enum { LIVE_BINDINGS_MAX = 1000 };

json_t *live_binding_json(const struct ops *o, const struct binding *b);
/* A live call; with_line: for the operator, who sees many lines. */
json_t *live_call_json(const struct ops *o, const struct call_info *c, bool with_line);
/* Gathers the live calls of a line (0: all); done may come inside when no edge runs. The
 * calls are live's until live_free. */
struct live_calls {
	struct edge_calls_job job;
	struct op_call *call;
	void (*done)(struct op_call *, struct live_calls *);
};
void live_calls_start(struct live_calls *l, struct op_call *call, int64_t line_id,
		      void (*done)(struct op_call *, struct live_calls *));
void live_calls_free(struct live_calls *l);

#endif
