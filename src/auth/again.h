/* SPDX-License-Identifier: Apache-2.0 */
/* auth/again.h - The digest of a device that has shown its own before: checked without
 * vault, book and parser, and answered like auth_check would. MD5 only. */
#ifndef AUTH_AGAIN_H
#define AUTH_AGAIN_H

#include "auth/auth.h"
#include "sip/md5.h"

/* Kept from a REGISTER whose digest was right. A secret: wipe it. */
struct auth_again {
	uint8_t ha1[MD5_LEN];
	char ha2[2 * MD5_LEN];    /* of REGISTER and the digest's uri, in hex */
	struct digest_kept begun; /* with the nonce below */
	uint64_t nonce;           /* its hash in the replay window */
	uint32_t expires_s;       /* of the nonce */
	uint64_t state;           /* account_line_state, when all this was so */
	int64_t line_id;
};

/* auth_check of a REGISTER's Authorization. True: it is AUTH_OK, and what may be asked again
 * is in *ret. */
bool auth_check_keep(struct auth *a, const struct sip_msg *m, const struct flow *from,
		     struct auth_result *result, struct auth_again *ret);

/* What changes from one request to the next. */
struct auth_words {
	struct text nonce, nc, cnonce, response;
};
/* True: it is right and fresh, everything that auth_check looks at is as it was, and nc has
 * been used. False: nothing has changed, ask auth_check. */
bool auth_again(struct auth *a, struct auth_again *g, const struct auth_words *w);
/* A digest with that nonce will be asked for soon: what is known of it is fetched from memory. */
void auth_fetch(const struct auth *a, struct text nonce);

#endif
