/* SPDX-License-Identifier: Apache-2.0 */
/* txn/servers.c - What both server transactions share, and their user's functions. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "txn/layer.h"

/* Decodes the copy anew: what was good once is good again. */
static struct txn_request *request_keep(const struct sip_msg *m)
{
	struct txn_request *r = malloc(sizeof(*r) + m->bytes.len);
	struct sip_fault fault;

	if (!r)
		return NULL;
	memcpy(r->bytes, m->bytes.p, m->bytes.len);
	if (sip_msg_decode((struct text){ r->bytes, m->bytes.len }, &r->msg, &fault) == 0)
		return r;
	free(r);
	return NULL;
}

static struct txn_server *server_make(const struct txn_layer *l, const struct sip_msg *m)
{
	struct txn_key key;
	struct txn_server *t;

	txn_key_of(&l->servers, m, &key);
	t = calloc(1, sizeof(*t) + txn_key_size(&key));
	if (t)
		txn_key_keep(&key, (char *)(t + 1), &t->key);
	return t;
}

static void server_link(struct txn_layer *l, struct txn_server *t)
{
	table_insert(&l->servers, &t->node, t->key.hash);
	table_insert(&l->merges, &t->merge, txn_key_merge_hash(&l->merges, &t->key));
}

static const struct txn_machine *machine_for(const struct sip_msg *m)
{
	return m->method == SIP_INVITE ? &txn_machine_invite_server : &txn_machine_server;
}

/* Without the request itself, and without a user. */
static struct txn_server *server_start(struct txn_layer *l, const struct flow *from,
				       const struct sip_msg *m)
{
	struct txn_server *t;
	struct flow to;

	if (!txn_has_room(l)) {
		l->counters.refused_full++;
		return NULL;
	}
	t = server_make(l, m);
	if (!t)
		return NULL;
	txn_reply_flow(from, &m->via, &to);
	t->via_port = m->via.port;
	txn_init(&t->txn, l, machine_for(m), &to);
	server_link(l, t);
	return t;
}

struct txn_server *txn_server_new(struct txn_layer *l, const struct flow *from,
				  const struct sip_msg *m,
				  const struct txn_server_events *ev, void *arg)
{
	struct txn_request *request = request_keep(m);
	struct txn_server *t = request ? server_start(l, from, m) : NULL;

	if (!t) {
		free(request);
		return NULL;
	}
	t->request = request;
	t->source = *from;
	t->events = ev;
	t->arg = arg;
	txn_enter(&t->txn, 1); /* the first state of either machine */
	return t;
}

static enum txn_event send_event(unsigned status)
{
	return status < 200 ? EV_SEND_1XX : status < 300 ? EV_SEND_2XX : EV_SEND_FAILURE;
}

static void key_of(const struct txn_layer *l, const struct sip_msg *req,
		   struct answer_key *ret)
{
	struct txn_key k;

	if (req == l->shown) {
		*ret = l->shown_key;
		return;
	}
	txn_key_of(&l->servers, req, &k);
	txn_answer_key(l, req, &k, ret);
}

int txn_answer(struct txn_layer *l, const struct flow *from, const struct sip_msg *req,
	       struct text response)
{
	struct answer_key key;
	struct flow to;

	/* Nothing comes again on a stream (timer J is 0 there). */
	if (transport_reliable(from->transport))
		return txn_reply_known(l, from, req, response);
	txn_reply_flow(from, &req->via, &to);
	key_of(l, req, &key);
	answered_put(&l->answered, &key, &to, response, txn_now_ms(l));
	return net_send(l->cfg.net, &to, response);
}

const struct sip_msg *txn_server_request(const struct txn_server *t)
{
	return t->request ? &t->request->msg : NULL;
}

const struct flow *txn_server_flow(const struct txn_server *t)
{
	return &t->source;
}

int txn_server_respond(struct txn_server *t, unsigned status, struct text response)
{
	struct txn_input in = { .text = response, .status = status };

	if (status >= 200)
		t->finished = true;
	return txn_event(&t->txn, send_event(status), &in) ? 0 : -EALREADY;
}

/* Somebody waits for an answer, even when nobody here is left to give one. */
static void answer_failure(struct txn_server *t)
{
	struct buf b = BUF_GROWING;
	char tag[TXN_TOKEN_SIZE];

	txn_token(t->txn.layer, tag);
	txn_response_begin(&b, &t->source, &t->request->msg, 500, NULL, text_of(tag));
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		txn_server_respond(t, 500, buf_text(&b));
	else
		txn_fail(&t->txn);
	buf_free(&b);
}

static void drop_request(struct txn_server *t)
{
	free(t->request);
	t->request = NULL;
}

void txn_server_forget(struct txn_server *t)
{
	t->events = NULL;
	if (t->txn.state == TXN_TERMINATED)
		return;
	if (!t->finished)
		answer_failure(t);
	if (t->finished)
		drop_request(t);
	txn_forgotten(&t->txn);
}

void txn_server_acked(struct txn_server *t)
{
	drop_request(t);
	txn_server_drop_response(&t->txn);
}

/* 9.2: with the To tag of the INVITE's own response, when there is one. */
void txn_cancel_answer(struct txn_layer *l, const struct txn_input *in, struct text given)
{
	struct buf b = BUF_GROWING;
	struct sip_msg response;
	struct sip_fault fault;
	char minted[TXN_TOKEN_SIZE];
	struct text tag = TEXT_NONE;

	if (given.len > 0 && sip_msg_decode(given, &response, &fault) == 0)
		tag = response.to.tag;
	if (tag.len == 0) {
		txn_token(l, minted);
		tag = text_of(minted);
	}
	txn_response_begin(&b, in->from, in->msg, 200, NULL, tag);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		txn_answer(l, in->from, in->msg, buf_text(&b));
	buf_free(&b);
}

static void send_text(struct txn *t, struct text bytes)
{
	struct txn_server *s = txn_server_of(t);
	int r = txn_reply_send(t->layer, &t->flow, s->via_port, bytes);

	if (r < 0 && r != -EAGAIN && r != -ENOMEM)
		txn_fail(t);
}

void txn_server_drop_response(struct txn *t)
{
	struct txn_server *s = txn_server_of(t);

	free((char *)s->response.p);
	s->response = TEXT_NONE;
}

void txn_server_send_again(struct txn *t, const struct txn_input *in)
{
	struct txn_server *s = txn_server_of(t);

	if (s->response.p)
		send_text(t, s->response);
}

void txn_server_take(struct txn *t, const struct txn_input *in)
{
	struct txn_server *s = txn_server_of(t);

	free((char *)s->response.p);
	s->response = txn_copy(in->text);
	send_text(t, in->text);
}

void txn_server_expire(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.timeouts++;
	txn_end(t, TXN_EXPIRED);
}

void txn_server_break(struct txn *t, const struct txn_input *in)
{
	txn_end(t, TXN_BROKEN);
}

void txn_server_done(struct txn *t, const struct txn_input *in)
{
	txn_end(t, TXN_DONE);
}

void txn_server_unlink(struct txn *t)
{
	struct txn_server *s = txn_server_of(t);

	table_remove(&t->layer->servers, &s->node);
	table_remove(&t->layer->merges, &s->merge);
}

void txn_server_end(struct txn *t, enum txn_outcome outcome)
{
	struct txn_server *s = txn_server_of(t);

	if (s->events && s->events->ended && outcome != TXN_DROPPED)
		s->events->ended(s->arg, s, outcome == TXN_DONE);
	free((char *)s->response.p);
	free(s->request);
	free(s);
}
