/* SPDX-License-Identifier: Apache-2.0 */
/* http/check.c - What is refused before anybody looks at a request: ambiguous framing
 * (request smuggling), foreign origins, bodies that are too large or no JSON. */

#include <string.h>

#include "http/exchange.h"

static const char *header(struct MHD_Connection *c, const char *name)
{
	return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

struct counting {
	const char *name;
	unsigned count;
};

static enum MHD_Result count_one(void *arg, enum MHD_ValueKind kind, const char *key,
				 const char *value)
{
	struct counting *n = arg;

	n->count += key && text_eq_nocase(text_of(key), text_of(n->name));
	return MHD_YES;
}

static unsigned count(struct MHD_Connection *c, const char *name)
{
	struct counting n = { name, 0 };

	MHD_get_connection_values(c, MHD_HEADER_KIND, count_one, &n);
	return n.count;
}

/* RFC 9112 6.3: a proxy in front could read such a message otherwise than we do. */
static bool framing_is_clear(struct MHD_Connection *c)
{
	unsigned lengths = count(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
	unsigned codings = count(c, MHD_HTTP_HEADER_TRANSFER_ENCODING);

	if (lengths > 1 || codings > 1 || (lengths && codings))
		return false;
	if (codings &&
	    !text_eq_nocase(text_of(header(c, MHD_HTTP_HEADER_TRANSFER_ENCODING)),
			    TEXT("chunked")))
		return false;
	return count(c, MHD_HTTP_HEADER_HOST) <= 1;
}

static bool body_is_too_large(struct MHD_Connection *c)
{
	const char *length = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
	uint64_t n;

	return length && text_to_u64(text_of(length), WEB_BODY_MAX, &n);
}

/* The page that asks is our own: by the configured origin, or by the name it asked for.
 */
static bool origin_is_ours(const struct web *w, struct MHD_Connection *c)
{
	const char *origin = header(c, MHD_HTTP_HEADER_ORIGIN);
	const char *host = header(c, MHD_HTTP_HEADER_HOST);
	struct text name = text_of(origin);

	if (!origin || strcmp(origin, w->cfg.origin) == 0)
		return true;
	if (!text_starts(name, w->secure ? TEXT("https://") : TEXT("http://")))
		return false;
	name = text_from(name, w->secure ? 8 : 7);
	return host && text_eq_nocase(name, text_of(host));
}

bool check_is_json(struct MHD_Connection *c)
{
	struct text type = text_of(header(c, MHD_HTTP_HEADER_CONTENT_TYPE));

	text_split(type, ';', &type, NULL);
	return text_eq_nocase(text_trim(type), TEXT("application/json"));
}

enum op_error check_head(const struct web *w, struct MHD_Connection *c,
			 const char *method, bool api)
{
	bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

	if (!framing_is_clear(c))
		return OP_BAD_REQUEST;
	if (body_is_too_large(c))
		return OP_TOO_LARGE;
	if (api && !reads && !origin_is_ours(w, c))
		return OP_CSRF;
	return 0;
}
