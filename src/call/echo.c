/* SPDX-License-Identifier: Apache-2.0 */
/* call/echo.c - A call whose only leg is the caller's. */

#include "call/echo.h"

#include "call/answer.h"
#include "call/cdr.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/limit.h"
#include "call/sdp.h"

static void answer(struct call *c, struct text sdp)
{
	if (call_book_start(c) < 0 || call_book_answer(c, NULL) < 0) {
		call_refuse(c, 503, NULL, "unreachable");
		return;
	}
	c->phase = CALL_LIVE;
	c->caller->state = LEG_CONFIRMED;
	if (leg_accept(c->caller, sdp) < 0) {
		leg_refuse(c->caller, 500, NULL);
		call_finish(c, "unreachable", TEXT_NONE);
		return;
	}
	call_limit_start(c);
	call_notify(c);
}

void call_echo(struct call *c, const struct sip_msg *invite)
{
	static const struct refusal_text not_possible = { .why = "media_not_possible" };
	struct buf sdp = BUF_GROWING;
	struct text offer;

	if (headers_sdp(invite, &offer) < 0 || call_sdp_echo(c->caller, offer, &sdp) < 0)
		call_refuse(c, 488, &not_possible, "rejected");
	else
		answer(c, buf_text(&sdp));
	buf_free(&sdp);
}
