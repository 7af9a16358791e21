/* SPDX-License-Identifier: Apache-2.0 */
/* call/forward.c - A call goes on elsewhere, at the cost of the line that it was for. */

#include "call/forward.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "call/answer.h"
#include "call/branch.h"
#include "call/cdr.h"
#include "call/enter.h"
#include "call/finish.h"
#include "call/route.h"
#include "guard/reach.h"

#define FORWARDED "SIP;cause=302;text=\"Call forwarded\""

static const enum diversion_reason reasons[FORWARD_KINDS] = {
	[FORWARD_ALWAYS] = DIVERSION_UNCONDITIONAL,
	[FORWARD_BUSY] = DIVERSION_BUSY,
	[FORWARD_NO_ANSWER] = DIVERSION_NO_ANSWER,
	[FORWARD_UNREACHABLE] = DIVERSION_UNAVAILABLE,
};

/* One step onward, while it is looked at. */
struct onward {
	struct account_line line; /* that forwards */
	struct destination to;
	struct account_line callee;
	bool onnet;
	struct quote quote;
	enum diversion_reason reason;
};

static bool refused(const struct call *c, const struct onward *o, const char *why)
{
	log_info("forward id=%lld line=%s to=%s result=refused reason=%s",
		 (long long)c->id, o->line.number, o->to.key, why);
	return false;
}

static bool may_forward(const struct call *c, struct account_line *ret)
{
	const struct call_config *cfg = &c->engine->cfg;

	return c->called_line && c->phase == CALL_TRYING && !c->emergency &&
	       !c->device.meant &&
	       account_line_by_id(cfg->book, c->called_line, ret) == 0 && !ret->frozen &&
	       !ret->ended && !registrar_callback_allowed(cfg->registrar, ret->id);
}

/* Nobody is led by a device's answer to where he may not call himself. */
static bool within_callers_reach(const struct call *c, const struct onward *o)
{
	const struct call_config *cfg = &c->engine->cfg;
	struct account_credential credential;
	struct account_line line;

	if (!c->caller->credential_id)
		return true; /* a trunk's */
	if (account_credential_by_id(cfg->book, c->caller->credential_id, &credential) <
		    0 ||
	    account_line_by_id(cfg->book, credential.line_id, &line) < 0)
		return false;
	return credential.kind == CREDENTIAL_ROUTER ||
	       guard_reach(line.reach, &o->to, cfg->country, o->onnet) == GUARD_PASS;
}

/* Numbers only: an emergency centre is nobody's answering machine, and a short code may
 * cost anything. */
static bool find_target(const struct call *c, struct onward *o)
{
	const struct call_config *cfg = &c->engine->cfg;

	if (o->to.kind != DESTINATION_E164)
		return refused(c, o, "no_number");
	o->onnet = call_enter_finds(c->engine, &o->to, &o->callee);
	if (guard_reach(o->line.reach, &o->to, cfg->country, o->onnet) != GUARD_PASS)
		return refused(c, o, "out_of_reach");
	if (o->reason == DIVERSION_DEFLECTION && !within_callers_reach(c, o))
		return refused(c, o, "out_of_callers_reach");
	if (tariff_quote(cfg->tariffs, o->line.tariff, &o->to, cfg->country, o->onnet,
			 call_wall_us(c), &o->quote) < 0)
		return refused(c, o, "no_price");
	return true;
}

/* RFC 3261 16.3: what comes back to where it has been goes on for ever. A network may forget
 * where that was, and how many hops are left: then the line rings more and more. */
static bool goes_round(const struct call *c, const struct onward *o)
{
	if (diversions_ringing(c->engine, o->line.id, CALL_FORWARDS_RINGING_MAX) >=
	    CALL_FORWARDS_RINGING_MAX)
		return true;
	return c->diverted >= CALL_FORWARDS_MAX || c->max_forwards <= 1 ||
	       text_eq(text_of(o->to.key), text_of(o->line.number)) ||
	       diversion_met(c, text_of(o->line.number)) ||
	       diversion_met(c, text_of(o->to.key));
}

/* The stage that is over: what rang rings no more, and what it said is forgotten. */
static void leave_stage(struct call *c)
{
	branches_give_up(c, NULL, TEXT(FORWARDED));
	timer_stop(&c->ring);
	timer_stop(&c->patience);
	free(c->targets);
	c->targets = NULL;
	c->target_count = c->target_at = 0;
	c->best_status = 0;
	c->branch_count = 0;
	c->called_line = 0;
	c->rings = NULL;
	c->ring_s = 0;
	c->max_forwards--;
}

static void go_on(struct call *c, const struct onward *o)
{
	leave_stage(c);
	c->to = o->to;
	if (diversion_add(c, &o->line, o->reason) < 0 ||
	    call_book_onward(c, &o->line, 0, &o->quote) < 0) {
		call_refuse(c, 500, NULL, "unreachable");
		return;
	}
	log_info("forward id=%lld line=%s to=%s reason=%u", (long long)c->id,
		 o->line.number, o->to.key, (unsigned)o->reason);
	c->shown_status = 181;
	if (!c->caller_demands_reliable) /* RFC 3262 3: nothing that is not */
		leg_progress(c->caller, 181, TEXT_NONE);
	if (o->onnet)
		call_enter_ours(c, &o->callee,
				c->caller->trunk < 0 ? &c->caller->flow : NULL);
	else
		route_to_trunks(c);
}

static bool step(struct call *c, struct onward *o)
{
	if (goes_round(c, o)) {
		refused(c, o, "loop");
		if (o->reason != DIVERSION_UNCONDITIONAL)
			return false;
		call_refuse(c, c->max_forwards <= 1 ? 483 : 482, NULL, "unreachable");
		return true;
	}
	if (!find_target(c, o))
		return false;
	go_on(c, o);
	return true;
}

bool call_forward(struct call *c, enum forward_kind kind)
{
	struct onward o = { .reason = reasons[kind] };

	if (!may_forward(c, &o.line) || !o.line.forward.to[kind][0] ||
	    plan_resolve_text(text_of(o.line.forward.to[kind]), c->engine->cfg.country,
			      &o.to) < 0)
		return false;
	return step(c, &o);
}

bool call_forward_to(struct call *c, const struct sip_uri *target,
		     enum diversion_reason reason)
{
	struct onward o = { .reason = reason };

	if (!may_forward(c, &o.line) ||
	    plan_resolve(target, c->engine->cfg.country, &o.to) < 0)
		return false;
	return step(c, &o);
}
