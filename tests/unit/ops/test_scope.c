/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_scope.c - ops/scope.c and the operations on lines and credentials: what
 * is whose. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define assert_error(answer_, code_) assert_string_equal(rig_error(answer_), code_)

static const json_t *listed(const json_t *answer, const char *list, size_t i)
{
	return json_array_get(json_object_get(json_object_get(answer, "out"), list), i);
}

static size_t count(const json_t *answer, const char *list)
{
	return json_array_size(json_object_get(json_object_get(answer, "out"), list));
}

static void test_own_lines_with_reasons(void **state)
{
	struct rig *r = *state;
	const json_t *answer, *line;

	rig_sign_in(r, "anna");
	answer = rig_ask(r, "line.list", "{}");
	assert_int_equal(count(answer, "lines"), 2);
	line = listed(answer, "lines", 0);
	assert_string_equal(json_string_value(json_object_get(line, "number")),
			    ANNA_LINE);
	assert_true(json_is_true(json_object_get(line, "eligible")));
	assert_true(json_is_null(json_object_get(line, "reason")));
	assert_true(json_is_null(json_object_get(line, "consent")));
	assert_null(json_object_get(line, "customer"));
	line = listed(answer, "lines", 1);
	assert_true(json_is_false(json_object_get(line, "eligible")));
	assert_string_equal(json_string_value(json_object_get(line, "reason")),
			    "product_never");
	assert_true(strlen(json_string_value(json_object_get(line, "reason_text"))) > 10);
}

static void test_consent_is_recorded_with_who_when_what(void **state)
{
	struct rig *r = *state;
	const json_t *consent;

	rig_sign_in(r, "anna");
	assert_error(rig_ask(r, "consent.record", "{s:s, s:s, s:s}", "number", ANNA_LINE,
			     "version", "current", "reach", "world"),
		     "");
	consent = json_object_get(listed(rig_ask(r, "line.list", "{}"), "lines", 0),
				  "consent");
	assert_string_equal(json_string_value(json_object_get(consent, "login")), "anna");
	assert_string_equal(json_string_value(json_object_get(consent, "reach")),
			    "world");
	assert_string_equal(json_string_value(json_object_get(consent, "version")),
			    r->consent.version);
	assert_string_equal(json_string_value(json_object_get(consent, "accepted_at")),
			    "2026-11-23T14:10:00.000Z");
	assert_true(rig_event(r, "consent_recorded"));
}

static void test_calls_hear_of_the_reach(void **state)
{
	static const char *const reaches[] = { "world", "home" };
	struct rig *r = *state;
	struct account_line line;

	rig_sign_in(r, "anna");
	assert_int_equal(account_line_by_number(r->book, TEXT(ANNA_LINE), &line), 0);
	assert_string_equal(line.reach, "");
	for (size_t i = 0; i < COUNT(reaches); i++) {
		assert_error(rig_ask(r, "consent.record", "{s:s, s:s, s:s}", "number",
				     ANNA_LINE, "version", "current", "reach",
				     reaches[i]),
			     "");
		rig_pass(r, 1);
		assert_int_equal(account_line_by_id(r->book, line.id, &line), 0);
		assert_string_equal(line.reach, reaches[i]);
	}
}

static void test_consent_to_an_old_version_is_none(void **state)
{
	struct rig *r = *state;

	rig_sign_in(r, "anna");
	assert_error(rig_ask(r, "consent.record", "{s:s, s:s}", "number", ANNA_LINE,
			     "version", "2017-04-1"),
		     "consent_old");
	assert_error(rig_ask(r, "consent.record", "{s:s, s:s}", "number", ANNA_LINE,
			     "version", r->consent.version),
		     "");
}

static void test_consent_texts_in_each_language(void **state)
{
	static const char *const languages[] = { "de", "fr", "it", "en" };
	struct rig *r = *state;
	char before[200] = "";

	rig_sign_in(r, "anna");
	for (size_t i = 0; i < COUNT(languages); i++) {
		const json_t *answer =
			rig_ask(r, "consent.get", "{s:s}", "language", languages[i]);
		const char *title = json_string_value(
			json_object_get(listed(answer, "sections", 0), "title"));

		assert_non_null(title);
		assert_string_not_equal(title, before);
		snprintf(before, sizeof(before), "%s", title);
	}
}

/* Each operation on a line or credential of somebody else's answers exactly as for one
 * that does not exist. */
static void test_what_is_not_mine_does_not_exist(void **state)
{
	static const char *const on_lines[] = { "credential.list", "line.calls" };
	static const char *const on_credentials[] = { "credential.freeze",
						      "credential.unfreeze",
						      "credential.revoke" };
	struct rig *r = *state;
	char id[ID_TEXT_SIZE];

	rig_sign_in(r, "beat");
	rig_consent(r, BEAT_LINE);
	rig_create(r, BEAT_LINE, "Beat's", id);
	rig_sign_in(r, "anna");
	for (size_t i = 0; i < COUNT(on_lines); i++) {
		assert_error(rig_ask(r, on_lines[i], "{s:s}", "number", BEAT_LINE),
			     "not_found");
		assert_error(rig_ask(r, on_lines[i], "{s:s}", "number", "+41440000000"),
			     "not_found");
	}
	assert_error(rig_ask(r, "consent.record", "{s:s, s:s}", "number", BEAT_LINE,
			     "version", "current"),
		     "not_found");
	assert_error(rig_ask(r, "credential.create", "{s:s, s:s}", "number", BEAT_LINE,
			     "label", "x"),
		     "not_found");
	for (size_t i = 0; i < COUNT(on_credentials); i++) {
		assert_error(rig_ask(r, on_credentials[i], "{s:s}", "id", id),
			     "not_found");
		assert_error(
			rig_ask(r, on_credentials[i], "{s:s}", "id", "0123456789abc"),
			"not_found");
	}
	rig_sign_in(r, "beat");
	assert_string_equal(json_string_value(json_object_get(
				    listed(rig_ask(r, "credential.list", "{s:s}",
						   "number", BEAT_LINE),
					   "credentials", 0),
				    "status")),
			    "active");
}

static void test_events_are_the_customers_own(void **state)
{
	struct rig *r = *state;
	const json_t *answer;
	char *text;

	rig_sign_in(r, "beat");
	rig_pass(r, 2);
	rig_sign_in(r, "anna");
	rig_pass(r, 2);
	answer = rig_ask(r, "event.list", "{}");
	assert_true(count(answer, "events") >= 2);
	text = json_dumps(answer, 0);
	assert_null(strstr(text, "beat"));
	free(text);
}

static void test_private_inputs_are_unknown_to_customers(void **state)
{
	struct rig *r = *state;

	rig_sign_in(r, "anna");
	assert_error(rig_ask(r, "line.list", "{s:s}", "customer", "C-2"), "bad_field");
	assert_error(rig_ask(r, "event.list", "{s:s}", "customer", "C-2"), "bad_field");
	assert_error(rig_ask(r, "credential.create", "{s:s, s:s, s:s}", "number",
			     ANNA_LINE, "label", "x", "kind", "router"),
		     "bad_field");
}

static void test_the_operators_routers_are_not_shown(void **state)
{
	struct rig *r = *state;
	char id[ID_TEXT_SIZE];
	const json_t *answer;

	answer = rig_operate(r, "credential.create", "{s:s, s:s, s:s}", "number",
			     ANNA_LINE, "label", "Internet box", "kind", "router");
	assert_error(answer, "");
	strcpy(id, rig_text(answer, "id"));
	rig_sign_in(r, "anna");
	assert_int_equal(
		count(rig_ask(r, "credential.list", "{s:s}", "number", ANNA_LINE),
		      "credentials"),
		0);
	assert_error(rig_ask(r, "credential.revoke", "{s:s}", "id", id), "not_found");
	assert_int_equal(
		count(rig_operate(r, "credential.list", "{s:s}", "number", ANNA_LINE),
		      "credentials"),
		1);
}

static void assert_status(struct rig *r, const char *status)
{
	const json_t *c =
		listed(rig_ask(r, "credential.list", "{s:s}", "number", ANNA_LINE),
		       "credentials", 0);

	assert_string_equal(json_string_value(json_object_get(c, "status")), status);
}

static void test_freeze_unfreeze_revoke(void **state)
{
	struct rig *r = *state;
	char id[ID_TEXT_SIZE];
	const json_t *answer;

	rig_sign_in(r, "anna");
	rig_consent(r, ANNA_LINE);
	rig_create(r, ANNA_LINE, "Kitchen", id);
	assert_status(r, "active");
	assert_error(rig_ask(r, "credential.freeze", "{s:s}", "id", id), "");
	assert_status(r, "frozen");
	assert_error(rig_ask(r, "credential.freeze", "{s:s}", "id", id), ""); /* again */
	assert_error(rig_ask(r, "credential.unfreeze", "{s:s}", "id", id), "");
	assert_status(r, "active");
	answer = rig_ask(r, "credential.revoke", "{s:s}", "id", id);
	assert_error(answer, "");
	assert_int_equal(rig_number(answer, "nodes_pending"), 0);
	assert_true(json_is_integer(
		json_object_get(json_object_get(answer, "out"), "elapsed_us")));
	assert_int_equal(
		count(rig_ask(r, "credential.list", "{s:s}", "number", ANNA_LINE),
		      "credentials"),
		0);
	assert_error(rig_ask(r, "credential.unfreeze", "{s:s}", "id", id), "revoked");
	assert_true(rig_event(r, "credential_revoked"));
}

int scope_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_own_lines_with_reasons),
		CASE(test_consent_is_recorded_with_who_when_what),
		CASE(test_calls_hear_of_the_reach),
		CASE(test_consent_to_an_old_version_is_none),
		CASE(test_consent_texts_in_each_language),
		CASE(test_what_is_not_mine_does_not_exist),
		CASE(test_events_are_the_customers_own),
		CASE(test_private_inputs_are_unknown_to_customers),
		CASE(test_the_operators_routers_are_not_shown),
		CASE(test_freeze_unfreeze_revoke),
	};
#undef CASE

	return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
