/* SPDX-License-Identifier: Apache-2.0 */
/* auth/nonce.h - Nonces that need no state: expiry, algorithm, random bytes and a MAC
 * over them, in hex (some devices break on + and /). */
#ifndef AUTH_NONCE_H
#define AUTH_NONCE_H

#include "base/clock.h"
#include "base/random.h"
#include "sip/digest.h"

enum { NONCE_KEY_LEN = 16, NONCE_LEN = 28, NONCE_TEXT_SIZE = 2 * NONCE_LEN + 1 };

struct nonce_maker {
	uint8_t key[NONCE_KEY_LEN];
	const struct clock *clock;
	struct random *random;
	uint32_t life_s;
};

void nonce_maker_init(struct nonce_maker *m, const struct clock *clock,
		      struct random *random, uint32_t life_s);
void nonce_maker_fini(struct nonce_maker *m); /* wipes */

void nonce_make(const struct nonce_maker *m, enum digest_algorithm a,
		char ret[NONCE_TEXT_SIZE]);

enum nonce_state { NONCE_GOOD, NONCE_OLD, NONCE_FORGED };

/* algorithm and expires_s (monotonic seconds) are set unless it is forged. */
enum nonce_state nonce_read(const struct nonce_maker *m, struct text nonce,
			    enum digest_algorithm *algorithm, uint32_t *expires_s);
uint32_t nonce_now_s(const struct nonce_maker *m);

#endif
