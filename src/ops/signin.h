/* SPDX-License-Identifier: Apache-2.0 */
/* ops/signin.h - What signing in and its second factor share. */
#ifndef OPS_SIGNIN_H
#define OPS_SIGNIN_H

#include "ops/session.h"

enum { SIGNIN_KEY_SIZE = ADDR_TEXT_SIZE + ROW_NAME_SIZE + 2 };

/* A hash that no password fits, as costly to check as a real one. */
extern const char SIGNIN_NOBODY[];

/* What one subscriber's address is for counting: IPv6 without its lower half. */
struct text signin_source(const char *source, char dst[ADDR_TEXT_SIZE]);
/* The key under which this login is known at this source (throttle_know). */
struct text signin_known_key(const struct session *s, char dst[SIGNIN_KEY_SIZE]);

#endif
