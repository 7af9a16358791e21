/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_core.h - The inside of the journal. lock guards what edge workers, the
 * syncing thread and the drain share; it is held for one write(2), never for a sync. */
#ifndef RATING_JOURNAL_CORE_H
#define RATING_JOURNAL_CORE_H

#include <pthread.h>

#include "base/table.h"
#include "rating/journal.h"
#include "rating/journal_line.h"
#include "rating/journal_segment.h"

enum {
	JOURNAL_SEGMENT_MAX = 4 << 20, /* soft: it grows on until the next one is there */
	JOURNAL_BATCH_MAX = 256,       /* calls booked in one job */
	JOURNAL_HELD_MAX = 10000,      /* ends kept in memory while the disk is full */
	JOURNAL_SYNC_MS = 10,          /* how long a line waits for others */
	JOURNAL_GATHER_MS = 50, /* and an end, so that one transaction books many */
	JOURNAL_RETRY_MS = 250,
	JOURNAL_CLOSE_MS = 5000,
};

/* A call without an end; its last line is in segment. */
struct journal_call {
	struct table_node node;
	int64_t id;
	struct journal_segment *segment;
};

/* An end that could not be written down: booked from memory. */
struct journal_held {
	struct list node;
	struct cdr_row call;
};

/* What the store is asked to book at a time. */
struct journal_batch {
	struct store_job job;
	struct cdr_row calls[JOURNAL_BATCH_MAX];
	unsigned count;
	unsigned max;
	bool held;                       /* from memory, else from */
	struct journal_segment *segment; /* this file, up to */
	uint64_t end;
};

struct journal {
	struct journal_config cfg;
	char *dir;
	pthread_mutex_t lock;
	pthread_cond_t wake;  /* the syncing thread's */
	struct list segments; /* oldest first, current last */
	struct journal_segment *current;
	struct journal_segment *next; /* made ahead; may be NULL */
	struct table calls;
	struct list held;
	unsigned held_count;
	uint64_t backlog;
	bool closing;
	bool posted; /* task is the loop's, or gathering */
	bool closed;
	pthread_t syncer;
	bool syncer_started;
	struct task task;
	/* The drain's own: */
	struct timer retry;
	struct timer gathering;
	bool booking;
	bool unreadable; /* and that was said */
	unsigned alone;  /* calls to book one by one, after a batch was refused */
	struct journal_segment *segment;
	uint64_t offset;
	struct journal_batch batch;
};

/* journal_drain.c, on the drain's loop. */
void journal_drain_turn(struct journal *j);
/* Waits; 0 when all is booked, or the store's error. */
int journal_drain_wait(struct journal *j, int64_t until_us);
void journal_drain_stop(struct journal *j);

/* journal_sync.c */
int journal_sync_start(struct journal *j);
void journal_sync_stop(struct journal *j); /* syncs what is left */
/* One round, without a thread. */
void journal_sync_all(struct journal *j);

/* journal_recover.c: reads what is there, ends what has no end. */
int journal_recover(struct journal *j);

/* journal.c, lock held. */
int journal_append_locked(struct journal *j, enum journal_kind kind,
			  const struct cdr_row *call, struct text line);

/* journal_call.c, lock held. */
uint64_t journal_call_hash(struct journal *j, int64_t id);
struct journal_call *journal_call_find(struct journal *j, int64_t id); /* or NULL */
struct journal_call *journal_call_get(struct journal *j,
				      int64_t id); /* NULL: no memory */
/* The last line of a call holds its segment; no line (NULL), no call. call may be NULL.
 */
void journal_call_move(struct journal *j, struct journal_call *call,
		       struct journal_segment *to);
void journal_call_drop(struct journal *j, int64_t id);

#endif
