/* SPDX-License-Identifier: Apache-2.0 */
/* ops/strike.c - Ends what credentials have going. */

#include "ops/strike.h"

#include "base/list.h"
#include "ops/call.h"

static void end_next(struct strike *s);

static void ended(struct edge_end_job *job)
{
	struct strike *s = container_of(job, struct strike, job);

	s->bindings_ended += job->bindings_ended;
	s->calls_ended += job->calls_ended;
	s->calls_spared += job->calls_spared;
	end_next(s);
}

static void end_next(struct strike *s)
{
	struct ops *o = s->call->ops;

	if (s->next == s->count || !o->cfg.edge) {
		s->elapsed_us = clock_mono_us(o->cfg.clock) - s->started_us;
		s->done(s);
		return;
	}
	s->job.bindings_ended = s->job.calls_ended = s->job.calls_spared = 0;
	s->job.credential_id = s->ids[s->next++];
	edge_end_credential(o->cfg.edge, &s->job);
}

void strike_start(struct strike *s, struct op_call *call, const int64_t *ids,
		  size_t count, const char *cause, bool keep_bindings,
		  void (*done)(struct strike *))
{
	*s = (struct strike){
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
	end_next(s);
}
