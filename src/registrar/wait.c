/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/wait.c - Who wants to hear of the next REGISTER of a line. */

#include <stdlib.h>

#include "registrar/room.h"

struct registrar_wait {
	struct task task;
	struct list node; /* of the shard */
	struct shard *shard;
	int64_t line_id;
	struct loop *loop;
	void (*fn)(void *arg);
	void *arg;
	bool posted, over;
};

/* On the loop of who waits, as the two below: they cannot meet. */
static void on_task(struct task *t)
{
	struct registrar_wait *w = container_of(t, struct registrar_wait, task);
	bool over;

	pthread_mutex_lock(&w->shard->lock);
	w->posted = false;
	over = w->over;
	pthread_mutex_unlock(&w->shard->lock);
	if (over)
		free(w);
	else
		w->fn(w->arg);
}

struct registrar_wait *registrar_wait_new(struct registrar *r, int64_t line_id,
					  struct loop *loop, void (*fn)(void *arg),
					  void *arg)
{
	struct registrar_wait *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->task.fn = on_task;
	w->shard = registrar_shard(r, line_id);
	w->line_id = line_id;
	w->loop = loop;
	w->fn = fn;
	w->arg = arg;
	pthread_mutex_lock(&w->shard->lock);
	list_append(&w->shard->waits, &w->node);
	pthread_mutex_unlock(&w->shard->lock);
	return w;
}

void registrar_wait_free(struct registrar_wait *w)
{
	bool posted;

	if (!w)
		return;
	pthread_mutex_lock(&w->shard->lock);
	list_remove(&w->node);
	w->over = true;
	posted = w->posted;
	pthread_mutex_unlock(&w->shard->lock);
	if (!posted)
		free(w);
}

void shard_wake(struct shard *s, int64_t line_id)
{
	LIST_EACH (it, &s->waits) {
		struct registrar_wait *w = container_of(it, struct registrar_wait, node);

		if (w->line_id != line_id || w->posted)
			continue;
		w->posted = true;
		loop_post(w->loop, &w->task);
	}
}
