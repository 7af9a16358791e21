/* SPDX-License-Identifier: Apache-2.0 */
/* edge/verdict.c - What follows from a digest (auth/auth.h), and the line in the log. */

#include "base/log.h"
#include "edge/diagnose.h"
#include "edge/worker.h"

enum { LOG_NAME_SIZE = 80 };

/* Devices whose credential is gone go on for ever, some of them twice a minute. */
static const struct text retry_after = TEXT_INIT("3600");

static const struct {
	unsigned status; /* 0: challenge */
	bool known; /* result->credential is filled in */
	bool logged;
} verdicts[] = {
	[AUTH_OK] = { 200, true, false },        [AUTH_NONE] = { 0, false, false },
	[AUTH_STALE] = { 0, true, false },       [AUTH_SHA256] = { 0, true, true },
	[AUTH_WRONG] = { 0, false, true },       [AUTH_REVOKED] = { 403, true, true },
	[AUTH_MALFORMED] = { 400, false, true },
};

static struct text name_in(const struct sip_msg *m, enum sip_header_id header)
{
	const struct sip_header *h = sip_msg_header(m, header);
	struct sip_digest digest;

	if (!h || sip_digest_decode(h->value, &digest) < 0)
		return TEXT_NONE;
	return digest.username;
}

void edge_log(const char *event, const struct flow *from, const struct sip_msg *m,
	      enum sip_header_id header, const struct auth_result *result,
	      unsigned status, const char *reason)
{
	const struct account_credential *c = &result->credential;
	const struct sip_header *agent = sip_msg_header(m, SIP_HDR_USER_AGENT);
	bool known = verdicts[result->verdict].known;
	char name[LOG_NAME_SIZE], agent_text[LOG_NAME_SIZE], src[ADDR_TEXT_SIZE];

	if (!log_wants(LOG_INFO))
		return;
	log_text(name, sizeof(name), known ? text_of(c->auth_name) : name_in(m, header));
	log_text(agent_text, sizeof(agent_text), agent ? agent->value : TEXT_NONE);
	log_info("%s line=%s auth_name=%s result=%u reason=%s src=%s transport=%s "
		 "user_agent=%s",
		 event, known ? c->number : "-", name, status, reason,
		 addr_encode(src, &from->remote),
		 transport_uri_name((enum transport)from->transport), agent_text);
}

void edge_log_refused(const struct flow *from, const struct sip_msg *m,
		      const char *reason)
{
	char method[LOG_NAME_SIZE], uri[LOG_NAME_SIZE], src[ADDR_TEXT_SIZE];

	if (!log_wants(LOG_INFO))
		return;
	log_info("request method=%s uri=%s refused=%s src=%s transport=%s",
		 log_text(method, sizeof(method), m->method_name),
		 log_text(uri, sizeof(uri), m->uri_text), reason,
		 addr_encode(src, &from->remote),
		 transport_uri_name((enum transport)from->transport));
}

static void refuse(struct edge_worker *w, const struct flow *from,
		   const struct sip_msg *m, unsigned status)
{
	edge_tally_add(&w->tally.refused);
	if (status == 403)
		edge_answer(w, from, m, status, TEXT("Retry-After"), retry_after);
	else
		edge_answer(w, from, m, status, TEXT_NONE, TEXT_NONE);
}

bool edge_verdict(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		  bool proxy, const struct auth_result *result)
{
	enum sip_header_id header =
		proxy ? SIP_HDR_PROXY_AUTHORIZATION : SIP_HDR_AUTHORIZATION;
	unsigned status = verdicts[result->verdict].status;

	if (result->verdict == AUTH_OK)
		return true;
	if (status == 0) {
		status = proxy ? 407 : 401;
		edge_challenge(w, from, m, proxy, result);
	} else {
		refuse(w, from, m, status);
	}
	if (verdicts[result->verdict].logged)
		edge_log(proxy ? "invite" : "register", from, m, header, result, status,
			 result->reason);
	if (result->verdict == AUTH_WRONG)
		edge_diagnose(w, from, name_in(m, header), result->reason);
	return false;
}
