/* SPDX-License-Identifier: Apache-2.0 */
/* fake/clock.h - A clock that stands until the test moves it. */
#ifndef FAKE_CLOCK_H
#define FAKE_CLOCK_H

#include "base/clock.h"

struct fake_clock {
	struct clock clock; /* hand this in */
	int64_t mono_us;
	int64_t wall_us;
};

/* Monotonic 1000 s, wall 2026-11-23T14:10:00Z. */
void fake_clock_init(struct fake_clock *c);
void fake_clock_advance_us(struct fake_clock *c, int64_t us); /* both */

#endif
