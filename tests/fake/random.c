/* SPDX-License-Identifier: Apache-2.0 */
/* fake/random.c - SplitMix64 (Steele, Lea, Flood 2014). */

#include "fake/random.h"

#include "base/list.h"

static uint64_t next(struct fake_random *r)
{
	uint64_t n = r->state += UINT64_C(0x9e3779b97f4a7c15);

	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return n ^ n >> 31;
}

static void fill(struct random *random, void *dst, size_t len)
{
	struct fake_random *r = container_of(random, struct fake_random, random);
	uint8_t *bytes = dst;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)next(r);
}

void fake_random_init(struct fake_random *r, uint64_t seed)
{
	*r = (struct fake_random){ .random = { fill }, .state = seed };
}
