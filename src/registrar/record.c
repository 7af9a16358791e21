/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/record.c - One binding in memory. */

#include "registrar/record.h"

#include <stdlib.h>
#include <string.h>

static char *put_text(char *at, struct text t)
{
	if (t.len)
		memcpy(at, t.p, t.len);
	at[t.len] = '\0';
	return at + t.len + 1;
}

struct record *record_new(struct text contact, struct text call_id,
			  struct text user_agent)
{
	struct record *r;
	char *at;

	r = calloc(1, sizeof(*r) + contact.len + call_id.len + user_agent.len + 3);
	if (!r)
		return NULL;
	r->contact_len = (uint16_t)contact.len;
	r->call_id_len = (uint16_t)call_id.len;
	r->user_agent_len = (uint16_t)user_agent.len;
	at = put_text(r->texts, contact);
	at = put_text(at, call_id);
	put_text(at, user_agent);
	return r;
}

struct text record_contact(const struct record *r)
{
	return (struct text){ r->texts, r->contact_len };
}

struct text record_call_id(const struct record *r)
{
	return (struct text){ r->texts + r->contact_len + 1, r->call_id_len };
}

struct text record_user_agent(const struct record *r)
{
	size_t before = (size_t)r->contact_len + 1 + r->call_id_len + 1;

	return (struct text){ r->texts + before, r->user_agent_len };
}

void record_free_all(struct record *list)
{
	while (list) {
		struct record *next = list->next;

		free(list);
		list = next;
	}
}

void record_show(const struct record *r, int64_t wall_minus_mono_us, struct binding *ret)
{
	*ret = (struct binding){
		.credential_id = r->credential_id,
		.line_id = r->line_id,
		.generation = r->generation,
		.flow = r->flow,
		.q = r->q,
		.registered_at = r->registered_us,
		.expires_at = r->expires_us + wall_minus_mono_us,
	};
	text_copy(ret->contact, sizeof(ret->contact), record_contact(r));
	text_copy(ret->user_agent, sizeof(ret->user_agent), record_user_agent(r));
}
