/* SPDX-License-Identifier: Apache-2.0 */
/* call/relay.c - INFO through a call. */

#include "call/relay.h"

#include <errno.h>
#include <stdlib.h>

#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "sip/body.h"

enum { INFO_BODY_MAX = 4096, INFO_TYPE_MAX = 128 };

struct relay {
	struct list node; /* call->relays */
	struct leg *from;
	struct txn_server *server;
	struct txn_client *client;
};

static void relay_free(struct relay *r)
{
	if (r->server)
		txn_server_forget(r->server);
	if (r->client)
		txn_client_forget(r->client);
	list_remove(&r->node);
	r->from->call->relay_count--;
	free(r);
}

static void answer(struct relay *r, unsigned status, const struct sip_msg *m)
{
	struct buf b = BUF_GROWING;

	txn_response_begin(&b, txn_server_flow(r->server), txn_server_request(r->server),
			   status, NULL, TEXT_NONE);
	headers_server_put(&b);
	if (m)
		headers_cross(&b, m, CROSS_INFO);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		txn_server_respond(r->server, status, buf_text(&b));
	buf_free(&b);
}

/* 12.2.1.2: the other side does not know the call any more. */
static void lost(struct call *c)
{
	call_finish(c, "unreachable", TEXT_NONE);
}

/* Its challenge is not for whoever asked; and never 408 (RFC 4320 4.2), whoever said it. */
static unsigned status_for(unsigned status)
{
	if (status == 401 || status == 407)
		return 403;
	return status == 408 ? 500 : status;
}

static void on_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	struct relay *r = arg;
	struct call *c = r->from->call;

	if (m->status < 200)
		return;
	if (r->server)
		answer(r, status_for(m->status), m);
	relay_free(r);
	if (m->status == 481)
		lost(c);
}

/* After a timeout whoever asked has given up as well. */
static void on_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	struct relay *r = arg;

	if (r->server)
		answer(r, why == TXN_TIMEOUT ? 500 : 503, NULL);
	relay_free(r);
}

static void on_server_ended(void *arg, struct txn_server *t, bool answered)
{
	((struct relay *)arg)->server = NULL;
}

static const struct txn_client_events client_events = {
	.response = on_response,
	.failed = on_failed,
};
static const struct txn_server_events server_events = { .ended = on_server_ended };

static struct text type_of(const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTENT_TYPE);

	return h && h->value.len <= INFO_TYPE_MAX ? h->value : TEXT_NONE;
}

static int send_on(struct relay *r, struct leg *to, const struct sip_msg *m)
{
	struct buf b = BUF_GROWING, type = BUF_GROWING;
	int error;

	leg_request_begin(to, &b, SIP_INFO, leg_next_cseq(to));
	headers_cross(&b, m, CROSS_INFO);
	sip_text_clean(&type, type_of(m));
	sip_body(&b, buf_text(&type), m->body);
	error = b.error ? b.error : type.error;
	if (!error)
		error = leg_send(to, SIP_INFO, buf_text(&b), &client_events, r,
				 &r->client);
	buf_free(&b);
	buf_free(&type);
	return error;
}

static struct relay *relay_new(struct leg *l, const struct flow *from,
			       const struct sip_msg *m)
{
	struct relay *r;

	if (l->call->relay_count >= CALL_RELAYS_MAX)
		return NULL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->from = l;
	r->server = txn_server_new(l->call->engine->cfg.txn, from, m, &server_events, r);
	if (!r->server) {
		free(r);
		return NULL;
	}
	list_init(&r->node);
	list_append(&l->call->relays, &r->node);
	l->call->relay_count++;
	return r;
}

/* Where somebody is, is told by the operator alone (location.h). */
static bool claims_location(const struct sip_msg *m)
{
	static const struct text types[] = { TEXT_INIT("application/pidf+xml"),
					     TEXT_INIT("application/held+xml") };
	struct text body;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (m->body.len && sip_body_find(m, types[i], &body) != -ENOENT)
			return true;
	}
	return false;
}

void call_relay_info(struct leg *l, const struct flow *from, const struct sip_msg *m)
{
	struct txn_layer *txn = l->call->engine->cfg.txn;
	struct call *c = l->call;
	struct leg *to = l == c->caller ? c->callee : c->caller;
	struct relay *r;

	if (c->phase != CALL_LIVE || !to || to->state != LEG_CONFIRMED ||
	    m->body.len > INFO_BODY_MAX) {
		txn_refuse(txn, from, m, m->body.len > INFO_BODY_MAX ? 513 : 480, NULL);
		return;
	}
	if (claims_location(m)) {
		txn_refuse(txn, from, m, 415, NULL);
		return;
	}
	r = relay_new(l, from, m);
	if (!r) {
		txn_refuse(txn, from, m, 503, NULL);
		return;
	}
	if (send_on(r, to, m) < 0) {
		answer(r, 503, NULL);
		relay_free(r);
	}
}

void call_relays_drop(struct call *c)
{
	LIST_EACH_SAFE (it, &c->relays) {
		struct relay *r = container_of(it, struct relay, node);

		if (r->server)
			answer(r, 481, NULL);
		relay_free(r);
	}
}
