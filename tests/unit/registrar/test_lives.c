/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/test_lives.c - How long bindings live, and who ends them. */

#include "rig.h"

#include <stdio.h>

#include "fake/alloc.h"

#define A "Contact: <sip:a@10.0.0.5:5060>\r\n"

static void test_expires(void **state)
{
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, A "Expires: 60\r\n"), 200);
	rig_run(&r, 59);
	assert_int_equal(rig_bindings(&r), 1);
	r.told = 0;
	rig_run(&r, 2);
	assert_int_equal(rig_bindings(&r), 0);
	assert_int_equal(registrar_count(r.registrar), 0);
	assert_int_equal(r.told, 1);
	rig_close(&r);
}

/* Also before the tick that sweeps it. */
static void test_expired_is_not_shown(void **state)
{
	struct binding b;
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, A "Expires: 60\r\n"), 200);
	fake_clock_advance_us(&r.clock, 60000000);
	assert_int_equal(registrar_line_bindings(r.registrar, LINE, &b, 1), 0);
	assert_int_equal(registrar_credential_bindings(r.registrar, CREDENTIAL, &b, 1),
			 0);
	assert_int_equal(rig_contact(&r, 2, ""), 200);
	assert_false(rig_answer_has(&r, "Contact:"));
	rig_close(&r);
}

static void test_refresh_keeps(void **state)
{
	struct binding b;
	struct rig r;
	int64_t since;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, A "Expires: 60\r\n"), 200);
	since = r.clock.wall_us;
	for (unsigned i = 2; i < 20; i++) {
		rig_run(&r, 50);
		assert_int_equal(rig_contact(&r, i, A "Expires: 60\r\n"), 200);
	}
	assert_int_equal(registrar_line_bindings(r.registrar, LINE, &b, 1), 1);
	assert_int_equal(b.registered_at, since);
	assert_int_equal(b.expires_at, r.clock.wall_us + 60000000);
	rig_close(&r);
}

/* The heap gives them out in order, whatever order they came in. */
static void test_many_expire_in_order(void **state)
{
	static const unsigned expires[] = {
		300, 60, 240, 120, 90, 180, 75, 600, 100, 61
	};
	char headers[128];
	struct rig r;
	size_t left;

	rig_open(&r, false);
	for (unsigned i = 0; i < COUNT(expires); i++) {
		snprintf(headers, sizeof(headers),
			 "Contact: <sip:a@10.0.0.%u>;expires=%u\r\n", i + 1, expires[i]);
		assert_int_equal(rig_contact(&r, i + 1, headers), 200);
	}
	for (unsigned s = 0; s < 601; s += 10) {
		left = 0;
		for (unsigned i = 0; i < COUNT(expires); i++)
			left += expires[i] * 9 / 10 > s + 1;
		assert_true(registrar_count(r.registrar) >= left);
		left = 0;
		for (unsigned i = 0; i < COUNT(expires); i++)
			left += expires[i] > s || (s < 61 && expires[i] < 62);
		assert_true(registrar_count(r.registrar) <= left + 1);
		rig_run(&r, 10);
	}
	assert_int_equal(registrar_count(r.registrar), 0);
	rig_close(&r);
}

static void test_connection_closes(void **state)
{
	struct rig_register reg = { .cseq = 1,
				    .headers = A,
				    .from = rig_flow("192.0.2.9:33000", 5) };
	struct flow other = rig_flow("192.0.2.9:33000", 6);
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_send(&r, &reg), 200);
	assert_int_equal(rig_contact(&r, 2, "Contact: <sip:b@10.0.0.5>\r\n"), 200);
	registrar_flow_closed(r.registrar, &other);
	assert_int_equal(rig_bindings(&r), 2);
	rig_run(&r, 0);
	r.told = 0;
	registrar_flow_closed(r.registrar, &reg.from);
	rig_run(&r, 0);
	assert_int_equal(rig_bindings(&r), 1);
	assert_int_equal(r.told, 1);
	rig_close(&r);
}

/* A device that has come back by another connection is not hurt by the end of the old. */
static void test_moved_in_time(void **state)
{
	struct rig_register first = { .cseq = 1,
				      .headers = A,
				      .from = rig_flow("192.0.2.9:33000", 5) };
	struct rig_register second = { .cseq = 2,
				       .headers = A,
				       .from = rig_flow("192.0.2.9:33001", 6) };
	struct binding b;
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_send(&r, &first), 200);
	assert_int_equal(rig_send(&r, &second), 200);
	registrar_flow_closed(r.registrar, &first.from);
	assert_int_equal(registrar_line_bindings(r.registrar, LINE, &b, 1), 1);
	assert_int_equal(b.flow.conn, 6);
	rig_close(&r);
}

static void test_credential_ends(void **state)
{
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, A "Contact: <sip:b@10.0.0.5>\r\n"), 200);
	r.credential.id = CREDENTIAL + 1;
	assert_int_equal(rig_contact(&r, 2, A), 200);
	assert_int_equal(rig_bindings(&r), 3);
	assert_int_equal(registrar_end_credential(r.registrar, CREDENTIAL), 2);
	assert_int_equal(rig_bindings(&r), 1);
	assert_int_equal(registrar_end_credential(r.registrar, CREDENTIAL), 0);
	rig_close(&r);
}

/* Each credential sees and changes its own bindings only. */
static void test_credentials_are_apart(void **state)
{
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 5, A), 200);
	r.credential.id = CREDENTIAL + 1;
	assert_int_equal(rig_contact(&r, 1, "Contact: *\r\nExpires: 0\r\n"), 200);
	assert_int_equal(rig_contact(&r, 2, ""), 200);
	assert_false(rig_answer_has(&r, "Contact:"));
	assert_int_equal(rig_bindings(&r), 1);
	rig_close(&r);
}

static void test_who_is_told(void **state)
{
	static const struct {
		const char *headers;
		unsigned told;
	} steps[] = {
		{ A, 1 },                         /* new */
		{ A, 0 },                         /* refreshed */
		{ "", 0 },                        /* asked */
		{ "User-Agent: other\r\n" A, 1 }, /* another device */
		{ A "Expires: 0\r\n", 1 },        /* removed */
		{ A "Expires: 0\r\n", 0 },        /* was not there */
		{ A "Expires: 1\r\n", 0 },        /* refused */
	};
	struct rig r;

	rig_open(&r, true);
	for (unsigned i = 0; i < COUNT(steps); i++) {
		r.told = 0;
		rig_contact(&r, i + 1, steps[i].headers);
		rig_run(&r, 0);
		assert_int_equal(r.told, steps[i].told);
	}
	rig_close(&r);
}

static void test_new_without_memory(void **state)
{
	struct registrar *registrar = NULL;
	struct fake_random random;
	struct fake_clock clock;
	struct loop *loop;
	unsigned n;

	fake_clock_init(&clock);
	fake_random_init(&random, 1);
	loop = loop_new_virtual(&clock.clock);
	for (n = 1; n < 1000; n++) {
		struct registrar_config cfg = { .loop = loop,
						.clock = &clock.clock,
						.random = &random.random,
						.domain = "d" };
		int error;

		fail_alloc_nth(n);
		error = registrar_new(&cfg, &registrar);
		if (!fail_alloc_off())
			break;
		assert_true(error < 0);
		assert_null(registrar);
	}
	assert_non_null(registrar);
	registrar_free(registrar);
	registrar_free(NULL);
	loop_free(loop);
}

int lives_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expires),
		cmocka_unit_test(test_expired_is_not_shown),
		cmocka_unit_test(test_refresh_keeps),
		cmocka_unit_test(test_many_expire_in_order),
		cmocka_unit_test(test_connection_closes),
		cmocka_unit_test(test_moved_in_time),
		cmocka_unit_test(test_credential_ends),
		cmocka_unit_test(test_credentials_are_apart),
		cmocka_unit_test(test_who_is_told),
		cmocka_unit_test(test_new_without_memory),
	};

	return cmocka_run_group_tests_name("lives", tests, NULL, NULL);
}
