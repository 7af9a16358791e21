/* SPDX-License-Identifier: Apache-2.0 */
/* base/random.c - Random numbers and texts without bias. */

#include "base/random.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

const char RANDOM_TOKEN[] = "abcdefghijklmnopqrstuvwxyz0123456789";
const char RANDOM_PASSWORD[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

enum { AHEAD = 1024 };

static _Thread_local uint8_t ahead[AHEAD];
static _Thread_local size_t ahead_left;

/* The kernel's generator costs a system call, more than all else that a REGISTER does: each
 * thread fetches ahead, and forgets every byte as it is given. */
static void real_fill(struct random *r, void *dst, size_t len)
{
	if (len > sizeof(ahead)) {
		randombytes_buf(dst, len);
		return;
	}
	if (len > ahead_left) {
		randombytes_buf(ahead, sizeof(ahead));
		ahead_left = sizeof(ahead);
	}
	ahead_left -= len;
	memcpy(dst, ahead + ahead_left, len);
	explicit_bzero(ahead + ahead_left, len);
}

/* What lies ahead is the parent's: two processes must not give the same. */
static void in_child(void)
{
	explicit_bzero(ahead, sizeof(ahead));
	ahead_left = 0;
}

static void prepare(void)
{
	/* Without a source of randomness nothing here is safe: end at once. */
	if (sodium_init() < 0 || pthread_atfork(NULL, NULL, in_child))
		sodium_misuse();
}

struct random *random_real(void)
{
	static struct random real = { real_fill };
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, prepare);
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
	size_t letters = strlen(alphabet);
	/* From here on the first letters would be likelier. */
	size_t fair = 256 - 256 % letters;
	uint8_t bytes[32];
	size_t left = 0;

	for (size_t i = 0; i < n;) {
		if (!left) {
			left = n - i < sizeof(bytes) ? n - i : sizeof(bytes);
			random_fill(r, bytes, left);
		}
		if (bytes[--left] < fair)
			dst[i++] = alphabet[bytes[left] % letters];
	}
	dst[n] = '\0';
	explicit_bzero(bytes, sizeof(bytes)); /* it may have been a password */
}
