/* SPDX-License-Identifier: Apache-2.0 */
/* base/random.c - Random numbers and texts without bias. */

#include "base/random.h"

#include <sodium.h>
#include <string.h>

const char RANDOM_TOKEN[] = "abcdefghijklmnopqrstuvwxyz0123456789";
const char RANDOM_PASSWORD[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

static void real_fill(struct random *r, void *dst, size_t len)
{
	randombytes_buf(dst, len);
}

struct random *random_real(void)
{
	static struct random real = { real_fill };

	/* Without a source of randomness nothing here is safe: end at once. */
	if (sodium_init() < 0)
		sodium_misuse();
	return &real;
}

uint32_t random_below(struct random *r, uint32_t bound)
{
	/* 2^32 mod bound: with what is below it, n % bound would be skewed. */
	uint32_t least = -bound % bound;
	uint32_t n;

	do {
		random_fill(r, &n, sizeof(n));
	} while (n < least);
	return n % bound;
}

void random_text(struct random *r, char *dst, size_t n, const char *alphabet)
{
	uint32_t letters = (uint32_t)strlen(alphabet);

	for (size_t i = 0; i < n; i++)
		dst[i] = alphabet[random_below(r, letters)];
	dst[n] = '\0';
}
