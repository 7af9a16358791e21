/* SPDX-License-Identifier: Apache-2.0 */
/* fake/clock.c - A clock that stands until the test moves it. */

#include "fake/clock.h"

#include "base/list.h"

static int64_t mono_us(const struct clock *c)
{
	return container_of(c, const struct fake_clock, clock)->mono_us;
}

static int64_t wall_us(const struct clock *c)
{
	return container_of(c, const struct fake_clock, clock)->wall_us;
}

void fake_clock_init(struct fake_clock *c)
{
	*c = (struct fake_clock){
		.clock = { mono_us, wall_us },
		.mono_us = INT64_C(1000) * 1000000,
		.wall_us = INT64_C(1795443000) * 1000000,
	};
}

void fake_clock_advance_us(struct fake_clock *c, int64_t us)
{
	c->mono_us += us;
	c->wall_us += us;
}
