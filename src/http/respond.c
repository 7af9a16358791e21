/* SPDX-License-Identifier: Apache-2.0 */
/* http/respond.c - Responses: pages from memory, answers of the core, errors; and the
 * headers that all of them carry. */

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/exchange.h"

static const struct {
	const char *name, *value;
} always[] = {
	{ "Content-Security-Policy",
	  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
	  "frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "accelerometer=(), camera=(), geolocation=(), "
				"gyroscope=(), microphone=(), payment=(), "
				"usb=()" },
};

void respond_headers(const struct web *w, struct MHD_Response *r, bool api)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		MHD_add_response_header(r, always[i].name, always[i].value);
	if (w->secure)
		MHD_add_response_header(r, "Strict-Transport-Security",
					"max-age=31536000");
	if (api)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
}

/* A body that is wiped when it has been sent: an answer may hold a password. */
struct secret {
	size_t len;
	char bytes[];
};

static void secret_free(void *arg)
{
	struct secret *s = arg;

	sodium_memzero(s->bytes, s->len);
	free(s);
}

static struct MHD_Response *json_response(const json_t *j)
{
	size_t len = json_dumpb(j, NULL, 0, JSON_COMPACT);
	struct secret *s = malloc(sizeof(*s) + len + 1);
	struct MHD_Response *r;

	if (!s)
		return NULL;
	s->len = json_dumpb(j, s->bytes, len, JSON_COMPACT);
	r = MHD_create_response_from_buffer_with_free_callback_cls(s->len, s->bytes,
								   secret_free, s);
	if (!r)
		secret_free(s);
	else
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE,
					"application/json");
	return r;
}

static enum MHD_Result queue(struct MHD_Connection *c, unsigned status,
			     struct MHD_Response *r)
{
	enum MHD_Result result;

	if (!r)
		return MHD_NO;
	result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

enum MHD_Result respond_error(struct web *w, struct MHD_Connection *c,
			      enum op_error error, const char *allow)
{
	const struct op_error_info *info = op_error_info(error);
	json_t *j = json_pack("{s:{s:s, s:s}}", "error", "code", info->code, "message",
			      info->message);
	struct MHD_Response *r = j ? json_response(j) : NULL;

	json_decref(j);
	if (r && allow && allow[0])
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, allow);
	if (r && error == OP_BAD_REQUEST) /* what follows on it cannot be trusted */
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	if (r)
		respond_headers(w, r, true);
	return queue(c, info->http, r);
}

static void set_cookie(const struct web *w, struct MHD_Response *r, const char *token)
{
	char cookie[256];

	snprintf(cookie, sizeof(cookie), "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
		 w->cookie, token, w->secure ? "; Secure" : "",
		 token[0] ? "" : "; Max-Age=0");
	MHD_add_response_header(r, MHD_HTTP_HEADER_SET_COOKIE, cookie);
	sodium_memzero(cookie, sizeof(cookie));
}

/* The error object without its status, which is in the status line. */
static struct MHD_Response *error_response(const json_t *error, unsigned *status)
{
	json_t *copy = json_copy((json_t *)error), *j;
	struct MHD_Response *r;

	*status = (unsigned)json_integer_value(json_object_get(error, "http"));
	if (*status < 400 || *status > 599)
		*status = 500;
	json_object_del(copy, "http");
	j = json_pack("{s:o}", "error", copy);
	r = j ? json_response(j) : NULL;
	json_decref(j);
	return r;
}

static void retry_after(struct MHD_Response *r, const json_t *error)
{
	json_int_t s = json_integer_value(json_object_get(error, "retry_after_s"));
	char text[24];

	if (s <= 0)
		return;
	snprintf(text, sizeof(text), "%lld", (long long)s);
	MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, text);
}

enum MHD_Result respond_answer(struct exchange *e)
{
	const json_t *error = json_object_get(e->answer, "error");
	const char *token = json_string_value(json_object_get(e->answer, "token"));
	unsigned status = e->op->status ? e->op->status : 200;
	struct MHD_Response *r;

	e->state = EXCHANGE_DONE;
	if (!e->answer)
		return respond_error(e->web, e->connection, OP_CORE_AWAY, NULL);
	if (error)
		r = error_response(error, &status);
	else
		r = json_response(json_object_get(e->answer, "out"));
	if (!r)
		return MHD_NO;
	if (error)
		retry_after(r, error);
	if (token)
		set_cookie(e->web, r, token);
	respond_headers(e->web, r, true);
	return queue(e->connection, status, r);
}

static bool accepts_gzip(struct MHD_Connection *c)
{
	const char *accept = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_ACCEPT_ENCODING);
	size_t at;

	return accept && text_find_text(text_of(accept), TEXT("gzip"), &at);
}

static struct MHD_Response *page_response(struct MHD_Connection *c, const struct page *p,
					  unsigned *status)
{
	const char *known = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
							MHD_HTTP_HEADER_IF_NONE_MATCH);
	bool packed = p->gzip && accepts_gzip(c);
	struct MHD_Response *r;

	*status = known && strcmp(known, p->etag) == 0 ? 304 : 200;
	if (*status == 304)
		r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	else
		r = MHD_create_response_from_buffer(packed ? p->gzip_len : p->len,
						    packed ? p->gzip : p->bytes,
						    MHD_RESPMEM_PERSISTENT);
	if (r && packed && *status == 200)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
	return r;
}

enum MHD_Result respond_page(struct web *w, struct MHD_Connection *c, const char *path)
{
	const struct page *p = pages_find(w->cfg.pages, text_of(path));
	const char *name = strrchr(path, '/');
	struct MHD_Response *r;
	unsigned status;

	if (!p && name && strchr(name, '.'))
		return respond_error(w, c, OP_NOT_FOUND, NULL);
	if (!p) /* the pages find their own way by the path */
		p = pages_find(w->cfg.pages, TEXT("/index.html"));
	r = page_response(c, p, &status);
	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, p->type);
	MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, p->etag);
	MHD_add_response_header(r, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
	MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL,
				p->forever ? "public, max-age=31536000, immutable"
					   : "no-cache");
	respond_headers(w, r, false);
	return queue(c, status, r);
}
