/* SPDX-License-Identifier: Apache-2.0 */
/* base/clock.c - The machine's clocks. */

#include "base/clock.h"

#include <time.h>

static int64_t read_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t real_mono_us(const struct clock *c)
{
	return read_us(CLOCK_MONOTONIC);
}

static int64_t real_wall_us(const struct clock *c)
{
	return read_us(CLOCK_REALTIME);
}

const struct clock *clock_real(void)
{
	static const struct clock real = { real_mono_us, real_wall_us };

	return &real;
}
