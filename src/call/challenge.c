/* SPDX-License-Identifier: Apache-2.0 */
/* call/challenge.c - Answers a trunk's digest challenge (RFC 3261 22.3, RFC 7616). */

#include "call/challenge.h"

#include <errno.h>

#include "call/leg.h"

static const struct trunk_config *trunk_of(const struct leg *l)
{
	if (l->trunk < 0)
		return NULL;
	return trunk_get(l->call->engine->cfg.trunks, (unsigned)l->trunk);
}

int challenge_take(struct leg *l, const struct sip_msg *response)
{
	const struct trunk_config *trunk = trunk_of(l);

	return trunk ? trunk_digest_take(&l->challenge, trunk, response) : -EPERM;
}

/* A Contact or Record-Route may lead elsewhere. */
static bool goes_to_trunk(const struct leg *l)
{
	struct flow to = leg_next_hop(l);

	return trunk_is_hop(l->call->engine->cfg.trunks, (unsigned)l->trunk, &to);
}

void challenge_answer_put(struct leg *l, struct buf *b, enum sip_method m)
{
	const struct trunk_config *trunk = trunk_of(l);

	if (trunk && goes_to_trunk(l))
		trunk_digest_put(l->challenge, trunk, l->call->engine->cfg.random, m,
				 text_of(l->target), b);
}
