/* SPDX-License-Identifier: Apache-2.0 */
/* call/device.c - Calls from devices: emergency first, then who may, then the price. */

#include <errno.h>

#include "base/log.h"
#include "call/answer.h"
#include "call/cdr.h"
#include "call/echo.h"
#include "call/enter.h"
#include "call/finish.h"
#include "call/identity.h"
#include "call/route.h"
#include "guard/reach.h"

enum { CALL_BACK_S = 3600 }; /* how long the emergency services may call back */

static void refuse(struct call *c, unsigned status, const char *warning)
{
	call_refuse(c, status, &(struct refusal_text){ .warning = warning }, "rejected");
}

static bool find_destination(struct call *c, const struct sip_msg *invite)
{
	if (plan_resolve(&invite->uri, c->engine->cfg.country, &c->to) == 0)
		return true;
	refuse(c, 404, NULL);
	return false;
}

static bool may_call(struct call *c, const struct account_credential *credential,
		     const struct account_line *line)
{
	if (!account_credential_current(c->engine->cfg.book, credential->id,
					credential->generation)) {
		refuse(c, 403, NULL);
		return false;
	}
	if (credential->status == CREDENTIAL_FROZEN) {
		refuse(c, 403, "This credential is frozen");
		return false;
	}
	if (line->frozen || line->ended) {
		refuse(c, 403,
		       line->ended ? "This line has ended" : "This line is frozen");
		return false;
	}
	return true;
}

/* The customer's own choice, and the operator's router is not his to limit. */
static bool within_reach(struct call *c, const struct account_credential *credential,
			 const struct account_line *line, bool onnet)
{
	if (credential->kind == CREDENTIAL_ROUTER ||
	    guard_reach(line->reach, &c->to, c->engine->cfg.country, onnet) == GUARD_PASS)
		return true;
	log_info("call id=%lld line=%s to=%s result=403 reason=out_of_reach reach=%s",
		 (long long)c->id, line->number, c->to.key, line->reach);
	refuse(c, 403, "Outside the reach chosen for this line");
	return false;
}

static bool find_price(struct call *c, const struct account_line *line, bool onnet)
{
	const struct call_config *cfg = &c->engine->cfg;

	if (tariff_quote(cfg->tariffs, line->tariff, &c->to, cfg->country, onnet,
			 call_wall_us(c), &c->quote) == 0)
		return true;
	refuse(c, 403, "No price for this destination");
	return false;
}

static bool begin_book(struct call *c, const struct account_line *line,
		       const struct account_credential *credential,
		       const struct sip_msg *invite)
{
	if (call_book_out(c, line, credential, invite) == 0)
		return true;
	refuse(c, 500, NULL);
	return false;
}

static void call_emergency(struct call *c, const struct account_line *line,
			   const struct account_credential *credential,
			   const struct sip_msg *invite)
{
	struct registrar *registrar = c->engine->cfg.registrar;

	c->emergency = true;
	text_copy(c->quote.class_, sizeof(c->quote.class_), TEXT("emergency"));
	registrar_callback_allow(registrar, line->id, CALL_BACK_S * CALL_US);
	if (begin_book(c, line, credential, invite))
		route_to_trunks(c);
}

static bool find_callee(const struct call *c, struct account_line *ret)
{
	return c->to.kind == DESTINATION_E164 &&
	       account_line_by_number(c->engine->cfg.book, text_of(c->to.key), ret) ==
		       0 &&
	       !ret->ended;
}

static void call_ordinary(struct call *c, const struct account_line *line,
			  const struct account_credential *credential,
			  const struct flow *from, const struct sip_msg *invite)
{
	struct account_line callee;
	bool onnet = find_callee(c, &callee);

	if (!may_call(c, credential, line) || !within_reach(c, credential, line, onnet) ||
	    !find_price(c, line, onnet) || !begin_book(c, line, credential, invite))
		return;
	if (c->to.kind == DESTINATION_ECHO)
		call_echo(c, invite);
	else if (onnet)
		call_enter_line(c, &callee, from);
	else
		route_to_trunks(c);
}

void call_from_device(struct call_engine *e, const struct flow *from,
		      const struct sip_msg *invite, const struct account_credential *cred)
{
	struct call *c = call_enter(e, from, invite);
	struct account_line line;

	if (!c || !find_destination(c, invite) || !call_enter_check(c, invite))
		return;
	c->caller->credential_id = cred->id;
	if (account_line_by_id(e->cfg.book, cred->line_id, &line) < 0) {
		refuse(c, 403, NULL);
		return;
	}
	identity_of_device(&line, &c->to, invite, &c->identity);
	if (c->to.kind == DESTINATION_EMERGENCY)
		call_emergency(c, &line, cred, invite);
	else
		call_ordinary(c, &line, cred, from, invite);
}
