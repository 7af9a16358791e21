/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_forwarding.c - ops/forwarding.c: who may send whose calls where. */

#include <string.h>

#include "rig.h"

#define assert_error(answer_, code_) assert_string_equal(rig_error(answer_), code_)
#define SET(r, number_, field_, value_)                                                  \
	rig_ask(r, "line.forward.set", "{s:s, s:s}", "number", number_, field_, value_)

static int setup(void **state)
{
	rig_setup(state);
	rig_sign_in(*state, "anna");
	return 0;
}

static const char *in_memory(struct rig *r, enum forward_kind kind)
{
	static struct account_line line;

	assert_int_equal(account_line_by_number(r->book, TEXT(ANNA_LINE), &line), 0);
	return line.forward.to[kind];
}

static const struct {
	const char *what, *typed, *error, *target;
} targets[] = {
	{ "as dialled at home", "079 123 45 67", "", "+41791234567" },
	{ "in E.164", "+41441230000", "", "+41441230000" },
	{ "freephone", "0800 800 800", "", "+41800800800" },
	{ "Liechtenstein", "00423 234 56 78", "", "+4232345678" },
	{ "off", "off", "", NULL },
	{ "empty", "", "", NULL },
	{ "abroad", "+4930123456", "step_up_required", NULL },
	{ "premium", "0900 123 456", "step_up_required", NULL },
	{ "satellite", "+881612345678", "step_up_required", NULL },
	{ "emergency", "112", "bad_target", NULL },
	{ "emergency in disguise", "+41117", "bad_target", NULL },
	{ "helpline", "143", "bad_target", NULL },
	{ "echo", "*43", "bad_target", NULL },
	{ "no number", "my mobile", "bad_target", NULL },
	{ "the line itself", "044 123 45 67", "bad_target", NULL },
};

static void test_targets(void **state)
{
	struct rig *r = *state;

	for (size_t i = 0; i < COUNT(targets); i++) {
		const json_t *answer;

		rig_pass(r, 3600);
		rig_sign_in(r, "anna");
		answer = SET(r, ANNA_LINE, "busy", targets[i].typed);
		if (strcmp(rig_error(answer), targets[i].error) != 0)
			fail_msg("%s: %s", targets[i].what, rig_error(answer));
		if (targets[i].target)
			assert_string_equal(rig_text(answer, "busy"), targets[i].target);
		if (!targets[i].error[0])
			assert_string_equal(in_memory(r, FORWARD_BUSY),
					    targets[i].target ? targets[i].target : "");
	}
}

static void test_a_code_names_the_number(void **state)
{
	struct rig *r = *state;
	char action[40];
	const json_t *answer = SET(r, ANNA_LINE, "always", "+4930123456");

	assert_error(answer, "step_up_required");
	strcpy(action, rig_text(answer, "action"));
	assert_non_null(strstr(rig_message(r), "FORWARDING of 044 xxx xx 67 to "
					       "+4930123456. "));
	assert_string_equal(in_memory(r, FORWARD_ALWAYS), "");
	/* the code was for that number and no other */
	answer = rig_ask(r, "line.forward.set", "{s:s, s:s, s:s, s:s}", "number",
			 ANNA_LINE, "always", "+4930123457", "action", action, "code",
			 rig_code(r));
	assert_error(answer, "action_unknown");
	answer = rig_ask(r, "line.forward.set", "{s:s, s:s, s:s, s:s}", "number",
			 ANNA_LINE, "always", "+4930123456", "action", action, "code",
			 rig_code(r));
	assert_error(answer, "");
	assert_string_equal(in_memory(r, FORWARD_ALWAYS), "+4930123456");
	assert_true(rig_event(r, "forwarding_changed"));
	/* what is so already needs none again */
	assert_error(SET(r, ANNA_LINE, "always", "+4930123456"), "");
	assert_error(SET(r, ANNA_LINE, "busy", "0791234567"), "");
	assert_string_equal(in_memory(r, FORWARD_ALWAYS), "+4930123456");
	assert_error(SET(r, ANNA_LINE, "always", ""), "");
	assert_string_equal(in_memory(r, FORWARD_ALWAYS), "");
	assert_string_equal(in_memory(r, FORWARD_BUSY), "+41791234567");
}

static void test_the_lines_of_others(void **state)
{
	struct rig *r = *state;

	assert_error(SET(r, BEAT_LINE, "busy", "0791234567"), "not_found");
	assert_error(rig_ask(r, "line.forward.get", "{s:s}", "number", BEAT_LINE),
		     "not_found");
}

/* The operator needs no code, and sees what is set when he sets nothing. */
static void test_the_operator(void **state)
{
	struct rig *r = *state;
	const json_t *answer =
		rig_operate(r, "line.forward.set", "{s:s, s:s, s:i}", "number", ANNA_LINE,
			    "no_answer", "+4930123456", "no_answer_after_s", 30);

	assert_error(answer, "");
	answer = rig_operate(r, "line.forward.set", "{s:s}", "number", ANNA_LINE);
	assert_string_equal(rig_text(answer, "no_answer"), "+4930123456");
	assert_int_equal(rig_number(answer, "no_answer_after_s"), 30);
	assert_error(rig_operate(r, "line.forward.set", "{s:s, s:i}", "number", ANNA_LINE,
				 "no_answer_after_s", 4),
		     "bad_field");
	answer = rig_ask(r, "line.forward.get", "{s:s}", "number", ANNA_LINE);
	assert_string_equal(rig_text(answer, "no_answer"), "+4930123456");
}

int forwarding_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_targets, setup, rig_teardown),
		cmocka_unit_test_setup_teardown(test_a_code_names_the_number, setup,
						rig_teardown),
		cmocka_unit_test_setup_teardown(test_the_lines_of_others, setup,
						rig_teardown),
		cmocka_unit_test_setup_teardown(test_the_operator, setup, rig_teardown),
	};

	return cmocka_run_group_tests_name("forwarding", tests, NULL, NULL);
}
