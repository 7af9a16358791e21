/* SPDX-License-Identifier: Apache-2.0 */
/* edge/diagnose.c - Whose request it was, and who is told of it. */

#include "edge/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "event/attempt.h"
#include "event/diagnosis.h"
#include "rating/plan.h"

enum { USER_MAX = 128 };

struct told {
	struct event_late late; /* first: by it all is freed */
	struct account_book *book;
	const char *country;
	struct attempt attempt;
	char user[USER_MAX]; /* of the line that it says it is */
};

/* Both are looked for, whichever is found: it takes the same time. */
static void find_owner(struct told *t, int64_t line_id, int64_t customer_id)
{
	struct attempt *a = &t->attempt;
	struct account_credential c;

	a->line_id = line_id;
	a->customer_id = customer_id;
	if (account_credential_by_auth_name(t->book, text_of(a->auth_name), &c) < 0)
		return;
	a->line_id = c.line_id;
	a->customer_id = c.customer_id;
	a->credential_id = c.id;
}

/* Where the number belongs to a line, it was sent as auth name. */
static void find_line(struct told *t, struct text dialled)
{
	struct destination number;
	struct account_line line = { 0 };
	struct text name;

	text_split(dialled, '@', &name, NULL);
	if (plan_resolve_text(name, t->country, &number) == 0)
		account_line_by_number(t->book, text_of(number.key), &line);
	find_owner(t, line.id, line.customer_id);
}

static void find_number(struct told *t)
{
	struct destination number;

	if (t->user[0] && plan_resolve_text(text_of(t->user), t->country, &number) == 0)
		text_copy(t->attempt.number, sizeof(t->attempt.number),
			  text_of(number.key));
}

/* On the event log's loop: how long it takes for whom is nothing that a worker's next request
 * could measure. */
static void put(struct event_log *events, struct event_late *late)
{
	struct told *t = container_of(late, struct told, late);
	struct attempt *a = &t->attempt;
	struct event_row whose = { 0 };

	if (!a->verified)
		find_line(t, text_of(a->auth_name));
	whose.customer_id = a->customer_id;
	whose.line_id = a->line_id;
	whose.credential_id = a->credential_id;
	addr_encode_host(whose.source, &a->source, false);
	if (a->line_id || !a->verified)
		diagnosis_put(events, a->reason, !a->verified, &whose);
	if (attempt_watched(events)) {
		find_number(t);
		attempt_put(events, a);
	}
}

/* What cannot be copied whole is cut: it is only shown. */
static void copy(char *dst, size_t size, struct text t)
{
	text_copy(dst, size, text_sub(t, 0, t.len < size ? t.len : size - 1));
}

static void describe(struct told *t, const struct flow *from, const struct sip_msg *m)
{
	const struct sip_header *agent = sip_msg_header(m, SIP_HDR_USER_AGENT);
	const struct sip_address *who = m->method == SIP_REGISTER ? &m->to : &m->from;
	struct attempt *a = &t->attempt;

	a->source = from->remote;
	copy(a->method, sizeof(a->method), m->method_name);
	copy(a->transport, sizeof(a->transport),
	     text_of(transport_uri_name((enum transport)from->transport)));
	copy(a->user_agent, sizeof(a->user_agent), agent ? agent->value : TEXT_NONE);
	if (sip_uri_user(&who->uri, t->user, sizeof(t->user)) < 0)
		t->user[0] = '\0';
}

void edge_diagnose(struct edge_worker *w, const struct flow *from,
		   const struct sip_msg *m, const struct account_credential *verified,
		   struct text auth_name, unsigned status, const char *reason)
{
	struct event_log *events = w->edge->cfg.events;
	struct told *t;

	/* What was refused before anybody asked who sent it, and what went well. */
	if (!events ||
	    ((verified ? status < 300 : !auth_name.len) && !attempt_watched(events)))
		return;
	t = calloc(1, sizeof(*t));
	if (!t)
		return;
	t->late.fn = put;
	t->book = w->edge->cfg.book;
	t->country = w->edge->cfg.country;
	t->attempt.verified = verified != NULL;
	t->attempt.status = status;
	if (verified) {
		t->attempt.customer_id = verified->customer_id;
		t->attempt.line_id = verified->line_id;
		t->attempt.credential_id = verified->id;
		auth_name = text_of(verified->auth_name);
	}
	copy(t->attempt.auth_name, sizeof(t->attempt.auth_name), auth_name);
	copy(t->attempt.reason, sizeof(t->attempt.reason), text_of(reason));
	describe(t, from, m);
	event_put_late(events, &t->late);
}
