/* SPDX-License-Identifier: Apache-2.0 */
/* http/exchange.c - A request arrives, is answered at once or waits for the core. The
 * library calls exchange_handle when the head is there, for each piece of the body, at
 * its end, and again when a suspended connection goes on. */

#include "http/exchange.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* A body that is too long is read up to here, so that its sender hears why it is refused;
 * what announces more is hung up on. */
enum { DISCARD_MAX = 1 << 20 };

void *exchange_begin(void *arg, const char *uri, struct MHD_Connection *c)
{
	struct web *w = arg;
	struct exchange *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->web = w;
	x->connection = c;
	x->conn = conn_of(c);
	x->line.uri = uri;
	x->line.uri_len = strlen(uri);
	x->uri = text_dup(text_of(uri));
	x->body = BUF_SECRET;
	x->begun_us = loop_now_us(w->loop);
	list_init(&x->node);
	list_append(&w->exchanges, &x->node);
	if (x->conn)
		conn_hurry(&w->conns, x->conn, WEB_REQUEST_S);
	return x;
}

void exchange_resume(struct exchange *x)
{
	if (!x->suspended)
		return;
	x->suspended = false;
	MHD_resume_connection(x->connection);
	web_run_soon(x->web);
}

static void ready(struct exchange *x, struct answer a)
{
	x->answer = a;
	x->state = EXCHANGE_READY;
}

static enum MHD_Result send_answer(struct exchange *x)
{
	enum MHD_Result done;
	char method[24];

	if (!x->answer.response)
		return MHD_NO;
	x->state = EXCHANGE_SENDING;
	conn_within(&x->web->conns, x->conn, x->stream.open ? 0 : WEB_ANSWER_S);
	done = MHD_queue_response(x->connection, x->answer.status, x->answer.response);
	log_debug("http method=%s op=%s status=%u took_ms=%lld",
		  log_text(method, sizeof(method), text_of(x->line.method)),
		  x->route.op ? x->route.op->name : "-", x->answer.status,
		  (long long)(loop_now_us(x->web->loop) - x->begun_us) / 1000);
	return done;
}

/* Nothing behind such a head can be trusted to be the next request: the library hangs up
 * behind an answer that comes before the end. */
static enum MHD_Result refuse(struct exchange *x, enum op_error e)
{
	ready(x, answer_error(&x->web->rules, e, NULL));
	return send_answer(x);
}

static enum MHD_Result take_head(struct exchange *x)
{
	if (head_read(x->connection, &x->line, x->web->rules.cookie, &x->head))
		return refuse(x, OP_BAD_REQUEST);
	if (x->head.body_len > DISCARD_MAX)
		return refuse(x, OP_TOO_LARGE);
	x->state = EXCHANGE_BODY;
	return MHD_YES;
}

static enum MHD_Result take_body(struct exchange *x, const char *bytes, size_t *len)
{
	if (x->body.len + *len > WEB_BODY_MAX)
		x->too_large = true;
	else
		buf_put(&x->body, (struct text){ bytes, *len });
	*len = 0;
	return x->body.error ? MHD_NO : MHD_YES;
}

static bool is_page_method(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

static struct answer find_page(struct exchange *x, struct text path)
{
	struct MHD_Response *page = pages_find(x->web->pages, path);

	if (!is_page_method(x->line.method))
		return answer_error(&x->web->rules, OP_METHOD_NOT_ALLOWED, "GET, HEAD");
	if (!page)
		return answer_error(&x->web->rules, OP_NOT_FOUND, NULL);
	return (struct answer){ 200, page, .shared = true };
}

static void find_answer(struct exchange *x)
{
	const struct answer_rules *rules = &x->web->rules;
	enum op_error e = 0;
	struct text path;

	text_split(text_of(x->uri), '?', &path, NULL);
	switch (route_find(text_of(x->line.method), path, &x->route)) {
	case ROUTE_PAGE:
		ready(x, find_page(x, path));
		return;
	case ROUTE_WRONG_METHOD:
		x->route.op = NULL;
		ready(x, answer_error(rules, OP_METHOD_NOT_ALLOWED, x->route.allow));
		return;
	case ROUTE_UNKNOWN:
		x->route.op = NULL;
		e = OP_NOT_FOUND;
		break;
	case ROUTE_OPERATION:
		e = x->too_large ? OP_TOO_LARGE : exchange_ask(x);
		break;
	}
	if (e)
		ready(x, answer_error(rules, e, NULL));
}

static enum MHD_Result take_end(struct exchange *x)
{
	conn_within(&x->web->conns, x->conn, 0);
	find_answer(x);
	if (x->state == EXCHANGE_READY)
		return send_answer(x);
	x->state = EXCHANGE_ASKED;
	x->suspended = true;
	MHD_suspend_connection(x->connection);
	return MHD_YES;
}

enum MHD_Result exchange_handle(void *arg, struct MHD_Connection *c, const char *url,
				const char *method, const char *version,
				const char *upload, size_t *upload_size, void **context)
{
	struct exchange *x = *context;

	if (!x || !x->conn || !x->uri)
		return MHD_NO;
	switch (x->state) {
	case EXCHANGE_HEAD:
		x->line.method = method;
		x->line.version = version;
		return take_head(x);
	case EXCHANGE_BODY:
		return *upload_size > 0 ? take_body(x, upload, upload_size) : take_end(x);
	case EXCHANGE_READY:
		return send_answer(x);
	default:
		return MHD_YES;
	}
}

void exchange_end(void *arg, struct MHD_Connection *c, void **context,
		  enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *context;
	struct web *w = arg;

	if (!x)
		return;
	core_cancel(w->core, &x->ask);
	stream_free(x);
	answer_drop(&x->answer);
	if (x->conn)
		conn_within(&w->conns, x->conn, WEB_IDLE_S);
	list_remove(&x->node);
	buf_free_secret(&x->body);
	free(x->uri);
	free(x);
	*context = NULL;
	if (list_empty(&w->exchanges))
		web_is_idle(w);
}
