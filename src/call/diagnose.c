/* SPDX-License-Identifier: Apache-2.0 */
/* call/diagnose.c - Says why a device was refused in a call. */

#include "call/diagnose.h"

#include "base/log.h"
#include "call/cdr.h"
#include "event/attempt.h"
#include "event/diagnosis.h"

const char *diagnose_dialled(const struct sip_uri *uri)
{
	static const char *const words[] = {
		[PLAN_CODE_NONE] = "no_such_number",
		[PLAN_CODE_FORWARDING] = "forwarding_code",
		[PLAN_CODE_CALLER_ID] = "caller_id_code",
		[PLAN_CODE_OTHER] = "unknown_code",
	};

	return words[plan_code_of(uri)];
}

static void tell_event(const struct leg *l, const struct account_credential *who,
		       const char *why)
{
	struct event_row whose = { .customer_id = who->customer_id,
				   .line_id = who->line_id,
				   .credential_id = who->id };

	addr_encode_host(whose.source, &l->flow.remote, false);
	diagnosis_put(l->call->engine->cfg.events, why, false, &whose);
}

static void tell_attempt(const struct leg *l, const struct account_credential *who,
			 const char *method, unsigned status, const char *why)
{
	struct attempt a = { .customer_id = who->customer_id,
			     .line_id = who->line_id,
			     .credential_id = who->id,
			     .verified = true,
			     .status = status,
			     .source = l->flow.remote };

	text_copy(a.method, sizeof(a.method), text_of(method));
	text_copy(a.reason, sizeof(a.reason), text_of(why));
	text_copy(a.number, sizeof(a.number), text_of(who->number));
	text_copy(a.auth_name, sizeof(a.auth_name), text_of(who->auth_name));
	text_copy(a.transport, sizeof(a.transport),
		  text_of(transport_uri_name((enum transport)l->flow.transport)));
	attempt_put(l->call->engine->cfg.events, &a);
}

/* A trunk's leg has no credential. */
static bool find(const struct leg *l, struct account_credential *ret)
{
	return l->credential_id && account_credential_by_id(l->call->engine->cfg.book,
							    l->credential_id, ret) == 0;
}

static void tell(const struct leg *l, const char *method, unsigned status,
		 const char *why)
{
	struct event_log *events = l->call->engine->cfg.events;
	struct account_credential who;

	if (!events || !find(l, &who))
		return;
	tell_event(l, &who, why);
	if (attempt_watched(events))
		tell_attempt(l, &who, method, status, why);
}

void call_diagnose(const struct call *c, unsigned status, const char *why)
{
	struct account_credential who = { .number = "-" };
	char src[ADDR_TEXT_SIZE];

	if (!c->caller)
		return;
	if (!call_booked(c)) {
		find(c->caller, &who);
		log_info("call id=%lld line=%s to=%s result=%u reason=%s src=%s",
			 (long long)c->id, who.number, c->to.key, status, why,
			 addr_encode(src, &c->caller->flow.remote));
	}
	tell(c->caller, "INVITE", status, why);
}

void leg_diagnose(const struct leg *l, const char *method, unsigned status,
		  const char *why)
{
	char src[ADDR_TEXT_SIZE];

	log_info("call id=%lld method=%s result=%u reason=%s src=%s",
		 (long long)l->call->id, method, status, why,
		 addr_encode(src, &l->flow.remote));
	tell(l, method, status, why);
}
