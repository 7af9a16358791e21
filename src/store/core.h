/* SPDX-License-Identifier: Apache-2.0 */
/* store/core.h - The inside of the store: who owns what.
 *
 * One mutex (store.lock) guards every queue and every job's state; it is never held while
 * a database works. A lane is a connection with its thread and its queue. A port is a
 * loop that has asked: answers wait there until the loop takes them. The store's memory
 * lives until it is closed and no port has an answer left. */
#ifndef STORE_CORE_H
#define STORE_CORE_H

#include <pthread.h>

#include "base/arena.h"
#include "store/driver.h"
#include "store/store.h"

enum {
	STORE_LANES_MAX = 32,
	STORE_BATCH_MAX = 256,
	STORE_CHANGES_MAX = 1024, /* a feed's queue; past it "read all again" */
	STORE_AWAY_MS = 5000,     /* how long a job waits for a database that is away */
	STORE_RETRIES_MAX = 20,   /* serialization failures of one job */
};

enum job_state {
	JOB_IDLE,
	JOB_QUEUED,
	JOB_BATCHED,  /* a lane has it in *slot; waits for its turn or for commit */
	JOB_RUNNING,  /* work is being called: the job's memory is in use */
	JOB_ANSWERED, /* on its port */
};

struct store_change {
	struct list node;
	int64_t key;
	char topic[STORE_TOPIC_SIZE];
};

struct store_db {
	struct store *store;
	struct store_conn *conn;
	struct arena *arena; /* of one statement */
	struct list changes; /* of this transaction, for the feed in this process */
	int error;           /* the job's first */
};

struct store_lane {
	struct store *store;
	struct store_db db;
	bool reader;
	struct list queue;
	pthread_cond_t wake;
	pthread_t thread;
	bool started;
	int64_t away_since_us; /* 0: not away */
	int64_t next_try_us;
	int64_t backoff_us;
};

struct store_port {
	struct store_port *next;
	struct store *store;
	struct loop *loop;
	struct task task;
	bool posted;
	struct list jobs; /* answered; on virtual time queued ones too */
	unsigned count;
};

struct store_feed_queue {
	struct store_feed_queue *next;
	struct store *store;
	struct store_feed *feed; /* NULL once stopped */
	struct loop *loop;
	struct task task;
	bool posted;
	struct list changes;
	unsigned count;
};

struct store {
	const struct store_driver *driver;
	const struct clock *clock;
	struct store_place place;
	char *url;
	bool virtual_time;
	bool closing;
	bool closed; /* connections and threads are gone */
	pthread_mutex_t lock;
	pthread_cond_t moved; /* a job left JOB_RUNNING, or store_run has its answer */
	struct store_lane lanes[STORE_LANES_MAX];
	unsigned lane_count;
	unsigned writer_count; /* the first lanes */
	unsigned first_reader;
	unsigned next_reader;
	unsigned waiting; /* jobs in queues */
	struct store_port *ports;
	struct store_feed_queue *feeds;
	struct store_listener *listener;
	pthread_t listener_thread;
	bool listener_started;
	int64_t heard_us; /* when the feed was last known to be complete */
};

/* lane.c */
int store_lane_open(struct store_lane *lane, struct store *s, bool reader,
		    char reason[STORE_REASON_SIZE]);
int store_lane_start(struct store_lane *lane);
void store_lane_join(struct store_lane *lane); /* after closing is set */
void store_lane_close(struct store_lane *lane);
/* batch.c: runs these and answers them; slots that are NULL were cancelled. */
void store_lane_run(struct store_lane *lane, enum store_kind kind,
		    struct store_job **jobs, unsigned count);

/* port.c; all with store.lock held. */
struct store_port *store_port_get(struct store *s, struct loop *l);
void store_port_add(struct store_port *port, struct store_job *job);
void store_port_remove(struct store_job *job);
/* Frees a closed store when its last answer is taken; gives up the lock either way. */
void store_unlock_or_free(struct store *s);

/* listener.c */
int store_feed_open(struct store *s, char reason[STORE_REASON_SIZE]);
void store_feed_close(struct store *s);
/* feed.c */
/* topic NULL: anything may have changed. */
void store_feed_tell(struct store *s, const char *topic, int64_t key);
/* Hands on and frees what a committed transaction changed. */
void store_feed_publish(struct store *s, struct list *changes);
void store_changes_drop(struct list *changes);

#endif
