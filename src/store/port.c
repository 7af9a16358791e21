/* SPDX-License-Identifier: Apache-2.0 */
/* store/port.c - Answers on their way to a loop. One task per loop and burst; a job that
 * is cancelled simply leaves the list, because the task is the port's and not the job's.
 */
#include <stdlib.h>

#include "store/core.h"

static struct store_job *take(struct store_port *port)
{
	struct list *node = list_first(&port->jobs);

	if (!node)
		return NULL;
	list_remove(node);
	port->count--;
	return container_of(node, struct store_job, node);
}

static bool in_use(const struct store *s)
{
	for (const struct store_port *p = s->ports; p; p = p->next) {
		if (p->posted)
			return true;
	}
	for (const struct store_feed_queue *q = s->feeds; q; q = q->next) {
		if (q->posted)
			return true;
	}
	return false;
}

static void store_free(struct store *s)
{
	for (struct store_port *p = s->ports, *next; p; p = next) {
		next = p->next;
		free(p);
	}
	for (struct store_feed_queue *q = s->feeds, *next; q; q = next) {
		next = q->next;
		store_changes_drop(&q->changes);
		free(q);
	}
	pthread_cond_destroy(&s->moved);
	pthread_mutex_destroy(&s->lock);
	free(s->url);
	free(s);
}

void store_unlock_or_free(struct store *s)
{
	bool last = s->closed && !in_use(s);

	pthread_mutex_unlock(&s->lock);
	if (last)
		store_free(s);
}

/* On virtual time the work happens here, too. */
static int finish(struct store *s, struct store_job *job)
{
	if (job->state == JOB_QUEUED) {
		struct store_job *slot = job;

		s->waiting--;
		job->port = NULL;
		pthread_mutex_unlock(&s->lock);
		store_lane_run(&s->lanes[0], job->kind, &slot, 1);
		pthread_mutex_lock(&s->lock);
	}
	job->state = JOB_IDLE;
	job->store = NULL;
	return job->status;
}

/* Only what was there at the start: what done submits comes in a later turn. */
static void port_turn(struct task *task)
{
	struct store_port *port = container_of(task, struct store_port, task);
	struct store *s = port->store;
	struct store_job *job;

	pthread_mutex_lock(&s->lock);
	for (unsigned n = port->count; n > 0 && (job = take(port)) != NULL; n--) {
		int status = finish(s, job);

		pthread_mutex_unlock(&s->lock);
		job->done(job, status);
		pthread_mutex_lock(&s->lock);
	}
	port->posted = port->count > 0;
	if (port->posted)
		loop_post(port->loop, &port->task);
	store_unlock_or_free(s);
}

struct store_port *store_port_get(struct store *s, struct loop *l)
{
	struct store_port *port = s->ports;

	while (port && port->loop != l)
		port = port->next;
	if (port)
		return port;
	port = calloc(1, sizeof(*port));
	if (!port)
		return NULL;
	port->store = s;
	port->loop = l;
	port->task.fn = port_turn;
	list_init(&port->jobs);
	port->next = s->ports;
	s->ports = port;
	return port;
}

void store_port_add(struct store_port *port, struct store_job *job)
{
	list_append(&port->jobs, &job->node);
	port->count++;
	if (port->posted)
		return;
	port->posted = true;
	loop_post(port->loop, &port->task);
}

void store_port_remove(struct store_job *job)
{
	list_remove(&job->node);
	job->port->count--;
}
