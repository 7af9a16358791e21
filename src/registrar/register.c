/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/register.c - An authenticated REGISTER, step by step (RFC 3261 10.3). */

#include "registrar/register.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "rating/plan.h"
#include "txn/ours.h"

enum { DEVICE_EVENT_WINDOW_S = 24 * 3600, USER_MAX = 128 };

/* A device may know us only by the address it talks to, ours or that of our NAT. */
static bool in_our_domain(const struct registrar *r, const struct flow *from,
			  const struct sip_uri *uri)
{
	return uri->scheme == SIP_SCHEME_TEL ||
	       txn_host_is_ours(r->cfg.domain, r->cfg.advertise, from, uri);
}

/* The line's number in any of its forms. Devices with a single field for the user put
 * the auth name there, which says as well whose line is meant. */
static bool is_own_line(const struct registrar *r, const struct account_credential *c,
			const struct flow *from, const struct sip_uri *uri)
{
	struct destination d;
	char user[USER_MAX];

	if (!in_our_domain(r, from, uri))
		return false;
	/* Nearly all send one of these: what else means the line is dear to find out. */
	if (sip_uri_user(uri, user, sizeof(user)) == 0 &&
	    (!strcmp(user, c->number) || !strcasecmp(user, c->auth_name)))
		return true;
	return plan_resolve(uri, r->cfg.country, &d) == 0 && d.kind == DESTINATION_E164 &&
	       text_eq(text_of(d.key), text_of(c->number));
}

static void tell_device(struct registrar *r, const struct account_credential *c,
			const struct binding *b)
{
	struct event_row row = {
		.customer_id = c->customer_id,
		.line_id = c->line_id,
		.credential_id = c->id,
		.kind = "registered",
		.who = "core",
	};
	char agent[ROW_NAME_SIZE + 32];

	if (!r->cfg.events)
		return;
	addr_encode_host(row.source, &b->flow.remote, false);
	snprintf(row.text, sizeof(row.text), "Registered by %s.",
		 b->user_agent[0] ? log_text(agent, sizeof(agent), text_of(b->user_agent))
				  : "a device that gives no name");
	event_put_once(r->cfg.events, &row, DEVICE_EVENT_WINDOW_S);
}

void register_tell(struct registrar *r, const struct account_credential *c,
		   struct text call_id, uint32_t cseq, struct outcome *o)
{
	registrar_gone(r, o->removed);
	for (size_t i = 0; i < o->count; i++) {
		const struct outcome_binding *is = &o->is[i];

		if (is->row_due && registrar_keep_binding(r, c->customer_id, &is->binding,
							  call_id, cseq) < 0)
			registrar_save_later(r, c->line_id, c->id,
					     text_of(is->binding.contact));
		if (is->device_new)
			tell_device(r, c, &is->binding);
	}
	if (o->use_due)
		registrar_keep_used(r, c->customer_id, c->id);
	if (o->visible && r->cfg.events)
		event_notify(r->cfg.events, c->customer_id, c->number, "bindings");
}

static int decide(struct registrar *r, const struct account_credential *c,
		  const struct flow *from, const struct sip_msg *m, struct wishes *wishes,
		  struct buf *b, struct outcome *o, struct refusal *why,
		  struct registrar_again *again)
{
	if (!is_own_line(r, c, from, &m->to.uri)) {
		*why = (struct refusal){ 403, "Not Your Line", "not_your_line" };
		return -EPERM;
	}
	if (wishes_decode(m, &r->cfg, from, wishes, why) < 0)
		return -EBADMSG;
	register_answer_begin(r, from, m, b);
	switch (register_apply(r, c, from, m, wishes, b, o, again)) {
	case 0:
		return 0;
	case -EALREADY:
		*why = (struct refusal){ 500, "CSeq Out Of Order", "out_of_order" };
		return -EALREADY;
	case -EMSGSIZE:
		*why = (struct refusal){ 400, "Call-ID Too Long", "call_id_too_long" };
		return -EMSGSIZE;
	default:
		*why = (struct refusal){ 500, NULL, NULL };
		return -ENOMEM;
	}
}

unsigned registrar_register(struct registrar *r, const struct account_credential *c,
			    const struct flow *from, const struct sip_msg *m,
			    struct buf *b, struct registrar_said *ret,
			    struct registrar_again *again)
{
	struct wishes wishes;
	struct refusal why;
	struct outcome o;

	*ret = (struct registrar_said){ 0 };
	if (again)
		*again = (struct registrar_again){ 0 };
	if (decide(r, c, from, m, &wishes, b, &o, &why, again) < 0) {
		buf_reset(b);
		register_refuse(r, from, m, &why, b);
		ret->why = why.why;
		return why.status;
	}
	register_answer_end(r, &wishes, b);
	register_tell(r, c, m->call_id, m->cseq.number, &o);
	ret->refreshed = wishes.count && !o.visible;
	return 200;
}
