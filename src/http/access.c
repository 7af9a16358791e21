/* SPDX-License-Identifier: Apache-2.0 */
/* http/access.c - What libmicrohttpd calls: head, body piece by piece, end. */

#include <stdlib.h>
#include <string.h>

#include "http/exchange.h"

static struct exchange *exchange_new(struct web *w, struct MHD_Connection *c,
				     const struct op *op)
{
	struct exchange *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->web = w;
	e->connection = c;
	e->op = op;
	e->in = json_object();
	e->body = BUF_SECRET;
	e->events = BUF_GROWING;
	list_init(&e->node);
	return e;
}

static void exchange_free(struct exchange *e)
{
	stream_forget(e);
	core_forget(&e->ask, e->op->streams);
	json_decref(e->in);
	json_decref(e->answer);
	buf_free_secret(&e->body);
	buf_free(&e->events);
	free(e);
}

void access_completed(void *web, struct MHD_Connection *connection, void **exchange,
		      enum MHD_RequestTerminationCode why)
{
	if (*exchange)
		exchange_free(*exchange);
	*exchange = NULL;
}

static bool put_value(struct exchange *e, const struct op_field *f, struct text t)
{
	json_t *v = text_is_utf8(t) ? op_field_value(f, t) : NULL;

	return v && !json_object_get(e->in, f->name) &&
	       json_object_set_new(e->in, f->name, v) == 0;
}

struct querying {
	struct exchange *e;
	bool good;
};

static enum MHD_Result take_query(void *arg, enum MHD_ValueKind kind, const char *key,
				  const char *value)
{
	struct querying *q = arg;
	const struct op_field *f = key ? op_field(q->e->op->in, text_of(key)) : NULL;

	q->good = q->good && f && put_value(q->e, f, text_of(value));
	return MHD_YES;
}

static bool take_inputs(struct exchange *e, const struct route *r)
{
	struct querying q = { e, true };

	for (size_t i = 0; i < r->param_count; i++)
		q.good = q.good && put_value(e, r->params[i].field, r->params[i].value);
	MHD_get_connection_values(e->connection, MHD_GET_ARGUMENT_KIND, take_query, &q);
	return q.good;
}

static enum MHD_Result begin_api(struct web *w, struct MHD_Connection *c, const char *url,
				 const char *method, void **exchange)
{
	enum op_error error;
	struct exchange *e;
	struct route r;

	route_find(method, text_of(url), &r);
	if (!r.op)
		return respond_error(
			w, c, r.allow[0] ? OP_METHOD_NOT_ALLOWED : OP_NOT_FOUND, r.allow);
	error = check_head(w, c, method, true);
	if (error)
		return respond_error(w, c, error, NULL);
	e = exchange_new(w, c, r.op);
	if (!e)
		return MHD_NO;
	*exchange = e;
	if (!take_inputs(e, &r))
		return respond_error(w, c, OP_BAD_REQUEST, NULL);
	return MHD_YES;
}

static enum MHD_Result begin(struct web *w, struct MHD_Connection *c, const char *url,
			     const char *method, void **exchange)
{
	enum op_error error;

	if (route_is_api(text_of(url)))
		return begin_api(w, c, url, method, exchange);
	error = check_head(w, c, method, false);
	if (error)
		return respond_error(w, c, error, NULL);
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return respond_error(w, c, OP_METHOD_NOT_ALLOWED, "GET, HEAD");
	return respond_page(w, c, url);
}

static void take_body(struct exchange *e, const char *upload, size_t len)
{
	if (e->body.len + len > WEB_BODY_MAX)
		e->too_large = true;
	else
		buf_put(&e->body, (struct text){ upload, len });
}

enum MHD_Result access_handle(void *web, struct MHD_Connection *c, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_len, void **exchange)
{
	struct exchange *e = *exchange;

	if (!e)
		return begin(web, c, url, method, exchange);
	if (*upload_len > 0) {
		take_body(e, upload, *upload_len);
		*upload_len = 0;
		return MHD_YES;
	}
	if (e->state == EXCHANGE_READING)
		return ask_core(e);
	if (e->state == EXCHANGE_STREAMING)
		return stream_respond(e);
	return respond_answer(e);
}
