/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_step_up.c - ops/step_up.c, action.c, create.c: a code for one action. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define assert_error(answer_, code_) assert_string_equal(rig_error(answer_), code_)
#define ASK(r, number_, label_)                                                          \
	rig_ask(r, "credential.create", "{s:s, s:s}", "number", number_, "label", label_)
#define CREATE(r, number_, label_, action_, code_)                                       \
	rig_ask(r, "credential.create", "{s:s, s:s, s:s, s:s}", "number", number_,       \
		"label", label_, "action", action_, "code", code_)

static int setup(void **state)
{
	rig_setup(state);
	rig_sign_in(*state, "anna");
	rig_consent(*state, ANNA_LINE);
	return 0;
}

static const char *action_for(struct rig *r, const char *label, char dst[40])
{
	const json_t *answer = ASK(r, ANNA_LINE, label);

	assert_error(answer, "step_up_required");
	assert_int_equal(rig_number(answer, "expires_s"), 300);
	assert_string_equal(rig_text(answer, "mobile_masked"), "079 xxx xx 01");
	strcpy(dst, rig_text(answer, "action"));
	return dst;
}

static void test_the_message_names_the_action_first(void **state)
{
	char action[40];

	action_for(*state, "Zoiper", action);
	assert_non_null(
		strstr(rig_message(*state),
		       "text=\"NEW SIP ACCESS for 044 xxx xx 67, device \\\"Zoiper\\\". "
		       "Anyone with it can call at your cost. Code "));
	assert_null(strstr(rig_message(*state), "@portal"));
}

static void test_right_code_creates_and_shows_once(void **state)
{
	struct rig *r = *state;
	char action[40], password[40];
	const json_t *answer;
	char *list;

	action_for(r, "Zoiper", action);
	answer = CREATE(r, ANNA_LINE, "Zoiper", action, rig_code(r));
	assert_error(answer, "");
	assert_string_equal(rig_text(answer, "user_name"), ANNA_LINE);
	assert_string_equal(rig_text(answer, "domain"), "voip.example.ch");
	assert_string_equal(rig_text(answer, "profile"), "generic");
	assert_string_equal(rig_text(answer, "label"), "Zoiper");
	assert_int_equal(strlen(rig_text(answer, "password")), 24);
	assert_int_equal(rig_number(answer, "port"), 5060);
	strcpy(password, rig_text(answer, "password"));
	list = json_dumps(rig_ask(r, "credential.list", "{s:s}", "number", ANNA_LINE), 0);
	assert_null(strstr(list, password));
	assert_non_null(strstr(list, "Zoiper"));
	free(list);
	assert_true(rig_event(r, "credential_created"));
}

static void test_a_code_used_twice(void **state)
{
	struct rig *r = *state;
	char action[40], code[7];

	action_for(r, "Zoiper", action);
	strcpy(code, rig_code(r));
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, code), "");
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, code), "code_expired");
}

static void test_a_code_with_more_behind(void **state)
{
	struct rig *r = *state;
	char action[40], code[7], longer[12];

	action_for(r, "Zoiper", action);
	strcpy(code, rig_code(r));
	snprintf(longer, sizeof(longer), "%s9", code);
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, longer), "wrong_code");
	snprintf(longer, sizeof(longer), "%.3s %s", code, code + 3);
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, longer), "");
}

static void test_a_code_for_another_action(void **state)
{
	struct rig *r = *state;
	char action[40], code[7];

	action_for(r, "Zoiper", action);
	strcpy(code, rig_code(r));
	assert_error(CREATE(r, ANNA_LINE, "Other", action, code), "action_unknown");
	assert_error(rig_ask(r, "credential.create", "{s:s, s:s, s:s, s:s, s:s}",
			     "number", ANNA_LINE, "label", "Zoiper", "profile",
			     "fritzbox", "action", action, "code", code),
		     "action_unknown");
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", "aaaaaaaaaaaaaaaaaaaaaaaaaa", code),
		     "action_unknown");
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, code), "");
}

static void test_codes_of_two_actions_are_not_mixed(void **state)
{
	struct rig *r = *state;
	char one[40], two[40], code_one[7], code_two[7];

	action_for(r, "One", one);
	strcpy(code_one, rig_code(r));
	action_for(r, "Two", two);
	strcpy(code_two, rig_code(r));
	assert_string_not_equal(one, two);
	assert_error(CREATE(r, ANNA_LINE, "One", one, code_two), "wrong_code");
	assert_error(CREATE(r, ANNA_LINE, "One", one, code_one), "");
	assert_error(CREATE(r, ANNA_LINE, "Two", two, code_two), "");
}

static void test_another_sessions_action_is_unknown(void **state)
{
	struct rig *r = *state;
	char action[40], code[7];

	action_for(r, "Zoiper", action);
	strcpy(code, rig_code(r));
	rig_sign_in(r, "anna");
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, code), "action_unknown");
}

static void test_expired(void **state)
{
	struct rig *r = *state;
	char action[40];

	action_for(r, "Zoiper", action);
	rig_pass(r, 300);
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, rig_code(r)), "code_expired");
}

static void test_five_tries(void **state)
{
	struct rig *r = *state;
	char action[40];
	const json_t *answer;

	action_for(r, "Zoiper", action);
	for (int left = 4; left > 0; left--) {
		answer = CREATE(r, ANNA_LINE, "Zoiper", action, rig_wrong_code(r));
		assert_error(answer, "wrong_code");
		assert_int_equal(rig_number(answer, "attempts_left"), left);
	}
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, rig_wrong_code(r)),
		     "code_locked");
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, rig_code(r)), "code_locked");
}

static void test_half_a_step_is_bad(void **state)
{
	assert_error(rig_ask(*state, "credential.create", "{s:s, s:s, s:s}", "number",
			     ANNA_LINE, "label", "x", "code", "123456"),
		     "bad_request");
}

static void test_asking_is_capped(void **state)
{
	char action[40];

	for (int i = 0; i < 5; i++)
		action_for(*state, "Zoiper", action);
	assert_error(ASK(*state, ANNA_LINE, "Zoiper"), "too_many_messages");
}

static void test_what_must_be_there_before(void **state)
{
	struct rig *r = *state;
	const json_t *answer = ASK(r, ANNA_OLD, "x");

	assert_error(answer, "not_eligible");
	assert_string_equal(rig_text(answer, "reason"), "product_never");
	rig_operate(r, "line.freeze", "{s:s}", "number", ANNA_LINE);
	assert_error(ASK(r, ANNA_LINE, "x"), "line_frozen");
	rig_operate(r, "line.unfreeze", "{s:s}", "number", ANNA_LINE);
	rig_sign_in(r, "beat");
	assert_error(ASK(r, BEAT_LINE, "x"), "consent_required");
	rig_consent(r, BEAT_LINE);
	assert_error(ASK(r, BEAT_LINE, "x"), "step_up_required");
}

static void test_ten_live_ones_are_enough(void **state)
{
	struct rig *r = *state;
	char id[ID_TEXT_SIZE], label[8];

	for (int i = 0; i < 10; i++) {
		snprintf(label, sizeof(label), "d%d", i);
		rig_create(r, ANNA_LINE, label, id);
	}
	assert_error(ASK(r, ANNA_LINE, "eleven"), "too_many_credentials");
	assert_error(rig_ask(r, "credential.revoke", "{s:s}", "id", id), "");
	rig_create(r, ANNA_LINE, "eleven", id);
}

static void test_between_the_steps_it_may_become_forbidden(void **state)
{
	struct rig *r = *state;
	char action[40];

	action_for(r, "Zoiper", action);
	rig_operate(r, "line.freeze", "{s:s}", "number", ANNA_LINE);
	assert_error(CREATE(r, ANNA_LINE, "Zoiper", action, rig_code(r)), "line_frozen");
}

int step_up_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_the_message_names_the_action_first),
		CASE(test_right_code_creates_and_shows_once),
		CASE(test_a_code_used_twice),
		CASE(test_a_code_with_more_behind),
		CASE(test_a_code_for_another_action),
		CASE(test_codes_of_two_actions_are_not_mixed),
		CASE(test_another_sessions_action_is_unknown),
		CASE(test_expired),
		CASE(test_five_tries),
		CASE(test_half_a_step_is_bad),
		CASE(test_asking_is_capped),
		CASE(test_what_must_be_there_before),
		CASE(test_ten_live_ones_are_enough),
		CASE(test_between_the_steps_it_may_become_forbidden),
	};
#undef CASE

	return cmocka_run_group_tests_name("step_up", tests, NULL, NULL);
}
