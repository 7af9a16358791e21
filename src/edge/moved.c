/* SPDX-License-Identifier: Apache-2.0 */
/* edge/moved.c - Requests in a dialog from somewhere else than before. Whoever knows a call's
 * tags could take it over or end it: so a device that has changed its network shows by its
 * digest that it is the same one (RFC 3261 22, 26.1), and a trunk sends from its own
 * addresses. One that has registered over the new flow has shown it already. */

#include "edge/worker.h"

/* An emergency call stays in its caller's hands, whatever has become of the credential. */
static bool is_the_device(struct edge_worker *w, const struct flow *from,
			  const struct sip_msg *m, int64_t credential_id, bool emergency)
{
	struct auth_result result;

	if (emergency)
		auth_check_urgent(w->edge->cfg.auth, m, SIP_HDR_PROXY_AUTHORIZATION, from,
				  &result);
	else
		auth_check(w->edge->cfg.auth, m, SIP_HDR_PROXY_AUTHORIZATION, from,
			   &result);
	if (emergency && result.verdict == AUTH_REVOKED &&
	    result.credential.id == credential_id)
		return true;
	if (!edge_verdict(w, from, m, true, &result))
		return false;
	if (result.credential.id == credential_id)
		return true;
	edge_answer(w, from, m, 403, TEXT_NONE, TEXT_NONE);
	edge_log(w, "dialog", from, m, SIP_HDR_PROXY_AUTHORIZATION, &result, 403,
		 "foreign_dialog");
	return false;
}

bool edge_is_source(struct edge_worker *w, const struct flow *from,
		    const struct sip_msg *m)
{
	int64_t ignored;

	return call_source_of(w->calls, from, m, &ignored) == CALL_SOURCE_KNOWN;
}

bool edge_check_source(struct edge_worker *w, const struct flow *from,
		       const struct sip_msg *m)
{
	int64_t credential_id = 0;

	switch (call_source_of(w->calls, from, m, &credential_id)) {
	case CALL_SOURCE_MOVED:
		return is_the_device(w, from, m, credential_id, false);
	case CALL_SOURCE_MOVED_EMERGENCY:
		return is_the_device(w, from, m, credential_id, true);
	case CALL_SOURCE_FOREIGN:
		edge_answer(w, from, m, 403, TEXT_NONE, TEXT_NONE);
		edge_log_refused(w, from, m, "foreign_dialog");
		return false;
	case CALL_SOURCE_KNOWN:
		break;
	}
	return true;
}
