/* SPDX-License-Identifier: Apache-2.0 */
/* txn/invite_server.c - INVITE server transaction (RFC 3261 17.2.1, 9.2; RFC 6026). */

#include <stdlib.h>

#include "txn/layer.h"

enum { IS_PROCEEDING = 1, IS_COMPLETED, IS_CONFIRMED, IS_ACCEPTED, IS_STATES };

static void is_trying(struct txn *t, const struct txn_input *in)
{
	struct txn_server *s = txn_server_of(t);
	struct buf b = BUF_GROWING;

	txn_response_begin(&b, &s->source, &s->request->msg, 100, NULL, TEXT_NONE);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	if (!b.error)
		txn_server_take(t, &(struct txn_input){ .text = buf_text(&b) });
	buf_free(&b);
}

static void is_ring(struct txn *t, const struct txn_input *in)
{
	timer_stop(&t->deadline); /* no 100 any more */
	txn_server_take(t, in);
}

static void is_complete(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, IS_COMPLETED);
	txn_server_take(t, in);
}

static void is_accept(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, IS_ACCEPTED);
	txn_server_take(t, in);
}

static void is_resend(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.retransmissions_out++;
	txn_resend_again(t);
	txn_server_send_again(t, in);
}

static void is_again(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.retransmissions_in++;
	txn_server_send_again(t, in);
}

static void is_absorb(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.retransmissions_in++;
}

static void is_confirm(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, IS_CONFIRMED);
}

/* RFC 6026 7.1: the ACK of a 2xx is the user's, whatever its branch. */
static void is_pass_ack(struct txn *t, const struct txn_input *in)
{
	struct txn_layer *l = t->layer;

	l->cfg.events.request(l->cfg.arg, in->from, in->msg);
}

/* Nobody here waits for the ACK: it has come, or the dialog is over. The peer has the 2xx
 * and sends the INVITE no more; only what is still in the network may come, as in
 * Confirmed. */
static void is_settle(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, IS_CONFIRMED);
	txn_server_drop_response(t);
}

static void is_cancel(struct txn *t, const struct txn_input *in)
{
	struct txn_server *s = txn_server_of(t);

	txn_cancel_answer(t->layer, in, s->response);
	if (s->events && s->events->cancelled)
		s->events->cancelled(s->arg, s, in->msg);
}

static void is_cancel_late(struct txn *t, const struct txn_input *in)
{
	txn_cancel_answer(t->layer, in, txn_server_of(t)->response);
}

static const struct txn_state states[IS_STATES] = {
	[TXN_TERMINATED] = { .name = "Terminated" },
	[IS_PROCEEDING] = {
		.name = "Proceeding",
		.deadline = TIMER_TRYING,
		.on = {
			[EV_REQUEST] = is_again,
			[EV_CANCEL] = is_cancel,
			[EV_SEND_1XX] = is_ring,
			[EV_SEND_2XX] = is_accept,
			[EV_SEND_FAILURE] = is_complete,
			[EV_TRANSPORT] = txn_server_break,
			[TIMER_TRYING] = is_trying,
		},
	},
	[IS_COMPLETED] = {
		.name = "Completed",
		.resend = TIMER_G,
		.deadline = TIMER_H,
		.on = {
			[EV_REQUEST] = is_again,
			[EV_ACK] = is_confirm,
			[EV_CANCEL] = is_cancel_late,
			[EV_TRANSPORT] = txn_server_break,
			[TIMER_G] = is_resend,
			[TIMER_H] = txn_server_expire,
		},
	},
	[IS_CONFIRMED] = {
		.name = "Confirmed",
		.deadline = TIMER_I,
		.on = {
			[EV_REQUEST] = is_absorb,
			[EV_ACK] = is_absorb,
			[EV_CANCEL] = is_cancel_late,
			[TIMER_I] = txn_server_done,
		},
	},
	[IS_ACCEPTED] = {
		.name = "Accepted",
		.deadline = TIMER_L,
		.on = {
			[EV_REQUEST] = is_absorb,
			[EV_ACK] = is_pass_ack,
			[EV_CANCEL] = is_cancel_late,
			[EV_SEND_2XX] = txn_server_take,
			[EV_FORGET] = is_settle,
			[EV_TRANSPORT] = txn_server_break,
			[TIMER_L] = txn_server_done,
		},
	},
};

const struct txn_machine txn_machine_invite_server = {
	.name = "INVITE server",
	.states = states,
	.state_count = IS_STATES,
	.unlink = txn_server_unlink,
	.end = txn_server_end,
};
