/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_drain.c - From the journal into the store. The files are read again, so
 * a database that is away for a day costs disk and no memory; booking twice does nothing,
 * so nobody has to remember how far it came. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "rating/journal_core.h"

static int add_end(void *arg, struct text line)
{
	struct journal_batch *batch = arg;
	enum journal_kind kind;
	struct cdr_row row;

	if (journal_line_decode(line, &kind, &row) || kind != JOURNAL_END)
		return 0;
	batch->calls[batch->count++] = row;
	return batch->count == batch->max;
}

static void fill_from_memory(struct journal *j)
{
	struct journal_batch *batch = &j->batch;

	pthread_mutex_lock(&j->lock);
	LIST_EACH (node, &j->held) {
		if (batch->count == batch->max)
			break;
		batch->calls[batch->count++] =
			container_of(node, struct journal_held, node)->call;
	}
	pthread_mutex_unlock(&j->lock);
	batch->held = batch->count > 0;
}

/* The first segment that is not drained, and how much of it is there. */
static bool next_part(struct journal *j, uint64_t *ret_limit)
{
	struct list *node;

	pthread_mutex_lock(&j->lock);
	if (!j->segment) {
		j->segment = container_of(list_first(&j->segments),
					  struct journal_segment, node);
		j->offset = 0;
	}
	node = j->segment->node.next;
	if (j->offset >= j->segment->size && node != &j->segments) {
		j->segment->drained = true;
		j->segment = container_of(node, struct journal_segment, node);
		j->offset = 0;
	}
	*ret_limit = j->segment->size;
	pthread_mutex_unlock(&j->lock);
	return j->offset < *ret_limit || j->segment != j->current;
}

/* 0 or why a segment cannot be read. */
static int fill_from_disk(struct journal *j)
{
	struct journal_batch *batch = &j->batch;
	uint64_t limit;

	while (!batch->count && next_part(j, &limit)) {
		uint64_t end = j->offset;
		int stop = journal_segment_read(j->dir, j->segment, limit, &end, add_end,
						batch);

		if (stop < 0) {
			batch->count = 0;
			return stop;
		}
		batch->end = end;
		if (!batch->count)
			j->offset = limit;
	}
	return 0;
}

/* What could not be booked is tried again as it is. */
static int batch_fill(struct journal *j)
{
	struct journal_batch *batch = &j->batch;
	int error = 0;

	if (batch->count)
		return 0;
	batch->held = false;
	batch->max = j->alone ? 1 : JOURNAL_BATCH_MAX;
	fill_from_memory(j);
	if (!batch->count)
		error = fill_from_disk(j);
	if (error && !j->unreadable)
		log_error("journal read=no segment=%u error=%d", j->segment->number,
			  error);
	j->unreadable = error != 0;
	return error;
}

static int batch_work(struct store_db *db, struct store_job *job)
{
	struct journal_batch *batch = container_of(job, struct journal_batch, job);

	for (unsigned i = 0; i < batch->count; i++) {
		int error = store_cdr_book(db, &batch->calls[i]);

		if (error)
			return error;
	}
	return 0;
}

static void tell(struct journal *j, const struct cdr_row *call)
{
	bool out = call->direction == CALL_OUT;

	if (j->cfg.events)
		event_notify(j->cfg.events, call->customer_id,
			     out ? call->from : call->to, "calls");
}

/* Segments whose calls are all booked; the one in use stays. */
static void remove_drained(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	LIST_EACH_SAFE (node, &j->segments) {
		struct journal_segment *s =
			container_of(node, struct journal_segment, node);

		if (s->drained && !s->open_calls && !s->syncing && s != j->current &&
		    s != j->segment)
			journal_segment_free(s, j->dir, true);
	}
	pthread_mutex_unlock(&j->lock);
}

static void held_drop(struct journal *j, unsigned count)
{
	struct list *node;

	for (; count > 0 && (node = list_first(&j->held)) != NULL; count--) {
		struct journal_held *held = container_of(node, struct journal_held, node);

		list_remove(node);
		journal_call_drop(j, held->call.id);
		free(held);
		j->held_count--;
	}
}

static void batch_leave(struct journal *j)
{
	struct journal_batch *batch = &j->batch;

	pthread_mutex_lock(&j->lock);
	j->backlog -= batch->count;
	if (batch->held)
		held_drop(j, batch->count);
	else
		j->offset = batch->end;
	pthread_mutex_unlock(&j->lock);
	batch->count = 0;
	if (j->alone)
		j->alone--;
	remove_drained(j);
}

static void batch_booked(struct journal *j)
{
	for (unsigned i = 0; i < j->batch.count; i++)
		tell(j, &j->batch.calls[i]);
	batch_leave(j);
}

/* What the store will never take is kept for a person to look at. */
static void reject(struct journal *j, int status)
{
	char storage[JOURNAL_LINE_MAX], path[PATH_MAX], text[JOURNAL_LINE_MAX];
	struct buf line = BUF_FIXED(storage);
	int fd = -1;

	journal_line_encode(&line, JOURNAL_END, &j->batch.calls[0]);
	if (snprintf(path, sizeof(path), "%s/rejected.log", j->dir) < (int)sizeof(path))
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, line.p, line.len) != (ssize_t)line.len)
		log_error("journal kept=no file=rejected.log");
	if (fd >= 0)
		close(fd);
	log_error("journal booked=no status=%d entry=%s", status,
		  log_text(text, sizeof(text), text_trim_lws(buf_text(&line))));
	batch_leave(j);
}

static bool will_pass(int status)
{
	return status == -EIO || status == -EAGAIN || status == -ENOSPC ||
	       status == -ENOMEM || status == -EROFS || status == -ECANCELED;
}

/* One of them is to blame: read them again, one by one. */
static void batch_scatter(struct journal *j)
{
	j->alone = j->batch.count;
	j->batch.count = 0;
}

/* True when there is reason to go on at once. */
static bool batch_end(struct journal *j, int status)
{
	if (status == 0)
		batch_booked(j);
	else if (will_pass(status))
		return false;
	else if (j->batch.count > 1)
		batch_scatter(j);
	else
		reject(j, status);
	return true;
}

static void retry_due(struct timer *timer)
{
	journal_drain_turn(container_of(timer, struct journal, retry));
}

static void batch_done(struct store_job *job, int status)
{
	struct journal_batch *batch = container_of(job, struct journal_batch, job);
	struct journal *j = container_of(batch, struct journal, batch);

	j->booking = false;
	if (batch_end(j, status))
		journal_drain_turn(j);
	else
		timer_start(j->cfg.loop, &j->retry, JOURNAL_RETRY_MS, retry_due);
}

void journal_drain_turn(struct journal *j)
{
	int error;

	if (j->cfg.virtual_time)
		journal_sync_all(j);
	if (j->booking || timer_running(&j->retry))
		return;
	error = batch_fill(j);
	if (!error && !j->batch.count)
		return;
	j->batch.job.work = batch_work;
	j->batch.job.done = batch_done;
	if (!error)
		error = store_submit(j->cfg.store, j->cfg.loop, STORE_WRITE, 0,
				     &j->batch.job);
	j->booking = error == 0;
	if (error)
		timer_start(j->cfg.loop, &j->retry, JOURNAL_RETRY_MS, retry_due);
}

void journal_drain_stop(struct journal *j)
{
	timer_stop(&j->retry);
	if (j->booking)
		store_cancel(&j->batch.job);
	j->booking = false;
}

int journal_drain_wait(struct journal *j, int64_t until_us)
{
	int error = batch_fill(j);

	j->batch.job.work = batch_work;
	while (!error && j->batch.count) {
		if (clock_mono_us(clock_real()) >= until_us)
			return -ETIMEDOUT;
		error = store_run(j->cfg.store, STORE_WRITE, &j->batch.job);
		if (!batch_end(j, error))
			return error;
		error = batch_fill(j);
	}
	remove_drained(j);
	return error;
}
