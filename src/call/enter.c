/* SPDX-License-Identifier: Apache-2.0 */
/* call/enter.c - An initial INVITE becomes a call (RFC 3261 13.3.1). */

#include "call/enter.h"

#include <errno.h>

#include "call/answer.h"
#include "call/cdr.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/route.h"

struct call *call_enter(struct call_engine *e, const struct flow *from,
			const struct sip_msg *invite)
{
	struct call *c = call_new(e);

	if (!c) {
		txn_refuse(e->cfg.txn, from, invite, 503, NULL);
		return NULL;
	}
	c->max_forwards = invite->max_forwards;
	c->caller = leg_new(c, from);
	if (!c->caller) {
		txn_refuse(e->cfg.txn, from, invite, 503, NULL);
		call_finish(c, "unreachable", TEXT_NONE);
		return NULL;
	}
	if (leg_take_invite(c->caller, from, invite) < 0) {
		leg_gone(c->caller);
		call_finish(c, "unreachable", TEXT_NONE);
		return NULL;
	}
	return c;
}

static bool refuse(struct call *c, unsigned status, const char *reason)
{
	call_refuse(c, status, &(struct refusal_text){ .reason = reason }, "rejected");
	return false;
}

static bool check_body(struct call *c, const struct sip_msg *invite)
{
	struct text body;
	struct sdp sdp;

	switch (headers_sdp(invite, &body)) {
	case -ENOENT:
		return true;
	case -EPROTO:
		return refuse(c, 415, NULL);
	case -EBADMSG:
		return refuse(c, 400, "Bad Multipart Body");
	}
	if (body.len > CALL_SDP_MAX)
		return refuse(c, 513, NULL);
	if (sdp_decode(body, &sdp) < 0)
		return refuse(c, 400, "Bad Session Description");
	c->sdp_offered = true;
	return true;
}

bool call_enter_check(struct call *c, const struct sip_msg *invite)
{
	if (!invite->max_forwards)
		return refuse(c, 483, NULL);
	switch (leg_from_request(c->caller, invite)) {
	case 0:
		return check_body(c, invite);
	case -ENOMEM:
		return refuse(c, 500, NULL);
	default:
		return refuse(c, 400, "Bad Contact");
	}
}

void call_enter_line(struct call *c, const struct account_line *line,
		     const struct flow *skip)
{
	text_copy(c->to.number, sizeof(c->to.number), text_of(line->number));
	if (call_book_in(c, line) < 0)
		call_refuse(c, 500, NULL, "unreachable");
	else
		route_to_line(c, line, skip);
}
