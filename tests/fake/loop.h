/* SPDX-License-Identifier: Apache-2.0 */
/* fake/loop.h - Virtual time for virtual loops. */
#ifndef FAKE_LOOP_H
#define FAKE_LOOP_H

#include "fake/clock.h"
#include "loop/loop.h"

/* Lets us microseconds pass: runs the loop until nothing is left to do, moves the clock
 * to the next timer, and so on to the end. us == 0 runs what is due now. Aborts when the
 * loop does not come to rest at one instant. */
void fake_loop_run(struct loop *l, struct fake_clock *c, int64_t us);
/* The same for several loops on one clock, each turn in the order given. */
void fake_loops_run(struct loop *const *loops, size_t count, struct fake_clock *c,
		    int64_t us);

#endif
