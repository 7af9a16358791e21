/* SPDX-License-Identifier: Apache-2.0 */
/* edge/answer.c - Answers without state: refusals, challenges, OPTIONS (RFC 3261 8.2.7,
 * 11.2). */

#include "edge/worker.h"

static const struct text allow =
	TEXT_INIT("INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO");

static void begin(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		  unsigned status, struct buf *b)
{
	char tag[TXN_TOKEN_SIZE];

	txn_stateless_tag(w->txn, m, tag);
	txn_response_begin(b, from, m, status, NULL, text_of(tag));
}

/* Without memory the peer asks again. */
static void end(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		struct buf *b)
{
	sip_body(b, TEXT_NONE, TEXT_NONE);
	if (!b->error)
		txn_reply(w->txn, from, m, buf_text(b));
	buf_free(b);
}

void edge_answer(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		 unsigned status, struct text name, struct text value)
{
	struct buf b = BUF_GROWING;

	begin(w, from, m, status, &b);
	if (name.len > 0) {
		buf_put(&b, name);
		buf_puts(&b, ": ");
		buf_put(&b, value);
		buf_puts(&b, "\r\n");
	}
	end(w, from, m, &b);
}

void edge_answer_allow(struct edge_worker *w, const struct flow *from,
		       const struct sip_msg *m, unsigned status)
{
	edge_answer(w, from, m, status, TEXT("Allow"), allow);
}

void edge_challenge(struct edge_worker *w, const struct flow *from,
		    const struct sip_msg *m, bool proxy, const struct auth_result *result)
{
	struct buf b = BUF_GROWING;

	edge_tally_add(&w->tally.challenged);
	begin(w, from, m, proxy ? 407 : 401, &b);
	auth_challenge_put(w->edge->cfg.auth, &b, proxy, result);
	end(w, from, m, &b);
}

/* For anyone, as phones and monitors ask before they register, and so it is short. */
void edge_options(struct edge_worker *w, const struct flow *from, const struct sip_msg *m)
{
	struct buf b = BUF_GROWING;

	if (!edge_is_ours(w, from, &m->uri)) {
		edge_answer(w, from, m, 404, TEXT_NONE, TEXT_NONE);
		return;
	}
	begin(w, from, m, 200, &b);
	sip_header_put(&b, SIP_HDR_ALLOW, allow);
	sip_header_put(&b, SIP_HDR_ACCEPT, TEXT("application/sdp"));
	sip_header_put(&b, SIP_HDR_SUPPORTED, TEXT_NONE);
	end(w, from, m, &b);
}
