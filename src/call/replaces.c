/* SPDX-License-Identifier: Apache-2.0 */
/* call/replaces.c - Which leg, and whether it may. */

#include "call/replaces.h"

#include "call/leg.h"

static bool of_line(const struct leg *l, int64_t line_id)
{
	struct account_credential c;

	return l->credential_id &&
	       account_credential_by_id(l->call->engine->cfg.book, l->credential_id,
					&c) == 0 &&
	       c.line_id == line_id;
}

static bool is_named(const struct leg *l, const struct sip_replaces *which)
{
	return l->call_id && l->remote_tag &&
	       text_eq(text_of(l->call_id), which->call_id) &&
	       text_eq(text_of(l->remote_tag), which->from_tag);
}

unsigned call_replaces_find(struct call_engine *e, const struct sip_replaces *which,
			    int64_t line_id, struct leg **ret)
{
	struct leg *l = call_leg_of(e, which->to_tag);

	if (!l || !is_named(l, which) || !of_line(l, line_id))
		return 481;
	if (l->call->phase != CALL_LIVE || l->call->emergency || l->call->transfer ||
	    !leg_other(l) || l->state != LEG_CONFIRMED || which->early_only)
		return 486;
	*ret = l;
	return 0;
}
