/* SPDX-License-Identifier: Apache-2.0 */
/* call/identity.h - Who calls, as the network asserts it (RFC 3325, RFC 3323): a device's
 * own From, P-Asserted-, P-Preferred-Identity and the like say nothing here. */
#ifndef CALL_IDENTITY_H
#define CALL_IDENTITY_H

#include "call/room.h"

/* The line's number; hidden when the line always is, when *31# or Privacy asks for it;
 * #31# and "Privacy: none" show it. Emergency calls are never hidden, and
 * carry the customer's registered location. */
void identity_of_device(const struct account_line *line, const struct destination *to,
			const struct sip_msg *invite, struct identity *ret);
/* What a trunk asserts: P-Asserted-Identity, else From, in E.164 when it is a number. */
void identity_of_trunk(const struct sip_msg *invite, const char *country,
		       struct identity *ret);

/* name-addr for From, without tag. trunk NULL: to a device. */
void identity_from_put(struct buf *b, const struct identity *id, const char *host,
		       const struct trunk_config *trunk);
/* P-Asserted-Identity, or what the trunk wants instead, and Privacy. To a trunk the number
 * is asserted even when hidden, to a device (trunk NULL) it is not. */
void identity_headers_put(struct buf *b, const struct identity *id, const char *host,
			  const struct trunk_config *trunk);

#endif
