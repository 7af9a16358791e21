/* SPDX-License-Identifier: Apache-2.0 */
/* http/head.h - The head of a request, strictly read. libmicrohttpd 0.9.75 takes folded
 * lines, bare LF, blanks before the colon, and the first of two lengths; a proxy in front
 * may see another request in the same bytes, so all that is refused (RFC 9112 5.1, 6.3,
 * 11.2; ASVS 4.2.1). */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <microhttpd.h>

#include "base/text.h"
#include "ops/session.h"

enum {
	HEAD_LINES_MAX = 100,
	HEAD_FORWARDED_MAX = 8, /* X-Forwarded-For headers: the last ones */
	HEAD_CSRF_MAX = 64,
};

/* As libmicrohttpd has them in its memory. */
struct head_line {
	const char *method, *uri, *version;
	size_t uri_len; /* as it came, with the query */
};

/* The texts live as long as the request. */
struct head {
	uint64_t body_len;
	bool has_length;
	bool json;    /* Content-Type: application/json */
	bool foreign; /* a browser says that another site's page asks (Sec-Fetch-Site) */
	struct text session; /* the cookie's value, TEXT_NONE when there is none */
	struct text csrf;
	struct text user_agent;
	struct text forwarded[HEAD_FORWARDED_MAX];
	size_t forwarded_count;
};

/* cookie: its name. 0, or -EBADMSG: answer 400 and close. */
int head_read(struct MHD_Connection *c, const struct head_line *line, struct text cookie,
	      struct head *ret);

#endif
