/* SPDX-License-Identifier: Apache-2.0 */
/* call/inbound.c - Calls from trunks: to lines of ours, and nowhere else. */

#include "call/answer.h"
#include "call/diversion.h"
#include "call/enter.h"
#include "call/finish.h"
#include "call/identity.h"
#include "call/leg.h"

static bool line_of(const struct call *c, const struct sip_uri *uri,
		    struct destination *to, struct account_line *line)
{
	return plan_resolve(uri, c->engine->cfg.country, to) == 0 &&
	       call_enter_finds(c->engine, to, line);
}

void call_from_trunk(struct call_engine *e, const struct flow *from,
		     const struct sip_msg *invite, unsigned trunk)
{
	struct call *c = call_enter(e, from, invite);
	struct account_line line;

	if (!c)
		return;
	leg_count(c->caller, trunk, true);
	if (!call_enter_check(c, invite))
		return;
	identity_of_trunk(invite, e->cfg.country, &c->identity);
	diversions_take(c, invite);
	if (line_of(c, &invite->uri, &c->to, &line) ||
	    line_of(c, &invite->to.uri, &c->to, &line))
		call_enter_line(c, &line, NULL);
	else
		call_refuse(c, 404, NULL, "unreachable");
}
