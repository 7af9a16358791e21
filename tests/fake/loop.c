/* SPDX-License-Identifier: Apache-2.0 */
/* fake/loop.c - Virtual time for virtual loops. */

#include "fake/loop.h"

#include <stdio.h>
#include <stdlib.h>

enum { TURNS_MAX = 100000 };

static void run_until_quiet(struct loop *const *loops, size_t count)
{
	for (unsigned turn = 0; turn < TURNS_MAX; turn++) {
		unsigned ran = 0;

		for (size_t i = 0; i < count; i++)
			ran += loop_turn(loops[i]);
		if (!ran)
			return;
	}
	fputs("fake_loop_run: the loop does not come to rest\n", stderr);
	abort();
}

static int64_t next_timer_us(struct loop *const *loops, size_t count)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < count; i++) {
		int64_t us = loop_next_timer_us(loops[i]);

		next = us < next ? us : next;
	}
	return next;
}

void fake_loops_run(struct loop *const *loops, size_t count, struct fake_clock *c,
		    int64_t us)
{
	int64_t end_us = c->mono_us + us, next_us;

	run_until_quiet(loops, count);
	while ((next_us = next_timer_us(loops, count)) <= end_us) {
		if (next_us > c->mono_us)
			fake_clock_advance_us(c, next_us - c->mono_us);
		run_until_quiet(loops, count);
	}
	fake_clock_advance_us(c, end_us - c->mono_us);
}

void fake_loop_run(struct loop *l, struct fake_clock *c, int64_t us)
{
	fake_loops_run(&l, 1, c, us);
}
