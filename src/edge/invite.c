/* SPDX-License-Identifier: Apache-2.0 */
/* edge/invite.c - An initial INVITE up to the call engine's door: of a trunk by its
 * address, of a device by its digest (RFC 3261 22.3). */

#include "edge/worker.h"
#include "rating/plan.h"

static bool is_emergency(const struct edge_worker *w, const struct sip_uri *uri)
{
	struct destination to;

	return plan_resolve(uri, w->edge->cfg.country, &to) == 0 &&
	       to.kind == DESTINATION_EMERGENCY;
}

/* tel: and urn: name nobody's domain. Nothing is relayed to other domains, but whatever a
 * device believes our domain to be, it gets help. */
static bool foreign(const struct edge_worker *w, const struct flow *from,
		    const struct sip_msg *m)
{
	return m->uri.scheme == SIP_SCHEME_SIP && !edge_is_ours(w, from, &m->uri) &&
	       !is_emergency(w, &m->uri);
}

void edge_invite(struct edge_worker *w, const struct flow *from, const struct sip_msg *m)
{
	const struct edge_config *cfg = &w->edge->cfg;
	struct auth_result result;
	unsigned trunk;

	if (trunk_of_source(cfg->trunks, from, &trunk) == 0) {
		net_keep(w->net, from);
		call_from_trunk(w->calls, from, m, trunk);
		return;
	}
	auth_check(cfg->auth, m, SIP_HDR_PROXY_AUTHORIZATION, from, &result);
	if (!edge_verdict(w, from, m, true, &result))
		return;
	net_keep(w->net, from);
	if (!foreign(w, from, m)) {
		call_from_device(w->calls, from, m, &result.credential);
		return;
	}
	edge_answer(w, from, m, 404, TEXT_NONE, TEXT_NONE);
	edge_log(w, "invite", from, m, SIP_HDR_PROXY_AUTHORIZATION, &result, 404,
		 "foreign_domain");
}
