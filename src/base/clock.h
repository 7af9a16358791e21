/* SPDX-License-Identifier: Apache-2.0 */
/* base/clock.h - Time is handed in, so that tests own it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t (*mono_us)(
		const struct clock *); /* never goes back; for timers, durations */
	int64_t (*wall_us)(
		const struct clock *); /* microseconds since 1970 UTC; for records */
};

const struct clock *clock_real(void);

static inline int64_t clock_mono_us(const struct clock *c)
{
	return c->mono_us(c);
}
static inline int64_t clock_wall_us(const struct clock *c)
{
	return c->wall_us(c);
}
static inline int64_t clock_wall_s(const struct clock *c)
{
	return c->wall_us(c) / 1000000;
}

#endif
