/* SPDX-License-Identifier: Apache-2.0 */
/* event/late.c - What is put off to the log's loop. */
#include <stddef.h>
#include <stdlib.h>

#include "event/log.h"

void event_put_late(struct event_log *log, struct event_late *late)
{
	pthread_mutex_lock(&log->lock);
	if (log->late_count < EVENT_LATE_MAX) {
		list_append(&log->lates, &late->node);
		log->late_count++;
		late = NULL;
		event_log_post(log);
	}
	pthread_mutex_unlock(&log->lock);
	free(late);
}

static struct event_late *take(struct event_log *log)
{
	struct list *node;

	pthread_mutex_lock(&log->lock);
	node = list_first(&log->lates);
	if (node) {
		list_remove(node);
		log->late_count--;
	}
	pthread_mutex_unlock(&log->lock);
	return node ? container_of(node, struct event_late, node) : NULL;
}

void lates_run(struct event_log *log)
{
	struct event_late *late;

	for (unsigned i = 0; i < EVENT_LATE_MAX && (late = take(log)); i++) {
		late->fn(log, late);
		free(late);
	}
}

void lates_drop(struct event_log *log)
{
	struct event_late *late;

	while ((late = take(log)))
		free(late);
}
