/* SPDX-License-Identifier: Apache-2.0 */
/* event/event.c - The security log's front: a bounded queue that every thread may fill.
 */
#include "event/event.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "event/log.h"

#define STRANGERS_WINDOW_US (60 * INT64_C(1000000))

void event_log_post(struct event_log *log)
{
	if (log->posted)
		return;
	log->posted = true;
	loop_post(log->cfg.loop, &log->task);
}

/* Takes the entry over. */
static void put_entry(struct event_log *log, struct event_entry *entry)
{
	pthread_mutex_lock(&log->lock);
	if (entry && log->count < QUEUE_MAX) {
		list_append(entry->what[0] ? &log->notes : &log->events, &entry->node);
		log->count++;
		entry = NULL;
	} else {
		log->dropped++;
	}
	event_log_post(log);
	pthread_mutex_unlock(&log->lock);
	free(entry);
}

void event_put(struct event_log *log, const struct event_row *row)
{
	struct event_entry *entry = calloc(1, sizeof(*entry));

	if (entry) {
		entry->row = *row;
		if (!entry->row.id)
			entry->row.id = id_new(log->cfg.ids);
		if (!entry->row.at)
			entry->row.at = clock_wall_us(log->cfg.clock);
	}
	put_entry(log, entry);
}

void event_put_once(struct event_log *log, const struct event_row *row, unsigned window_s)
{
	int64_t now = clock_mono_us(log->cfg.clock);
	bool first;

	pthread_mutex_lock(&log->lock);
	first = once_first(log->once, row, true, now, now + window_s * 1000000LL);
	pthread_mutex_unlock(&log->lock);
	if (first)
		event_put(log, row);
}

/* With the lock held. */
static bool of_few_sources(struct event_log *log, const struct event_row *row,
			   int64_t now, unsigned window_s)
{
	int64_t until = now + window_s * 1000000LL;

	if (once_first(log->once, row, true, now, until))
		return once_few(log->once, row, now, until, EVENT_SOURCES_MAX);
	once_weigh(log->once, row, false); /* a stranger's next request is timed, too */
	return false;
}

void event_put_device(struct event_log *log, const struct event_row *row,
		      unsigned window_s)
{
	int64_t now = clock_mono_us(log->cfg.clock);
	bool put;

	pthread_mutex_lock(&log->lock);
	put = of_few_sources(log, row, now, window_s);
	pthread_mutex_unlock(&log->lock);
	if (put)
		event_put(log, row);
}

/* Takes one of this minute's; with the lock held. */
static bool strangers_take(struct event_log *log, int64_t now)
{
	if (now - log->strangers_since_us >= STRANGERS_WINDOW_US) {
		log->strangers_since_us = now;
		log->strangers = 0;
	}
	if (log->strangers < EVENT_STRANGERS_MAX) {
		log->strangers++;
		return true;
	}
	log->strangers_dropped++;
	return false;
}

void event_put_stranger(struct event_log *log, const struct event_row *row,
			unsigned window_s)
{
	int64_t now = clock_mono_us(log->cfg.clock);
	uint64_t dropped = 0;
	bool put;

	pthread_mutex_lock(&log->lock);
	put = of_few_sources(log, row, now, window_s) && strangers_take(log, now);
	if (put) {
		dropped = log->strangers_dropped;
		log->strangers_dropped = 0;
	}
	pthread_mutex_unlock(&log->lock);
	if (dropped)
		log_warn("event dropped=%llu reason=strangers",
			 (unsigned long long)dropped);
	if (put)
		event_put(log, row);
}

void event_weigh_stranger(struct event_log *log, const struct event_row *row)
{
	(void)clock_mono_us(log->cfg.clock);
	pthread_mutex_lock(&log->lock);
	once_weigh(log->once, row, true);
	once_weigh(log->once, row, false);
	pthread_mutex_unlock(&log->lock);
}

void event_notify(struct event_log *log, int64_t customer_id, const char *number,
		  const char *what)
{
	struct event_entry *entry;

	/* Each call says so four times, mostly to nobody. */
	if (!atomic_load_explicit(&log->notified, memory_order_relaxed))
		return;
	entry = calloc(1, sizeof(*entry));
	if (entry) {
		entry->row.customer_id = customer_id;
		snprintf(entry->number, sizeof(entry->number), "%s", number);
		snprintf(entry->what, sizeof(entry->what), "%s", what);
	}
	put_entry(log, entry);
}

void event_watch_start(struct event_log *log, struct event_watch *w)
{
	w->next = log->watches;
	log->watches = w;
	atomic_fetch_add(&log->notified, 1);
}

void event_watch_stop(struct event_log *log, struct event_watch *w)
{
	struct event_watch **at = &log->watches;

	while (*at && *at != w)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = w->next;
	atomic_fetch_sub(&log->notified, 1);
}

static void memory_free(struct event_log *log)
{
	once_free(log->once);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

static void posted_due(struct task *task)
{
	struct event_log *log = container_of(task, struct event_log, task);

	pthread_mutex_lock(&log->lock);
	log->posted = false;
	pthread_mutex_unlock(&log->lock);
	if (log->freed)
		memory_free(log);
	else
		event_log_turn(log);
}

struct event_log *event_log_new(const struct event_config *cfg)
{
	struct event_log *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	log->once = once_new(random_real());
	if (!log->once) {
		free(log);
		return NULL;
	}
	log->cfg = *cfg;
	log->task.fn = posted_due;
	pthread_mutex_init(&log->lock, NULL);
	list_init(&log->events);
	list_init(&log->notes);
	list_init(&log->batch);
	list_init(&log->lates);
	return log;
}

void event_log_free(struct event_log *log)
{
	bool posted;

	if (!log)
		return;
	log->watches = NULL;
	log->attempt_watches = NULL;
	timer_stop(&log->retry);
	event_log_drain(log);
	lates_drop(log);
	pthread_mutex_lock(&log->lock);
	posted = log->posted;
	log->freed = true;
	pthread_mutex_unlock(&log->lock);
	if (!posted)
		memory_free(log);
}
