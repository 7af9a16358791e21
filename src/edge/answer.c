/* SPDX-License-Identifier: Apache-2.0 */
/* edge/answer.c - Answers without state: refusals, challenges, OPTIONS (RFC 3261 8.2.7,
 * 11.2). */

#include "call/headers.h"
#include "edge/worker.h"
#include "event/diagnosis.h"

enum { LENGTH_LINE = sizeof("Content-Length: 0\r\n\r\n") - 1 };

static const struct text allow = TEXT_INIT(HEADERS_ALLOW ", REGISTER");

static void begin(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		  unsigned status, struct buf *b)
{
	char tag[TXN_TOKEN_SIZE];

	txn_stateless_tag(w->txn, m, tag);
	txn_response_begin(b, from, m, status, NULL, text_of(tag));
}

/* A short request gets a short answer, rather than none (txn_reply). */
static void leave_out(struct buf *b, const struct sip_msg *m, size_t bare)
{
	if (b->len + LENGTH_LINE > TXN_REPLY_TIMES * m->bytes.len && bare < b->len)
		b->len = bare;
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
	size_t bare;

	begin(w, from, m, status, &b);
	bare = b.len;
	if (name.len > 0) {
		buf_put(&b, name);
		buf_puts(&b, ": ");
		buf_put(&b, value);
		buf_puts(&b, "\r\n");
	}
	leave_out(&b, m, bare);
	end(w, from, m, &b);
}

void edge_answer_why(struct edge_worker *w, const struct flow *from,
		     const struct sip_msg *m, unsigned status,
		     const struct diagnosis *why)
{
	struct buf b = BUF_GROWING;

	begin(w, from, m, status, &b);
	if (why && why->warning)
		sip_warning_put(&b, w->edge->cfg.domain, why->warning);
	if (why && why->retry_after_s)
		sip_header_printf(&b, SIP_HDR_RETRY_AFTER, "%u", why->retry_after_s);
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
	size_t bare;

	if (!edge_is_ours(w, from, &m->uri)) {
		edge_answer(w, from, m, 404, TEXT_NONE, TEXT_NONE);
		return;
	}
	begin(w, from, m, 200, &b);
	bare = b.len;
	sip_header_put(&b, SIP_HDR_ALLOW, allow);
	sip_header_put(&b, SIP_HDR_ACCEPT, TEXT("application/sdp"));
	sip_header_put(&b, SIP_HDR_SUPPORTED, TEXT_NONE);
	leave_out(&b, m, bare);
	end(w, from, m, &b);
}
