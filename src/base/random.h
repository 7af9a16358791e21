/* SPDX-License-Identifier: Apache-2.0 */
/* base/random.h - Randomness is handed in, so that tests can repeat it. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	void (*fill)(struct random *, void *dst, size_t len);
};

/* libsodium's generator; safe from every thread. */
struct random *random_real(void);

static inline void random_fill(struct random *r, void *dst, size_t len)
{
	r->fill(r, dst, len);
}
/* Uniform in [0, bound), bound > 0. */
uint32_t random_below(struct random *r, uint32_t bound);
/* n characters of the alphabet (at most 256 letters), and a NUL: dst holds n + 1. */
void random_text(struct random *r, char *dst, size_t n, const char *alphabet);
extern const char RANDOM_TOKEN[];    /* a-z 0-9 */
extern const char RANDOM_PASSWORD[]; /* letters and digits without l I 1 O o 0 */

#endif
