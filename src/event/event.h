/* SPDX-License-Identifier: Apache-2.0 */
/* event/event.h - The security log: who did what to which credential, from where. Written
 * through the store, asynchronously; a line that cannot be stored goes to the log, never
 * lost in silence. Also tells whoever watches (the portal's live pages). */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include "base/id.h"
#include "base/list.h"
#include "store/rows.h"
#include "store/store.h"

struct event_log;

struct event_config {
	struct store *store;
	struct loop *loop; /* where answers of the store come */
	struct id_maker *ids;
	const struct clock *clock;
};

struct event_log *event_log_new(const struct event_config *cfg); /* NULL: no memory */
/* On the loop's thread, before the store closes, when nobody puts any more: writes what
 * still waits. */
void event_log_free(struct event_log *log);

/* From any thread; never blocks; copies. id and at are filled in when 0. The queue is
 * bounded: past it events are counted and the count is logged. */
void event_put(struct event_log *log, const struct event_row *row);
/* Repeats of the same kind, line, credential, source and text within the window (seconds)
 * are dropped. */
void event_put_once(struct event_log *log, const struct event_row *row,
		    unsigned window_s);
/* Likewise for what devices can cause again and again, who may come from any number of
 * sources: EVENT_SOURCES_MAX of them count within the window. */
enum { EVENT_SOURCES_MAX = 8 };
void event_put_device(struct event_log *log, const struct event_row *row,
		      unsigned window_s);
/* Likewise for what strangers can cause: no more than EVENT_STRANGERS_MAX a minute are
 * stored in all. Those past it are counted and the count is logged. */
enum { EVENT_STRANGERS_MAX = 60 };
void event_put_stranger(struct event_log *log, const struct event_row *row,
			unsigned window_s);

/* Work for the log's loop, so that nobody who puts it has to wait: fn is called there, then it
 * is freed (malloc). Where EVENT_LATE_MAX wait, or the log ends first, it is freed alone. */
enum { EVENT_LATE_MAX = 1000 };
struct event_late { /* what it belongs to begins with it */
	void (*fn)(struct event_log *, struct event_late *);
	struct list node; /* the log's own */
};
void event_put_late(struct event_log *log, struct event_late *late);

/* What changed, for pages that update by themselves; what is "bindings", "calls",
 * "credentials" or "events". From any thread; watchers are called on the event log's
 * loop. A stored event notifies by itself, with number "" and "events". */
void event_notify(struct event_log *log, int64_t customer_id, const char *number,
		  const char *what);
struct event_watch {
	/* May stop itself, and no other. */
	void (*fn)(struct event_watch *, int64_t customer_id, const char *number,
		   const char *what);
	struct event_watch *next; /* the log's own */
};
void event_watch_start(struct event_log *log, struct event_watch *w);
void event_watch_stop(struct event_log *log, struct event_watch *w);

#endif
