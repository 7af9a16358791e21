/* SPDX-License-Identifier: Apache-2.0 */
/* event/write.c - From the queue into the store, a batch at a time, and to who watches.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "event/log.h"

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
	char source[ROW_ADDRESS_SIZE * 2];

	log_error("event stored=no status=%d id=%s kind=%s customer=%lld line=%lld "
		  "credential=%lld who=%s source=%s text=%s",
		  status, id_encode(id, row->id), row->kind, (long long)row->customer_id,
		  (long long)row->line_id, (long long)row->credential_id,
		  log_text(who, sizeof(who), text_of(row->who)),
		  log_text(source, sizeof(source), text_of(row->source)),
		  log_text(text, sizeof(text), text_of(row->text)));
}

struct event_entry *event_entry_pop(struct list *head)
{
	struct list *node = list_first(head);

	if (!node)
		return NULL;
	list_remove(node);
	return container_of(node, struct event_entry, node);
}

/* Moves at most max of them. */
static void collect(struct event_log *log, struct list *from, struct list *to,
		    unsigned max)
{
	struct event_entry *entry;

	pthread_mutex_lock(&log->lock);
	for (; max > 0 && (entry = event_entry_pop(from)) != NULL; max--) {
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

	LIST_EACH (node, &log->batch) {
		struct event_entry *entry = container_of(node, struct event_entry, node);
		int error = store_event_put(db, &entry->row);

		if (error)
			return error;
	}
	return 0;
}

static void batch_end(struct event_log *log, int status)
{
	struct event_entry *entry;

	while ((entry = event_entry_pop(&log->batch)) != NULL) {
		if (status)
			spill(&entry->row, status);
		else if (entry->row.customer_id)
			tell(log, entry->row.customer_id, "", "events");
		free(entry);
	}
}

static void batch_done(struct store_job *job, int status)
{
	struct event_log *log = container_of(job, struct event_log, job);

	log->writing = false;
	batch_end(log, status);
	event_log_turn(log);
}

static void retry_due(struct timer *timer)
{
	event_log_turn(container_of(timer, struct event_log, retry));
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
	struct event_entry *note;

	list_init(&notes);
	collect(log, &log->notes, &notes, QUEUE_MAX);
	while ((note = event_entry_pop(&notes)) != NULL) {
		tell(log, note->row.customer_id, note->number, note->what);
		free(note);
	}
}

/* One batch is on its way at a time; what comes meanwhile waits for its answer. */
void event_log_turn(struct event_log *log)
{
	uint64_t dropped = take_dropped(log);

	if (dropped)
		log_error("event dropped=%llu reason=queue_full",
			  (unsigned long long)dropped);
	tell_notes(log);
	lates_run(log);
	if (log->writing)
		return;
	if (list_empty(&log->batch))
		collect(log, &log->events, &log->batch, BATCH_MAX);
	if (!list_empty(&log->batch))
		submit(log);
}

/* What is still here is written now; the events' ids make it safe to write twice. */
void event_log_drain(struct event_log *log)
{
	struct event_entry *note;

	if (log->writing)
		store_cancel(&log->job);
	log->job.work = write_batch;
	do {
		if (!list_empty(&log->batch))
			batch_end(log, store_run(log->cfg.store, STORE_WRITE, &log->job));
		collect(log, &log->events, &log->batch, BATCH_MAX);
	} while (!list_empty(&log->batch));
	while ((note = event_entry_pop(&log->notes)) != NULL)
		free(note);
}
