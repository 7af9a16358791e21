/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal.c - The journal's front: lines in, in the order of the calls. */
#include "rating/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/random.h"
#include "rating/journal_core.h"

enum { CALLS_EXPECTED = 1024 };

/* The thread makes the next segment ahead, so that no edge worker waits for a disk. */
static int current_ready(struct journal *j)
{
	struct journal_segment *current = j->current;
	int error = 0;

	if (!current->damaged && current->size < JOURNAL_SEGMENT_MAX)
		return 0;
	if (!j->next && (current->damaged || !j->syncer_started))
		error = journal_segment_create(j->dir, current->number + 1, &j->next);
	if (!j->next)
		return error;
	list_append(&j->segments, &j->next->node);
	j->current = j->next;
	j->next = NULL;
	return 0;
}

int journal_append_locked(struct journal *j, enum journal_kind kind,
			  const struct cdr_row *call, struct text line)
{
	struct journal_call *open = kind == JOURNAL_END ? journal_call_find(j, call->id)
							: journal_call_get(j, call->id);
	int error = current_ready(j);

	if (kind != JOURNAL_END && !open)
		return -ENOMEM;
	if (!error)
		error = journal_segment_append(j->current, line);
	if (!error)
		journal_call_move(j, open, kind == JOURNAL_END ? NULL : j->current);
	else if (open && !open->segment)
		journal_call_move(j, open, NULL);
	return error;
}

/* True: the drain is to be told, once the lock is free. Who is woken under it runs against
 * it at once. */
static bool kick_locked(struct journal *j)
{
	bool kick = !j->posted;

	j->posted = true;
	return kick;
}

/* The disk is full but the call did end: it is booked from memory, and only a crash
 * before that would close it by its last line instead. */
static void hold_locked(struct journal *j, const struct cdr_row *call, struct text line)
{
	struct journal_held *held = NULL;
	char text[JOURNAL_LINE_MAX];

	if (j->held_count < JOURNAL_HELD_MAX)
		held = malloc(sizeof(*held));
	if (!held) {
		log_error("journal booked=no reason=full entry=%s",
			  log_text(text, sizeof(text), text_trim_lws(line)));
		return;
	}
	held->call = *call;
	list_append(&j->held, &held->node);
	j->held_count++;
	j->backlog++;
}

static int append(struct journal *j, enum journal_kind kind, const struct cdr_row *call)
{
	char storage[JOURNAL_LINE_MAX];
	struct buf line = BUF_FIXED(storage);
	bool kick;
	int error;

	journal_line_encode(&line, kind, call);
	if (line.error)
		return line.error;
	pthread_mutex_lock(&j->lock);
	error = journal_append_locked(j, kind, call, buf_text(&line));
	if (error && kind == JOURNAL_END)
		hold_locked(j, call, buf_text(&line));
	else if (kind == JOURNAL_END)
		j->backlog++;
	kick = kind == JOURNAL_END && kick_locked(j);
	pthread_mutex_unlock(&j->lock);
	pthread_cond_signal(&j->wake);
	if (kick)
		loop_post(j->cfg.loop, &j->task);
	return error;
}

int journal_start(struct journal *j, const struct cdr_row *call)
{
	return append(j, JOURNAL_START, call);
}

int journal_answer(struct journal *j, const struct cdr_row *call)
{
	return append(j, JOURNAL_ANSWER, call);
}

int journal_end(struct journal *j, const struct cdr_row *call)
{
	return append(j, JOURNAL_END, call);
}

uint64_t journal_backlog(const struct journal *j)
{
	pthread_mutex_t *lock = (pthread_mutex_t *)&j->lock;
	uint64_t backlog;

	pthread_mutex_lock(lock);
	backlog = j->backlog;
	pthread_mutex_unlock(lock);
	return backlog;
}

static void call_free(struct table_node *node, void *arg)
{
	free(container_of(node, struct journal_call, node));
}

/* What is drained and has no open call is not needed again. */
static void segments_free(struct journal *j)
{
	LIST_EACH_SAFE (node, &j->segments) {
		struct journal_segment *s =
			container_of(node, struct journal_segment, node);

		journal_segment_free(s, j->dir, s->drained && !s->open_calls);
	}
	if (j->next)
		journal_segment_free(j->next, j->dir, true);
}

static void journal_free(struct journal *j)
{
	segments_free(j);
	LIST_EACH_SAFE (node, &j->held) {
		list_remove(node);
		free(container_of(node, struct journal_held, node));
	}
	table_each(&j->calls, call_free, NULL);
	table_fini(&j->calls);
	pthread_cond_destroy(&j->wake);
	pthread_mutex_destroy(&j->lock);
	free(j->dir);
	free(j);
}

static void take_posted(struct journal *j)
{
	pthread_mutex_lock(&j->lock);
	j->posted = false;
	pthread_mutex_unlock(&j->lock);
}

static void gathered(struct timer *timer)
{
	struct journal *j = container_of(timer, struct journal, gathering);

	take_posted(j);
	journal_drain_turn(j);
}

static void posted_turn(struct task *task)
{
	struct journal *j = container_of(task, struct journal, task);

	if (!j->closed && !j->cfg.virtual_time) {
		timer_start(j->cfg.loop, &j->gathering, JOURNAL_GATHER_MS, gathered);
		return;
	}
	take_posted(j);
	if (j->closed)
		journal_free(j);
	else
		journal_drain_turn(j);
}

static struct journal *journal_new(const struct journal_config *cfg)
{
	struct journal *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->cfg = *cfg;
	j->dir = text_dup(text_of(cfg->dir));
	if (!j->dir || table_init(&j->calls, random_real(), CALLS_EXPECTED)) {
		free(j->dir);
		free(j);
		return NULL;
	}
	j->task.fn = posted_turn;
	list_init(&j->segments);
	list_init(&j->held);
	pthread_mutex_init(&j->lock, NULL);
	pthread_cond_init(&j->wake, NULL);
	return j;
}

static int open_failed(const char *dir, int error, char reason[200])
{
	snprintf(reason, 200,
		 "cannot use the journal in %.100s (%s): check its owner, mode and space",
		 dir, strerror(-error));
	return error;
}

/* What a crash left is booked here and now; when the store is away, it stays in the
 * journal and is booked later. */
int journal_open(const struct journal_config *cfg, struct journal **ret, char reason[200])
{
	struct journal *j;
	int error = mkdir(cfg->dir, 0700) && errno != EEXIST ? -errno : 0;

	if (error)
		return open_failed(cfg->dir, error, reason);
	j = journal_new(cfg);
	if (!j)
		return open_failed(cfg->dir, -ENOMEM, reason);
	error = journal_recover(j);
	if (!error && journal_drain_wait(j, INT64_MAX))
		log_warn("journal drained=no backlog=%llu",
			 (unsigned long long)journal_backlog(j));
	if (!error && !cfg->virtual_time)
		error = journal_sync_start(j);
	if (error) {
		journal_free(j);
		return open_failed(cfg->dir, error, reason);
	}
	if (j->backlog) {
		j->posted = true;
		loop_post(cfg->loop, &j->task);
	}
	*ret = j;
	return 0;
}

void journal_close(struct journal *j)
{
	int64_t now = clock_mono_us(clock_real());
	bool posted;

	if (!j)
		return;
	journal_drain_stop(j);
	if (timer_running(&j->gathering)) {
		timer_stop(&j->gathering);
		take_posted(j);
	}
	j->current->drained = journal_drain_wait(j, now + JOURNAL_CLOSE_MS * 1000LL) == 0;
	if (!j->current->drained)
		log_warn("journal drained=no backlog=%llu",
			 (unsigned long long)journal_backlog(j));
	journal_sync_stop(j);
	pthread_mutex_lock(&j->lock);
	posted = j->posted;
	j->closed = true;
	pthread_mutex_unlock(&j->lock);
	if (!posted)
		journal_free(j);
}
