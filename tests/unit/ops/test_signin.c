/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_signin.c - ops/signin.c, session_ops.c, request.c: from a password to a
 * session, and what is not to be had on the way. */

#include "ops/signin.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "rig.h"

#define OPEN(r, login_, password_)                                                       \
	rig_ask(r, "session.open", "{s:s, s:s}", "login", login_, "password", password_)
#define CODE(r, code_)               rig_ask(r, "session.code", "{s:s}", "code", code_)
#define assert_error(answer_, code_) assert_string_equal(rig_error(answer_), code_)

static void test_password_then_code(void **state)
{
	struct rig *r = *state;
	const json_t *answer = OPEN(r, "anna", PASSWORD);
	char before[80];

	assert_error(answer, "");
	assert_string_equal(rig_text(answer, "second_factor"), "sms");
	assert_string_equal(rig_text(answer, "mobile_masked"), "079 xxx xx 01");
	assert_int_equal(strlen(rig_text(answer, "csrf")), 32);
	strcpy(before, r->token);
	answer = CODE(r, rig_code(r));
	assert_error(answer, "");
	assert_string_equal(rig_text(answer, "state"), "active");
	assert_string_equal(rig_text(answer, "login"), "anna");
	assert_string_equal(rig_text(answer, "customer_name"), "Customer C-1");
	assert_string_not_equal(before, r->token);
	assert_error(rig_ask(r, "line.list", "{}"), "");
	assert_true(rig_event(r, "session_opened"));
}

static bool told(const json_t *answer, const char *name)
{
	return json_is_string(json_object_get(json_object_get(answer, "out"), name));
}

static void test_the_password_alone_says_not_whose_it_is(void **state)
{
	struct rig *r = *state;
	const json_t *answer;

	OPEN(r, "anna", PASSWORD);
	answer = rig_ask(r, "session.get", "{}");
	assert_error(answer, "");
	assert_string_equal(rig_text(answer, "state"), "pending");
	assert_string_equal(rig_text(answer, "mobile_masked"), "079 xxx xx 01");
	assert_true(told(answer, "csrf"));
	assert_false(told(answer, "login"));
	assert_false(told(answer, "customer_name"));
	assert_false(told(answer, "language"));
}

static void import(struct rig *r, bool full, const char *csv)
{
	struct import_config cfg = { .store = r->store,
				     .vault = r->vault,
				     .ids = r->ids,
				     .random = &r->random.random,
				     .clock = &r->clock.clock,
				     .domain = "voip.example.ch",
				     .realm = "voip.example.ch",
				     .country = "CH",
				     .timezone = "Europe/Zurich",
				     .full = full };
	struct import_result result;

	if (import_run(&cfg, IMPORT_CUSTOMERS, text_of(csv), &result))
		fail_msg("%s: %s", csv,
			 result.fault_count ? result.faults[0].reason : "");
	import_result_free(&result);
	rig_pass(r, 1);
}

/* A person whose password or mobile was changed, or who may not come in any more, is
 * signed out with it; who is not concerned stays. */
static void test_an_import_ends_the_sessions_of_a_changed_login(void **state)
{
#define HEAD  "customer,name,segment,product,number,login,password,mobile,language\n"
#define ANNA  "C-1,Customer C-1,RES,inOne home," ANNA_LINE ",anna,"
#define CARLA HEAD "C-3,Customer C-3,RES,inOne home,+41445550009,carla,,+41791110009,fr\n"
	static const struct {
		const char *what, *csv;
		bool full, ends;
	} rows[] = {
		{ "nothing", HEAD ANNA ",,en\n", false, false },
		{ "the language", HEAD ANNA ",,fr\n", false, false },
		{ "another login's mobile", CARLA, false, false },
		{ "the mobile", HEAD ANNA ",+41791110007,en\n", false, true },
		{ "disabled", CARLA, true, true },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rig *r;

		rig_setup(state);
		r = *state;
		rig_sign_in(r, "anna");
		import(r, rows[i].full, rows[i].csv);
		if (strcmp(rig_error(rig_ask(r, "line.list", "{}")),
			   rows[i].ends ? "sign_in_required" : "") != 0)
			fail_msg("%s", rows[i].what);
		rig_teardown(state);
	}
}

static void test_an_import_of_a_password_ends_the_sessions(void **state)
{
	struct rig *r = *state;

	rig_sign_in(r, "anna");
	import(r, false, HEAD ANNA "battery staple,,en\n");
	assert_error(rig_ask(r, "line.list", "{}"), "sign_in_required");
	assert_error(OPEN(r, "anna", PASSWORD), "wrong_login");
}

static void test_message_is_filled_in_by_the_browser(void **state)
{
	struct rig *r = *state;
	char tail[64];

	OPEN(r, "anna", PASSWORD);
	snprintf(tail, sizeof(tail), "\\n@portal.example.ch #%s\"", rig_code(r));
	assert_true(text_ends(text_of(rig_message(r)), text_of(tail)));
	assert_non_null(strstr(rig_message(r), "sms to=" ANNA_MOBILE " "));
}

static void test_wrong_ones_answer_alike(void **state)
{
	struct rig *r = *state;
	char *first = NULL, *text;
	static const struct {
		const char *login, *password;
	} rows[] = { { "anna", "wrong" },
		     { "nobody", "wrong" },
		     { "nobody", PASSWORD },
		     { "anna", "correct horse batterx" },
		     { "anna'; --", "x" } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *answer =
			json_copy((json_t *)OPEN(r, rows[i].login, rows[i].password));

		assert_error(answer, "wrong_login");
		json_object_del(answer, "id");
		text = json_dumps(answer, JSON_SORT_KEYS);
		if (first)
			assert_string_equal(text, first);
		else
			first = strdup(text);
		free(text);
		json_decref(answer);
	}
	free(first);
	assert_int_equal(rig_messages(r), 0);
	assert_true(rig_event(r, "wrong_password"));
}

static void test_an_unknown_login_costs_as_much(void **state)
{
	assert_int_equal(crypto_pwhash_str_needs_rehash(
				 SIGNIN_NOBODY, crypto_pwhash_OPSLIMIT_INTERACTIVE,
				 crypto_pwhash_MEMLIMIT_INTERACTIVE),
			 0);
	assert_int_not_equal(crypto_pwhash_str_verify(SIGNIN_NOBODY, "", 0), 0);
}

static void test_login_in_any_case(void **state)
{
	assert_error(OPEN(*state, "ANNA", PASSWORD), "");
}

static void test_before_the_code_nothing_else(void **state)
{
	struct rig *r = *state;

	OPEN(r, "anna", PASSWORD);
	assert_error(rig_ask(r, "line.list", "{}"), "second_factor_required");
	assert_error(rig_ask(r, "event.list", "{}"), "second_factor_required");
	assert_error(rig_ask(r, "stream", "{}"), "second_factor_required");
	assert_error(rig_ask(r, "credential.revoke", "{s:s}", "id", "0123456789abc"),
		     "second_factor_required");
	assert_string_equal(rig_text(rig_ask(r, "session.get", "{}"), "state"),
			    "pending");
}

static void test_nobody_gets_nothing(void **state)
{
	for (size_t i = 0; i < OPS_COUNT; i++) {
		const json_t *answer;

		if (OPS[i].who & OP_ANYONE)
			continue;
		answer = rig_ask(*state, OPS[i].name, "{}");
		assert_error(answer, OPS[i].who & (OP_CUSTOMER | OP_PENDING)
					     ? "sign_in_required"
					     : "not_allowed");
	}
	assert_error(rig_ask(*state, "no.such", "{}"), "not_found");
}

static void test_the_operators_own_is_not_a_customers(void **state)
{
	rig_sign_in(*state, "anna");
	for (size_t i = 0; i < OPS_COUNT; i++) {
		if (OPS[i].who == OP_OPERATOR)
			assert_error(rig_ask(*state, OPS[i].name, "{}"), "not_allowed");
	}
}

static void test_a_code_works_once(void **state)
{
	struct rig *r = *state;
	char code[7], token[80];

	OPEN(r, "anna", PASSWORD);
	strcpy(code, rig_code(r));
	strcpy(token, r->token);
	assert_error(CODE(r, code), "");
	strcpy(r->token, token); /* the one from before the second factor */
	assert_error(CODE(r, code), "sign_in_required");
}

static void test_blanks_in_a_code_are_forgiven(void **state)
{
	struct rig *r = *state;
	char typed[9];

	OPEN(r, "anna", PASSWORD);
	snprintf(typed, sizeof(typed), "%.3s %.3s", rig_code(r), rig_code(r) + 3);
	assert_error(CODE(r, typed), "");
}

static void test_wrong_codes_are_counted_down(void **state)
{
	struct rig *r = *state;
	const json_t *answer;
	char code[7];

	OPEN(r, "anna", PASSWORD);
	strcpy(code, rig_code(r));
	for (int left = 4; left > 0; left--) {
		answer = CODE(r, rig_wrong_code(r));
		assert_error(answer, "wrong_code");
		assert_int_equal(rig_number(answer, "attempts_left"), left);
	}
	assert_error(CODE(r, rig_wrong_code(r)), "code_locked");
	assert_error(CODE(r, code), "code_locked");
	assert_error(OPEN(r, "anna", PASSWORD), "");
	assert_error(CODE(r, rig_code(r)), "");
}

static void test_a_code_expires(void **state)
{
	struct rig *r = *state;

	OPEN(r, "anna", PASSWORD);
	rig_pass(r, CODE_LIFE_S);
	assert_error(CODE(r, rig_code(r)), "code_expired");
}

static void test_resend(void **state)
{
	struct rig *r = *state;
	const json_t *answer;
	char first[7];

	OPEN(r, "anna", PASSWORD);
	strcpy(first, rig_code(r));
	answer = rig_ask(r, "session.resend", "{}");
	assert_error(answer, "too_many_messages");
	assert_int_equal(rig_number(answer, "retry_after_s"), CODE_RESEND_S);
	rig_pass(r, CODE_RESEND_S);
	assert_error(rig_ask(r, "session.resend", "{}"), "");
	assert_int_equal(rig_messages(r), 2);
	assert_string_not_equal(first, rig_code(r));
	assert_error(CODE(r, first), "wrong_code");
	assert_int_equal(rig_number(CODE(r, rig_wrong_code(r)), "attempts_left"), 3);
	assert_error(CODE(r, rig_code(r)), "");
}

static void test_codes_of_another_session_are_wrong(void **state)
{
	struct rig *r = *state;
	char code[7], token[80], csrf[40];

	OPEN(r, "anna", PASSWORD);
	strcpy(code, rig_code(r));
	strcpy(token, r->token);
	strcpy(csrf, r->csrf);
	r->token[0] = '\0';
	OPEN(r, "anna", PASSWORD);
	assert_error(CODE(r, code), "wrong_code");
	strcpy(r->token, token);
	strcpy(r->csrf, csrf);
	assert_error(CODE(r, code), "");
}

static void test_csrf_token_is_wanted(void **state)
{
	struct rig *r = *state;
	char csrf[40];

	rig_sign_in(r, "anna");
	strcpy(csrf, r->csrf);
	r->csrf[0] = '\0';
	assert_error(rig_ask(r, "session.close", "{}"), "csrf");
	strcpy(r->csrf, csrf);
	r->csrf[0] = r->csrf[0] == '0' ? '1' : '0';
	assert_error(rig_ask(r, "session.close", "{}"), "csrf");
	assert_error(rig_ask(r, "line.list", "{}"), ""); /* reading needs none */
	strcpy(r->csrf, csrf);
	assert_error(rig_ask(r, "session.close", "{}"), "");
}

static void test_signed_out_is_out(void **state)
{
	struct rig *r = *state;
	char token[80];

	rig_sign_in(r, "anna");
	strcpy(token, r->token);
	assert_error(rig_ask(r, "session.close", "{}"), "");
	assert_string_equal(r->token, "");
	strcpy(r->token, token);
	assert_error(rig_ask(r, "line.list", "{}"), "sign_in_required");
}

static void test_signing_in_anew_ends_the_session_before(void **state)
{
	struct rig *r = *state;
	char token[80];

	rig_sign_in(r, "anna");
	strcpy(token, r->token);
	assert_error(OPEN(r, "anna", PASSWORD), "");
	strcpy(r->token, token);
	assert_error(rig_ask(r, "line.list", "{}"), "sign_in_required");
}

static void test_guessing_is_slowed_down(void **state)
{
	struct rig *r = *state;
	const json_t *answer = NULL;
	int tries = 0;

	do
		answer = OPEN(r, "anna", "wrong");
	while (strcmp(rig_error(answer), "wrong_login") == 0 && ++tries < 100);
	assert_int_equal(tries, 10);
	assert_error(answer, "too_many_attempts");
	assert_int_equal(rig_number(answer, "retry_after_s"), 1);
	assert_error(OPEN(r, "anna", PASSWORD), "too_many_attempts");
	assert_error(OPEN(r, "beat", PASSWORD), "");
	rig_pass(r, 1);
	assert_error(OPEN(r, "anna", PASSWORD), "");
}

static void test_strangers_do_not_lock_the_owner_out(void **state)
{
	struct rig *r = *state;

	rig_sign_in(r, "anna");
	r->source = "203.0.113.9";
	for (int i = 0; i < 30; i++)
		OPEN(r, "anna", "wrong");
	assert_error(OPEN(r, "anna", PASSWORD), "too_many_attempts");
	r->source = "192.0.2.7";
	assert_error(OPEN(r, "anna", PASSWORD), "");
}

static void test_unknown_logins_are_slowed_down_alike(void **state)
{
	for (int i = 0; i < 10; i++)
		assert_error(OPEN(*state, "nobody", "wrong"), "wrong_login");
	assert_error(OPEN(*state, "nobody", "wrong"), "too_many_attempts");
}

static void test_an_ipv6_household_is_one_source(void **state)
{
	char a[ADDR_TEXT_SIZE], b[ADDR_TEXT_SIZE], c[ADDR_TEXT_SIZE];

	assert_true(text_eq(signin_source("2001:db8:1:2::1", a),
			    signin_source("2001:db8:1:2:ffff::9", b)));
	assert_false(text_eq(signin_source("2001:db8:1:2::1", a),
			     signin_source("2001:db8:1:3::1", c)));
	assert_true(text_eq(signin_source("192.0.2.7", a), TEXT("192.0.2.7")));
}

static void test_a_mobile_that_is_one_of_our_lines_gets_no_code(void **state)
{
	assert_error(OPEN(*state, "carla", PASSWORD), "no_mobile");
	assert_int_equal(rig_messages(*state), 0);
}

static void test_messages_are_capped_until_one_is_used(void **state)
{
	struct rig *r = *state;
	const json_t *answer;

	for (int i = 0; i < 5; i++)
		assert_error(OPEN(r, "anna", PASSWORD), "");
	answer = OPEN(r, "anna", PASSWORD);
	assert_error(answer, "too_many_messages");
	assert_in_range(rig_number(answer, "retry_after_s"), 1, 601);
	assert_int_equal(rig_messages(r), 5);
	rig_pass(r, 601);
	for (int i = 0; i < 20; i++) {
		assert_error(OPEN(r, "anna", PASSWORD), "");
		assert_error(CODE(r, rig_code(r)), "");
	}
}

static void gather_log(void *arg, enum log_level level, const char *line)
{
	struct buf *b = arg;

	buf_puts(b, line);
	buf_putc(b, '\n');
}

static void test_the_log_holds_no_secret(void **state)
{
	struct rig *r = *state;
	struct buf log = BUF_GROWING;
	size_t at;

	log_set_level(LOG_DEBUG);
	log_set_sink(gather_log, &log);
	OPEN(r, "anna", "a wrong password");
	rig_sign_in(r, "anna");
	log_set_sink(NULL, NULL);
	log_set_level(LOG_ERROR);
	assert_true(log.len > 0);
	assert_false(text_find_text(buf_text(&log), TEXT("a wrong password"), &at));
	assert_false(text_find_text(buf_text(&log), TEXT(PASSWORD), &at));
	assert_false(text_find_text(buf_text(&log), text_of(rig_code(r)), &at));
	assert_false(text_find_text(buf_text(&log), text_of(r->token), &at));
	buf_free(&log);
}

int signin_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_password_then_code),
		CASE(test_the_password_alone_says_not_whose_it_is),
		cmocka_unit_test(test_an_import_ends_the_sessions_of_a_changed_login),
		CASE(test_an_import_of_a_password_ends_the_sessions),
		CASE(test_message_is_filled_in_by_the_browser),
		CASE(test_wrong_ones_answer_alike),
		CASE(test_an_unknown_login_costs_as_much),
		CASE(test_login_in_any_case),
		CASE(test_before_the_code_nothing_else),
		CASE(test_nobody_gets_nothing),
		CASE(test_the_operators_own_is_not_a_customers),
		CASE(test_a_code_works_once),
		CASE(test_blanks_in_a_code_are_forgiven),
		CASE(test_wrong_codes_are_counted_down),
		CASE(test_a_code_expires),
		CASE(test_resend),
		CASE(test_codes_of_another_session_are_wrong),
		CASE(test_csrf_token_is_wanted),
		CASE(test_signed_out_is_out),
		CASE(test_signing_in_anew_ends_the_session_before),
		CASE(test_guessing_is_slowed_down),
		CASE(test_strangers_do_not_lock_the_owner_out),
		CASE(test_unknown_logins_are_slowed_down_alike),
		CASE(test_an_ipv6_household_is_one_source),
		CASE(test_a_mobile_that_is_one_of_our_lines_gets_no_code),
		CASE(test_messages_are_capped_until_one_is_used),
		CASE(test_the_log_holds_no_secret),
	};
#undef CASE

	return cmocka_run_group_tests_name("signin", tests, NULL, NULL);
}
