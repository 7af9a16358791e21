/* SPDX-License-Identifier: Apache-2.0 */
/* edge/register.c - REGISTER up to the registrar's door (RFC 3261 10.3, 22.2). */

#include <sodium.h>

#include "auth/again.h"
#include "edge/again.h"

enum { USUAL_ANSWER = 1024 };

/* Frozen credentials keep their bindings, and refresh them. */
static void register_known(struct edge_worker *w, const struct flow *from,
			   const struct sip_msg *m, const struct auth_result *result,
			   struct auth_again *again)
{
	struct buf b = BUF_GROWING;
	struct registrar_again binding;
	struct registrar_said said;
	unsigned status;

	buf_reserve(&b, USUAL_ANSWER);
	status = registrar_register(w->edge->cfg.registrar, &result->credential, from, m,
				    &b, &said, again ? &binding : NULL);

	if (b.error) {
		status = 500;
		edge_answer(w, from, m, status, TEXT_NONE, TEXT_NONE);
	} else {
		txn_answer(w->txn, from, m, buf_text(&b));
	}
	if (again)
		edge_learn(w, from, m, again, &binding);
	edge_log(w, said.refreshed && status == 200 ? "refresh" : "register", from, m,
		 SIP_HDR_AUTHORIZATION, result, status,
		 status == 200 ? "ok"
		 : said.why    ? said.why
			       : "internal");
	buf_free(&b);
}

/* 10.3: the address-of-record is a SIP URI, in a domain that we answer for. */
void edge_register(struct edge_worker *w, const struct flow *from,
		   const struct sip_msg *m)
{
	struct auth_result result;
	struct auth_again again;
	bool kept;

	if (m->to.uri.scheme != SIP_SCHEME_SIP && m->to.uri.scheme != SIP_SCHEME_SIPS) {
		edge_answer(w, from, m, 400, TEXT_NONE, TEXT_NONE);
		edge_log_refused(w, from, m, "to_is_no_sip_uri");
		return;
	}
	if (!edge_is_ours(w, from, &m->uri)) {
		edge_answer(w, from, m, 404, TEXT_NONE, TEXT_NONE);
		edge_log_refused(w, from, m, "foreign_domain");
		return;
	}
	kept = auth_check_keep(w->edge->cfg.auth, m, from, &result, &again);
	if (!edge_verdict(w, from, m, false, &result)) {
		if (result.verdict == AUTH_NONE)
			edge_learn_bare(w, from, m);
		return;
	}
	if (edge_lacks_tls(w, from)) {
		edge_refuse(w, from, m, SIP_HDR_AUTHORIZATION, &result, 403,
			    "tls_required");
	} else {
		net_keep(w->net, from);
		register_known(w, from, m, &result, kept ? &again : NULL);
	}
	sodium_memzero(&again, sizeof(again));
}
