/* SPDX-License-Identifier: Apache-2.0 */
/* ops/code.h - A six-digit code sent by SMS (NIST SP 800-63B 3.1.3): works once, for five
 * minutes unless configured otherwise, five tries; a new one keeps the count of failures. Kept only as a keyed hash,
 * bound to what it is for. A value; its owner's thread. */
#ifndef OPS_CODE_H
#define OPS_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "base/text.h"

enum {
	CODE_DIGITS = 6,
	CODE_LIFE_S = 300,
	CODE_TRIES = 5,
	CODE_RESENDS = 3,
	CODE_RESEND_S = 30, /* before the first; doubles */
	CODE_HASH_SIZE = 32,
	CODE_KEY_SIZE = 32,
};

struct code {
	uint8_t hash[CODE_HASH_SIZE];
	int64_t expires_us; /* monotonic; 0: none, or used */
	int64_t resend_us;  /* not before */
	unsigned failures;
	unsigned sent;
};

enum code_verdict { CODE_RIGHT, CODE_WRONG, CODE_EXPIRED, CODE_LOCKED };

/* Makes a code (the first, or a new one in its place); digits is for the message and is
 * the caller's to wipe. bound: the session, the action. */
void code_make(struct code *c, const uint8_t key[CODE_KEY_SIZE], struct random *random,
	       struct text bound, unsigned life_s, int64_t now_us,
	       char digits[CODE_DIGITS + 1]);
/* A right code is used up by this. */
enum code_verdict code_check(struct code *c, const uint8_t key[CODE_KEY_SIZE],
			     struct text bound, struct text digits, int64_t now_us);
/* RIGHT: it may be tried; EXPIRED or LOCKED: no code is right any more. */
enum code_verdict code_state(const struct code *c, int64_t now_us);
unsigned code_tries_left(const struct code *c);
/* 0: may be sent again now; else seconds to wait; UINT32_MAX: no more. */
uint32_t code_resend_wait_s(const struct code *c, int64_t now_us);

#endif
