/* SPDX-License-Identifier: Apache-2.0 */
/* ops/stream.c - stream: what changed, as it changes. */

#include "ops/stream.h"

#include <stdio.h>

#include "ops/call.h"
#include "ops/run.h"

struct stream {
	struct list node; /* of its session */
	struct list all;  /* of all */
	struct session *session;
	struct op_call *call;
};

static void stream_free(void *arg)
{
	struct stream *s = arg;

	list_remove(&s->node);
	list_remove(&s->all);
	s->session->stream_count--;
}

void op_stream(struct op_call *call)
{
	struct session *session = op_session(call);
	struct stream *s;

	if (session->stream_count >= SESSION_STREAMS_MAX) {
		op_fail(call, OP_TOO_MANY_STREAMS);
		return;
	}
	s = op_state(call, sizeof(*s), stream_free);
	if (!s)
		return;
	s->call = call;
	s->session = session;
	session->stream_count++;
	list_init(&s->node);
	list_append(&session->streams, &s->node);
	list_init(&s->all);
	list_append(&call->ops->streams, &s->all);
	op_event(call, json_pack("{s:s, s:s}", "topic", "session", "what", "open"));
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
		struct stream *s = container_of(it, struct stream, all);

		if (s->session->customer_id == customer_id)
			op_event(s->call,
				 json_pack("{s:s, s:s}", "topic", topic, "what", what));
	}
}

void streams_watch(struct ops *o)
{
	o->watch.fn = changed;
	event_watch_start(o->cfg.events, &o->watch);
}
