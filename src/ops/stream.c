/* SPDX-License-Identifier: Apache-2.0 */
/* ops/stream.c - stream: what changed, as it changes. */

#include "ops/stream.h"

#include <stdio.h>

#include "ops/call.h"
#include "ops/run.h"

struct changes {
	struct stream stream;
	struct list node; /* of all */
};

void *stream_open(struct op_call *call, size_t size, void (*free)(void *))
{
	struct session *session = op_session(call);
	struct stream *s;

	if (session->stream_count >= SESSION_STREAMS_MAX) {
		op_fail(call, OP_TOO_MANY_STREAMS);
		return NULL;
	}
	s = op_state(call, size, free);
	if (!s)
		return NULL;
	s->call = call;
	s->session = session;
	session->stream_count++;
	list_init(&s->node);
	list_append(&session->streams, &s->node);
	return s;
}

void stream_close(struct stream *s)
{
	list_remove(&s->node);
	s->session->stream_count--;
}

void stream_greet(struct stream *s)
{
	op_event(s->call, json_pack("{s:s, s:s}", "topic", "session", "what", "open"));
}

static void changed(struct event_watch *w, int64_t customer_id, const char *number,
		    const char *what);

/* Every call says what it does; it costs next to nothing while nobody wants to know. */
static void watch_while_wanted(struct ops *o, bool wanted)
{
	if (!o->cfg.events || o->watching == wanted)
		return;
	o->watching = wanted;
	o->watch.fn = changed;
	if (wanted)
		event_watch_start(o->cfg.events, &o->watch);
	else
		event_watch_stop(o->cfg.events, &o->watch);
}

static void changes_free(void *arg)
{
	struct changes *c = arg;

	list_remove(&c->node);
	watch_while_wanted(c->stream.call->ops,
			   !list_empty(&c->stream.call->ops->streams));
	stream_close(&c->stream);
}

void op_stream(struct op_call *call)
{
	struct changes *c = stream_open(call, sizeof(*c), changes_free);

	if (!c)
		return;
	list_init(&c->node);
	list_append(&call->ops->streams, &c->node);
	watch_while_wanted(call->ops, true);
	stream_greet(&c->stream);
}

void streams_end(void *arg, struct session *session)
{
	LIST_EACH_SAFE (it, &session->streams)
		op_answer(container_of(it, struct stream, node)->call, json_object());
}

static void changed(struct event_watch *w, int64_t customer_id, const char *number,
		    const char *what)
{
	struct ops *o = container_of(w, struct ops, watch);
	char topic[48];

	snprintf(topic, sizeof(topic), "line:%s", number);
	LIST_EACH (it, &o->streams) {
		struct stream *s = &container_of(it, struct changes, node)->stream;

		if (s->session->customer_id == customer_id)
			op_event(s->call,
				 json_pack("{s:s, s:s}", "topic", topic, "what", what));
	}
}
