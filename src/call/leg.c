/* SPDX-License-Identifier: Apache-2.0 */
/* call/leg.c - A dialog's memory and life (RFC 3261 12.1, 12.2.1.2, 12.3). */

#include "call/leg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "call/await.h"
#include "call/early.h"
#include "call/headers.h"
#include "call/moves.h"
#include "call/offer.h"
#include "call/refer.h"
#include "call/sdp.h"
#include "call/session_timer.h"

enum { T1_MS = 500 };

static void insert(struct leg *l, const char *tag)
{
	struct table *t = &l->call->engine->legs;

	if (tag)
		text_copy(l->local_tag, sizeof(l->local_tag), text_of(tag));
	else
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
	insert(l, NULL);
	list_init(&l->waiting);
	list_init(&l->in_call);
	list_append(&c->legs, &l->in_call);
	return l;
}

bool leg_count(struct leg *l, unsigned trunk, bool must_pass)
{
	l->trunk = (int)trunk;
	l->counted = trunk_call_begin(l->call->engine->cfg.trunks, trunk, must_pass);
	return l->counted;
}

static void uncount(struct leg *l)
{
	if (l->counted)
		trunk_call_end(l->call->engine->cfg.trunks, (unsigned)l->trunk);
	l->counted = false;
}

void leg_keep_acked(struct leg *l, struct txn_server *t)
{
	if (l->acked)
		txn_server_forget(l->acked);
	l->acked = t;
	if (t)
		txn_server_acked(t);
}

void leg_free(struct leg *l)
{
	if (!l)
		return;
	uncount(l);
	leg_keep_acked(l, NULL);
	if (l->server)
		txn_server_forget(l->server);
	if (l->client)
		txn_client_forget(l->client);
	if (l->bye)
		txn_client_forget(l->bye);
	if (l->left)
		txn_client_forget(l->left);
	await_drop(l);
	leg_offer_drop(l);
	call_refer_drop(l);
	moves_forget(l);
	early_orphan(l);
	session_timer_stop(l);
	if (l->session_client)
		txn_client_forget(l->session_client);
	media_session_free(l->media);
	timer_stop(&l->resend);
	table_remove(&l->call->engine->legs, &l->node);
	list_remove(&l->in_call);
	buf_free(&l->answer);
	buf_free(&l->ack);
	free(l->remote_tag);
	free(l->instance);
	free(l->call_id);
	free(l->local);
	free(l->remote);
	free(l->target);
	call_sdp_forget(l);
	free(l->routes);
	trunk_digest_free(l->challenge);
	free(l);
}

void leg_gone(struct leg *l)
{
	l->state = LEG_GONE;
	call_refer_drop(l);
	session_timer_stop(l);
	media_session_free(l->media);
	l->media = NULL;
	leg_keep_acked(l, NULL);
	uncount(l);
	call_sweep_soon(l->call);
}

static bool idle_but_for_invite(const struct leg *l)
{
	return l->state == LEG_GONE && !l->server && !l->bye && !l->left &&
	       !l->bye_after_ack && await_idle(l);
}

bool leg_idle(const struct leg *l)
{
	return !l->client && idle_but_for_invite(l);
}

bool leg_lingers(const struct leg *l)
{
	return l->client && l->client_answered && idle_but_for_invite(l);
}

struct leg *leg_other(const struct leg *l)
{
	return l == l->call->caller ? l->call->callee : l->call->caller;
}

bool leg_awaits_ack(const struct leg *l)
{
	return timer_running(&l->resend);
}

bool leg_peer_invites(const struct leg *l)
{
	return (l->server && !l->server_answered) || leg_awaits_ack(l);
}

bool leg_we_invite(const struct leg *l)
{
	return l->ack_held || (l->client && !l->client_answered);
}

void leg_retag(struct leg *l, const char *tag)
{
	table_remove(&l->call->engine->legs, &l->node);
	insert(l, tag);
}

unsigned leg_t1_ms(const struct leg *l)
{
	unsigned t1_ms = l->call->engine->cfg.t1_ms;

	return t1_ms ? t1_ms : T1_MS;
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

/* A device that gives its GRUU as Contact hears its requests at the Contact that it
 * registered (RFC 5627 5.1). */
static bool contact_of_gruu(const struct leg *l, struct text target, struct binding *ret)
{
	struct registrar *registrar = l->call->engine->cfg.registrar;
	struct binding bindings[REGISTRAR_BINDINGS_MAX];
	struct sip_uri uri;
	struct gruu gruu;
	size_t n;

	if (!l->credential_id || sip_uri_decode(target, &uri) < 0 ||
	    registrar_gruu_open(registrar, &uri, &gruu) < 0)
		return false;
	n = registrar_credential_bindings(registrar, l->credential_id, bindings,
					  REGISTRAR_BINDINGS_MAX);
	for (size_t i = 0; i < n; i++) {
		if (registrar_gruu_names(registrar, &gruu, &bindings[i])) {
			*ret = bindings[i];
			return true;
		}
	}
	return false;
}

/* An emergency call does not end at a Contact that nobody can read: its peer is where it
 * sends from. */
static int keep_source(struct leg *l)
{
	char target[ADDR_TEXT_SIZE + 24], host[ADDR_TEXT_SIZE];
	bool udp = l->flow.transport == TRANSPORT_UDP;

	snprintf(target, sizeof(target), "sip:%s%s%s", addr_encode(host, &l->flow.remote),
		 udp ? "" : ";transport=",
		 udp ? "" : transport_uri_name((enum transport)l->flow.transport));
	return keep(&l->target, text_of(target), CALL_LEG_TEXT_MAX);
}

/* Without its headers, which no Request-URI may have (19.1.1). */
static int keep_target(struct leg *l, const struct sip_msg *m)
{
	struct text target;
	struct binding b;

	if (headers_contact(m, &target) < 0)
		return l->call->emergency && !l->target ? keep_source(l) : -EBADMSG;
	if (contact_of_gruu(l, target, &b))
		target = text_of(b.contact);
	return keep(&l->target, target, CALL_LEG_TEXT_MAX);
}

static int keep_routes(struct leg *l, const struct sip_msg *m, bool reversed)
{
	struct buf b = BUF_GROWING;
	int r;

	headers_routes(m, reversed, &b);
	r = b.error;
	if (!r && b.len) {
		r = keep(&l->routes, buf_text(&b), CALL_LEG_ROUTES_MAX);
	} else if (!r) { /* the way of the first INVITE does not count (12.1.2) */
		free(l->routes);
		l->routes = NULL;
	}
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

/* An Allow that lacks says nothing. */
static void note_allow(struct leg *l, const struct sip_msg *m)
{
	if (!sip_msg_header(m, SIP_HDR_ALLOW))
		return;
	l->allows_update = sip_msg_has_token(m, SIP_HDR_ALLOW, TEXT("UPDATE"));
	if (l->allows_update) {
		free(l->sdp_told);
		l->sdp_told = NULL;
	}
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
		l->sips = m->uri.scheme == SIP_SCHEME_SIPS;
		note_allow(l, m);
		l->remote_cseq = l->invite_cseq = m->cseq.number;
		l->remote_cseq_known = true;
	}
	return r;
}

int leg_from_response(struct leg *l, const struct sip_msg *m)
{
	int r = sip_msg_header(m, SIP_HDR_CONTACT) ? keep_target(l, m) : 0;

	note_allow(l, m);
	if (!r)
		r = keep(&l->remote_tag, m->to.tag, CALL_LEG_TEXT_MAX);
	return r ? r : keep_routes(l, m, true);
}

void leg_refresh(struct leg *l, const struct sip_msg *m)
{
	keep_target(l, m);
	note_allow(l, m);
}

void leg_follow(struct leg *l, const struct flow *from)
{
	bool elsewhere = !addr_eq_host(&from->remote, &l->flow.remote);

	/* A branch that rings is given up where it was asked. */
	if (l->trunk >= 0 || flow_eq(&l->flow, from) ||
	    (l->ours && l->state == LEG_CALLING))
		return;
	l->bound = leg_registered_at(l, from);
	l->flow = *from;
	l->client_astray = l->client && !l->client_answered;
	if (elsewhere)
		call_sdp_moved(l);
}
