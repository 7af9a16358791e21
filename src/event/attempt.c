/* SPDX-License-Identifier: Apache-2.0 */
/* event/attempt.c - From the workers to who looks. */
#include "event/attempt.h"

#include <stdlib.h>

#include "event/log.h"

struct entry {
	struct list node;
	struct attempt attempt;
};

bool attempt_watched(struct event_log *log)
{
	return atomic_load_explicit(&log->watched, memory_order_relaxed) > 0;
}

/* Without memory, or past the bound, it is not shown: nothing hangs on it. */
void attempt_put(struct event_log *log, const struct attempt *a)
{
	struct entry *entry = malloc(sizeof(*entry));

	if (!entry)
		return;
	entry->attempt = *a;
	if (!entry->attempt.at)
		entry->attempt.at = clock_wall_us(log->cfg.clock);
	pthread_mutex_lock(&log->lock);
	if (log->attempt_count < ATTEMPTS_WAITING_MAX) {
		list_append(&log->attempts, &entry->node);
		log->attempt_count++;
		entry = NULL;
		event_log_post(log);
	}
	pthread_mutex_unlock(&log->lock);
	free(entry);
}

static struct entry *take(struct event_log *log)
{
	struct list *node;

	pthread_mutex_lock(&log->lock);
	node = list_first(&log->attempts);
	if (node) {
		list_remove(node);
		log->attempt_count--;
	}
	pthread_mutex_unlock(&log->lock);
	return node ? container_of(node, struct entry, node) : NULL;
}

void attempts_tell(struct event_log *log)
{
	struct entry *entry;

	for (unsigned i = 0; i < ATTEMPTS_WAITING_MAX && (entry = take(log)); i++) {
		for (struct attempt_watch *w = log->attempt_watches, *next; w; w = next) {
			next = w->next;
			w->fn(w, &entry->attempt);
		}
		free(entry);
	}
}

void attempts_drop(struct event_log *log)
{
	struct entry *entry;

	while ((entry = take(log)))
		free(entry);
}

void attempt_watch_start(struct event_log *log, struct attempt_watch *w)
{
	w->next = log->attempt_watches;
	log->attempt_watches = w;
	atomic_fetch_add(&log->watched, 1);
}

void attempt_watch_stop(struct event_log *log, struct attempt_watch *w)
{
	struct attempt_watch **at = &log->attempt_watches;

	while (*at && *at != w)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = w->next;
	atomic_fetch_sub(&log->watched, 1);
}
