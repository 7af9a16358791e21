/* SPDX-License-Identifier: Apache-2.0 */
/* edge/gather.c - Jobs that go to every worker at once and come back to who asked. */

#include <stdlib.h>
#include <string.h>

#include "edge/worker.h"

/* "fn" runs on each worker's thread. */
static void spread(struct edge *e, struct edge_part *parts, void *job,
		   void (*fn)(struct task *))
{
	for (unsigned i = 0; i < e->worker_count; i++) {
		parts[i] = (struct edge_part){ .worker = &e->workers[i],
					       .job = job,
					       .task.fn = fn };
		loop_post(e->workers[i].loop, &parts[i].task);
	}
}

static void end_counted(struct task *t)
{
	struct edge_part *part = container_of(t, struct edge_part, task);
	struct edge_end_job *job = part->job;

	job->bindings_ended += part->bindings;
	job->calls_ended += part->ended.calls;
	job->calls_spared += part->ended.spared;
	if (--job->pending == 0)
		job->done(job);
}

/* The bindings once more: a REGISTER may have been half way on this worker. */
static void end_here(struct task *t)
{
	struct edge_part *part = container_of(t, struct edge_part, task);
	struct edge_end_job *job = part->job;
	struct edge_worker *w = part->worker;

	if (!job->keep_bindings)
		part->bindings = registrar_end_credential(w->edge->cfg.registrar,
							  job->credential_id);
	if (w->calls)
		part->ended = call_engine_end_credential(w->calls, job->credential_id,
							 job->cause);
	part->task.fn = end_counted;
	loop_post(job->loop, &part->task);
}

void edge_end_credential(struct edge *e, struct edge_end_job *job)
{
	job->pending = e->worker_count;
	job->calls_ended = job->calls_spared = 0;
	job->bindings_ended =
		job->keep_bindings
			? 0
			: registrar_end_credential(e->cfg.registrar, job->credential_id);
	spread(e, job->parts, job, end_here);
}

static bool add_calls(struct edge_calls_job *job, const struct edge_part *part)
{
	struct call_info *all;

	if (part->count == 0)
		return !part->failed;
	all = reallocarray(job->calls, job->count + part->count, sizeof(*all));
	if (!all)
		return false;
	memcpy(all + job->count, part->calls, part->count * sizeof(*all));
	job->calls = all;
	job->count += part->count;
	return !part->failed;
}

static void calls_counted(struct task *t)
{
	struct edge_part *part = container_of(t, struct edge_part, task);
	struct edge_calls_job *job = part->job;

	if (!add_calls(job, part))
		job->incomplete = true;
	free(part->calls);
	if (--job->pending == 0)
		job->done(job);
}

/* A call between two of our lines is listed for both. */
static void list_here(struct task *t)
{
	struct edge_part *part = container_of(t, struct edge_part, task);
	struct edge_calls_job *job = part->job;
	struct edge_worker *w = part->worker;
	size_t max = w->calls ? 2 * call_engine_count(w->calls) : 0;

	part->calls = max ? calloc(max, sizeof(*part->calls)) : NULL;
	part->failed = max && !part->calls;
	if (part->calls)
		part->count = call_engine_list(w->calls, job->line_id, part->calls, max);
	part->task.fn = calls_counted;
	loop_post(job->loop, &part->task);
}

void edge_calls(struct edge *e, struct edge_calls_job *job)
{
	job->pending = e->worker_count;
	job->calls = NULL;
	job->count = 0;
	job->incomplete = false;
	spread(e, job->parts, job, list_here);
}
