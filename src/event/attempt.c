/* SPDX-License-Identifier: Apache-2.0 */
/* event/attempt.c - From the workers to who looks. */
#include "event/attempt.h"

#include <stdlib.h>

#include "event/log.h"

struct entry {
	struct event_late late;
	struct attempt attempt;
};

bool attempt_watched(struct event_log *log)
{
	return atomic_load_explicit(&log->watched, memory_order_relaxed) > 0;
}

static void tell(struct event_log *log, struct event_late *late)
{
	struct entry *entry = container_of(late, struct entry, late);

	for (struct attempt_watch *w = log->attempt_watches, *next; w; w = next) {
		next = w->next;
		w->fn(w, &entry->attempt);
	}
}

/* Without memory, or past the bound, it is not shown: nothing hangs on it. */
void attempt_put(struct event_log *log, const struct attempt *a)
{
	struct entry *entry = malloc(sizeof(*entry));

	if (!entry)
		return;
	*entry = (struct entry){ .late.fn = tell, .attempt = *a };
	if (!entry->attempt.at)
		entry->attempt.at = clock_wall_us(log->cfg.clock);
	event_put_late(log, &entry->late);
}

void attempt_watch_start(struct event_log *log, struct attempt_watch *w)
{
	w->next = log->attempt_watches;
	log->attempt_watches = w;
	atomic_fetch_add(&log->watched, 1);
}

void attempt_watch_stop(struct event_log *log, struct attempt_watch *w)
{
	struct attempt_watch **at = &log->attempt_watches;

	while (*at && *at != w)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = w->next;
	atomic_fetch_sub(&log->watched, 1);
}
