/* SPDX-License-Identifier: Apache-2.0 */
/* fake/random.h - Random numbers that come again with the same seed. */
#ifndef FAKE_RANDOM_H
#define FAKE_RANDOM_H

#include "base/random.h"

struct fake_random {
	struct random random; /* hand this in */
	uint64_t state;
};

void fake_random_init(struct fake_random *r, uint64_t seed);

#endif
