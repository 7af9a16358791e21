/* SPDX-License-Identifier: Apache-2.0 */
/* store/store.h - The database, asked asynchronously.
 *
 * A job is a short function that runs on a thread of the store inside one transaction
 * and calls the row functions of store/rows.h; its answer comes back on the loop that
 * asked. SQLite: one writer connection, readers are query_only. PostgreSQL: a pool of
 * connections, each with its own thread, statements without results pipelined. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/list.h"
#include "loop/loop.h"

struct store;
struct store_lane;
struct store_port;
struct store_db; /* the transaction that a job runs in */

enum store_kind { STORE_READ, STORE_WRITE };

enum { STORE_QUEUE_MAX = 100000 };

struct store_job {
	/* On the store's thread. 0 commits, a negative errno rolls back and reaches
	 * done; so does the first error of a row function (-ENOENT and -EEXIST are
	 * answers, not errors), even if work returns 0. May run more than once
	 * (serialization failures, a lost connection), so it writes nothing but the job's
	 * own results, afresh each time. */
	int (*work)(struct store_db *db, struct store_job *job);
	/* On the requester's loop, exactly once, never inline; not after store_cancel.
	 * status: 0, work's own error, -EIO (database away), -ENOSPC, -EEXIST (a unique
	 * name is taken), -ECANCELED (the store closes). May free the job. */
	void (*done)(struct store_job *job, int status);
	/* The store's own: */
	struct list node;
	struct store *store; /* NULL while the job is the caller's */
	struct store_lane *lane;
	struct store_job **slot;
	struct store_port *port;
	int64_t key;
	int status;
	unsigned char kind;
	unsigned char state;
	bool cancelled;
};

struct store_config {
	const char *url; /* "sqlite:/path", "sqlite::memory:" or "postgresql://..." */
	const char *state_dir; /* in front of relative SQLite paths */
	const struct clock *clock;
	bool virtual_time; /* tests: no threads, jobs run on the submitting loop */
	unsigned threads;  /* PostgreSQL connections; 0: 4 */
};

/* Opens and migrates (create: makes it when it is not there). On error writes one plain
 * sentence with what to do into reason[200] and returns -ENOENT, -EACCES, -EIO,
 * -EPROTO (schema newer than this program), -EINVAL (url) ... */
int store_open(const struct store_config *cfg, bool create, struct store **ret,
	       char reason[200]);
/* Finishes what is queued, then closes. Answers that no loop has taken yet still come
 * when it turns. NULL does nothing. */
void store_close(struct store *s);

/* job: zero-initialised, then work and done set. 0, -EAGAIN when the queue is full,
 * -ECANCELED when the store closes, -ENOMEM. Writes with one key complete in the order
 * they were submitted (key: the customer's id, or 0). */
int store_submit(struct store *s, struct loop *l, enum store_kind kind, int64_t key,
		 struct store_job *job);
/* After this the job's memory is the caller's again and done is not called; a write may
 * still happen or have happened. Same thread as the submitting loop. */
void store_cancel(struct store_job *job);
/* For start-up, the CLI and tests: waits and returns the status, done is not called;
 * never from an edge worker. */
int store_run(struct store *s, enum store_kind kind, struct store_job *job);

/* "sqlite" or "postgresql". */
const char *store_driver_name(const struct store *s);

/* Change feed: what one part of the house (or another node) changed. Topic is one of
 * "customer", "login", "product", "line", "credential", "tariff"; key the row's id (0:
 * read all of them again, which also comes for every topic when too much changed at
 * once). Called on the given loop, in commit order, also for this node's own. */
enum { STORE_TOPIC_SIZE = 16 };
struct store_feed {
	void (*changed)(struct store_feed *, const char *topic, int64_t key);
	struct loop *loop;
	/* the store's own: */
	struct store_feed_queue *queue;
};
/* 0, -ENOMEM. */
int store_feed_start(struct store *s, struct store_feed *f);
/* On the feed's loop; nothing is called afterwards. */
void store_feed_stop(struct store *s, struct store_feed *f);
/* Inside a write job: tells the feed when the transaction has committed. -EINVAL: no such
 * topic. */
int store_changed(struct store_db *db, const char *topic, int64_t key);
/* How long this node may not have heard of the others' changes; 0 with SQLite. */
int64_t store_feed_age_us(struct store *s);

#endif
