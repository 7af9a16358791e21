/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_carry.c - A call leaves its engine and goes on in one (here the same). From
 * worker to worker: play call-transfer-workers. */

#include <string.h>

#include "call/carry.h"
#include "call/finish.h"
#include "fake/alloc.h"
#include "rig.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

static struct call *the_call(struct rig *r)
{
	LIST_EACH (it, &r->calls->calls) {
		struct call *c = container_of(it, struct call, node);

		if (c->phase == CALL_LIVE)
			return c;
	}
	fail_msg("there is no call");
	return NULL;
}

static struct call *carry_out(struct rig *r)
{
	struct call *c;

	assert_int_equal(call_carry_out(the_call(r), &c), 0);
	assert_int_equal(call_engine_count(r->calls), 0);
	return c;
}

static void carry(struct rig *r)
{
	call_carry_in(r->calls, carry_out(r));
	assert_int_equal(call_engine_count(r->calls), 1);
}

static void test_goes_on(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];

	connect_bob(r);
	carry(r);
	reinvite(bob, SDP_C);
	expect(alice, "INVITE");
	heard(alice, "203.0.113.3");
	answer_invite(alice, 200, NULL, SDP_A);
	expect(bob, "SIP/2.0 200");
	expect(alice, "ACK");
	ack(bob, NULL);
	rig_run(r, 10000);
	request(alice, "BYE", NULL, NULL);
	expect(alice, "SIP/2.0 200");
	expect(bob, "BYE");
	answer(bob, 200);
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "caller_hung_up");
	assert_int_equal(rig_cdr(r, LINE_A, 0).ended_at -
				 rig_cdr(r, LINE_A, 0).answered_at,
			 50 * CALL_US);
	rig_expect_nothing_left(r);
}

/* Its ACK was lost: what acknowledges it again has stayed behind. */
static void test_answer_comes_again(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *pstn = &r->peers[PSTN];

	connect_pstn(r, "0443334455");
	for (unsigned i = 0; i < 2; i++) {
		carry(r);
		answer_invite(pstn, 200, NULL, SDP_B);
		expect(pstn, "ACK");
		expect_nothing(pstn);
	}
	request(pstn, "BYE", NULL, NULL);
	expect(pstn, "SIP/2.0 200");
	expect(alice, "BYE");
	answer(alice, 200);
	rig_expect_nothing_left(r);
}

static void test_timers_go_on(void **state)
{
	struct rig *r = *state;

	connect_bob(r);
	rig_run(r, 1000LL * (CALL_DURATION_MAX_S - 50)); /* 40 s have passed */
	carry(r);
	fake_net_forget_sent(r->net);
	rig_run(r, 9000);
	expect_nothing(&r->peers[ALICE]);
	rig_run(r, 1000);
	expect(&r->peers[ALICE], "BYE");
	expect(&r->peers[BOB], "BYE");
	assert_string_equal(rig_cdr(r, LINE_A, 0).cause, "max_duration");
}

static void test_busy(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];
	struct call *c = NULL;

	connect_bob(r);
	reinvite(alice, SDP_C);
	expect(bob, "INVITE");
	assert_int_equal(call_carry_out(the_call(r), &c), -EBUSY);
	answer_invite(bob, 200, NULL, SDP_B);
	expect(alice, "SIP/2.0 200");
	assert_int_equal(call_carry_out(the_call(r), &c), -EBUSY);
	ack(alice, NULL);
	request(alice, "INFO", NULL, "Signal=1\r\n");
	assert_int_equal(call_carry_out(the_call(r), &c), -EBUSY);
	expect(bob, "ACK");
	expect(bob, "INFO");
	answer(bob, 200);
	assert_null(c);
	carry(r);
}

static void freeze_caller(struct rig *r)
{
	account_credential_strike(r->book, CRED_A, CREDENTIAL_FROZEN);
}

static void freeze_callee_for_a_moment(struct rig *r)
{
	account_credential_strike(r->book, CRED_B, CREDENTIAL_FROZEN);
	account_credential_strike(r->book, CRED_B, CREDENTIAL_ACTIVE);
}

static void revoke_callee(struct rig *r)
{
	account_credential_strike(r->book, CRED_B, CREDENTIAL_REVOKED);
}

static void freeze_line(struct rig *r)
{
	account_line_strike(r->book, LINE_B, true);
}

static void freeze_other_device(struct rig *r)
{
	account_credential_strike(r->book, CRED_B2, CREDENTIAL_FROZEN);
}

/* Nobody found the call, as it was with no worker. */
static void test_stopped_on_the_way(void **state)
{
	static const struct {
		void (*stop)(struct rig *);
		const char *cause; /* NULL: the call goes on */
	} rows[] = {
		{ freeze_caller, "frozen" },   { freeze_callee_for_a_moment, "revoked" },
		{ revoke_callee, "revoked" },  { freeze_line, "frozen" },
		{ freeze_other_device, NULL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rig *r;
		struct call *c;

		assert_int_equal(rig_setup(state), 0);
		r = *state;
		connect_bob(r);
		c = carry_out(r);
		rows[i].stop(r);
		call_carry_in(r->calls, c);
		call_end_stopped(c);
		assert_int_equal(call_engine_count(r->calls), rows[i].cause ? 0 : 1);
		if (rows[i].cause) {
			expect(&r->peers[ALICE], "BYE");
			expect(&r->peers[BOB], "BYE");
			assert_string_equal(rig_cdr(r, LINE_A, 0).cause, rows[i].cause);
		}
		assert_int_equal(rig_teardown(state), 0);
	}
}

static void test_without_memory(void **state)
{
	struct rig *r = *state;
	unsigned n = 1, failed = 0;
	struct call *c;
	int error;

	connect_bob(r);
	do {
		fail_alloc_nth(n++);
		error = call_carry_out(the_call(r), &c);
		failed += fail_alloc_off();
		assert_true(error == 0 || error == -ENOMEM);
	} while (error);
	assert_in_range(failed, 5, 30);
	call_carry_in(r->calls, c);
	request(&r->peers[BOB], "BYE", NULL, NULL);
	expect(&r->peers[BOB], "SIP/2.0 200");
	expect(&r->peers[ALICE], "BYE");
	answer(&r->peers[ALICE], 200);
	rig_expect_nothing_left(r);
}

/* While rtpengine is asked about it, its session stays with the worker that asked. */
static void test_rtpengine(void **state)
{
	struct rig *r = *state;
	struct peer *alice = &r->peers[ALICE], *bob = &r->peers[BOB];
	struct call *c;

	invite(alice, "0447654321", NULL, SDP_A);
	engine_answers(r);
	engine_answers(r);
	expect(bob, "INVITE");
	answer_invite(bob, 200, NULL, SDP_B);
	engine_asked(r, "answer");
	engine_answers(r);
	expect(alice, "SIP/2.0 200");
	ack(alice, NULL);
	rig_run(r, 1);
	engine_asked(r, "delete");
	engine_answers(r);
	rig_run(r, 30000); /* it looks whether there is sound */
	engine_asked(r, "query");
	assert_int_equal(call_carry_out(the_call(r), &c), -EBUSY);
	engine_answers(r);
	carry(r);
	request(alice, "BYE", NULL, NULL);
	rig_run(r, 1);
	engine_asked(r, "delete");
	engine_answers(r);
	assert_int_equal(r->asked_count, 0);
}

int carry_group(void)
{
	const struct CMUnitTest tests[] = {
		T(test_goes_on),
		T(test_answer_comes_again),
		T(test_timers_go_on),
		T(test_busy),
		cmocka_unit_test(test_stopped_on_the_way),
		T(test_without_memory),
		cmocka_unit_test_setup_teardown(test_rtpengine, rig_setup_rtpengine,
						rig_teardown),
	};

	return cmocka_run_group_tests_name("call/carry", tests, NULL, NULL);
}
