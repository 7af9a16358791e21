/* SPDX-License-Identifier: Apache-2.0 */
/* event/once.h - Which events were put lately: a table of fixed size, so that strangers
 * cannot make it grow. When two fall on one place the newer stays; then an event may be
 * told twice, never not at all. Not thread-safe. */
#ifndef EVENT_ONCE_H
#define EVENT_ONCE_H

#include "base/random.h"
#include "store/rows.h"

struct once;

struct once *once_new(struct random *rnd);
void once_free(struct once *once);
/* True when kind, line, credential, text and, if asked for, source were not seen before
 * until; remembers them until then. */
bool once_first(struct once *once, const struct event_row *row, bool source,
		int64_t now_us, int64_t until_us);
/* Likewise without the source, true for the first max of them until then. */
bool once_few(struct once *once, const struct event_row *row, int64_t now_us,
	      int64_t until_us, unsigned max);
/* Takes as long as one of them, and notes nothing. */
void once_weigh(const struct once *once, const struct event_row *row, bool source);

#endif
