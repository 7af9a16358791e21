/* SPDX-License-Identifier: Apache-2.0 */
/* call/device.c - Calls from devices: emergency first, then who may, then the price. */

#include <errno.h>

#include "base/log.h"
#include "call/answer.h"
#include "call/cdr.h"
#include "call/diagnose.h"
#include "call/echo.h"
#include "call/enter.h"
#include "call/finish.h"
#include "call/identity.h"
#include "call/leg.h"
#include "call/route.h"
#include "guard/reach.h"

enum { CALL_BACK_S = 3600 }; /* how long the emergency services may call back */

/* why is a word of event/diagnosis.h; NULL: our own trouble. */
static void refuse(struct call *c, unsigned status, const char *why)
{
	call_refuse(c, status, &(struct refusal_text){ .why = why }, "rejected");
}

static bool find_destination(struct call *c, const struct sip_msg *invite)
{
	if (route_resolve(c->engine, &invite->uri, &c->to, &c->device) == 0) {
		c->emergency = c->to.kind == DESTINATION_EMERGENCY;
		return true;
	}
	refuse(c, 404, diagnose_dialled(&invite->uri));
	return false;
}

static bool may_call(struct call *c, const struct account_credential *credential,
		     const struct account_line *line)
{
	if (!account_credential_current(c->engine->cfg.book, credential->id,
					credential->generation)) {
		refuse(c, 403, "revoked");
		return false;
	}
	if (credential->status == CREDENTIAL_FROZEN) {
		refuse(c, 403, "frozen");
		return false;
	}
	if (line->frozen || line->ended) {
		refuse(c, 403, line->ended ? "line_ended" : "line_frozen");
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
	refuse(c, 403, "out_of_reach");
	return false;
}

static bool find_price(struct call *c, const struct account_line *line, bool onnet)
{
	const struct call_config *cfg = &c->engine->cfg;

	if (tariff_quote(cfg->tariffs, line->tariff, &c->to, cfg->country, onnet,
			 call_wall_us(c), &c->quote) == 0)
		return true;
	refuse(c, 403, "no_price");
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

	text_copy(c->quote.class_, sizeof(c->quote.class_), TEXT("emergency"));
	registrar_callback_allow(registrar, line->id, CALL_BACK_S * CALL_US);
	/* Without memory for its record it goes all the same. */
	if (call_book_out(c, line, credential, invite) < 0)
		log_error("call id=%lld line=%s error=no_cdr", (long long)c->id,
			  line->number);
	route_to_trunks(c);
}

static void call_ordinary(struct call *c, const struct account_line *line,
			  const struct account_credential *credential,
			  const struct flow *from, const struct sip_msg *invite)
{
	struct account_line callee;
	bool onnet = call_enter_finds(c->engine, &c->to, &callee);

	if (!may_call(c, credential, line) || !within_reach(c, credential, line, onnet) ||
	    !find_price(c, line, onnet) || !begin_book(c, line, credential, invite))
		return;
	if (c->to.kind == DESTINATION_ECHO)
		call_echo(c, invite);
	else if (onnet)
		call_enter_ours(c, &callee, from);
	else
		route_to_trunks(c);
}

void call_from_device(struct call_engine *e, const struct flow *from,
		      const struct sip_msg *invite, const struct account_credential *cred)
{
	struct call *c = call_enter(e, from, invite);
	struct account_line line;

	if (!c)
		return;
	c->caller->credential_id = cred->id;
	c->caller->generation = cred->generation;
	c->caller->bound = leg_registered_at(c->caller, from);
	if (!find_destination(c, invite) || !call_enter_check(c, invite))
		return;
	if (account_line_by_id(e->cfg.book, cred->line_id, &line) < 0) {
		refuse(c, 403, "line_ended");
		return;
	}
	identity_of_device(&line, &c->to, invite, &c->identity);
	if (c->emergency)
		call_emergency(c, &line, cred, invite);
	else
		call_ordinary(c, &line, cred, from, invite);
}
