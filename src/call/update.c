/* SPDX-License-Identifier: Apache-2.0 */
/* call/update.c - UPDATE (RFC 3311), and what a PRACK offers. */

#include "call/update.h"

#include <errno.h>
#include <stdlib.h>

#include "call/answer.h"
#include "call/await.h"
#include "call/early.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/offer.h"
#include "call/sdp.h"
#include "call/session_timer.h"

/* One on its way: "from" has asked, "to" is asked. */
struct update {
	struct list node; /* call->updates */
	struct leg *from, *to;
	struct early *early; /* NULL: both dialogs stand */
	struct txn_server *server;
	struct txn_client *client;
	enum sip_method method; /* that "to" gets */
	uint32_t rack;          /* of a PRACK */
	uint32_t cseq;          /* of what "to" gets, 0: nothing yet */
	bool offered;           /* by a re-INVITE of ours that is under way */
};

static struct update *of_node(struct list *node)
{
	return container_of(node, struct update, node);
}

static void update_free(struct update *u)
{
	if (u->server)
		txn_server_forget(u->server);
	if (u->client)
		txn_client_forget(u->client);
	if (u->offered)
		leg_offer_drop(u->to);
	list_remove(&u->node);
	free(u);
}

static void answer(struct update *u, unsigned status, const struct sip_msg *m,
		   struct text sdp)
{
	struct buf b = BUF_GROWING;

	if (!u->server)
		return;
	txn_response_begin(&b, txn_server_flow(u->server), txn_server_request(u->server),
			   status, NULL, TEXT_NONE);
	headers_server_put(&b);
	if (status < 300) {
		leg_contact_put(u->from, &b);
		if (u->from->state == LEG_CONFIRMED)
			session_timer_answer_put(u->from, &b,
						 txn_server_request(u->server));
		headers_allow_put(&b);
	}
	if (m && status >= 300)
		headers_cross(&b, m, CROSS_FAILURE);
	sip_body(&b, TEXT("application/sdp"), sdp);
	if (!b.error)
		txn_server_respond(u->server, status, buf_text(&b));
	buf_free(&b);
}

static uint64_t who(const struct update *u)
{
	return u->early ? early_who(u->early) : 0;
}

static void settle(struct update *u, bool agreed)
{
	struct call *c = u->from->call;

	if (c->callee)
		call_sdp_settle(c, agreed);
	else
		call_sdp_settle_with(u->from == c->caller ? u->to : u->from, agreed);
}

static void refuse(struct update *u, unsigned status, const struct sip_msg *m)
{
	settle(u, false);
	answer(u, status, m, TEXT_NONE);
	update_free(u);
}

static void accepted(struct update *u, const struct sip_msg *m)
{
	struct buf b = BUF_GROWING;
	struct text sdp;

	early_means(u->early);
	if (headers_sdp(m, &sdp) < 0 || call_sdp_answer(u->to, u->from, sdp, &b) < 0) {
		refuse(u, 488, NULL);
	} else {
		settle(u, true);
		if (u->early)
			u->early->sdp_moved = true;
		answer(u, 200, m, buf_text(&b));
		update_free(u);
	}
	buf_free(&b);
}

/* Its challenge is not for whoever asked. */
static unsigned status_for(unsigned status)
{
	if (status == 401 || status == 407)
		return 488;
	return status == 408 || status < 300 ? 500 : status;
}

static void take_response(struct leg *to, const struct sip_msg *m)
{
	struct call *c = to->call;

	LIST_EACH_SAFE (it, &c->updates) {
		struct update *u = of_node(it);
		bool early = u->early;

		if (u->to != to || u->cseq != m->cseq.number)
			continue;
		if (m->status < 300) {
			if (!early && m->cseq.method == SIP_UPDATE) {
				leg_refresh(to, m);
				session_timer_take(to, m);
			}
			accepted(u, m);
			return;
		}
		refuse(u, status_for(m->status), m);
		if (!early && (m->status == 481 || m->status == 408))
			call_finish(c, "unreachable", TEXT_NONE);
		return;
	}
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct update *u = arg;
	struct await_what what = { u->to, u->from, MEDIA_ANSWER, who(u) };

	if (m->status < 200)
		return;
	txn_client_forget(t);
	u->client = NULL;
	if (m->status >= 300 || await_media(u->to, &what, m, take_response))
		take_response(u->to, m);
}

static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	struct update *u = arg;
	struct call *c = u->from->call;
	bool early = u->early;

	txn_client_forget(t);
	u->client = NULL;
	refuse(u, 500, NULL);
	if (!early)
		call_finish(c, "unreachable", TEXT_NONE);
}

static const struct txn_client_events client_events = {
	.response = on_response,
	.failed = on_failed,
};

static void on_server_ended(void *arg, struct txn_server *t, bool answered)
{
	((struct update *)arg)->server = NULL;
}

static const struct txn_server_events server_events = { .ended = on_server_ended };

static struct leg speaker(const struct update *u)
{
	if (!u->early)
		return *u->to;
	return u->to->ours ? early_branch_leg(u->early) : early_caller_leg(u->early);
}

static uint32_t next_cseq(struct update *u)
{
	return u->early && !u->to->ours ? ++u->early->local_cseq : leg_next_cseq(u->to);
}

static int send_request(struct update *u, struct text sdp)
{
	struct leg l = speaker(u);
	struct buf b = BUF_GROWING;
	int error;

	u->cseq = next_cseq(u);
	leg_request_begin(&l, &b, u->method, u->cseq);
	if (u->method == SIP_PRACK)
		sip_header_printf(&b, SIP_HDR_RACK, "%u %u INVITE", u->rack,
				  l.client_cseq);
	else
		leg_contact_put(&l, &b);
	headers_allow_put(&b);
	if (l.state == LEG_CONFIRMED) {
		headers_supported_put(&b, false);
		session_timer_request_put(&l, &b);
	}
	sip_body(&b, TEXT("application/sdp"), sdp);
	error = b.error ? b.error
			: leg_send(&l, u->method, buf_text(&b), &client_events, u,
				   &u->client);
	buf_free(&b);
	return error;
}

static void on_offered(void *arg, struct leg *l, unsigned status, const struct sip_msg *m)
{
	struct update *u = arg;
	struct await_what what = { u->to, u->from, MEDIA_ANSWER };

	u->offered = false;
	if (!m || status >= 300) {
		refuse(u, status_for(status), m);
		return;
	}
	u->cseq = m->cseq.number;
	if (await_media(l, &what, m, take_response))
		take_response(l, m);
}

/* Who does not take UPDATE is sent a re-INVITE. */
static int send_offer(struct update *u, struct text sdp)
{
	int error;

	if (u->early || u->to->allows_update)
		return send_request(u, sdp);
	error = leg_offer(u->to, sdp, on_offered, u);
	u->offered = !error;
	return error;
}

static void send_on(struct update *u, const struct sip_msg *m)
{
	struct buf b = BUF_GROWING;
	struct text sdp;

	early_means(u->early);
	if (headers_sdp(m, &sdp) < 0 || call_sdp_offer(u->from, u->to, sdp, &b) < 0 ||
	    send_offer(u, buf_text(&b)) < 0)
		refuse(u, 488, NULL);
	buf_free(&b);
}

static void send_waited(struct leg *from, const struct sip_msg *m)
{
	LIST_EACH_SAFE (it, &from->call->updates) {
		struct update *u = of_node(it);

		if (u->from == from && !u->cseq && u->server &&
		    text_eq(txn_server_request(u->server)->to.tag, m->to.tag)) {
			send_on(u, m);
			return;
		}
	}
}

static struct update *update_new(struct leg *l, struct leg *to, struct early *e,
				 const struct flow *from, const struct sip_msg *m)
{
	struct update *u = calloc(1, sizeof(*u));

	if (!u)
		return NULL;
	u->from = l;
	u->to = to;
	u->early = e;
	u->method = SIP_UPDATE;
	u->server = txn_server_new(l->call->engine->cfg.txn, from, m, &server_events, u);
	if (!u->server) {
		free(u);
		return NULL;
	}
	list_init(&u->node);
	list_append(&l->call->updates, &u->node);
	return u;
}

static void pass(struct update *u, const struct sip_msg *m)
{
	struct await_what what = { u->from, u->to, MEDIA_OFFER, who(u) };

	if (await_media(u->from, &what, m, send_waited))
		send_on(u, m);
}

static bool runs(const struct leg *l, const struct early *e, bool asked)
{
	LIST_EACH (it, &l->call->updates) {
		const struct update *u = of_node(it);

		if ((asked ? u->to : u->from) == l && (!e || u->early == e))
			return true;
	}
	return false;
}

bool update_runs(const struct leg *l)
{
	return runs(l, NULL, true) || runs(l, NULL, false);
}

bool update_asks(const struct leg *l)
{
	LIST_EACH (it, &l->call->updates) {
		const struct update *u = of_node(it);

		if (u->to == l && u->client)
			return true;
	}
	return false;
}

static bool busy(const struct leg *l)
{
	return leg_peer_invites(l) || leg_we_invite(l) || update_runs(l);
}

/* 5.2: 500 while an offer of the same side waits for its answer, 491 while one of ours
 * does; 504 when what it asks for cannot be had. 0: it may go on. */
static unsigned may_offer_standing(const struct leg *l)
{
	const struct leg *to = leg_other(l);

	if (!to)
		return 488; /* the echo: nothing to change */
	if (runs(l, NULL, false) || (l->server && !l->server_answered))
		return 500;
	if (busy(l) || to->state != LEG_CONFIRMED || busy(to))
		return 491;
	return 0;
}

static unsigned may_offer_early(const struct leg *l, const struct early *e)
{
	if (runs(l, e, false))
		return 500;
	if (runs(l, e, true))
		return 491;
	if (!e->sdp_settled)
		return l->ours ? 491 : 500;
	if (!e->branch || e->branch->state == LEG_GONE || !e->tag[0])
		return 504;
	return (l->ours ? l->call->caller->allows_update : e->allows_update) ? 0 : 504;
}

static void refuse_at_once(struct leg *l, const struct flow *from,
			   const struct sip_msg *m, unsigned status)
{
	if (status == 500)
		leg_answer_later(l, from, m);
	else
		leg_answer(l, from, m, status);
}

/* 5.2 without a description: where the peer is now. */
static void refresh(struct leg *l, const struct early *e, const struct flow *from,
		    const struct sip_msg *m)
{
	if (!e || !l->ours)
		leg_refresh(l, m);
	leg_answer(l, from, m, 200);
}

static void offer(struct leg *l, struct early *e, const struct flow *from,
		  const struct sip_msg *m)
{
	unsigned status = e ? may_offer_early(l, e) : may_offer_standing(l);
	struct leg *to = e ? l->ours ? l->call->caller : e->branch : leg_other(l);
	struct update *u;

	if (status) {
		refuse_at_once(l, from, m, status);
		return;
	}
	u = update_new(l, to, e, from, m);
	if (!u) {
		leg_answer(l, from, m, 503);
		return;
	}
	if (!e || !l->ours)
		leg_refresh(l, m);
	pass(u, m);
}

void call_update(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct early *e = l->state == LEG_CALLING ? early_meant(l, m) : NULL;
	struct text sdp;
	int r = headers_sdp(m, &sdp);

	if (l->state == LEG_CALLING && !e)
		leg_answer(l, from, m, 481);
	else if (session_timer_too_small(l->call->engine, m))
		leg_answer(l, from, m, 422);
	else if (r == -ENOENT)
		refresh(l, e, from, m);
	else if (r < 0)
		leg_answer(l, from, m, r == -EPROTO ? 415 : 400);
	else
		offer(l, e, from, m);
}

/* An answerer that was not reliable has no PRACK to take it with. */
void update_prack(struct early *e, uint32_t rseq, const struct flow *from,
		  const struct sip_msg *m)
{
	struct leg *caller = e->call->caller;
	struct update *u = NULL;

	if (e->branch && e->branch->state != LEG_GONE && (rseq || e->allows_update))
		u = update_new(caller, e->branch, e, from, m);
	if (!u) {
		leg_answer(caller, from, m, 488);
		return;
	}
	u->method = rseq ? SIP_PRACK : SIP_UPDATE;
	u->rack = rseq;
	pass(u, m);
}

/* The winner's goes on in the dialog that stands. */
void update_forget(struct early *e)
{
	LIST_EACH_SAFE (it, &e->call->updates) {
		struct update *u = of_node(it);

		if (u->early != e)
			continue;
		u->early = NULL;
		if (!e->branch || e->branch != e->call->callee)
			refuse(u, 481, NULL);
	}
}

void call_updates_drop(struct call *c)
{
	LIST_EACH_SAFE (it, &c->updates) {
		struct update *u = of_node(it);

		answer(u, 481, NULL, TEXT_NONE);
		update_free(u);
	}
}
