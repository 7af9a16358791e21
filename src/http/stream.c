/* SPDX-License-Identifier: Apache-2.0 */
/* http/stream.c - Server-sent events: a response without end, suspended while nothing
 * happens. A comment every 15 s finds out who has left. */

#include <stdlib.h>
#include <string.h>

#include "http/exchange.h"

static void wake(struct exchange *e)
{
	if (!e->suspended)
		return;
	e->suspended = false;
	MHD_resume_connection(e->connection);
	web_run_soon(e->web);
}

static void put(struct exchange *e, const char *name, const char *data)
{
	if (e->events.len + strlen(data) > WEB_STREAM_BUFFER_MAX) {
		e->ended = true; /* the page opens another and reads everything anew */
	} else {
		if (name)
			buf_printf(&e->events, "event: %s\ndata: %s\n\n", name, data);
		else
			buf_printf(&e->events, ": %s\n\n", data);
		e->ended = e->ended || e->events.error;
	}
	wake(e);
}

/* The first event says that the core has accepted: now the response can begin. */
static void open_stream(struct exchange *e)
{
	e->opened = true;
	e->state = EXCHANGE_STREAMING;
	list_append(&e->web->streams, &e->node);
	e->web->stream_count++;
	put(e, NULL, "open");
	MHD_resume_connection(e->connection);
	web_run_soon(e->web);
}

void stream_event(struct exchange *e, const json_t *event)
{
	char *data;

	if (!e->opened) {
		open_stream(e);
		return;
	}
	data = json_dumps(event, JSON_COMPACT);
	if (!data) {
		stream_end(e);
		return;
	}
	put(e, "changed", data);
	free(data);
}

void stream_end(struct exchange *e)
{
	e->ended = true;
	wake(e);
}

void stream_forget(struct exchange *e)
{
	if (!e->opened)
		return;
	list_remove(&e->node);
	e->web->stream_count--;
	e->opened = false;
}

static ssize_t read_events(void *arg, uint64_t at, char *dst, size_t max)
{
	struct exchange *e = arg;
	size_t n = e->events.len < max ? e->events.len : max;

	if (n > 0) {
		memcpy(dst, e->events.p, n);
		buf_consume(&e->events, n);
		return (ssize_t)n;
	}
	if (e->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	e->suspended = true;
	MHD_suspend_connection(e->connection);
	return 0;
}

enum MHD_Result stream_respond(struct exchange *e)
{
	struct MHD_Response *r;
	enum MHD_Result result;

	r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_events, e,
					      NULL);
	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
	MHD_add_response_header(r, "X-Accel-Buffering", "no");
	respond_headers(e->web, r, true);
	result = MHD_queue_response(e->connection, 200, r);
	MHD_destroy_response(r);
	return result;
}

void stream_heartbeats(struct web *w)
{
	LIST_EACH_SAFE (it, &w->streams)
		put(container_of(it, struct exchange, node), NULL, "still here");
}
