/* SPDX-License-Identifier: Apache-2.0 */
/* http/stream.c - Events for live pages (HTML standard, 9.2). */

#include "http/stream.h"

#include <string.h>

#include "http/exchange.h"

static ssize_t read_some(void *arg, uint64_t at, char *dst, size_t max)
{
	struct exchange *x = arg;
	struct buf *b = &x->stream.waiting;
	size_t n = b->len < max ? b->len : max;

	if (n > 0) {
		memcpy(dst, b->p, n);
		buf_consume(b, n);
		return (ssize_t)n;
	}
	if (x->stream.ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	MHD_suspend_connection(x->connection);
	x->suspended = true;
	return 0;
}

static int append(const char *bytes, size_t len, void *arg)
{
	buf_put(arg, (struct text){ bytes, len });
	return 0;
}

/* A browser that takes nothing is let go: it comes again and reads everything anew. */
static void said(struct exchange *x)
{
	struct stream *s = &x->stream;

	s->said_us = loop_now_us(x->web->loop);
	if (s->waiting.error || s->waiting.len > STREAM_WAITING_MAX) {
		buf_free(&s->waiting);
		stream_end(x);
	} else {
		exchange_resume(x);
	}
}

static void open_stream(struct exchange *x)
{
	struct web *w = x->web;

	if (w->stream_count >= WEB_STREAMS_MAX) {
		core_cancel(w->core, &x->ask);
		x->answer = answer_error(&w->rules, OP_TOO_MANY_STREAMS, NULL);
	} else {
		w->stream_count++;
		x->stream.open = true;
		x->answer = answer_stream(&w->rules, read_some, x);
		buf_puts(&x->stream.waiting, ": open\n\n");
	}
	x->state = EXCHANGE_READY;
	said(x);
}

void stream_event(struct exchange *x, const json_t *event)
{
	struct buf *b = &x->stream.waiting;

	if (!x->stream.open) {
		open_stream(x);
		return;
	}
	buf_puts(b, "event: changed\ndata: ");
	json_dump_callback(event, append, b, JSON_COMPACT);
	buf_puts(b, "\n\n");
	said(x);
}

void stream_end(struct exchange *x)
{
	if (x->stream.ended)
		return;
	x->stream.ended = true;
	conn_within(&x->web->conns, x->conn, WEB_ANSWER_S);
	core_cancel(x->web->core, &x->ask);
	exchange_resume(x);
}

void stream_free(struct exchange *x)
{
	if (x->stream.open)
		x->web->stream_count--;
	buf_free(&x->stream.waiting);
}

void streams_sweep(struct web *w)
{
	int64_t before_us = loop_now_us(w->loop) - WEB_HEARTBEAT_S * INT64_C(1000000);

	LIST_EACH (it, &w->exchanges) {
		struct exchange *x = container_of(it, struct exchange, node);

		if (!x->stream.open || x->stream.ended)
			continue;
		if (conn_is_closed(x->conn)) {
			stream_end(x);
		} else if (x->stream.said_us <= before_us) {
			buf_puts(&x->stream.waiting, ":\n\n");
			said(x);
		}
	}
}
