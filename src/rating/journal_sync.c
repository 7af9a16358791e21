/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_sync.c - The thread that waits for the disk, so that nobody else does.
 */
#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "rating/journal_core.h"

static void nap_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static struct journal_segment *find_dirty(struct journal *j)
{
	LIST_EACH (node, &j->segments) {
		struct journal_segment *s =
			container_of(node, struct journal_segment, node);

		if (s->dirty)
			return s;
	}
	return NULL;
}

/* A failed sync is not tried again: the kernel forgets the error and the pages. The next
 * line begins a new segment. */
static void sync_one(struct journal *j, struct journal_segment *segment)
{
	int fd = segment->fd, error;

	segment->dirty = false;
	segment->syncing = true;
	pthread_mutex_unlock(&j->lock);
	error = journal_segment_sync(fd);
	if (error)
		log_error("journal synced=no segment=%u error=%d", segment->number,
			  error);
	pthread_mutex_lock(&j->lock);
	segment->syncing = false;
	if (error)
		segment->damaged = true;
	if (segment != j->current && !segment->dirty) {
		close(segment->fd);
		segment->fd = -1;
	}
}

static bool wants_next(const struct journal *j)
{
	return !j->next && j->current->size >= JOURNAL_SEGMENT_MAX / 2;
}

/* False when it could not be made. */
static bool make_next(struct journal *j)
{
	unsigned number = j->current->number + 1;
	struct journal_segment *next = NULL;
	int error;

	pthread_mutex_unlock(&j->lock);
	error = journal_segment_create(j->dir, number, &next);
	pthread_mutex_lock(&j->lock);
	/* Somebody who could not wait may have made it meanwhile. */
	if (next && !j->next && j->current->number + 1 == number)
		j->next = next;
	else if (next)
		journal_segment_free(next, j->dir, false);
	return error == 0 || error == -EEXIST;
}

void journal_sync_all(struct journal *j)
{
	struct journal_segment *dirty;

	pthread_mutex_lock(&j->lock);
	while ((dirty = find_dirty(j)) != NULL)
		sync_one(j, dirty);
	pthread_mutex_unlock(&j->lock);
}

/* True while the journal is open. */
static bool wait_for_work(struct journal *j)
{
	bool open;

	pthread_mutex_lock(&j->lock);
	while (!j->closing && !find_dirty(j) && !wants_next(j))
		pthread_cond_wait(&j->wake, &j->lock);
	open = !j->closing;
	pthread_mutex_unlock(&j->lock);
	return open;
}

static void *syncer_main(void *arg)
{
	struct journal *j = arg;
	bool made = true;

	while (wait_for_work(j)) {
		nap_ms(made ? JOURNAL_SYNC_MS : JOURNAL_RETRY_MS);
		journal_sync_all(j);
		pthread_mutex_lock(&j->lock);
		made = !wants_next(j) || make_next(j);
		pthread_mutex_unlock(&j->lock);
	}
	return NULL;
}

int journal_sync_start(struct journal *j)
{
	sigset_t all, old;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(&j->syncer, NULL, syncer_main, j);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	j->syncer_started = error == 0;
	return -error;
}

void journal_sync_stop(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	j->closing = true;
	pthread_cond_signal(&j->wake);
	pthread_mutex_unlock(&j->lock);
	if (j->syncer_started)
		pthread_join(j->syncer, NULL);
	journal_sync_all(j);
}
