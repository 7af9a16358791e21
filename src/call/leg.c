/* SPDX-License-Identifier: Apache-2.0 */
/* call/leg.c - A dialog's memory and life (RFC 3261 12.1, 12.2.1.2, 12.3). */

#include "call/leg.h"

#include <errno.h>
#include <stdlib.h>

#include "call/challenge.h"
#include "call/headers.h"

static void insert(struct leg *l)
{
	struct table *t = &l->call->engine->legs;

	txn_token(l->call->engine->cfg.txn, l->local_tag);
	table_insert(t, &l->node, table_hash(t, text_of(l->local_tag)));
}

struct leg *leg_new(struct call *c, const struct flow *flow)
{
	struct leg *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->call = c;
	l->flow = *flow;
	l->trunk = -1;
	insert(l);
	list_init(&l->in_call);
	list_append(&c->legs, &l->in_call);
	return l;
}

void leg_free(struct leg *l)
{
	if (!l)
		return;
	if (l->server)
		txn_server_forget(l->server);
	if (l->client)
		txn_client_forget(l->client);
	timer_stop(&l->resend);
	table_remove(&l->call->engine->legs, &l->node);
	list_remove(&l->in_call);
	buf_free(&l->answer);
	buf_free(&l->ack);
	free(l->remote_tag);
	free(l->call_id);
	free(l->local);
	free(l->remote);
	free(l->target);
	free(l->sdp_agreed);
	free(l->sdp_pending);
	free(l->routes);
	challenge_free(l->challenge);
	free(l);
}

void leg_gone(struct leg *l)
{
	l->state = LEG_GONE;
	call_sweep_soon(l->call);
}

bool leg_idle(const struct leg *l)
{
	return l->state == LEG_GONE && !l->server && !l->client && !l->bye_after_ack;
}

void leg_retag(struct leg *l)
{
	table_remove(&l->call->engine->legs, &l->node);
	insert(l);
}

static int keep(char **where, struct text t, size_t max)
{
	char *copy;

	if (t.len > max)
		return -EBADMSG;
	copy = text_dup(t);
	if (!copy)
		return -ENOMEM;
	free(*where);
	*where = copy;
	return 0;
}

/* Without its headers, which no Request-URI may have (19.1.1). */
static int keep_target(struct leg *l, const struct sip_msg *m)
{
	struct text target;

	if (headers_contact(m, &target) < 0)
		return -EBADMSG;
	return keep(&l->target, target, CALL_LEG_TEXT_MAX);
}

static int keep_routes(struct leg *l, const struct sip_msg *m, bool reversed)
{
	struct buf b = BUF_GROWING;
	int r;

	headers_routes(m, reversed, &b);
	r = b.error;
	if (!r && b.len)
		r = keep(&l->routes, buf_text(&b), CALL_LEG_ROUTES_MAX);
	buf_free(&b);
	return r;
}

static int keep_address(char **where, const struct sip_address *a)
{
	struct buf b = BUF_GROWING;
	int r;

	buf_putc(&b, '<');
	buf_put(&b, a->uri_text);
	buf_putc(&b, '>');
	r = b.error ? b.error : keep(where, buf_text(&b), CALL_LEG_TEXT_MAX);
	buf_free(&b);
	return r;
}

int leg_from_request(struct leg *l, const struct sip_msg *m)
{
	int r = keep_target(l, m);

	if (!r)
		r = keep(&l->remote_tag, m->from.tag, CALL_LEG_TEXT_MAX);
	if (!r)
		r = keep(&l->call_id, m->call_id, CALL_LEG_TEXT_MAX);
	if (!r)
		r = keep_address(&l->remote, &m->from);
	if (!r)
		r = keep_address(&l->local, &m->to);
	if (!r)
		r = keep_routes(l, m, false);
	if (!r) {
		l->remote_cseq = m->cseq.number;
		l->remote_cseq_known = true;
	}
	return r;
}

int leg_from_response(struct leg *l, const struct sip_msg *m)
{
	int r = sip_msg_header(m, SIP_HDR_CONTACT) ? keep_target(l, m) : 0;

	if (!r)
		r = keep(&l->remote_tag, m->to.tag, CALL_LEG_TEXT_MAX);
	return r ? r : keep_routes(l, m, true);
}

void leg_refresh(struct leg *l, const struct sip_msg *m)
{
	keep_target(l, m);
}
