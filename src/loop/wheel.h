/* SPDX-License-Identifier: Apache-2.0 */
/* loop/wheel.h - The hierarchical timer wheel of one loop: start and stop are O(1), and
 * timers come out in the order in which they are due, those of one millisecond in the
 * order in which they were started. */
#ifndef LOOP_WHEEL_H
#define LOOP_WHEEL_H

#include "base/list.h"
#include "loop/loop.h"

enum { WHEEL_BITS = 6, WHEEL_SLOTS = 1 << WHEEL_BITS, WHEEL_LEVELS = 8 };

struct wheel {
	int64_t now_ms; /* everything due until then is in ready */
	struct list ready;
	uint64_t occupied[WHEEL_LEVELS]; /* a bit for each slot that holds timers */
	struct list slots[WHEEL_LEVELS][WHEEL_SLOTS];
};

void wheel_init(struct wheel *w, int64_t now_ms);
/* t->due_ms is set; t is in no list. */
void wheel_insert(struct wheel *w, struct timer *t);
void wheel_remove(struct wheel *w, struct timer *t);
/* Moves what is due into ready. */
void wheel_advance(struct wheel *w, int64_t now_ms);
/* When to look again: at the next timer or, for far ones, earlier. INT64_MAX: never. */
int64_t wheel_wake_ms(const struct wheel *w);
/* When the next timer is due, exactly; walks the timers of one slot. */
int64_t wheel_next_ms(const struct wheel *w);

#endif
