/* SPDX-License-Identifier: Apache-2.0 */
/* http/ask.c - An HTTP request becomes a frame to the core. */

#include <string.h>

#include "base/log.h"
#include "http/exchange.h"

enum { USER_AGENT_MAX = 120 };

static const char *value(struct exchange *e, enum MHD_ValueKind kind, const char *name)
{
	const char *v = MHD_lookup_connection_value(e->connection, kind, name);

	return v ? v : "";
}

static const char *source(struct exchange *e, char dst[ADDR_TEXT_SIZE])
{
	const union MHD_ConnectionInfo *info;
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	struct addr peer = { .family = 0 };

	info = MHD_get_connection_info(e->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info && info->client_addr) {
		memcpy(&ss, info->client_addr,
		       info->client_addr->sa_family == AF_INET6
			       ? sizeof(struct sockaddr_in6)
			       : sizeof(struct sockaddr_in));
		addr_from_sockaddr(&peer, &ss);
	}
	peer = source_of(&peer, text_of(value(e, MHD_HEADER_KIND, "X-Forwarded-For")),
			 e->web->cfg.proxies, e->web->cfg.proxy_count);
	return addr_encode_host(dst, &peer, false);
}

/* The client's own words: cut, and no bytes that are not UTF-8. */
static json_t *user_agent(struct exchange *e)
{
	struct text t = text_of(value(e, MHD_HEADER_KIND, MHD_HTTP_HEADER_USER_AGENT));

	t = text_sub(t, 0, USER_AGENT_MAX);
	while (t.len > 0 && !text_is_utf8(t))
		t.len--;
	return json_stringn(t.p ? t.p : "", t.len);
}

static json_t *text_or_empty(const char *t)
{
	return text_is_utf8(text_of(t)) ? json_string(t) : json_string("");
}

/* The body's members beside those of the path; NULL: no JSON object, or one of them
 * twice. */
static json_t *input(struct exchange *e)
{
	json_t *in, *found;
	const char *name;

	if (e->body.len == 0)
		return json_incref(e->in);
	in = json_loadb(e->body.p, e->body.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(in)) {
		json_decref(in);
		return NULL;
	}
	json_object_foreach(e->in, name, found)
	{
		if (json_object_get(in, name) || json_object_set(in, name, found)) {
			json_decref(in);
			return NULL;
		}
	}
	return in;
}

static void answered(struct core_ask *a, const json_t *answer)
{
	struct exchange *e = container_of(a, struct exchange, ask);

	if (e->state == EXCHANGE_STREAMING) {
		stream_end(e);
		return;
	}
	e->answer = json_incref((json_t *)answer);
	e->state = EXCHANGE_ANSWERED;
	MHD_resume_connection(e->connection);
	web_run_soon(e->web);
}

static void event(struct core_ask *a, const json_t *what)
{
	stream_event(container_of(a, struct exchange, ask), what);
}

static json_t *frame(struct exchange *e, json_t *in)
{
	char from[ADDR_TEXT_SIZE];

	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:o}", "op", e->op->name, "session",
			 text_or_empty(value(e, MHD_COOKIE_KIND, e->web->cookie)), "csrf",
			 text_or_empty(value(e, MHD_HEADER_KIND, "X-CSRF-Token")),
			 "source", source(e, from), "user_agent", user_agent(e), "in",
			 in);
}

enum MHD_Result ask_core(struct exchange *e)
{
	json_t *in, *request;
	int error;

	if (e->too_large)
		return respond_error(e->web, e->connection, OP_TOO_LARGE, NULL);
	if (e->body.len > 0 && !check_is_json(e->connection))
		return respond_error(e->web, e->connection, OP_NOT_JSON, NULL);
	in = input(e);
	if (!in)
		return respond_error(e->web, e->connection, OP_BAD_REQUEST, NULL);
	request = frame(e, in);
	e->ask.answered = answered;
	e->ask.event = event;
	error = request ? core_send(e->web->core, request, &e->ask) : -1;
	json_decref(request);
	if (error)
		return respond_error(e->web, e->connection, OP_BUSY, NULL);
	e->state = EXCHANGE_WAITING;
	MHD_suspend_connection(e->connection);
	return MHD_YES;
}
