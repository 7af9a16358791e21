/* SPDX-License-Identifier: Apache-2.0 */
/* call/multipart.h - One part out of a multipart body (RFC 2046 5.1, RFC 5621): devices
 * put a location beside the offer of an emergency call, networks their own signalling. */
#ifndef CALL_MULTIPART_H
#define CALL_MULTIPART_H

#include "base/text.h"

enum { MULTIPART_PARTS_MAX = 8, MULTIPART_BOUNDARY_MAX = 70, MULTIPART_HEADERS_MAX = 16 };

/* The content of the first part of that type. 0; -ENOENT: there is none; -EBADMSG. */
int multipart_find(struct text body, struct text boundary, struct text type,
		   struct text *ret);

#endif
