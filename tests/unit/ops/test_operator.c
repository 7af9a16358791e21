/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_operator.c - The operator's operations: customers, lines, CDRs, tariffs.
 */

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

static bool more(const json_t *answer)
{
	return json_is_true(json_object_get(json_object_get(answer, "out"), "more"));
}

/* Whatever an operation answers is in its table row, and the other way round. */
static void assert_described(const struct op *op, const json_t *row, bool operator_asks)
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)row, name, value) {
		const struct op_field *f = op_field(op->out, text_of(name));

		if (!f)
			fail_msg("%s answers %s, which the table does not know", op->name,
				 name);
		if (json_is_null(value) && !(f->flags & OP_NULLABLE))
			fail_msg("%s: %s is null", op->name, name);
	}
	for (const struct op_field *f = op->out; f->name; f++) {
		if (!json_object_get(row, f->name) &&
		    !((f->flags & OP_PRIVATE) && !operator_asks))
			fail_msg("%s: %s is missing", op->name, f->name);
	}
}

static void test_customers(void **state)
{
	struct rig *r = *state;
	const json_t *answer = rig_operate(r, "customer.list", "{}");

	assert_int_equal(count(answer, "customers"), 3);
	assert_false(more(answer));
	assert_described(op_by_name(TEXT("customer.list")),
			 listed(answer, "customers", 0), true);
	answer = rig_operate(r, "customer.list", "{s:i}", "limit", 2);
	assert_int_equal(count(answer, "customers"), 2);
	assert_true(more(answer));
	answer = rig_operate(r, "customer.show", "{s:s}", "customer", "C-1");
	assert_string_equal(rig_text(answer, "segment"), "RES");
	assert_int_equal(count(answer, "logins"), 1);
	assert_int_equal(count(answer, "lines"), 2);
	assert_described(op_by_name(TEXT("customer.show")),
			 json_object_get(answer, "out"), true);
	assert_error(rig_operate(r, "customer.show", "{s:s}", "customer", "C-9"),
		     "not_found");
}

static void test_password_hashes_are_not_shown(void **state)
{
	char *text = json_dumps(
		rig_operate(*state, "customer.show", "{s:s}", "customer", "C-1"), 0);

	assert_non_null(strstr(text, "anna"));
	assert_null(strstr(text, "argon2"));
	free(text);
}

static void test_lines(void **state)
{
	struct rig *r = *state;
	const json_t *answer = rig_operate(r, "line.list", "{}");

	assert_int_equal(count(answer, "lines"), 3);
	assert_described(op_by_name(TEXT("line.list")), listed(answer, "lines", 0), true);
	answer = rig_operate(r, "line.list", "{s:s}", "customer", "C-2");
	assert_int_equal(count(answer, "lines"), 1);
	answer = rig_operate(r, "line.show", "{s:s}", "number", ANNA_LINE);
	assert_string_equal(rig_text(answer, "customer"), "C-1");
	assert_error(rig_operate(r, "line.show", "{s:s}", "number", "+41440000000"),
		     "not_found");
}

static void test_freezing_a_line(void **state)
{
	struct rig *r = *state;

	assert_string_equal(
		rig_text(rig_operate(r, "line.freeze", "{s:s}", "number", ANNA_LINE),
			 "status"),
		"frozen");
	assert_error(rig_operate(r, "line.freeze", "{s:s}", "number", ANNA_LINE), "");
	assert_string_equal(
		rig_text(rig_operate(r, "line.show", "{s:s}", "number", ANNA_LINE),
			 "status"),
		"frozen");
	assert_string_equal(
		rig_text(rig_operate(r, "line.unfreeze", "{s:s}", "number", ANNA_LINE),
			 "status"),
		"active");
	assert_error(rig_operate(r, "line.freeze", "{s:s}", "number", "+41440000000"),
		     "not_found");
}

static void test_creating_needs_no_code_but_eligibility(void **state)
{
	struct rig *r = *state;
	const json_t *answer = rig_operate(r, "credential.create", "{s:s, s:s}", "number",
					   ANNA_LINE, "label", "By mail");

	assert_error(answer, "");
	assert_int_equal(strlen(rig_text(answer, "password")), 24);
	assert_described(op_by_name(TEXT("credential.create")),
			 json_object_get(answer, "out"), true);
	assert_int_equal(rig_messages(r), 0);
	assert_error(rig_operate(r, "credential.create", "{s:s, s:s}", "number", ANNA_OLD,
				 "label", "x"),
		     "not_eligible");
	assert_error(rig_operate(r, "credential.create", "{s:s, s:s, s:s}", "number",
				 ANNA_OLD, "label", "x", "kind", "router"),
		     "");
	answer = rig_operate(r, "credential.list", "{s:s}", "number", ANNA_LINE);
	assert_described(op_by_name(TEXT("credential.list")),
			 listed(answer, "credentials", 0), true);
}

struct booking {
	struct cdr_row cdr;
	struct rig *r;
};

static int book(struct store_db *db, void *arg)
{
	struct booking *b = arg;
	struct line_row line;
	int error = store_line_by_number(db, ANNA_LINE, &line);

	if (error)
		return error;
	b->cdr.id = id_new(b->r->ids);
	b->cdr.customer_id = line.customer_id;
	b->cdr.line_id = line.id;
	return store_cdr_book(db, &b->cdr);
}

static void book_calls(struct rig *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct booking b = {
			.r = r,
			.cdr = { .direction = CALL_OUT,
				 .from = ANNA_LINE,
				 .to = "+41791234567",
				 .class_ = "mobile",
				 .tariff = "home",
				 .started_at = r->clock.wall_us + i * INT64_C(60000000),
				 .charge_micros = 350000,
				 .cause = "caller_hung_up" },
		};

		b.cdr.answered_at = b.cdr.started_at + 5000000;
		b.cdr.ended_at = b.cdr.answered_at + 61500000;
		rig_write(r, book, &b);
	}
}

static void test_cdrs(void **state)
{
	struct rig *r = *state;
	const json_t *answer, *cdr;

	book_calls(r, 3);
	answer = rig_operate(r, "cdr.list", "{s:s}", "number", ANNA_LINE);
	assert_int_equal(count(answer, "cdrs"), 3);
	cdr = listed(answer, "cdrs", 0);
	assert_described(op_by_name(TEXT("cdr.list")), cdr, true);
	assert_string_equal(json_string_value(json_object_get(cdr, "charge")), "0.35");
	assert_string_equal(json_string_value(json_object_get(cdr, "line")), ANNA_LINE);
	assert_string_equal(json_string_value(json_object_get(cdr, "started_at")),
			    "2026-11-23T14:12:00.000Z");
	assert_int_equal(json_integer_value(json_object_get(cdr, "duration_s")), 62);
	answer = rig_operate(r, "cdr.list", "{s:i}", "limit", 2);
	assert_int_equal(count(answer, "cdrs"), 2);
	assert_true(more(answer));
	assert_int_equal(count(rig_operate(r, "cdr.list", "{s:s}", "since",
					   "2026-11-23T14:11:30Z"),
			       "cdrs"),
			 1);
	assert_int_equal(count(rig_operate(r, "cdr.list", "{s:s}", "until",
					   "2026-11-23T14:11:30Z"),
			       "cdrs"),
			 2);
	assert_int_equal(
		count(rig_operate(r, "cdr.list", "{s:s}", "number", BEAT_LINE), "cdrs"),
		0);
}

static void test_calls_of_the_portal_page_by_page(void **state)
{
	struct rig *r = *state;
	const json_t *answer;
	char id[ID_TEXT_SIZE];

	book_calls(r, 5);
	rig_sign_in(r, "anna");
	answer = rig_ask(r, "line.calls", "{s:s, s:i}", "number", ANNA_LINE, "limit", 2);
	assert_int_equal(count(answer, "calls"), 2);
	assert_int_equal(count(answer, "live"), 0);
	assert_string_equal(json_string_value(json_object_get(listed(answer, "calls", 0),
							      "currency")),
			    "CHF");
	strcpy(id, json_string_value(json_object_get(listed(answer, "calls", 1), "id")));
	answer =
		rig_ask(r, "line.calls", "{s:s, s:s}", "number", ANNA_LINE, "before", id);
	assert_int_equal(count(answer, "calls"), 3);
}

static int put_rates(struct store_db *db, void *arg)
{
	const struct rate_row rows[] = {
		{ "home", "+41", "fixed", 0, 80000, 60, 60, 17257 },
		{ "office", "+41", "fixed", 0, 50000, 1, 1, 17257 },
	};
	int error = store_rate_put(db, &rows[0]);

	return error ? error : store_rate_put(db, &rows[1]);
}

static void test_tariffs(void **state)
{
	struct rig *r = *state;
	const json_t *answer;

	rig_write(r, put_rates, NULL);
	answer = rig_operate(r, "tariff.list", "{}");
	assert_int_equal(count(answer, "rates"), 2);
	assert_described(op_by_name(TEXT("tariff.list")), listed(answer, "rates", 0),
			 true);
	answer = rig_operate(r, "tariff.list", "{s:s}", "tariff", "office");
	assert_int_equal(count(answer, "rates"), 1);
	assert_string_equal(json_string_value(json_object_get(listed(answer, "rates", 0),
							      "per_minute")),
			    "0.05");
}

static void test_live_things_need_a_server(void **state)
{
	assert_error(rig_operate(*state, "status", "{}"), "needs_server");
	assert_error(rig_operate(*state, "call.list", "{}"), "needs_server");
	assert_error(rig_operate(*state, "binding.list", "{s:s}", "number", ANNA_LINE),
		     "needs_server");
}

static void test_import_wants_a_file(void **state)
{
	assert_error(rig_operate(*state, "import", "{s:s}", "kind", "customers"),
		     "bad_field");
}

static void test_unknown_members_of_a_request(void **state)
{
	struct rig *r = *state;

	assert_error(rig_operate(r, "customer.list", "{s:s}", "colour", "red"),
		     "bad_field");
	assert_error(rig_operate(r, "customer.list", "[]"), "bad_request");
}

int operator_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, rig_setup, rig_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_customers),
		CASE(test_password_hashes_are_not_shown),
		CASE(test_lines),
		CASE(test_freezing_a_line),
		CASE(test_creating_needs_no_code_but_eligibility),
		CASE(test_cdrs),
		CASE(test_calls_of_the_portal_page_by_page),
		CASE(test_tariffs),
		CASE(test_live_things_need_a_server),
		CASE(test_import_wants_a_file),
		CASE(test_unknown_members_of_a_request),
	};
#undef CASE

	return cmocka_run_group_tests_name("operator", tests, NULL, NULL);
}
