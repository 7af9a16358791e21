/* SPDX-License-Identifier: Apache-2.0 */
/* txn/match.c - Which transaction a message belongs to (RFC 3261 17.1.3, 17.2.3, 9.2). */

#include "txn/layer.h"

static struct txn_server *server_of(struct table_node *node)
{
	return container_of(node, struct txn_server, node);
}

/* The branch holds 95 random bits of ours: the sent-by adds nothing, and middleboxes are
 * known to rewrite it. */
struct txn_client *txn_match_response(const struct txn_layer *l, const struct sip_msg *m)
{
	uint64_t hash = table_hash(&l->clients, m->via.branch);

	for (struct table_node *n = table_first(&l->clients, hash); n;
	     n = table_next(n)) {
		struct txn_client *t = container_of(n, struct txn_client, node);

		if (t->method == m->cseq.method &&
		    text_eq(text_of(t->branch), m->via.branch))
			return t;
	}
	return NULL;
}

/* An ACK of RFC 2543 names our response by its To tag. */
static bool acks_response(const struct txn_server *t, const struct sip_msg *ack)
{
	struct sip_msg response;
	struct sip_fault fault;

	if (t->response.len == 0 || sip_msg_decode(t->response, &response, &fault) < 0)
		return true;
	return text_eq_nocase(response.to.tag, ack->to.tag);
}

static bool to_tag_fits(const struct txn_server *t, const struct txn_key *k,
			const struct sip_msg *m)
{
	if (k->cookie)
		return true;
	if (m->method == SIP_ACK)
		return acks_response(t, m);
	return text_eq_nocase(t->key.part[KEY_TO_TAG], k->part[KEY_TO_TAG]);
}

struct txn_server *txn_match_request(const struct txn_layer *l, const struct sip_msg *m,
				     const struct txn_key *k)
{
	struct table_node *n = table_first(&l->servers, k->hash);

	for (; n; n = table_next(n)) {
		struct txn_server *t = server_of(n);

		if (t->key.method == k->method && txn_key_eq(&t->key, k) &&
		    to_tag_fits(t, k, m))
			return t;
	}
	return NULL;
}

struct txn_server *txn_match_cancel(const struct txn_layer *l, const struct sip_msg *m,
				    const struct txn_key *k)
{
	struct table_node *n = table_first(&l->servers, k->hash);

	for (; n; n = table_next(n)) {
		struct txn_server *t = server_of(n);

		if (t->key.method != SIP_CANCEL && txn_key_eq(&t->key, k) &&
		    to_tag_fits(t, k, m))
			return t;
	}
	return NULL;
}

bool txn_request_merged(const struct txn_layer *l, const struct sip_msg *req)
{
	struct txn_key k;
	struct table_node *n;

	if (req->to.tag.len > 0)
		return false;
	/* What is no INVITE was answered at once, or is not kept. */
	if (req->method != SIP_INVITE && req == l->shown)
		return answered_merged(&l->answered, &l->shown_key, txn_now_ms(l));
	txn_key_of(&l->servers, req, &k);
	n = table_first(&l->merges, txn_key_merge_hash(&l->merges, &k));
	for (; n; n = table_next(n)) {
		if (txn_key_merge_eq(&container_of(n, struct txn_server, merge)->key, &k))
			return true;
	}
	return false;
}
