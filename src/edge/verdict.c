/* SPDX-License-Identifier: Apache-2.0 */
/* edge/verdict.c - What follows from a digest (auth/auth.h), and the line in the log. */

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "edge/diagnose.h"
#include "edge/worker.h"
#include "event/diagnosis.h"

enum { LOG_NAME_SIZE = 80 };

static const struct {
	unsigned status; /* 0: challenge */
	bool known;      /* result->credential is filled in */
	bool logged;
} verdicts[] = {
	[AUTH_OK] = { 200, true, false },        [AUTH_NONE] = { 0, false, false },
	[AUTH_STALE] = { 0, true, false },       [AUTH_SHA256] = { 0, true, true },
	[AUTH_WRONG] = { 0, false, true },       [AUTH_REVOKED] = { 403, true, true },
	[AUTH_MALFORMED] = { 400, false, true }, [AUTH_WAIT] = { 403, false, true },
};

/* What a stranger can cause is written while the worker waits: only so much of it. */
enum { STRANGERS_LINES = 50, STRANGERS_WINDOW_US = 1000000 };

void edge_log_dropped(struct edge_worker *w)
{
	struct edge_quota *q = &w->strangers;
	int64_t now_us = clock_mono_us(w->edge->cfg.clock);

	if (now_us - q->since_us < STRANGERS_WINDOW_US)
		return;
	if (q->dropped)
		log_warn("request lines_dropped=%llu worker=%u reason=too_many",
			 (unsigned long long)q->dropped, w->index);
	*q = (struct edge_quota){ .since_us = now_us };
}

/* False: counted, to be told with the others. */
static bool may_log(struct edge_worker *w)
{
	edge_log_dropped(w);
	if (w->strangers.lines < STRANGERS_LINES) {
		w->strangers.lines++;
		return true;
	}
	w->strangers.dropped++;
	return false;
}

static struct text name_in(const struct sip_msg *m, enum sip_header_id header)
{
	const struct sip_header *h = sip_msg_header(m, header);
	struct sip_digest digest;

	if (!h || sip_digest_decode(h->value, &digest) < 0)
		return TEXT_NONE;
	return digest.username;
}

void edge_log(struct edge_worker *w, const char *event, const struct flow *from,
	      const struct sip_msg *m, enum sip_header_id header,
	      const struct auth_result *result, unsigned status, const char *reason)
{
	const struct account_credential *c = &result->credential;
	const struct sip_header *agent = sip_msg_header(m, SIP_HDR_USER_AGENT);
	bool known = verdicts[result->verdict].known;
	struct text sent = known ? text_of(c->auth_name) : name_in(m, header);
	enum log_level level = strcmp(event, "refresh") ? LOG_INFO : LOG_DEBUG;
	char name[LOG_NAME_SIZE], agent_text[LOG_NAME_SIZE], src[ADDR_TEXT_SIZE];

	edge_diagnose(w, from, m, known ? c : NULL, sent, status, reason);
	if (!log_wants(level) || (!known && !may_log(w)))
		return;
	log_text(name, sizeof(name), sent);
	log_text(agent_text, sizeof(agent_text), agent ? agent->value : TEXT_NONE);
	log_line(level,
		 "%s line=%s auth_name=%s result=%u reason=%s src=%s transport=%s "
		 "user_agent=%s",
		 event, known ? c->number : "-", name, status, reason,
		 addr_encode(src, &from->remote),
		 transport_uri_name((enum transport)from->transport), agent_text);
}

void edge_log_refused(struct edge_worker *w, const struct flow *from,
		      const struct sip_msg *m, const char *reason)
{
	char method[LOG_NAME_SIZE], uri[LOG_NAME_SIZE], src[ADDR_TEXT_SIZE];

	edge_diagnose(w, from, m, NULL, TEXT_NONE, 0, reason);
	if (!log_wants(LOG_INFO) || !may_log(w))
		return;
	log_info("request method=%s uri=%s refused=%s src=%s transport=%s",
		 log_text(method, sizeof(method), m->method_name),
		 log_text(uri, sizeof(uri), m->uri_text), reason,
		 addr_encode(src, &from->remote),
		 transport_uri_name((enum transport)from->transport));
}

/* Whoever has to wait is told how long, a real name like an invented one. */
static void refuse_unknown(struct edge_worker *w, const struct flow *from,
			   const struct sip_msg *m, const struct auth_result *result)
{
	unsigned status = verdicts[result->verdict].status;
	char seconds[12];

	edge_tally_add(&w->tally.refused);
	snprintf(seconds, sizeof(seconds), "%u", (unsigned)result->wait_s);
	if (result->verdict == AUTH_WAIT)
		edge_answer(w, from, m, status, TEXT("Retry-After"), text_of(seconds));
	else
		edge_answer(w, from, m, status, TEXT_NONE, TEXT_NONE);
}

void edge_refuse(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		 enum sip_header_id header, const struct auth_result *result,
		 unsigned status, const char *reason)
{
	edge_tally_add(&w->tally.refused);
	edge_answer_why(w, from, m, status, diagnosis_of(reason));
	edge_log(w, m->method == SIP_REGISTER ? "register" : "invite", from, m, header,
		 result, status, reason);
}

bool edge_verdict(struct edge_worker *w, const struct flow *from, const struct sip_msg *m,
		  bool proxy, const struct auth_result *result)
{
	enum sip_header_id header =
		proxy ? SIP_HDR_PROXY_AUTHORIZATION : SIP_HDR_AUTHORIZATION;
	unsigned status = verdicts[result->verdict].status;

	if (result->verdict == AUTH_OK)
		return true;
	if (status && verdicts[result->verdict].known) {
		edge_refuse(w, from, m, header, result, status, result->reason);
		return false;
	}
	if (status == 0) {
		status = proxy ? 407 : 401;
		edge_challenge(w, from, m, proxy, result);
	} else {
		refuse_unknown(w, from, m, result);
	}
	if (verdicts[result->verdict].logged)
		edge_log(w, proxy ? "invite" : "register", from, m, header, result,
			 status, result->reason);
	else
		edge_diagnose(w, from, m, NULL, TEXT_NONE, status, result->reason);
	return false;
}
