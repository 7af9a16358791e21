/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/test_table.c - ops/table.c, ops/fields.c: the table is whole. */

#include <string.h>

#include "ops/op.h"
#include "unit.h"

static bool bounded(const struct op_field *f)
{
	switch (f->type) {
	case OP_TEXT:
	case OP_SECRET:
		return f->max > 0 && f->max <= 256 && f->min <= f->max;
	case OP_COUNT:
		return f->max >= f->min && f->max > 0;
	case OP_CHOICE:
		return f->choices && f->choices[0];
	case OP_LIST:
	case OP_OBJECT:
		return false;
	default:
		return true;
	}
}

static void test_every_operation_is_described(void **state)
{
	for (size_t i = 0; i < OPS_COUNT; i++) {
		const struct op *op = &OPS[i];

		if (!op->name || !op->run || !op->help || !op->in || !op->who)
			fail_msg("%zu: %s", i, op->name);
		if (op->help[strlen(op->help) - 1] != '.')
			fail_msg("%s: its help is no sentence", op->name);
		if (!op->path != !op->method)
			fail_msg("%s: path without method", op->name);
		if (!op->path && !op->noun)
			fail_msg("%s: nobody can call it", op->name);
		if (op->list && !op->out)
			fail_msg("%s: a list of what?", op->name);
	}
}

static void test_every_input_is_bounded(void **state)
{
	for (size_t i = 0; i < OPS_COUNT; i++) {
		unsigned count = 0;

		for (const struct op_field *f = OPS[i].in; f->name; f++, count++) {
			if (!f->help || !bounded(f))
				fail_msg("%s.%s", OPS[i].name, f->name);
			if (f->type == OP_FILE && (OPS[i].who & ~OP_OPERATOR))
				fail_msg("%s.%s: a file of a customer's", OPS[i].name,
					 f->name);
		}
		assert_true(count <= OP_FIELDS_MAX);
		for (const struct op_field *f = OPS[i].out; f && f->name; f++)
			if (!f->help)
				fail_msg("%s: output %s", OPS[i].name, f->name);
	}
}

static void test_names_routes_and_commands_are_unique(void **state)
{
	for (size_t i = 0; i < OPS_COUNT; i++) {
		const struct op *a = &OPS[i];

		assert_ptr_equal(op_by_name(text_of(a->name)), a);
		if (a->noun)
			assert_ptr_equal(
				op_by_command(text_of(a->noun), text_of(a->verb)), a);
		for (size_t k = i + 1; a->path && k < OPS_COUNT; k++) {
			const struct op *b = &OPS[k];

			if (b->path && strcmp(a->path, b->path) == 0 &&
			    strcmp(a->method, b->method) == 0)
				fail_msg("%s %s twice", a->method, a->path);
		}
	}
}

static void test_places_of_paths_are_required_inputs(void **state)
{
	for (size_t i = 0; i < OPS_COUNT; i++) {
		struct text rest = text_of(OPS[i].path), place;

		while (text_split(rest, '{', NULL, &rest)) {
			const struct op_field *f;

			text_split(rest, '}', &place, &rest);
			f = op_field(OPS[i].in, place);
			if (!f || !(f->flags & OP_REQUIRED))
				fail_msg("%s: {%.*s}", OPS[i].name, TEXT_ARG(place));
		}
	}
}

/* What changes something is no GET; what strangers may call is exactly known. */
static void test_who_may_what(void **state)
{
	static const char *const readers[] = { "session.get",     "line.list",
					       "consent.get",     "credential.list",
					       "line.calls",      "event.list",
					       "stream",          "line.attempts",
					       "line.forward.get" };

	for (size_t i = 0; i < OPS_COUNT; i++) {
		const struct op *op = &OPS[i];
		bool reads = false;

		for (size_t k = 0; k < COUNT(readers); k++)
			reads = reads || strcmp(op->name, readers[k]) == 0;
		if (op->method && reads != (strcmp(op->method, "GET") == 0))
			fail_msg("%s is %s", op->name, op->method);
		if ((op->who & OP_ANYONE) && strcmp(op->name, "session.open") != 0)
			fail_msg("%s is open to anyone", op->name);
		if ((op->who & OP_PENDING) && strncmp(op->name, "session.", 8) != 0 &&
		    strcmp(op->name, "consent.get") != 0)
			fail_msg("%s works without the second factor", op->name);
		if (op->path && !(op->who & ~OP_OPERATOR))
			fail_msg("%s: the operator's own over HTTP", op->name);
	}
}

static void test_expectations_are_words(void **state)
{
	char text[OP_WHY_SIZE];

	for (size_t i = 0; i < OPS_COUNT; i++)
		for (const struct op_field *f = OPS[i].in; f->name; f++)
			assert_true(strlen(op_field_expected(f, text)) > 3);
}

int table_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_operation_is_described),
		cmocka_unit_test(test_every_input_is_bounded),
		cmocka_unit_test(test_names_routes_and_commands_are_unique),
		cmocka_unit_test(test_places_of_paths_are_required_inputs),
		cmocka_unit_test(test_who_may_what),
		cmocka_unit_test(test_expectations_are_words),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
