/* SPDX-License-Identifier: Apache-2.0 */
/* sip/body.h - Finds a part of a message's body by its type (RFC 3261 7.4, RFC 2046 5.1,
 * RFC 5621). */
#ifndef SIP_BODY_H
#define SIP_BODY_H

#include "sip/msg.h"

enum {
	SIP_PARTS_MAX = 16,    /* of a multipart body */
	SIP_BOUNDARY_MAX = 70, /* RFC 2046 5.1.1 */
};

/* The body, or the first part of a multipart body, whose Content-Type is "type"
 * ("application/sdp"; case and parameters do not matter). Parts within parts are not
 * looked at. 0; -ENOENT: there is none; -EBADMSG: the multipart body is broken before one
 * was found. */
int sip_body_find(const struct sip_msg *m, struct text type, struct text *ret);

#endif
