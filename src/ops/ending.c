/* SPDX-License-Identifier: Apache-2.0 */
/* ops/ending.c - Ends what credentials have going. */

#include "ops/ending.h"

#include "base/list.h"
#include "ops/call.h"

static void end_next(struct ending *e);

static void ended(struct edge_end_job *job)
{
	struct ending *e = container_of(job, struct ending, job);

	e->bindings_ended += job->bindings_ended;
	e->calls_ended += job->calls_ended;
	e->calls_spared += job->calls_spared;
	end_next(e);
}

static void end_next(struct ending *e)
{
	struct ops *o = e->call->ops;

	if (e->next == e->count || !o->cfg.edge) {
		e->elapsed_us = clock_mono_us(o->cfg.clock) - e->started_us;
		e->done(e);
		return;
	}
	e->job.bindings_ended = e->job.calls_ended = e->job.calls_spared = 0;
	e->job.credential_id = e->ids[e->next++];
	edge_end_credential(o->cfg.edge, &e->job);
}

void ending_start(struct ending *e, struct op_call *call, const int64_t *ids,
		  size_t count, const char *cause, bool keep_bindings,
		  void (*done)(struct ending *))
{
	*e = (struct ending){
		.call = call,
		.ids = ids,
		.count = count,
		.done = done,
		.started_us = clock_mono_us(call->ops->cfg.clock),
		.job = { .done = ended,
			 .loop = call->ops->cfg.loop,
			 .cause = cause,
			 .keep_bindings = keep_bindings },
	};
	end_next(e);
}
