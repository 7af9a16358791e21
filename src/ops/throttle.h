/* SPDX-License-Identifier: Apache-2.0 */
/* ops/throttle.h - How fast passwords and codes may be guessed (ASVS 6.3.1, NIST SP
 * 800-63B 3.2.2). Each attempt is counted before it is made, so that parallel ones do
 * not slip through; behind the free ones the wait doubles up to a bound. Nobody is
 * locked out for ever, and a source from which a login has signed in before has a bucket
 * of its own that strangers cannot fill. One thread; bounded memory. */
#ifndef OPS_THROTTLE_H
#define OPS_THROTTLE_H

#include <stdbool.h>

#include "base/list.h"
#include "base/random.h"
#include "base/table.h"

enum throttle_kind {
	THROTTLE_SOURCE, /* passwords from one address (IPv6: one /64) */
	THROTTLE_LOGIN,  /* passwords for one login, from sources it never used */
	THROTTLE_KNOWN,  /* ... from one source that it has used */
	THROTTLE_CODES,  /* codes of one login */
	THROTTLE_KINDS,
};

enum { THROTTLE_BUCKETS_MAX = 100000 };

struct throttle {
	struct table buckets;
	struct list oldest;
};

int throttle_init(struct throttle *t, struct random *random);
void throttle_fini(struct throttle *t);

/* 0: go on, the attempt is counted; else the seconds to wait, nothing counted. */
unsigned throttle_take(struct throttle *t, enum throttle_kind kind, struct text key,
		       int64_t now_us);
/* It went well: one source's attempt is given back, a login's count starts anew. */
void throttle_passed(struct throttle *t, enum throttle_kind kind, struct text key);
/* Remembers that this login has signed in from this source; asks for it. */
void throttle_know(struct throttle *t, struct text key, int64_t now_us);
bool throttle_knows(struct throttle *t, struct text key);

#endif
