/* SPDX-License-Identifier: Apache-2.0 */
/* txn/clients.c - What both client transactions share, and their user's functions. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "txn/layer.h"

enum { VIA_MAX = 160 }; /* bytes of ours, mostly; a guess saves growing */

static struct txn_client *client_make(enum sip_method method, const char *branch,
				      struct text request)
{
	struct txn_client *t = malloc(sizeof(*t));

	if (!t)
		return NULL;
	*t = (struct txn_client){ .method = method, .request = request };
	memcpy(t->branch, branch, TXN_BRANCH_SIZE);
	return t;
}

static const struct txn_machine *machine_for(enum sip_method method)
{
	return method == SIP_INVITE ? &txn_machine_invite_client : &txn_machine_client;
}

int txn_client_start(struct txn_layer *l, const struct flow *to, enum sip_method method,
		     const char *branch, struct text request,
		     const struct txn_client_events *ev, void *arg,
		     struct txn_client **ret)
{
	struct txn_client *t = client_make(method, branch, request);
	int r = t ? net_send(l->cfg.net, to, request) : -ENOMEM;

	if (r < 0) {
		free((char *)request.p);
		free(t);
		return r;
	}
	t->events = ev;
	t->arg = arg;
	txn_init(&t->txn, l, machine_for(method), to);
	table_insert(&l->clients, &t->node, table_hash(&l->clients, text_of(t->branch)));
	txn_enter(&t->txn, 1); /* the first state of either machine */
	*ret = t;
	return 0;
}

int txn_client_new(struct txn_layer *l, const struct flow *to, enum sip_method method,
		   struct text request, const struct txn_client_events *ev, void *arg,
		   struct txn_client **ret)
{
	struct buf b = BUF_GROWING;
	char branch[TXN_BRANCH_SIZE];
	int r;

	if (!txn_has_room(l)) {
		l->counters.refused_full++;
		return -EAGAIN;
	}
	txn_branch(l, branch);
	buf_reserve(&b, request.len + VIA_MAX);
	txn_via_put(l, to, branch, request, &b);
	if (!b.error)
		return txn_client_start(l, to, method, branch, buf_text(&b), ev, arg,
					ret);
	r = b.error;
	buf_free(&b);
	return r;
}

void txn_client_cancel(struct txn_client *t, struct text reason)
{
	if (t->method != SIP_INVITE || t->cancelled)
		return;
	t->reason = txn_copy(reason);
	txn_event(&t->txn, EV_GIVE_UP, NULL);
}

void txn_client_forget(struct txn_client *t)
{
	t->events = NULL;
	txn_forgotten(&t->txn);
}

void txn_client_drop_request(struct txn *t)
{
	struct txn_client *c = txn_client_of(t);

	free((char *)c->request.p);
	c->request = TEXT_NONE;
}

void txn_client_deliver(struct txn *t, const struct txn_input *in)
{
	struct txn_client *c = txn_client_of(t);

	if (c->events)
		c->events->response(c->arg, c, in->msg);
}

void txn_client_expire(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.timeouts++;
	txn_end(t, TXN_EXPIRED);
}

void txn_client_break(struct txn *t, const struct txn_input *in)
{
	txn_end(t, TXN_BROKEN);
}

void txn_client_done(struct txn *t, const struct txn_input *in)
{
	txn_end(t, TXN_DONE);
}

/* A queue that is full for the moment is a lost packet, no more. */
void txn_client_send(struct txn *t, struct text bytes)
{
	int r = net_send(t->layer->cfg.net, &t->flow, bytes);

	if (r < 0 && r != -EAGAIN && r != -ENOMEM)
		txn_fail(t);
}

void txn_client_unlink(struct txn *t)
{
	table_remove(&t->layer->clients, &txn_client_of(t)->node);
}

static void tell(struct txn_client *c, enum txn_outcome outcome)
{
	if (c->events && outcome == TXN_EXPIRED)
		c->events->failed(c->arg, c, TXN_TIMEOUT);
	if (c->events && outcome == TXN_BROKEN)
		c->events->failed(c->arg, c, TXN_TRANSPORT);
	if (c->events && c->events->ended)
		c->events->ended(c->arg, c);
}

void txn_client_end(struct txn *t, enum txn_outcome outcome)
{
	struct txn_client *c = txn_client_of(t);

	if (outcome != TXN_DROPPED)
		tell(c, outcome);
	free((char *)c->reason.p);
	free((char *)c->ack.p);
	free((char *)c->request.p);
	free(c);
}
