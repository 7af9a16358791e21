/* SPDX-License-Identifier: Apache-2.0 */
/* txn/client.c - Non-INVITE client transaction (RFC 3261 17.1.2). */

#include "txn/layer.h"

enum { NC_TRYING = 1, NC_PROCEEDING, NC_COMPLETED, NC_STATES };

static void nc_send_again(struct txn *t)
{
	struct txn_client *c = txn_client_of(t);

	t->layer->counters.retransmissions_out++;
	txn_client_send(t, c->request);
}

static void nc_resend(struct txn *t, const struct txn_input *in)
{
	txn_resend_again(t);
	nc_send_again(t);
}

static void nc_resend_slowly(struct txn *t, const struct txn_input *in)
{
	txn_resend_slowly(t);
	nc_send_again(t);
}

static void nc_proceed(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, NC_PROCEEDING);
	txn_client_deliver(t, in);
}

static void nc_complete(struct txn *t, const struct txn_input *in)
{
	txn_enter(t, NC_COMPLETED);
	txn_client_drop_request(t);
	txn_client_deliver(t, in);
}

static void nc_absorb(struct txn *t, const struct txn_input *in)
{
	t->layer->counters.retransmissions_in++;
}

static const struct txn_state states[NC_STATES] = {
	[TXN_TERMINATED] = { .name = "Terminated" },
	[NC_TRYING] = {
		.name = "Trying",
		.resend = TIMER_E,
		.deadline = TIMER_F,
		.on = {
			[EV_1XX] = nc_proceed,
			[EV_2XX] = nc_complete,
			[EV_FAILURE] = nc_complete,
			[EV_TRANSPORT] = txn_client_break,
			[TIMER_E] = nc_resend,
			[TIMER_F] = txn_client_expire,
		},
	},
	[NC_PROCEEDING] = {
		.name = "Proceeding",
		.resend = TIMER_KEEP,
		.deadline = TIMER_KEEP,
		.on = {
			[EV_1XX] = txn_client_deliver,
			[EV_2XX] = nc_complete,
			[EV_FAILURE] = nc_complete,
			[EV_TRANSPORT] = txn_client_break,
			[TIMER_E] = nc_resend_slowly,
			[TIMER_F] = txn_client_expire,
		},
	},
	[NC_COMPLETED] = {
		.name = "Completed",
		.deadline = TIMER_K,
		.on = {
			[EV_2XX] = nc_absorb,
			[EV_FAILURE] = nc_absorb,
			[EV_TRANSPORT] = txn_client_done,
			[TIMER_K] = txn_client_done,
		},
	},
};

const struct txn_machine txn_machine_client = {
	.name = "non-INVITE client",
	.states = states,
	.state_count = NC_STATES,
	.unlink = txn_client_unlink,
	.end = txn_client_end,
};
