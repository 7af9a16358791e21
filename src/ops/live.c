/* SPDX-License-Identifier: Apache-2.0 */
/* ops/live.c - Bindings and live calls as JSON. */

#include "ops/live.h"

#include <stdlib.h>

#include "ops/json.h"
#include "sip/uri.h"

/* Only the host of the contact: the rest is the device's own business. */
static json_t *contact_host(const struct binding *b)
{
	struct sip_uri uri;

	if (sip_uri_decode(text_of(b->contact), &uri))
		return json_null();
	return json_stringn(uri.host.p ? uri.host.p : "", uri.host.len);
}

json_t *live_binding_json(const struct ops *o, const struct binding *b)
{
	int64_t left_us = b->expires_at - clock_wall_us(o->cfg.clock);
	char source[ADDR_TEXT_SIZE];

	return json_pack("{s:o, s:s, s:o, s:s, s:I, s:o}", "contact_host",
			 contact_host(b), "source", addr_encode(source, &b->flow.remote),
			 "user_agent", json_of_text(b->user_agent), "transport",
			 transport_uri_name((enum transport)b->flow.transport),
			 "expires_s", (json_int_t)(left_us > 0 ? left_us / 1000000 : 0),
			 "registered_at", json_of_time(b->registered_at));
}

json_t *live_call_json(const struct ops *o, const struct call_info *c, bool with_line)
{
	struct account_line line;
	json_t *j =
		json_pack("{s:o, s:o, s:s, s:s, s:s, s:o, s:o}", "id", json_of_id(c->id),
			  "credential", json_of_id(c->credential_id), "direction",
			  c->direction == CALL_OUT ? "out" : "in", "to", c->to, "from",
			  c->from, "started_at", json_of_time(c->started_at),
			  "answered_at", json_of_time(c->answered_at));

	if (j && with_line && account_line_by_id(o->cfg.book, c->line_id, &line) == 0)
		json_object_set_new(j, "line", json_string(line.number));
	return j;
}

static void gathered(struct edge_calls_job *job)
{
	struct live_calls *l = container_of(job, struct live_calls, job);

	l->done(l->call, l);
}

void live_calls_start(struct live_calls *l, struct op_call *call, int64_t line_id,
		      void (*done)(struct op_call *, struct live_calls *))
{
	*l = (struct live_calls){
		.job = { .done = gathered,
			 .loop = call->ops->cfg.loop,
			 .line_id = line_id },
		.call = call,
		.done = done,
	};
	if (call->ops->cfg.edge)
		edge_calls(call->ops->cfg.edge, &l->job);
	else
		done(call, l);
}

void live_calls_free(struct live_calls *l)
{
	free(l->job.calls);
	l->job.calls = NULL;
}
