/* SPDX-License-Identifier: Apache-2.0 */
/* call/transfer.c - A transfer from 202 to the joined call. */

#include "call/transfer.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "call/answer.h"
#include "call/await.h"
#include "call/finish.h"
#include "call/headers.h"
#include "call/leg.h"
#include "call/offer.h"
#include "call/relay.h"
#include "call/sdp.h"
#include "call/update.h"

struct transfer *transfer_new(struct leg *referrer, struct leg *party, struct call *next,
			      struct leg *place)
{
	struct transfer *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	*x = (struct transfer){ .old = referrer->call,
				.next = next,
				.referrer = referrer,
				.party = party,
				.place = place };
	x->old->transfer = x->next->transfer = x;
	return x;
}

static void unlink_calls(struct transfer *x)
{
	x->old->transfer = x->next->transfer = NULL;
}

/* RFC 3515 2.4.4: the status line is all that the referrer learns. */
static void notify(struct transfer *x, unsigned status)
{
	struct leg *l = x->referrer;
	struct buf b = BUF_GROWING, frag = BUF_GROWING;
	struct txn_client *ignored;

	leg_request_begin(l, &b, SIP_NOTIFY, leg_next_cseq(l));
	leg_contact_put(l, &b);
	sip_header_printf(&b, SIP_HDR_EVENT, "refer;id=%u", x->event_id);
	if (status < 200)
		buf_printf(&b, "Subscription-State: active;expires=%d\r\n",
			   TRANSFER_EXPIRES_S);
	else
		buf_puts(&b, "Subscription-State: terminated;reason=noresource\r\n");
	buf_printf(&frag, "SIP/2.0 %u %s\r\n", status, sip_reason_phrase(status));
	sip_body(&b, TEXT("message/sipfrag;version=2.0"), buf_text(&frag));
	if (!b.error && !frag.error)
		leg_send(l, SIP_NOTIFY, buf_text(&b), NULL, NULL, &ignored);
	buf_free(&b);
	buf_free(&frag);
}

void transfer_tell(struct transfer *x, unsigned status)
{
	if (x->silent || !x->referrer || x->referrer->state != LEG_CONFIRMED ||
	    status == x->told)
		return;
	x->told = status;
	notify(x, status);
}

void transfer_progress(struct call *c, unsigned status)
{
	if (c->transfer && c->transfer->next == c)
		transfer_tell(c->transfer, status);
}

static void move_books(struct call *from, struct call *to)
{
	LIST_EACH_SAFE (it, &from->books) {
		list_remove(it);
		list_append(&to->books, it);
	}
	from->rings = NULL;
}

/* The party takes its place in the next call; what the old one costs goes on there, and
 * the old one ends. */
static void move_party(struct transfer *x)
{
	struct call *old = x->old, *next = x->next;
	struct leg *p = x->party;

	unlink_calls(x);
	call_relays_drop(old);
	call_updates_drop(old);
	list_remove(&p->in_call);
	list_append(&next->legs, &p->in_call);
	p->call = next;
	if (old->caller == p)
		old->caller = NULL;
	else
		old->callee = NULL;
	if (next->caller == x->place)
		next->caller = p;
	else
		next->callee = p;
	move_books(old, next);
	log_info("transfer id=%lld joined=%lld", (long long)old->id, (long long)next->id);
	transfer_tell(x, 200);
	call_finish(old, "transferred", TEXT_NONE);
	free(x);
}

static void lost(struct call *c)
{
	call_finish(c, "unreachable", TEXT_NONE);
}

/* The party's answer travels to the target in the ACK that it waits for. */
static void pass_answer(struct leg *p, const struct sip_msg *m)
{
	struct leg *target = leg_other(p);
	struct buf b = BUF_GROWING;
	struct text sdp;

	if (p->call->phase != CALL_LIVE || !target)
		return;
	if (headers_sdp(m, &sdp) < 0 || call_sdp_answer(p, target, sdp, &b) < 0) {
		lost(p->call);
	} else {
		leg_send_ack(target, buf_text(&b));
		call_sdp_settle(p->call, true);
	}
	buf_free(&b);
}

static void answered(void *arg, struct leg *p, unsigned status, const struct sip_msg *m)
{
	struct await_what what = { p, leg_other(p), MEDIA_ANSWER };

	if (status >= 300 || !m || !what.to) {
		lost(p->call);
		return;
	}
	if (await_media(p, &what, m, pass_answer))
		pass_answer(p, m);
}

bool transfer_answered(struct leg *target, struct text offer)
{
	struct call *c = target->call;
	struct transfer *x = c->transfer;
	struct leg *p, *place;

	if (!x || x->next != c)
		return false;
	p = x->party;
	place = x->place;
	move_party(x);
	leg_gone(place);
	if (!offer.len || leg_offer(p, offer, answered, NULL) < 0)
		lost(c);
	return true;
}

/* The one who stays in the other call has said what it can: it is the party's turn. */
static void pass_offer(struct leg *q, const struct sip_msg *m)
{
	struct call *c = q->call;
	struct transfer *x = c->transfer;
	struct buf b = BUF_GROWING;
	struct text sdp;
	struct leg *p, *place;

	if (c->phase != CALL_LIVE || !x)
		return;
	p = x->party;
	place = x->place;
	move_party(x);
	call_hang_up(place, TEXT_NONE);
	if (headers_sdp(m, &sdp) < 0 || call_sdp_offer(q, p, sdp, &b) < 0 ||
	    leg_offer(p, buf_text(&b), answered, NULL) < 0)
		lost(c);
	buf_free(&b);
}

static void offered(void *arg, struct leg *q, unsigned status, const struct sip_msg *m)
{
	struct transfer *x = q->call->transfer;
	struct await_what what = { q, x ? x->party : NULL, MEDIA_OFFER };

	if (!x)
		return;
	if (status >= 300 || !m) {
		unlink_calls(x);
		transfer_tell(x, status >= 300 ? status : 503);
		free(x);
		return;
	}
	if (await_media(q, &what, m, pass_offer))
		pass_offer(q, m);
}

void transfer_join(struct transfer *x)
{
	struct leg *q = leg_other(x->place);

	if (q && leg_offer(q, TEXT_NONE, offered, NULL) == 0)
		return;
	unlink_calls(x);
	transfer_tell(x, 503);
	free(x);
}

void transfer_refused(struct call *c, unsigned status)
{
	if (c->transfer && c->transfer->next == c)
		c->transfer->status = status;
}

/* The old call comes back to the referrer, when it is still there. */
static void next_ended(struct transfer *x)
{
	struct call *old = x->old;
	bool alone = !x->referrer;

	unlink_calls(x);
	transfer_tell(x, x->status ? x->status : 503);
	free(x);
	if (alone)
		lost(old);
}

/* Nobody is left to be joined. */
static void old_ended(struct transfer *x)
{
	struct call *next = x->next;
	struct leg *q = leg_other(x->place);

	unlink_calls(x);
	free(x);
	if (next->phase == CALL_TRYING || (q && q->ack_held))
		call_finish(next, "cancelled", TEXT_NONE);
}

void transfer_ended(struct call *c)
{
	struct transfer *x = c->transfer;

	if (!x)
		return;
	if (x->next == c)
		next_ended(x);
	else
		old_ended(x);
}

bool transfer_left(struct leg *l)
{
	struct transfer *x = l->call->transfer;

	if (!x || x->referrer != l)
		return false;
	x->referrer = NULL;
	leg_refuse(l, 487, NULL);
	leg_stop_waiting(l);
	leg_gone(l);
	return true;
}
