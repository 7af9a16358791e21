/* SPDX-License-Identifier: Apache-2.0 */
/* event/event.c - The security log's way to the store: a bounded queue that every thread
 * may fill, emptied in batches by the log's loop. */
#include "event/event.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/log.h"
#include "base/random.h"
#include "event/once.h"

enum {
	QUEUE_MAX = 10000, /* events and notifications that wait */
	BATCH_MAX = 256, /* events in one job */
	RETRY_MS = 200, /* the store's queue was full */
};

/* An event, or a notification (what is set). */
struct entry {
	struct list node;
	struct event_row row;
	char number[E164_SIZE];
	char what[ROW_WORD_SIZE];
};

struct event_log {
	struct event_config cfg;
	pthread_mutex_t lock; /* of what follows, up to the task */
	struct list events;
	struct list notes;
	unsigned count; /* of both */
	uint64_t dropped;
	bool posted; /* the task is the loop's */
	struct once *once;
	struct task task;
	/* The loop's own: */
	struct event_watch *watches;
	struct timer retry;
	bool writing;
	bool freed;
	struct store_job job;
	struct list batch;
};

/* ---- any thread ---- */

static void post_locked(struct event_log *log)
{
	if (log->posted)
		return;
	log->posted = true;
	loop_post(log->cfg.loop, &log->task);
}

/* Takes the entry over. */
static void put_entry(struct event_log *log, struct entry *entry)
{
	pthread_mutex_lock(&log->lock);
	if (entry && log->count < QUEUE_MAX) {
		list_append(entry->what[0] ? &log->notes : &log->events, &entry->node);
		log->count++;
		entry = NULL;
	} else {
		log->dropped++;
	}
	post_locked(log);
	pthread_mutex_unlock(&log->lock);
	free(entry);
}

void event_put(struct event_log *log, const struct event_row *row)
{
	struct entry *entry = calloc(1, sizeof(*entry));

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
	first = once_first(log->once, row, now, now + window_s * 1000000LL);
	pthread_mutex_unlock(&log->lock);
	if (first)
		event_put(log, row);
}

void event_notify(struct event_log *log, int64_t customer_id, const char *number,
		  const char *what)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (entry) {
		entry->row.customer_id = customer_id;
		snprintf(entry->number, sizeof(entry->number), "%s", number);
		snprintf(entry->what, sizeof(entry->what), "%s", what);
	}
	put_entry(log, entry);
}

/* ---- the log's loop ---- */

static void tell(struct event_log *log, int64_t customer_id, const char *number,
		 const char *what)
{
	for (struct event_watch *w = log->watches, *next; w; w = next) {
		next = w->next;
		w->fn(w, customer_id, number, what);
	}
}

/* Not stored, but not lost in silence either. */
static void spill(const struct event_row *row, int status)
{
	char who[ROW_NAME_SIZE * 2], text[ROW_TEXT_SIZE * 2], id[ID_TEXT_SIZE];

	log_error("event stored=no status=%d id=%s kind=%s customer=%lld line=%lld "
		  "credential=%lld who=%s source=%s text=%s",
		  status, id_encode(id, row->id), row->kind, (long long)row->customer_id,
		  (long long)row->line_id, (long long)row->credential_id,
		  log_text(who, sizeof(who), text_of(row->who)), row->source,
		  log_text(text, sizeof(text), text_of(row->text)));
}

static struct entry *pop(struct list *head)
{
	struct list *node = list_first(head);

	if (!node)
		return NULL;
	list_remove(node);
	return container_of(node, struct entry, node);
}

/* Moves at most max of them. */
static void collect(struct event_log *log, struct list *from, struct list *to,
		    unsigned max)
{
	struct entry *entry;

	pthread_mutex_lock(&log->lock);
	for (; max > 0 && (entry = pop(from)) != NULL; max--) {
		log->count--;
		list_append(to, &entry->node);
	}
	pthread_mutex_unlock(&log->lock);
}

static uint64_t take_dropped(struct event_log *log)
{
	uint64_t dropped;

	pthread_mutex_lock(&log->lock);
	dropped = log->dropped;
	log->dropped = 0;
	pthread_mutex_unlock(&log->lock);
	return dropped;
}

static int write_batch(struct store_db *db, struct store_job *job)
{
	struct event_log *log = container_of(job, struct event_log, job);

	LIST_EACH(node, &log->batch)
	{
		struct entry *entry = container_of(node, struct entry, node);
		int error = store_event_put(db, &entry->row);

		if (error)
			return error;
	}
	return 0;
}

static void batch_end(struct event_log *log, int status)
{
	struct entry *entry;

	while ((entry = pop(&log->batch)) != NULL) {
		if (status)
			spill(&entry->row, status);
		else if (entry->row.customer_id)
			tell(log, entry->row.customer_id, "", "events");
		free(entry);
	}
}

static void turn(struct event_log *log);

static void batch_done(struct store_job *job, int status)
{
	struct event_log *log = container_of(job, struct event_log, job);

	log->writing = false;
	batch_end(log, status);
	turn(log);
}

static void retry_due(struct timer *timer)
{
	turn(container_of(timer, struct event_log, retry));
}

static void submit(struct event_log *log)
{
	int error;

	log->job.work = write_batch;
	log->job.done = batch_done;
	error = store_submit(log->cfg.store, log->cfg.loop, STORE_WRITE, 0, &log->job);
	log->writing = error == 0;
	if (error == -EAGAIN)
		timer_start(log->cfg.loop, &log->retry, RETRY_MS, retry_due);
	else if (error)
		batch_end(log, error);
}

static void tell_notes(struct event_log *log)
{
	struct list notes;
	struct entry *note;

	list_init(&notes);
	collect(log, &log->notes, &notes, QUEUE_MAX);
	while ((note = pop(&notes)) != NULL) {
		tell(log, note->row.customer_id, note->number, note->what);
		free(note);
	}
}

/* One batch is on its way at a time; what comes meanwhile waits for its answer. */
static void turn(struct event_log *log)
{
	uint64_t dropped = take_dropped(log);

	if (dropped)
		log_error("event dropped=%llu reason=queue_full",
			  (unsigned long long)dropped);
	tell_notes(log);
	if (log->writing)
		return;
	if (list_empty(&log->batch))
		collect(log, &log->events, &log->batch, BATCH_MAX);
	if (!list_empty(&log->batch))
		submit(log);
}

static void memory_free(struct event_log *log)
{
	once_free(log->once);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

static void posted_turn(struct task *task)
{
	struct event_log *log = container_of(task, struct event_log, task);

	pthread_mutex_lock(&log->lock);
	log->posted = false;
	pthread_mutex_unlock(&log->lock);
	if (log->freed)
		memory_free(log);
	else
		turn(log);
}

/* ---- watches ---- */

void event_watch_start(struct event_log *log, struct event_watch *w)
{
	w->next = log->watches;
	log->watches = w;
}

void event_watch_stop(struct event_log *log, struct event_watch *w)
{
	struct event_watch **at = &log->watches;

	while (*at && *at != w)
		at = &(*at)->next;
	if (*at)
		*at = w->next;
}

/* ---- new and free ---- */

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
	log->task.fn = posted_turn;
	pthread_mutex_init(&log->lock, NULL);
	list_init(&log->events);
	list_init(&log->notes);
	list_init(&log->batch);
	return log;
}

/* What is still here is written now; the events' ids make it safe to write twice. */
static void drain(struct event_log *log)
{
	struct entry *note;

	if (log->writing)
		store_cancel(&log->job);
	log->job.work = write_batch;
	do {
		if (!list_empty(&log->batch))
			batch_end(log, store_run(log->cfg.store, STORE_WRITE, &log->job));
		collect(log, &log->events, &log->batch, BATCH_MAX);
	} while (!list_empty(&log->batch));
	while ((note = pop(&log->notes)) != NULL)
		free(note);
}

void event_log_free(struct event_log *log)
{
	bool posted;

	if (!log)
		return;
	log->watches = NULL;
	timer_stop(&log->retry);
	drain(log);
	pthread_mutex_lock(&log->lock);
	posted = log->posted;
	log->freed = true;
	pthread_mutex_unlock(&log->lock);
	if (!posted)
		memory_free(log);
}
