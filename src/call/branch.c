/* SPDX-License-Identifier: Apache-2.0 */
/* call/branch.c - One branch: its INVITE and the responses to it (RFC 3261 13.2.2). */

#include "call/branch.h"

#include <errno.h>
#include <stdlib.h>

#include "call/answer.h"
#include "call/challenge.h"
#include "call/headers.h"
#include "call/identity.h"
#include "call/leg.h"
#include "call/limit.h"
#include "call/sdp.h"

static int send_invite(struct leg *l);

static int text_of_buf(struct buf *b, char **ret)
{
	*ret = b->error ? NULL : text_dup(buf_text(b));
	buf_free(b);
	return *ret ? 0 : -ENOMEM;
}

static int name_caller(struct leg *l)
{
	struct buf b = BUF_GROWING;

	identity_from_put(&b, &l->call->identity, l->call->engine->cfg.domain);
	return text_of_buf(&b, &l->local);
}

static int name_callee(struct leg *l)
{
	struct buf b = BUF_GROWING;

	buf_printf(&b, "<sip:%s@%s%s>", l->call->to.number, l->call->engine->cfg.domain,
		   l->trunk >= 0 ? ";user=phone" : "");
	return text_of_buf(&b, &l->remote);
}

static int name_dialog(struct leg *l, const struct branch *branch)
{
	char token[TXN_TOKEN_SIZE];

	txn_token(l->call->engine->cfg.txn, token);
	l->call_id = text_dup(text_of(token));
	l->target = text_dup(text_of(branch->uri));
	if (!l->call_id || !l->target)
		return -ENOMEM;
	return name_caller(l) < 0 ? -ENOMEM : name_callee(l);
}

/* The caller's own offer, again for each branch: it says where that branch shall send. */
static int offer(struct leg *l, struct buf *ret)
{
	struct call *c = l->call;
	struct text sdp;

	if (!c->sdp_offered)
		return 0;
	if (headers_sdp(txn_server_request(c->caller->server), &sdp) < 0)
		return -EBADMSG;
	return call_sdp_offer(c->caller, l, sdp, ret);
}

static void write_invite(struct leg *l, struct buf *b, struct text sdp)
{
	const struct call *c = l->call;

	l->client_cseq = leg_next_cseq(l);
	leg_request_begin(l, b, SIP_INVITE, l->client_cseq);
	leg_contact_put(l, b);
	headers_allow_put(b);
	identity_headers_put(b, &c->identity, c->engine->cfg.domain, l->trunk >= 0);
	sip_body(b, TEXT("application/sdp"), sdp);
}

/* 22.2: the same again with credentials, as a new request of the same call. */
static void challenged(struct leg *l, const struct sip_msg *m)
{
	txn_client_forget(l->client);
	l->client = NULL;
	if (l->given_up || challenge_take(l, m) < 0 || send_invite(l) < 0)
		branch_failed(l, m->status, m);
}

/* Only the first early media is shown, and none without an offer: an offer may not come
 * in a response that is not sure to arrive (13.2.1). True when it is news. */
static bool take_early_media(struct leg *l, const struct sip_msg *m)
{
	struct call *c = l->call;
	struct buf shown = BUF_GROWING;
	struct text sdp;

	if (!c->sdp_offered || (c->shown_leg && c->shown_leg != l) ||
	    headers_sdp(m, &sdp) < 0 || call_sdp_answer(l, c->caller, sdp, &shown) < 0 ||
	    c->shown_leg) {
		buf_free(&shown);
		return false;
	}
	c->shown_sdp = shown;
	c->shown_leg = l;
	return true;
}

static void provisional(struct leg *l, const struct sip_msg *m)
{
	struct call *c = l->call;
	bool news;

	if (l->given_up || c->phase != CALL_TRYING)
		return;
	timer_stop(&c->patience);
	if (m->status == 100)
		return;
	news = take_early_media(l, m);
	if (!news && m->status == c->shown_status)
		return;
	c->shown_status = m->status;
	call_repeat_start(c);
	leg_progress(c->caller, m->status,
		     c->shown_leg == l ? buf_text(&c->shown_sdp) : TEXT_NONE);
}

static void final(struct leg *l, const struct sip_msg *m)
{
	l->client_answered = true;
	if (m->status < 300) {
		branch_answered(l, m);
		return;
	}
	if (m->status == 401 || m->status == 407) {
		challenged(l, m);
		return;
	}
	txn_client_forget(l->client);
	l->client = NULL;
	branch_failed(l, m->status, m);
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct leg *l = arg;

	if (m->status < 200)
		provisional(l, m);
	else
		final(l, m);
}

static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	struct leg *l = arg;

	txn_client_forget(t);
	l->client = NULL;
	branch_failed(l, why == TXN_TIMEOUT ? 408 : 0, NULL);
}

static void on_ended(void *arg, struct txn_client *t)
{
	struct leg *l = arg;

	l->client = NULL;
	buf_free(&l->ack);
	l->ack = BUF_GROWING;
	call_sweep_soon(l->call);
}

static const struct txn_client_events invite_events = {
	.response = on_response,
	.failed = on_failed,
	.ended = on_ended,
};

static int send_invite(struct leg *l)
{
	struct buf sdp = BUF_GROWING, b = BUF_GROWING;
	int error = offer(l, &sdp) < 0 ? -ENOSPC : 0;

	if (!error) {
		write_invite(l, &b, buf_text(&sdp));
		error = b.error;
	}
	if (!error) {
		l->client_answered = false;
		error = txn_client_new(l->call->engine->cfg.txn, &l->flow, SIP_INVITE,
				       buf_text(&b), &invite_events, l, &l->client);
	}
	buf_free(&sdp);
	buf_free(&b);
	return error;
}

int branch_start(struct call *c, const struct branch *branch)
{
	struct leg *l = leg_new(c, &branch->flow);
	int error;

	if (!l)
		return -ENOMEM;
	l->ours = true;
	l->trunk = branch->trunk;
	l->credential_id = branch->credential_id;
	error = name_dialog(l, branch);
	if (!error)
		error = send_invite(l);
	if (error < 0) {
		leg_free(l);
		return error;
	}
	c->branch_count++;
	return 0;
}
