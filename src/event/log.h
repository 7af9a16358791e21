/* SPDX-License-Identifier: Apache-2.0 */
/* event/log.h - The inside of the event log: what every thread may fill (event.c) and the
 * loop empties (write.c). */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/list.h"
#include "event/attempt.h"
#include "event/event.h"
#include "event/once.h"

enum {
	QUEUE_MAX = 10000, /* events and notifications that wait */
	BATCH_MAX = 256,   /* events in one job */
	RETRY_MS = 200,    /* the store's queue was full */
};

/* An event, or a notification (what is set). */
struct event_entry {
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
	int64_t strangers_since_us; /* their minute */
	unsigned strangers;
	uint64_t strangers_dropped;
	struct task task;
	struct list lates; /* under the lock as well */
	unsigned late_count;
	_Atomic unsigned watched;  /* how many watch them */
	_Atomic unsigned notified; /* and how many the notifications */
	/* The loop's own: */
	struct attempt_watch *attempt_watches;
	struct event_watch *watches;
	struct timer retry;
	bool writing;
	bool freed;
	struct store_job job;
	struct list batch;
};

/* event.c: a turn of the loop is due; with the lock held. */
void event_log_post(struct event_log *log);

/* event.c: as much as event_put_stranger does, mostly, for whom there is nothing to put. */
void event_weigh_stranger(struct event_log *log, const struct event_row *row);

/* late.c, on the loop. */
void lates_run(struct event_log *log);
void lates_drop(struct event_log *log);

/* write.c, on the loop. */
struct event_entry *event_entry_pop(struct list *head); /* NULL when empty */
void event_log_turn(struct event_log *log);
void event_log_drain(struct event_log *log); /* waits until all is written */

#endif
