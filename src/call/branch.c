/* SPDX-License-Identifier: Apache-2.0 */
/* call/branch.c - One branch: its INVITE and the responses to it (RFC 3261 13.2.2). */

#include "call/branch.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "call/answer.h"
#include "call/await.h"
#include "call/challenge.h"
#include "call/diversion.h"
#include "call/early.h"
#include "call/headers.h"
#include "call/identity.h"
#include "call/leg.h"
#include "call/limit.h"
#include "call/location.h"
#include "call/sdp.h"
#include "call/session_timer.h"
#include "call/transfer.h"

static int send_invite(struct leg *l);

static int text_of_buf(struct buf *b, char **ret)
{
	*ret = b->error ? NULL : text_dup(buf_text(b));
	buf_free(b);
	return *ret ? 0 : -ENOMEM;
}

static const struct trunk_config *trunk_of(const struct leg *l)
{
	if (l->trunk < 0)
		return NULL;
	return trunk_get(l->call->engine->cfg.trunks, (unsigned)l->trunk);
}

/* A trunk may want a number of ours as the caller of what we forward. */
static struct identity shown_to(const struct leg *l)
{
	const struct call *c = l->call;
	struct identity id = c->identity;
	const char *line = diversion_last(c);

	if (l->trunk < 0 || !line || !c->engine->cfg.policy.show_forwarder)
		return id;
	text_copy(id.number, sizeof(id.number), text_of(line));
	id.private = container_of(c->diversions.prev, struct diversion, node)->private;
	return id;
}

static int name_caller(struct leg *l)
{
	struct buf b = BUF_GROWING;
	struct identity id = shown_to(l);

	identity_from_put(&b, &id, l->call->engine->cfg.domain, trunk_of(l));
	return text_of_buf(&b, &l->local);
}

static int name_callee(struct leg *l)
{
	struct buf b = BUF_GROWING;

	buf_puts(&b, "<sip:");
	buf_puts(&b, l->call->to.number);
	buf_putc(&b, '@');
	buf_puts(&b, l->call->engine->cfg.domain);
	buf_puts(&b, l->trunk >= 0 ? ";user=phone>" : ">");
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
	if (branch->routes && branch->routes[0]) {
		l->routes = text_dup(text_of(branch->routes));
		if (!l->routes)
			return -ENOMEM;
	}
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

/* A trunk hears of forwarded calls in the way it knows, a device (NULL) not at all. */
static bool is_told(const struct trunk_config *trunk, enum trunk_diversion how)
{
	return trunk &&
	       (trunk->diversion == how || trunk->diversion == TRUNK_DIVERSION_BOTH);
}

static void write_invite(struct leg *l, struct buf *b, struct text sdp)
{
	const struct trunk_config *trunk = trunk_of(l);
	const struct call *c = l->call;
	struct identity id = shown_to(l);

	l->client_cseq = leg_next_cseq(l);
	leg_request_begin(l, b, SIP_INVITE, l->client_cseq);
	leg_contact_put(l, b);
	headers_allow_put(b);
	headers_supported_put(b, c->sdp_offered || c->caller_reliable);
	session_timer_request_put(l, b);
	identity_headers_put(b, &id, c->engine->cfg.domain, trunk);
	if (trunk && c->emergency && !location_put(b, &c->identity, trunk))
		log_warn("call id=%lld trunk=%s emergency=without_location",
			 (long long)c->id, trunk->name);
	if (is_told(trunk, TRUNK_DIVERSION_DIVERSION))
		diversion_put(c, b);
	if (is_told(trunk, TRUNK_DIVERSION_HISTORY))
		history_put(c, b);
	sip_body(b, TEXT("application/sdp"), sdp);
}

/* The same as a new request of the same call. */
static void again(struct leg *l, const struct sip_msg *m)
{
	txn_client_forget(l->client);
	l->client = NULL;
	if (send_invite(l) < 0)
		branch_failed(l, m->status, m);
}

/* 22.2: the same again with credentials. */
static void challenged(struct leg *l, const struct sip_msg *m)
{
	if (!l->given_up && challenge_take(l, m) == 0) {
		again(l, m);
		return;
	}
	txn_client_forget(l->client);
	l->client = NULL;
	branch_failed(l, m->status, m);
}

static void provisional(struct leg *l, const struct sip_msg *m)
{
	struct call *c = l->call;

	if (l->given_up || c->phase != CALL_TRYING)
		return;
	timer_stop(&c->patience);
	if (m->status == 100)
		return;
	early_progress(l, m);
	transfer_progress(c, m->status);
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
	if (m->status == 422 && !l->given_up && session_timer_longer(l, m)) {
		again(l, m);
		return;
	}
	txn_client_forget(l->client);
	l->client = NULL;
	branch_failed(l, m->status, m);
}

/* Nobody waits for what else its description would change. */
static bool is_late(const struct leg *l)
{
	return l->state != LEG_CALLING || l->given_up || l->call->phase != CALL_TRYING;
}

static void take_response(struct leg *l, const struct sip_msg *m)
{
	if (m->status < 300 && m->to.tag.len && !is_late(l))
		l->answerer = early_who_of(l, m);
	if (m->status < 200)
		provisional(l, m);
	else
		final(l, m);
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct leg *l = arg;
	struct call *c = l->call;
	struct await_what what = { l, c->caller,
				   c->sdp_offered ? MEDIA_ANSWER : MEDIA_OFFER,
				   early_who_of(l, m) };

	if (m->status >= 300 || is_late(l) || await_media(l, &what, m, take_response))
		take_response(l, m);
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

/* -ENOSPC: no media. */
static int send_now(struct leg *l)
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

/* The media that the branch was asked for is there, or is refused. */
static void send_late(struct leg *l, const struct sip_msg *invite)
{
	if (l->given_up || l->state != LEG_CALLING || l->call->phase != CALL_TRYING)
		return;
	switch (send_now(l)) {
	case 0:
		return;
	case -ENOSPC:
		branch_without_media(l);
		return;
	default:
		branch_failed(l, 0, NULL);
	}
}

static bool codecs_allowed(const struct leg *l)
{
	struct text sdp;

	return !l->call->sdp_offered ||
	       headers_sdp(txn_server_request(l->call->caller->server), &sdp) < 0 ||
	       call_sdp_codecs_allowed(l, sdp);
}

/* -ENOTSUP: nothing of the offer may be spoken there. */
static int send_invite(struct leg *l)
{
	struct leg *caller = l->call->caller;
	struct await_what what = { caller, l, MEDIA_OFFER };

	if (!codecs_allowed(l))
		return -ENOTSUP;
	if (l->call->sdp_offered &&
	    !await_media(l, &what, txn_server_request(caller->server), send_late))
		return 0;
	return send_now(l);
}

static void belongs_to(struct leg *l, int64_t credential_id)
{
	struct account_credential c;

	l->credential_id = credential_id;
	l->bound = credential_id != 0;
	if (l->bound &&
	    account_credential_by_id(l->call->engine->cfg.book, credential_id, &c) == 0)
		l->generation = c.generation;
}

int branch_start(struct call *c, const struct branch *branch)
{
	struct leg *l = leg_new(c, &branch->flow);
	int error;

	if (!l)
		return -ENOMEM;
	l->ours = true;
	belongs_to(l, branch->credential_id);
	if (branch->trunk >= 0 && !leg_count(l, (unsigned)branch->trunk, c->emergency)) {
		leg_free(l);
		return -EBUSY;
	}
	error = name_dialog(l, branch);
	if (!error && branch->instance) {
		l->instance = text_dup(text_of(branch->instance));
		error = l->instance ? 0 : -ENOMEM;
	}
	if (!error)
		error = send_invite(l);
	if (error < 0) {
		leg_free(l);
		return error;
	}
	c->branch_count++;
	return 0;
}
