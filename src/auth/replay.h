/* SPDX-License-Identifier: Apache-2.0 */
/* auth/replay.h - Which counts of which nonces have been used (RFC 7616 3.4, nc). A table
 * of fixed size; only right digests get into it. When it forgets a nonce that still
 * lives, it remembers so: nonces as old as that are no longer taken. */
#ifndef AUTH_REPLAY_H
#define AUTH_REPLAY_H

#include "base/text.h"

struct replay;

struct replay *replay_new(unsigned slots);
void replay_free(struct replay *r);

/* What the functions below know a nonce by. */
uint64_t replay_hash(struct text nonce);
/* True when this is the first use of nc with the nonce; the next 64 below the highest
 * seen may come late. nc 0: a response without qop (RFC 2069), good for one use at all.
 * Safe from every thread: of two at once, one wins. */
bool replay_use(struct replay *r, uint64_t nonce, uint32_t nc, uint32_t expires_s,
		uint32_t now_s);

/* It will be asked for soon: its bucket is fetched from memory. */
void replay_fetch(const struct replay *r, uint64_t nonce);

#endif
