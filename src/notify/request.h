/* SPDX-License-Identifier: Apache-2.0 */
/* notify/request.h - One HTTP request (libcurl), on a thread that may wait. Only HTTP and
 * HTTPS, no redirects: a token in a header goes where the operator wrote. */
#ifndef NOTIFY_REQUEST_H
#define NOTIFY_REQUEST_H

#include "base/text.h"

enum { REQUEST_REASON_SIZE = 128 };

struct request {
	const char *url;
	const char *method;
	const char *content_type;
	const char *const *headers; /* "Name: value" */
	unsigned header_count;
	struct text body; /* empty: none */
	unsigned timeout_s;
};

/* The status that came, or -EIO: none came, with the reason, in which is no secret. What
 * else the other side answers is not kept. */
int request_send(const struct request *r, char reason[REQUEST_REASON_SIZE]);

#endif
