/* SPDX-License-Identifier: Apache-2.0 */
/* txn/server.c - Non-INVITE server transaction (RFC 3261 17.2.2). */

#include "txn/layer.h"

enum { NS_TRYING = 1, NS_PROCEEDING, NS_COMPLETED, NS_STATES };

static void ns_proceed(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, NS_PROCEEDING);
	txn_server_take(t, in);
}

static void ns_complete(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, NS_COMPLETED);
	txn_server_take(t, in);
}

static void ns_again(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.retransmissions_in++;
	txn_server_send_again(t, in);
}

static void ns_absorb(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.retransmissions_in++;
}

/* 9.2: it is answered, and changes nothing. */
static void ns_cancel(struct txn *t, const struct txn_input *in)
{
	txn_cancel_answer(t->layer, in, txn_server_of(t)->response);
}

static const struct txn_state states[NS_STATES] = {
	[TXN_TERMINATED] = { .name = "Terminated" },
	[NS_TRYING] = {
		.name = "Trying",
		.on = {
			[EV_REQUEST] = ns_absorb,
			[EV_CANCEL] = ns_cancel,
			[EV_SEND_1XX] = ns_proceed,
			[EV_SEND_2XX] = ns_complete,
			[EV_SEND_FAILURE] = ns_complete,
			[EV_TRANSPORT] = txn_server_break,
		},
	},
	[NS_PROCEEDING] = {
		.name = "Proceeding",
		.on = {
			[EV_REQUEST] = ns_again,
			[EV_CANCEL] = ns_cancel,
			[EV_SEND_1XX] = txn_server_take,
			[EV_SEND_2XX] = ns_complete,
			[EV_SEND_FAILURE] = ns_complete,
			[EV_TRANSPORT] = txn_server_break,
		},
	},
	[NS_COMPLETED] = {
		.name = "Completed",
		.deadline = TIMER_J,
		.on = {
			[EV_REQUEST] = ns_again,
			[EV_CANCEL] = ns_cancel,
			[EV_TRANSPORT] = txn_server_break,
			[TIMER_J] = txn_server_done,
		},
	},
};

const struct txn_machine txn_machine_server = {
	.name = "non-INVITE server",
	.states = states,
	.state_count = NS_STATES,
	.unlink = txn_server_unlink,
	.end = txn_server_end,
};
