/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/test_cells.c - Every cell of the four tables (txn/machine.h): where each event
 * leads from each state, and that every other one is counted and changes nothing. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "unit/txn/groups.h"
#include "unit/txn/rig.h"

/* Columns: state; how the rig gets there; events that mean something, each with the state
 * that it leads to ("." stays). */
struct cell_row {
	const char *state;
	const char *script;
	struct {
		enum txn_event ev;
		const char *to;
	} on[TXN_EVENTS];
};

static const struct cell_row invite_client[] = {
	{
		.state = "Calling",
		.script = "",
		.on = {
			{ EV_1XX, "Proceeding" },
			{ EV_2XX, "Accepted" },
			{ EV_FAILURE, "Completed" },
			{ EV_GIVE_UP, "." },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_A, "." },
			{ TIMER_B, "gone" },
		},
	},
	{
		.state = "Proceeding",
		.script = "180",
		.on = {
			{ EV_1XX, "." },
			{ EV_2XX, "Accepted" },
			{ EV_FAILURE, "Completed" },
			{ EV_GIVE_UP, "Cancelling" },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_C, "Cancelling" },
		},
	},
	{
		.state = "Cancelling",
		.script = "180 cancel",
		.on = {
			{ EV_1XX, "." },
			{ EV_2XX, "Accepted" },
			{ EV_FAILURE, "Completed" },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_CANCEL, "gone" },
		},
	},
	{
		.state = "Completed",
		.script = "486",
		.on = {
			{ EV_FAILURE, "." },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_D, "gone" },
		},
	},
	{
		.state = "Accepted",
		.script = "200",
		.on = {
			{ EV_2XX, "." },
			{ EV_FORGET, "." },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_M, "gone" },
		},
	},
	{ NULL },
};

static const struct cell_row client[] = {
	{
		.state = "Trying",
		.script = "",
		.on = {
			{ EV_1XX, "Proceeding" },
			{ EV_2XX, "Completed" },
			{ EV_FAILURE, "Completed" },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_E, "." },
			{ TIMER_F, "gone" },
		},
	},
	{
		.state = "Proceeding",
		.script = "100",
		.on = {
			{ EV_1XX, "." },
			{ EV_2XX, "Completed" },
			{ EV_FAILURE, "Completed" },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_E, "." },
			{ TIMER_F, "gone" },
		},
	},
	{
		.state = "Completed",
		.script = "200",
		.on = {
			{ EV_2XX, "." },
			{ EV_FAILURE, "." },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_K, "gone" },
		},
	},
	{ NULL },
};

static const struct cell_row invite_server[] = {
	{
		.state = "Proceeding",
		.script = "",
		.on = {
			{ EV_REQUEST, "." },
			{ EV_CANCEL, "." },
			{ EV_SEND_1XX, "." },
			{ EV_SEND_2XX, "Accepted" },
			{ EV_SEND_FAILURE, "Completed" },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_TRYING, "." },
		},
	},
	{
		.state = "Completed",
		.script = "send486",
		.on = {
			{ EV_REQUEST, "." },
			{ EV_ACK, "Confirmed" },
			{ EV_CANCEL, "." },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_G, "." },
			{ TIMER_H, "gone" },
		},
	},
	{
		.state = "Confirmed",
		.script = "send486 ACK",
		.on = {
			{ EV_REQUEST, "." },
			{ EV_ACK, "." },
			{ EV_CANCEL, "." },
			{ TIMER_I, "gone" },
		},
	},
	{
		.state = "Accepted",
		.script = "send200",
		.on = {
			{ EV_REQUEST, "." },
			{ EV_ACK, "." },
			{ EV_CANCEL, "." },
			{ EV_SEND_2XX, "." },
			{ EV_FORGET, "Confirmed" },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_L, "gone" },
		},
	},
	{ NULL },
};

static const struct cell_row server[] = {
	{
		.state = "Trying",
		.script = "",
		.on = {
			{ EV_REQUEST, "." },
			{ EV_CANCEL, "." },
			{ EV_SEND_1XX, "Proceeding" },
			{ EV_SEND_2XX, "Completed" },
			{ EV_SEND_FAILURE, "Completed" },
			{ EV_TRANSPORT, "gone" },
		},
	},
	{
		.state = "Proceeding",
		.script = "send100",
		.on = {
			{ EV_REQUEST, "." },
			{ EV_CANCEL, "." },
			{ EV_SEND_1XX, "." },
			{ EV_SEND_2XX, "Completed" },
			{ EV_SEND_FAILURE, "Completed" },
			{ EV_TRANSPORT, "gone" },
		},
	},
	{
		.state = "Completed",
		.script = "send200",
		.on = {
			{ EV_REQUEST, "." },
			{ EV_CANCEL, "." },
			{ EV_TRANSPORT, "gone" },
			{ TIMER_J, "gone" },
		},
	},
	{ NULL },
};

struct table_row {
	const struct txn_machine *machine;
	enum rig_side side;
	const char *method;
	const struct cell_row *cells;
};

static const struct table_row tables[] = {
	{ &txn_machine_invite_client, RIG_CLIENT, "INVITE", invite_client },
	{ &txn_machine_client, RIG_CLIENT, "BYE", client },
	{ &txn_machine_invite_server, RIG_SERVER, "INVITE", invite_server },
	{ &txn_machine_server, RIG_SERVER, "BYE", server },
};

static const char *expected(const struct cell_row *row, enum txn_event ev)
{
	for (unsigned i = 0; i < TXN_EVENTS && row->on[i].to; i++) {
		if (row->on[i].ev == ev)
			return row->on[i].to;
	}
	return NULL;
}

static struct txn *txn_of(struct rig *r)
{
	return r->client ? &r->client->txn : r->server ? &r->server->txn : NULL;
}

static const char *state_of(struct rig *r)
{
	struct txn *t = txn_of(r);

	return t ? t->machine->states[t->state].name : "gone";
}

/* A message that suits the event, for the actions that look at it. */
static void fill(struct rig *r, enum txn_event ev, struct sip_msg *m,
		 struct txn_input *in)
{
	static char text[1024];
	const char *method = ev == EV_ACK      ? "ACK"
			     : ev == EV_CANCEL ? "CANCEL"
					       : r->method;

	rig_decode(rig_request(r, method, text, sizeof(text)), m);
	m->status = ev == EV_1XX ? 180 : ev == EV_2XX ? 200 : 486;
	*in = (struct txn_input){ .from = &r->peer,
				  .msg = m,
				  .text = TEXT("SIP/2.0 486 x\r\n"),
				  .status = m->status };
}

static void check_cell(const struct table_row *table, const struct cell_row *row,
		       enum txn_event ev)
{
	struct rig r;
	struct sip_msg m;
	struct txn_input in;
	const char *to = expected(row, ev), *want = !to || *to == '.' ? row->state : to;
	uint64_t ignored;

	rig_play(&r, table->side, table->method, TRANSPORT_UDP, row->script);
	assert_string_equal(state_of(&r), row->state);
	assert_ptr_equal(txn_of(&r)->machine, table->machine);
	fill(&r, ev, &m, &in);
	ignored = txn_layer_counters(r.layer)->ignored;
	if (txn_event(txn_of(&r), ev, &in) != (to != NULL) ||
	    strcmp(state_of(&r), want) != 0)
		fail_msg("%s, %s: event %u leads to %s instead of %s",
			 table->machine->name, row->state, (unsigned)ev, state_of(&r),
			 want);
	assert_int_equal(txn_layer_counters(r.layer)->ignored - ignored, to ? 0 : 1);
	rig_close(&r);
}

static void check_table(const struct table_row *table)
{
	unsigned states = 1; /* Terminated */

	for (const struct cell_row *row = table->cells; row->state; row++, states++) {
		for (unsigned ev = EV_NONE + 1; ev < TXN_EVENTS; ev++)
			check_cell(table, row, (enum txn_event)ev);
	}
	assert_int_equal(states, table->machine->state_count);
}

static void test_cells(void **state)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		check_table(&tables[i]);
}

/* RFC 3261 table 4, RFC 6026 8.x, with T1 500 ms, T2 4 s, T4 5 s. -1: does not run. */
static const struct {
	enum txn_event timer;
	int64_t udp_ms, tcp_ms;
} timers[] = {
	{ TIMER_A, 500, -1 },           { TIMER_B, 32000, 32000 },
	{ TIMER_C, 185000, 185000 },    { TIMER_D, 32000, 0 },
	{ TIMER_E, 500, -1 },           { TIMER_F, 32000, 32000 },
	{ TIMER_G, 500, -1 },           { TIMER_H, 32000, 32000 },
	{ TIMER_I, 5000, 0 },           { TIMER_J, 32000, 0 },
	{ TIMER_K, 5000, 0 },           { TIMER_L, 32000, 32000 },
	{ TIMER_M, 32000, 32000 },      { TIMER_TRYING, 200, 200 },
	{ TIMER_CANCEL, 32000, 32000 },
};

static void test_timers(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	assert_int_equal(sizeof(timers) / sizeof(timers[0]), TXN_EVENTS - TIMER_A);
	for (size_t i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		assert_int_equal(txn_timer_ms(r.layer, timers[i].timer, false),
				 timers[i].udp_ms);
		assert_int_equal(txn_timer_ms(r.layer, timers[i].timer, true),
				 timers[i].tcp_ms);
	}
	rig_close(&r);
}

int group_cells(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_timers),
	};

	return cmocka_run_group_tests_name("txn/machine", tests, NULL, NULL);
}
