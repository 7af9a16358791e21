/* SPDX-License-Identifier: Apache-2.0 */
/* auth/nonce.c - Nonces: made and read. */

#include "auth/nonce.h"

#include <sodium.h>

/* Monotonic time: a nonce lives as long when somebody sets the clock. */
enum {
	EXPIRES_AT = 0,
	ALGORITHM_AT = 4,
	RANDOM_AT = 5,
	MAC_AT = 12,
};

_Static_assert(MAC_AT + crypto_shorthash_siphashx24_BYTES == NONCE_LEN,
	       "a nonce's parts");
_Static_assert(crypto_shorthash_siphashx24_KEYBYTES == NONCE_KEY_LEN, "the MAC's key");

void nonce_maker_init(struct nonce_maker *m, const struct clock *clock,
		      struct random *random, uint32_t life_s)
{
	*m = (struct nonce_maker){ .clock = clock, .random = random, .life_s = life_s };
	random_fill(random, m->key, sizeof(m->key));
}

void nonce_maker_fini(struct nonce_maker *m)
{
	sodium_memzero(m, sizeof(*m));
}

uint32_t nonce_now_s(const struct nonce_maker *m)
{
	return (uint32_t)(clock_mono_us(m->clock) / 1000000);
}

static void mac(const struct nonce_maker *m, uint8_t out[NONCE_LEN - MAC_AT],
		const uint8_t nonce[NONCE_LEN])
{
	crypto_shorthash_siphashx24(out, nonce, MAC_AT, m->key);
}

void nonce_make(const struct nonce_maker *m, enum digest_algorithm a,
		char ret[NONCE_TEXT_SIZE])
{
	uint32_t expires_s = nonce_now_s(m) + m->life_s;
	uint8_t nonce[NONCE_LEN];

	for (unsigned i = 0; i < 4; i++)
		nonce[EXPIRES_AT + i] = (uint8_t)(expires_s >> (24 - 8 * i));
	nonce[ALGORITHM_AT] = (uint8_t)a;
	random_fill(m->random, nonce + RANDOM_AT, MAC_AT - RANDOM_AT);
	mac(m, nonce + MAC_AT, nonce);
	text_hex_encode(ret, nonce, sizeof(nonce));
}

enum nonce_state nonce_read(const struct nonce_maker *m, struct text text,
			    enum digest_algorithm *algorithm, uint32_t *expires_s)
{
	uint8_t nonce[NONCE_LEN], want[NONCE_LEN - MAC_AT];
	uint32_t s = 0;

	if (text_hex_decode(text, nonce, sizeof(nonce)))
		return NONCE_FORGED;
	mac(m, want, nonce);
	if (sodium_memcmp(want, nonce + MAC_AT, sizeof(want)) != 0)
		return NONCE_FORGED;
	for (unsigned i = 0; i < 4; i++)
		s = s << 8 | nonce[EXPIRES_AT + i];
	*algorithm = nonce[ALGORITHM_AT];
	*expires_s = s;
	return s > nonce_now_s(m) ? NONCE_GOOD : NONCE_OLD;
}
