/* SPDX-License-Identifier: Apache-2.0 */
/* txn/invite_client.c - INVITE client transaction (RFC 3261 17.1.1, 9.1; RFC 6026). */

#include <stdlib.h>

#include "txn/layer.h"

enum {
	IC_CALLING = 1,
	IC_PROCEEDING,
	IC_CANCELLING,
	IC_COMPLETED,
	IC_ACCEPTED,
	IC_STATES
};

static void ic_resend(struct txn *t, const struct txn_input *in)
{
	struct txn_client *c = txn_client_of(t);

	t->layer->counters.retransmissions_out++;
	txn_resend_again(t);
	txn_client_send(t, c->request);
}

/* The CANCEL is a transaction of its own, which nobody waits for. */
static void ic_cancel(struct txn *t, const struct txn_input *in)
{
	struct txn_client *c = txn_client_of(t), *ignored;
	struct text request = txn_cancel_make(c);

	c->cancelled = true;
	txn_enter(t, IC_CANCELLING);
	if (request.p)
		txn_client_start(t->layer, &t->flow, SIP_CANCEL, c->branch, request, NULL,
				 NULL, &ignored);
}

/* 9.1: no CANCEL before a provisional response. */
static void ic_cancel_later(struct txn *t, const struct txn_input *in)
{
	txn_client_of(t)->cancelled = true;
}

static void ic_proceed(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, IC_PROCEEDING);
	if (txn_client_of(t)->cancelled)
		ic_cancel(t, in);
	txn_client_deliver(t, in);
}

/* 16.7: 100 says nothing about the ringing. */
static void ic_ring_on(struct txn *t, const struct txn_input *in)
{
	if (in->msg->status > 100)
		txn_deadline_start(t, TIMER_C);
	txn_client_deliver(t, in);
}

static void ic_accept(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, IC_ACCEPTED);
	txn_client_drop_request(t);
	txn_client_deliver(t, in);
}

/* Timer M runs for the user, to whom each 2xx is given; without one they are dropped as
 * well when they match nothing. */
static void ic_leave(struct txn *t, const struct txn_input *in)
{
	txn_deadline_now(t, TIMER_M);
}

static void ic_send_ack(struct txn *t)
{
	struct txn_client *c = txn_client_of(t);

	if (c->ack.p)
		txn_client_send(t, c->ack);
}

static void ic_complete(struct txn *t, const struct txn_input *in)
{
	struct txn_client *c = txn_client_of(t);

	c->ack = txn_ack_make(c, in->msg);
	txn_client_drop_request(t);
	txn_enter(t, IC_COMPLETED);
	ic_send_ack(t);
	txn_client_deliver(t, in);
}

static void ic_ack_again(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.retransmissions_in++;
	ic_send_ack(t);
}

static const struct txn_state states[IC_STATES] = {
	[TXN_TERMINATED] = { .name = "Terminated" },
	[IC_CALLING] = {
		.name = "Calling",
		.resend = TIMER_A,
		.deadline = TIMER_B,
		.on = {
			[EV_1XX] = ic_proceed,
			[EV_2XX] = ic_accept,
			[EV_FAILURE] = ic_complete,
			[EV_GIVE_UP] = ic_cancel_later,
			[EV_TRANSPORT] = txn_client_break,
			[TIMER_A] = ic_resend,
			[TIMER_B] = txn_client_expire,
		},
	},
	[IC_PROCEEDING] = {
		.name = "Proceeding",
		.deadline = TIMER_C,
		.on = {
			[EV_1XX] = ic_ring_on,
			[EV_2XX] = ic_accept,
			[EV_FAILURE] = ic_complete,
			[EV_GIVE_UP] = ic_cancel,
			[EV_TRANSPORT] = txn_client_break,
			[TIMER_C] = ic_cancel,
		},
	},
	[IC_CANCELLING] = {
		.name = "Cancelling",
		.deadline = TIMER_CANCEL,
		.on = {
			[EV_1XX] = txn_client_deliver,
			[EV_2XX] = ic_accept,
			[EV_FAILURE] = ic_complete,
			[EV_TRANSPORT] = txn_client_break,
			[TIMER_CANCEL] = txn_client_expire,
		},
	},
	[IC_COMPLETED] = {
		.name = "Completed",
		.deadline = TIMER_D,
		.on = {
			[EV_FAILURE] = ic_ack_again,
			[EV_TRANSPORT] = txn_client_done,
			[TIMER_D] = txn_client_done,
		},
	},
	[IC_ACCEPTED] = {
		.name = "Accepted",
		.deadline = TIMER_M,
		.on = {
			[EV_2XX] = txn_client_deliver,
			[EV_FORGET] = ic_leave,
			[EV_TRANSPORT] = txn_client_done,
			[TIMER_M] = txn_client_done,
		},
	},
};

const struct txn_machine txn_machine_invite_client = {
	.name = "INVITE client",
	.states = states,
	.state_count = IC_STATES,
	.unlink = txn_client_unlink,
	.end = txn_client_end,
};
