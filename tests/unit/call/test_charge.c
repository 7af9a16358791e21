/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_charge.c - What calls cost and when that is written down. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static void talk(struct rig *r, const char *number, int64_t ms)
{
	connect_pstn(r, number);
	rig_run(r, ms);
	request(&r->peers[ALICE], "BYE", NULL, NULL);
	answer((expect(&r->peers[PSTN], "BYE"), &r->peers[PSTN]), 200);
	fake_net_forget_sent(r->net);
}

static void test_charges(void **state)
{
	static const struct {
		const char *number;
		int64_t ms;
		int64_t micros;
		const char *class_;
	} rows[] = {
		{ "0443334455", 30000, 30000, "fixed" },
		{ "0443334455", 30001, 31000, "fixed" },
		{ "0791234567", 1000, 400000, "mobile" },
		{ "0791234567", 61000, 700000, "mobile" },
		{ "0800123456", 60000, 0, "freephone" },
		{ "117", 60000, 0, "emergency" },
	};
	struct rig *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cdr_row cdr;

		talk(r, rows[i].number, rows[i].ms);
		cdr = rig_cdr(r, LINE_A, 0);
		assert_int_equal(cdr.charge_micros, rows[i].micros);
		assert_string_equal(cdr.class_, rows[i].class_);
		assert_int_equal(cdr.ended_at - cdr.answered_at, rows[i].ms * 1000);
	}
}

/* The wall clock may jump: the duration does not. */
static void test_clock_jumps(void **state)
{
	struct rig *r = *state;
	struct cdr_row cdr;

	connect_pstn(r, "0443334455");
	rig_run(r, 10000);
	r->clock.wall_us += 3600 * 1000000LL;
	request(&r->peers[ALICE], "BYE", NULL, NULL);
	cdr = rig_cdr(r, LINE_A, 0);
	assert_int_equal(cdr.charge_micros, 10000);
	assert_int_equal(cdr.ended_at - cdr.answered_at, 10 * 1000000LL);
}

static void test_unanswered_costs_nothing(void **state)
{
	struct rig *r = *state;
	struct cdr_row cdr;

	invite(&r->peers[ALICE], "0791234567", NULL, SDP_A);
	expect(&r->peers[PSTN], "INVITE");
	answer_invite(&r->peers[PSTN], 183, NULL, SDP_B);
	rig_run(r, 60000);
	answer_invite(&r->peers[PSTN], 480, NULL, NULL);
	cdr = rig_cdr(r, LINE_A, 0);
	assert_int_equal(cdr.charge_micros, 0);
	assert_int_equal(cdr.answered_at, 0);
	assert_string_equal(cdr.cause, "no_answer");
}

static void test_maximum_duration(void **state)
{
	struct rig *r = *state;
	struct cdr_row cdr;

	connect_pstn(r, "0443334455");
	rig_run(r, CALL_DURATION_MAX_S * 1000LL - 1);
	assert_int_equal(call_engine_count(r->calls), 1);
	rig_run(r, 1);
	assert_int_equal(call_engine_count(r->calls), 0);
	expect(&r->peers[ALICE], "BYE");
	answer(&r->peers[ALICE], 200);
	expect(&r->peers[PSTN], "BYE");
	answer(&r->peers[PSTN], 200);
	cdr = rig_cdr(r, LINE_A, 0);
	assert_string_equal(cdr.cause, "max_duration");
	assert_int_equal(cdr.charge_micros, 14400 * 1000);
	connect_pstn(r, "117");
	rig_run(r, CALL_DURATION_MAX_S * 2000LL);
	assert_int_equal(call_engine_count(r->calls), 1);
}

static void disk_full(bool full)
{
	static struct rlimit before;
	struct rlimit none;

	if (full) {
		signal(SIGXFSZ, SIG_IGN);
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
		none = (struct rlimit){ .rlim_cur = 0, .rlim_max = before.rlim_max };
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	} else {
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	}
}

/* Nothing leaves that could not be written down before; emergency calls do. */
static void test_no_journal(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE];

	disk_full(true);
	invite(alice, "0443334455", NULL, SDP_A);
	disk_full(false);
	expect(alice, "SIP/2.0 503");
	heard(alice, "Retry-After: 30\r\n");
	expect_nothing(&r->peers[PSTN]);
	ack(alice, NULL);
	disk_full(true);
	invite(alice, "117", NULL, SDP_A);
	disk_full(false);
	expect(&r->peers[PSTN], "INVITE sip:117@");
}

/* The answer cannot be written down: it is not passed on, and costs nothing. */
static void test_no_journal_at_answer(void **state)
{
	struct rig *r = *state;
	struct cdr_row cdr;

	invite(&r->peers[ALICE], "0443334455", NULL, SDP_A);
	expect(&r->peers[PSTN], "INVITE");
	disk_full(true);
	answer_invite(&r->peers[PSTN], 200, NULL, SDP_B);
	disk_full(false);
	expect(&r->peers[PSTN], "ACK");
	expect(&r->peers[PSTN], "BYE");
	expect(&r->peers[ALICE], "SIP/2.0 503");
	rig_expect_nothing_left(r);
	cdr = rig_cdr(r, LINE_A, 0);
	assert_int_equal(cdr.answered_at, 0);
	assert_int_equal(cdr.charge_micros, 0);
}

/* After a crash: ended at its last known instant, charged up to there. */
static void test_crash(void **state)
{
	struct rig *r = *state;
	struct journal_config journal = { .dir = r->dir,
					  .store = r->store,
					  .loop = r->loop,
					  .clock = &r->clock.clock,
					  .virtual_time = true };
	struct journal *again;
	struct cdr_row cdr;
	char command[400], reason[200];
	char dir[80];

	connect_pstn(r, "0443334455");
	rig_run(r, 150000);
	snprintf(dir, sizeof(dir), "%s/copy", r->dir);
	snprintf(command, sizeof(command), "mkdir %s && cp %s/journal* %s", dir, r->dir,
		 dir);
	assert_int_equal(system(command), 0);
	journal.dir = dir;
	assert_int_equal(journal_open(&journal, &again, reason), 0);
	cdr = rig_cdr(r, LINE_A, 0);
	assert_string_equal(cdr.cause, "crash");
	assert_int_equal(cdr.ended_at - cdr.answered_at, 120 * 1000000LL);
	assert_int_equal(cdr.charge_micros, 120000);
	journal_close(again);
}

static void test_live_list(void **state)
{
	struct rig *r = *state;
	struct call_info info[4];

	connect_bob(r);
	assert_int_equal(call_engine_list(r->calls, LINE_A, info, 4), 1);
	assert_int_equal(info[0].direction, CALL_OUT);
	assert_int_equal(info[0].credential_id, CRED_A);
	assert_string_equal(info[0].to, "+41447654321");
	assert_true(info[0].answered_at > 0);
	assert_int_equal(call_engine_list(r->calls, LINE_B, info, 4), 1);
	assert_int_equal(info[0].direction, CALL_IN);
	assert_int_equal(info[0].credential_id, CRED_B);
	assert_int_equal(call_engine_list(r->calls, 0, info, 4), 2);
	assert_int_equal(call_engine_list(r->calls, 0, info, 1), 1);
	request(&r->peers[ALICE], "BYE", NULL, NULL);
	assert_int_equal(call_engine_list(r->calls, 0, info, 4), 0);
}

int charge_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_charges),
		T(test_clock_jumps),
		T(test_unanswered_costs_nothing),
		T(test_maximum_duration),
		T(test_no_journal),
		T(test_no_journal_at_answer),
		T(test_crash),
		T(test_live_list),
	};

	return cmocka_run_group_tests_name("charge", tests, NULL, NULL);
}
