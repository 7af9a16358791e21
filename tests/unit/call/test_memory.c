/* SPDX-License-Identifier: Apache-2.0 */
/* unit/call/test_memory.c - Calls while memory runs out: whatever fails, nothing is left
 * and nobody waits for ever. */

#include <stdlib.h>

#include "fake/alloc.h"
#include "rig.h"

enum { ALLOCATIONS_MAX = 400 };

struct step {
	void (*before)(struct rig *r);
	void (*failing)(struct rig *r);
};

static void nothing(struct rig *r)
{
}

static void call_bob(struct rig *r)
{
	invite(&r->peers[ALICE], "0447654321", NULL, SDP_A);
}

static void ring_bob(struct rig *r)
{
	call_bob(r);
	expect(&r->peers[BOB], "INVITE");
	expect(&r->peers[BOB2], "INVITE");
}

static void answer_bob(struct rig *r)
{
	answer_invite(&r->peers[BOB], 200, "Record-Route: <sip:p;lr>\r\n", SDP_B);
}

static void progress_bob(struct rig *r)
{
	answer_invite(&r->peers[BOB], 183, NULL, SDP_B);
}

static void ring_reliably(struct rig *r)
{
	invite(&r->peers[ALICE], "0447654321", "Supported: 100rel, timer\r\n", SDP_A);
	expect(&r->peers[BOB], "INVITE");
	expect(&r->peers[BOB2], "INVITE");
}

static void progress_reliably(struct rig *r)
{
	answer_invite(&r->peers[BOB], 183, "Require: 100rel\r\nRSeq: 1\r\n", SDP_B);
	answer_invite(&r->peers[BOB], 180, "Require: 100rel\r\nRSeq: 2\r\n", NULL);
	answer_invite(&r->peers[BOB], 200, NULL, SDP_B);
}

static void update_bob(struct rig *r)
{
	request(&r->peers[ALICE], "UPDATE", "Contact: <sip:a@203.0.113.1>\r\n", NULL);
}

static void call_trunk(struct rig *r)
{
	invite(&r->peers[ALICE], "0791234567", NULL, SDP_A);
}

static void connected(struct rig *r)
{
	connect_bob(r);
}

static void reinvite_bob(struct rig *r)
{
	reinvite(&r->peers[ALICE], SDP_C);
}

static void info_bob(struct rig *r)
{
	request(&r->peers[ALICE], "INFO", NULL, "Signal=1\r\n");
}

static void hang_up(struct rig *r)
{
	request(&r->peers[ALICE], "BYE", NULL, NULL);
}

static bool fails_at(const struct step *step, unsigned n)
{
	void *state;
	struct rig *r;
	bool failed;

	assert_int_equal(rig_setup(&state), 0);
	r = state;
	step->before(r);
	fail_alloc_nth(n);
	step->failing(r);
	failed = fail_alloc_off();
	/* Nobody says anything more. What lives is live at most, and ends by BYE. */
	rig_run(r, 400000);
	call_engine_end_credential(r->calls, CRED_A, "revoked");
	rig_expect_nothing_left(r);
	assert_int_equal(rig_teardown(&state), 0);
	return failed;
}

static void test_nth_allocation(void **state)
{
	static const struct step steps[] = {
		{ nothing, call_bob },
		{ ring_bob, answer_bob },
		{ ring_bob, progress_bob },
		{ nothing, call_trunk },
		{ ring_reliably, progress_reliably },
		{ connected, update_bob },
		{ connected, reinvite_bob },
		{ connected, info_bob },
		{ connected, hang_up },
	};

	for (size_t i = 0; i < COUNT(steps); i++) {
		unsigned n = 1;

		while (fails_at(&steps[i], n))
			assert_true(++n < ALLOCATIONS_MAX);
		assert_true(n > 1);
	}
}

static void test_engine_without_memory(void **state)
{
	struct fake_random random;
	struct call_config cfg = { .random = &random.random };

	fake_random_init(&random, 1);
	for (unsigned n = 1; n <= 2; n++) {
		fail_alloc_nth(n);
		assert_null(call_engine_new(&cfg));
		assert_true(fail_alloc_off());
	}
}

int memory_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nth_allocation),
		cmocka_unit_test(test_engine_without_memory),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
