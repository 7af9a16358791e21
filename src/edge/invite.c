/* SPDX-License-Identifier: Apache-2.0 */
/* edge/invite.c - An initial INVITE up to the call engine's door: of a trunk by its
 * address, of a device by its digest (RFC 3261 22.3). */

#include <string.h>

#include "base/log.h"
#include "edge/worker.h"
#include "rating/plan.h"

bool edge_is_emergency(const struct edge_worker *w, const struct sip_msg *m)
{
	struct destination to;

	return m->method == SIP_INVITE &&
	       plan_resolve(&m->uri, w->edge->cfg.country, &to) == 0 &&
	       to.kind == DESTINATION_EMERGENCY;
}

/* tel: and urn: name nobody's domain. Nothing is relayed to other domains. */
static bool foreign(const struct edge_worker *w, const struct flow *from,
		    const struct sip_msg *m)
{
	return (m->uri.scheme == SIP_SCHEME_SIP || m->uri.scheme == SIP_SCHEME_SIPS) &&
	       !edge_is_ours(w, from, &m->uri);
}

static void from_device(struct edge_worker *w, const struct flow *from,
			const struct sip_msg *m)
{
	struct auth_result result;

	auth_check(w->edge->cfg.auth, m, SIP_HDR_PROXY_AUTHORIZATION, from, &result);
	if (!edge_verdict(w, from, m, true, &result))
		return;
	net_keep(w->net, from);
	if (foreign(w, from, m))
		edge_refuse(w, from, m, SIP_HDR_PROXY_AUTHORIZATION, &result, 404,
			    "foreign_domain");
	else if (edge_lacks_tls(w, from))
		edge_refuse(w, from, m, SIP_HDR_PROXY_AUTHORIZATION, &result, 403,
			    "tls_required");
	else
		call_from_device(w->calls, from, m, &result.credential);
}

static bool says_another(const struct edge_worker *w, const struct sip_msg *m,
			 const char *number)
{
	struct destination said;

	return plan_resolve(&m->from.uri, w->edge->cfg.country, &said) == 0 &&
	       said.kind == DESTINATION_E164 && strcmp(said.key, number) != 0;
}

/* A connection over which one line's device has registered is that device, whatever its
 * digest says now; but not when a proxy stands between, or it speaks for another of its
 * lines. An address over UDP is nobody: anybody can write it. */
static bool known_by_connection(struct edge_worker *w, const struct flow *from,
				const struct sip_msg *m, struct account_credential *ret)
{
	const struct edge_config *cfg = &w->edge->cfg;
	int64_t id;

	return !sip_msg_has_several(m, SIP_HDR_VIA) &&
	       registrar_flow_credential(cfg->registrar, from, &id) == 0 &&
	       account_credential_by_id(cfg->book, id, ret) == 0 &&
	       ret->status != CREDENTIAL_REVOKED && !ret->line_ended &&
	       !says_another(w, m, ret->number);
}

/* Whatever domain a device believes to be ours, whatever its transport and whoever else is
 * at its address: what counts is which line it is. */
static void for_help(struct edge_worker *w, const struct flow *from,
		     const struct sip_msg *m)
{
	struct account_credential known;
	struct auth_result result;

	auth_check_urgent(w->edge->cfg.auth, m, SIP_HDR_PROXY_AUTHORIZATION, from,
			  &result);
	/* Stale and revoked ones have said who they are. */
	if (result.verdict != AUTH_OK && result.verdict != AUTH_STALE &&
	    result.verdict != AUTH_REVOKED && known_by_connection(w, from, m, &known)) {
		log_info("invite line=%s emergency=known_by_connection reason=%s",
			 known.number, result.reason);
		result.verdict = AUTH_OK;
		result.credential = known;
	}
	if (!edge_verdict(w, from, m, true, &result))
		return;
	net_keep(w->net, from);
	call_from_device(w->calls, from, m, &result.credential);
}

/* What calls for help is a device, even where a trunk sends from. */
void edge_invite(struct edge_worker *w, const struct flow *from, const struct sip_msg *m)
{
	unsigned trunk;

	if (edge_is_emergency(w, m)) {
		for_help(w, from, m);
	} else if (trunk_of_source(w->edge->cfg.trunks, from, &trunk) == 0) {
		net_keep(w->net, from);
		call_from_trunk(w->calls, from, m, trunk);
	} else {
		from_device(w, from, m);
	}
}
