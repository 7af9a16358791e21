/* SPDX-License-Identifier: Apache-2.0 */
/* http/answer.h - Responses with the headers that every answer carries. */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <jansson.h>
#include <microhttpd.h>

#include "base/text.h"
#include "ops/error.h"

/* What depends on how browsers reach the portal. */
struct answer_rules {
	bool secure;        /* HSTS, and the cookie is Secure */
	struct text cookie; /* its name */
};

#define ANSWER_RULES(by_https)                                                           \
	((struct answer_rules){ .secure = (by_https),                                    \
				.cookie = (by_https) ? TEXT("__Host-ownline")            \
						     : TEXT("ownline") })

struct answer {
	unsigned status;
	struct MHD_Response *response; /* NULL: memory is out, nothing can be said */
	bool shared;                   /* a page's, which stays */
};

/* {"error":{"code","message"}}; allow: for 405, or NULL. */
struct answer answer_error(const struct answer_rules *rules, enum op_error e,
			   const char *allow);
/* What the core answered; NULL: nothing, in time. status: of success. Its token becomes
 * the cookie. */
struct answer answer_core(const struct answer_rules *rules, const json_t *frame,
			  unsigned status);
/* Text that stays where it is as long as the response lives; a static cache says how it
 * may be kept. */
struct MHD_Response *answer_page(const struct answer_rules *rules, struct text content,
				 const char *type, const char *cache);
/* Server-sent events out of read. */
struct answer answer_stream(const struct answer_rules *rules,
			    MHD_ContentReaderCallback read, void *arg);
void answer_drop(struct answer *a);

#endif
