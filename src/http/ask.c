/* SPDX-License-Identifier: Apache-2.0 */
/* http/ask.c - A request becomes a frame, the core's answer the response. */

#include <errno.h>
#include <sodium.h>

#include "http/exchange.h"
#include "http/input.h"

enum { AGENT_MAX = 256 };

/* Whatever is no text becomes question marks: it is shown to people one day. */
static json_t *agent_of(struct text t)
{
	char agent[AGENT_MAX];
	size_t len = t.len < AGENT_MAX ? t.len : AGENT_MAX;
	bool plain = text_is_utf8(t);

	for (size_t i = 0; i < len; i++)
		agent[i] = plain || (unsigned char)t.p[i] < 0x80 ? t.p[i] : '?';
	while (len > 0 && !text_is_utf8((struct text){ agent, len }))
		len--;
	return json_stringn(agent, len);
}

static json_t *source_of(const struct exchange *x)
{
	char host[ADDR_TEXT_SIZE];
	struct addr a = source_find(&x->web->sources, &x->conn->peer, x->head.forwarded,
				    x->head.forwarded_count);

	return json_string(addr_encode_host(host, &a, false));
}

static int put_text(json_t *frame, const char *name, struct text t)
{
	return t.p ? json_object_set_new(frame, name, json_stringn(t.p, t.len)) : 0;
}

/* Takes in over. */
static json_t *frame_of(const struct exchange *x, json_t *in)
{
	json_t *frame = json_pack("{s:s, s:o, s:o, s:o}", "op", x->route.op->name,
				  "source", source_of(x), "user_agent",
				  agent_of(x->head.user_agent), "in", in);

	if (frame && !put_text(frame, "session", x->head.session) &&
	    !put_text(frame, "csrf", x->head.csrf))
		return frame;
	json_decref(frame);
	return NULL;
}

static void answered(struct core_ask *a, const json_t *frame)
{
	struct exchange *x = container_of(a, struct exchange, ask);
	unsigned status = x->route.op->status ? x->route.op->status : 200;

	if (x->stream.open) {
		stream_end(x);
		return;
	}
	x->answer = answer_core(&x->web->rules, frame, status);
	x->state = EXCHANGE_READY;
	exchange_resume(x);
}

static void event(struct core_ask *a, const json_t *e)
{
	stream_event(container_of(a, struct exchange, ask), e);
}

static enum op_error error_of(int error)
{
	if (error == -EMSGSIZE)
		return OP_TOO_LARGE;
	return error == -EPIPE ? OP_CORE_AWAY : OP_BUSY;
}

static enum op_error put_to_core(struct exchange *x, json_t *in)
{
	json_t *frame = frame_of(x, in);
	int error;

	if (!frame)
		return OP_BUSY;
	x->ask.answered = answered;
	x->ask.event = x->route.op->streams ? event : NULL;
	error = core_ask(x->web->core, &x->ask, frame, WEB_CORE_S);
	json_decref(frame);
	return error ? error_of(error) : 0;
}

/* A page of another site cannot read our answers, send JSON or know the CSRF token; a
 * browser that says so itself is believed before all that. */
enum op_error exchange_ask(struct exchange *x)
{
	struct text query;
	enum op_error e;
	json_t *in;

	if (x->body.len > 0 && !x->head.json)
		return OP_NOT_JSON;
	if (x->head.foreign && !text_eq(text_of(x->route.op->method), TEXT("GET")))
		return OP_CSRF;
	text_split(text_of(x->uri), '?', NULL, &query);
	e = input_make(&x->route, query, buf_text(&x->body), &in);
	buf_free_secret(&x->body);
	return e ? e : put_to_core(x, in);
}
