/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/digest.h - A trunk's digest challenge and our answers to it (RFC 3261 22.2, 22.3,
 * RFC 7616). Only a trunk that has a user in the configuration is ever answered, only for
 * its own realm, and not endlessly. Whether a request goes to the trunk's own address is
 * for its sender to know. */
#ifndef TRUNK_DIGEST_H
#define TRUNK_DIGEST_H

#include "base/buf.h"
#include "base/random.h"
#include "sip/msg.h"
#include "trunk/trunk.h"

enum { TRUNK_DIGESTS_MAX = 2 }; /* answered: one, and one more when it is stale */

struct trunk_digest;

/* Takes the challenge of a 401 or 407 into *d, which it makes when it is NULL. 0: send the
 * request again. -EPERM: a trunk without a user, or answered already; -ENOENT: nothing in
 * it that we know; -ENOMEM. */
int trunk_digest_take(struct trunk_digest **d, const struct trunk_config *trunk,
		      const struct sip_msg *response);
/* Writes the Authorization or Proxy-Authorization for a request to uri; nothing before a
 * challenge was taken. */
void trunk_digest_put(struct trunk_digest *d, const struct trunk_config *trunk,
		      struct random *random, enum sip_method m, struct text uri,
		      struct buf *b);
/* Another request, which may be challenged anew: counts from zero again. */
void trunk_digest_again(struct trunk_digest *d); /* NULL: nothing */
void trunk_digest_free(struct trunk_digest *d);  /* likewise */

#endif
