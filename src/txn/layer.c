/* SPDX-License-Identifier: Apache-2.0 */
/* txn/layer.c - The layer: its tables, and each message to its transaction (RFC 3261 17,
 * 18). */

#include "txn/layer.h"

#include <stdlib.h>
#include <string.h>

enum { EXPECTED = 1024, T1_MS = 500, T2_MS = 4000, T4_MS = 5000 };

static int tables_init(struct txn_layer *l)
{
	struct table *tables[] = { &l->clients, &l->servers, &l->merges, &l->conns };
	int r = 0;

	for (unsigned i = 0; i < 4 && r == 0; i++)
		r = table_init(tables[i], l->cfg.random, EXPECTED);
	return r ? r : answered_init(&l->answered, txn_timer_ms(l, TIMER_J, false));
}

static void tables_fini(struct txn_layer *l)
{
	table_fini(&l->clients);
	table_fini(&l->servers);
	table_fini(&l->merges);
	table_fini(&l->conns);
	answered_fini(&l->answered);
}

static uint32_t or_default(unsigned ms, unsigned otherwise)
{
	return ms ? ms : otherwise;
}

struct txn_layer *txn_layer_new(const struct txn_config *cfg)
{
	struct txn_layer *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->cfg = *cfg;
	l->cfg.t1_ms = or_default(cfg->t1_ms, T1_MS);
	l->cfg.t2_ms = or_default(cfg->t2_ms, T2_MS);
	l->cfg.t4_ms = or_default(cfg->t4_ms, T4_MS);
	if (tables_init(l) < 0) {
		tables_fini(l);
		free(l);
		return NULL;
	}
	return l;
}

static void drop_client(struct table_node *n, void *arg)
{
	txn_end(&container_of(n, struct txn_client, node)->txn, TXN_DROPPED);
}

static void drop_server(struct table_node *n, void *arg)
{
	txn_end(&container_of(n, struct txn_server, node)->txn, TXN_DROPPED);
}

void txn_layer_free(struct txn_layer *l)
{
	if (!l)
		return;
	l->cfg.trace = NULL;
	table_each(&l->clients, drop_client, NULL);
	table_each(&l->servers, drop_server, NULL);
	tables_fini(l);
	free(l);
}

static void receive_response(struct txn_layer *l, const struct txn_input *in)
{
	struct txn_client *t = NULL;
	unsigned status = in->msg->status;

	l->counters.responses++;
	/* 8.1.3.3: with another's Via below ours it went astray. */
	if (!sip_msg_has_several(in->msg, SIP_HDR_VIA))
		t = txn_match_response(l, in->msg);
	if (!t) {
		l->counters.stray_responses++;
		return;
	}
	txn_event(&t->txn,
		  status < 200   ? EV_1XX
		  : status < 300 ? EV_2XX
				 : EV_FAILURE,
		  in);
}

/* 9.2: a CANCEL never reaches the user by itself. */
static void receive_cancel(struct txn_layer *l, const struct txn_input *in,
			   const struct txn_key *k)
{
	struct txn_server *t = txn_match_cancel(l, in->msg, k);
	const struct answer *a =
		t ? NULL : answered_cancelled(&l->answered, &l->shown_key, txn_now_ms(l));

	if (t)
		txn_event(&t->txn, EV_CANCEL, in);
	else if (a)
		txn_cancel_answer(l, in, (struct text){ a->bytes, a->len });
	else
		txn_refuse(l, in->from, in->msg, 481, NULL);
}

static bool is_stateless_ack(const struct txn_layer *l, const struct sip_msg *m)
{
	char tag[TXN_TOKEN_SIZE];

	if (m->method != SIP_ACK)
		return false;
	txn_stateless_tag(l, m, tag);
	return text_eq(m->to.tag, text_of(tag));
}

/* A repetition of what was answered. */
static bool answer_again(struct txn_layer *l)
{
	const struct answer *a =
		answered_find(&l->answered, &l->shown_key, txn_now_ms(l));

	if (!a)
		return false;
	l->counters.retransmissions_in++;
	net_send(l->cfg.net, &a->to, (struct text){ a->bytes, a->len });
	return true;
}

static void receive_unmatched(struct txn_layer *l, const struct txn_input *in,
			      const struct txn_key *k)
{
	if (answer_again(l))
		return;
	if (in->msg->method == SIP_CANCEL)
		receive_cancel(l, in, k);
	else if (is_stateless_ack(l, in->msg))
		l->counters.stray_acks++;
	else
		l->cfg.events.request(l->cfg.arg, in->from, in->msg);
}

void txn_layer_receive(struct txn_layer *l, const struct flow *from,
		       const struct sip_msg *m)
{
	struct txn_input in = { .from = from, .msg = m };
	struct txn_server *t;
	struct txn_key k;

	if (!m->request) {
		receive_response(l, &in);
		return;
	}
	l->counters.requests++;
	txn_key_of(&l->servers, m, &k);
	t = txn_match_request(l, m, &k);
	if (t) {
		txn_event(&t->txn, m->method == SIP_ACK ? EV_ACK : EV_REQUEST, &in);
		return;
	}
	l->shown = m;
	txn_answer_key(l, m, &k, &l->shown_key);
	receive_unmatched(l, &in, &k);
	l->shown = NULL;
}

static uint64_t conn_hash(const struct txn_layer *l, const struct flow *f)
{
	return table_hash(&l->conns,
			  (struct text){ (const char *)&f->conn, sizeof(f->conn) });
}

static void unlink_conn(struct txn *t)
{
	if (t->linked)
		table_remove(&t->layer->conns, &t->conn);
	t->linked = false;
}

static struct txn *first_on(const struct txn_layer *l, const struct flow *f)
{
	struct table_node *n = table_first(&l->conns, conn_hash(l, f));

	for (; n; n = table_next(n)) {
		struct txn *t = container_of(n, struct txn, conn);

		if (t->flow.conn == f->conn)
			return t;
	}
	return NULL;
}

/* Servers only lose their way: they find another when they have something to say. */
void txn_layer_flow_closed(struct txn_layer *l, const struct flow *f)
{
	struct txn *t;

	while ((t = first_on(l, f))) {
		unlink_conn(t);
		if (txn_is_client(t))
			txn_event(t, EV_TRANSPORT, NULL);
	}
}

int64_t txn_now_ms(const struct txn_layer *l)
{
	return loop_now_us(l->cfg.loop) / 1000;
}

void txn_answer_key(const struct txn_layer *l, const struct sip_msg *m,
		    const struct txn_key *k, struct answer_key *ret)
{
	*ret = (struct answer_key){ .hash = txn_key_whole(&l->servers, k),
				    .method = m->method };
	if (!m->to.tag.len)
		ret->merge = txn_key_merge_hash(&l->merges, k);
}

size_t txn_layer_count(const struct txn_layer *l)
{
	return l->count;
}

const struct txn_counters *txn_layer_counters(const struct txn_layer *l)
{
	return &l->counters;
}

void txn_init(struct txn *t, struct txn_layer *l, const struct txn_machine *m,
	      const struct flow *f)
{
	t->layer = l;
	t->machine = m;
	t->flow = *f;
	l->count++;
	if (f->conn == 0)
		return;
	table_insert(&l->conns, &t->conn, conn_hash(l, f));
	t->linked = true;
}

bool txn_event(struct txn *t, enum txn_event ev, const struct txn_input *in)
{
	void (*action)(struct txn *, const struct txn_input *) =
		t->machine->states[t->state].on[ev];

	if (!action) {
		t->layer->counters.ignored++;
		return false;
	}
	action(t, in);
	return true;
}

void txn_forgotten(struct txn *t)
{
	if (t->machine->states[t->state].on[EV_FORGET])
		txn_event(t, EV_FORGET, NULL);
}

void txn_end(struct txn *t, enum txn_outcome outcome)
{
	txn_enter(t, TXN_TERMINATED);
	unlink_conn(t);
	t->layer->count--;
	t->machine->unlink(t);
	t->machine->end(t, outcome);
}

struct text txn_copy(struct text t)
{
	char *p = malloc(t.len ? t.len : 1);

	if (!p)
		return TEXT_NONE;
	if (t.len)
		memcpy(p, t.p, t.len);
	return (struct text){ p, t.len };
}
