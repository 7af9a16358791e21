/* SPDX-License-Identifier: Apache-2.0 */
/* ops/code.c - One-time codes as keyed hashes. */

#include "ops/code.h"

#include <sodium.h>
#include <stdio.h>

static void hash_of(const uint8_t key[CODE_KEY_SIZE], struct text bound,
		    struct text digits, uint8_t ret[CODE_HASH_SIZE])
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, key, CODE_KEY_SIZE, CODE_HASH_SIZE);
	crypto_generichash_update(&st, (const uint8_t *)bound.p, bound.len);
	crypto_generichash_update(&st, (const uint8_t *)"\0", 1);
	crypto_generichash_update(&st, (const uint8_t *)digits.p, digits.len);
	crypto_generichash_final(&st, ret, CODE_HASH_SIZE);
	sodium_memzero(&st, sizeof(st));
}

void code_make(struct code *c, const uint8_t key[CODE_KEY_SIZE], struct random *random,
	       struct text bound, unsigned life_s, int64_t now_us,
	       char digits[CODE_DIGITS + 1])
{
	snprintf(digits, CODE_DIGITS + 1, "%06u",
		 (unsigned)random_below(random, 1000000));
	hash_of(key, bound, (struct text){ digits, CODE_DIGITS }, c->hash);
	c->expires_us = now_us + life_s * INT64_C(1000000);
	c->resend_us = now_us + (CODE_RESEND_S * INT64_C(1000000) << c->sent);
	c->sent++;
}

enum code_verdict code_state(const struct code *c, int64_t now_us)
{
	if (c->failures >= CODE_TRIES)
		return CODE_LOCKED;
	return c->expires_us == 0 || now_us >= c->expires_us ? CODE_EXPIRED : CODE_RIGHT;
}

enum code_verdict code_check(struct code *c, const uint8_t key[CODE_KEY_SIZE],
			     struct text bound, struct text digits, int64_t now_us)
{
	uint8_t hash[CODE_HASH_SIZE];

	if (code_state(c, now_us) != CODE_RIGHT)
		return code_state(c, now_us);
	hash_of(key, bound, digits, hash);
	if (sodium_memcmp(hash, c->hash, sizeof(hash)) != 0) {
		c->failures++;
		return c->failures >= CODE_TRIES ? CODE_LOCKED : CODE_WRONG;
	}
	c->expires_us = 0;
	sodium_memzero(c->hash, sizeof(c->hash));
	return CODE_RIGHT;
}

unsigned code_tries_left(const struct code *c)
{
	return c->failures >= CODE_TRIES ? 0 : CODE_TRIES - c->failures;
}

uint32_t code_resend_wait_s(const struct code *c, int64_t now_us)
{
	if (c->sent > CODE_RESENDS || c->failures >= CODE_TRIES)
		return UINT32_MAX;
	if (now_us >= c->resend_us)
		return 0;
	return (uint32_t)((c->resend_us - now_us + 999999) / 1000000);
}
