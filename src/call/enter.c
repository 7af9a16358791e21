/* SPDX-License-Identifier: Apache-2.0 */
/* call/enter.c - An initial INVITE becomes a call (RFC 3261 13.3.1). */

#include "call/enter.h"

#include <errno.h>

#include "call/answer.h"
#include "call/cdr.h"
#include "call/finish.h"
#include "call/forward.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/route.h"
#include "call/sdp.h"
#include "call/session_timer.h"

enum { HOPS = 70 }; /* RFC 3261 8.1.1.6 */

struct call *call_enter(struct call_engine *e, const struct flow *from,
			const struct sip_msg *invite)
{
	struct call *c = call_new(e);

	if (!c) {
		txn_refuse(e->cfg.txn, from, invite, 503, NULL);
		return NULL;
	}
	c->max_forwards = invite->max_forwards;
	c->single = e->cfg.single_early;
	c->caller_demands_reliable =
		sip_msg_has_token(invite, SIP_HDR_REQUIRE, TEXT("100rel"));
	c->caller_reliable = c->caller_demands_reliable ||
			     sip_msg_has_token(invite, SIP_HDR_SUPPORTED, TEXT("100rel"));
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

static const struct refusal_text codec_refused = { .why = "codec_not_allowed" };

static bool refuse(struct call *c, unsigned status, const char *reason, const char *why)
{
	call_refuse(c, status, &(struct refusal_text){ .reason = reason, .why = why },
		    "rejected");
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
		return refuse(c, 415, NULL, "unsupported_body");
	case -EBADMSG:
		return refuse(c, 400, "Bad Multipart Body", "bad_multipart");
	}
	if (body.len > CALL_SDP_MAX)
		return refuse(c, 513, NULL, "body_too_large");
	if (sdp_decode(body, &sdp) < 0)
		return refuse(c, 400, "Bad Session Description", "bad_sdp");
	if (!call_sdp_codecs_allowed(c->caller, body)) {
		call_refuse(c, 488, &codec_refused, "rejected");
		return false;
	}
	c->sdp_offered = true;
	return true;
}

/* Whoever calls for help is not refused for what lacks: a description that cannot be read
 * is none, hops are counted anew, as such a call goes to a trunk and comes from none. */
static bool check_urgent(struct call *c, const struct sip_msg *invite)
{
	struct text body;
	struct sdp sdp;

	if (leg_from_request(c->caller, invite) < 0)
		return refuse(c, 400, NULL, "bad_contact");
	c->max_forwards = HOPS;
	c->sdp_offered = headers_sdp(invite, &body) == 0 && body.len <= CALL_SDP_MAX &&
			 sdp_decode(body, &sdp) == 0;
	return true;
}

bool call_enter_check(struct call *c, const struct sip_msg *invite)
{
	if (c->emergency)
		return check_urgent(c, invite);
	if (!invite->max_forwards)
		return refuse(c, 483, NULL, NULL);
	if (session_timer_too_small(c->engine, invite))
		return refuse(c, 422, NULL, NULL);
	switch (leg_from_request(c->caller, invite)) {
	case 0:
		return check_body(c, invite);
	case -ENOMEM:
		return refuse(c, 500, NULL, NULL);
	default:
		return refuse(c, 400, "Bad Contact", "bad_contact");
	}
}

bool call_enter_finds(const struct call_engine *e, const struct destination *to,
		      struct account_line *ret)
{
	return to->kind == DESTINATION_E164 &&
	       account_line_by_number(e->cfg.book, text_of(to->key), ret) == 0 &&
	       !ret->ended;
}

void call_enter_line(struct call *c, const struct account_line *line,
		     const struct flow *skip)
{
	text_copy(c->to.number, sizeof(c->to.number), text_of(line->number));
	if (call_book_in(c, line) < 0) {
		call_refuse(c, 500, NULL, "unreachable");
		return;
	}
	c->called_line = line->id;
	if (line->forward.to[FORWARD_NO_ANSWER][0])
		c->ring_s = line->forward.after_s;
	if (!call_forward(c, FORWARD_ALWAYS))
		route_to_line(c, line, skip);
}

void call_enter_ours(struct call *c, const struct account_line *line,
		     const struct flow *skip)
{
	if (c->engine->cfg.onnet_by_trunk)
		route_to_trunks(c);
	else
		call_enter_line(c, line, skip);
}
