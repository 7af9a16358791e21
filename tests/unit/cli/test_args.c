/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/test_args.c - cli/args.c, cli/near.c. */

#include "cli/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/near.h"
#include "unit.h"

static const struct {
	const char *what, *op, *words; /* with ' ' between */
	const char *json;              /* NULL: refused */
} rows[] = {
	{ "nothing", "customer.list", "", "{}" },
	{ "an option", "customer.list", "--limit 5", "{\"limit\":5}" },
	{ "an option with =", "customer.list", "--limit=5", "{\"limit\":5}" },
	{ "out of bounds", "customer.list", "--limit 0", NULL },
	{ "no number", "customer.list", "--limit five", NULL },
	{ "an option without value", "customer.list", "--limit", NULL },
	{ "an unknown option", "customer.list", "--colour red", NULL },
	{ "a word too many", "customer.list", "x", NULL },
	{ "by the field's other name", "cdr.list", "--line +41441234567",
	  "{\"number\":\"+41441234567\"}" },
	{ "not by its own", "cdr.list", "--number +41441234567", NULL },
	{ "in its place", "line.show", "+41441234567", "{\"number\":\"+41441234567\"}" },
	{ "or by name", "line.show", "--line=+41441234567",
	  "{\"number\":\"+41441234567\"}" },
	{ "in national form", "line.show", "0441234567", NULL },
	{ "required", "line.show", "", NULL },
	{ "two places", "customer.show", "C-1 C-2", NULL },
	{ "a flag", "import", "tariffs FILE --dry-run",
	  "{\"kind\":\"tariffs\",\"dry_run\":true}" },
	{ "a flag in front", "import", "--full tariffs FILE",
	  "{\"kind\":\"tariffs\",\"full\":true}" },
	{ "a file that is not there", "import", "tariffs /nonexistent.csv", NULL },
	{ "no file", "import", "tariffs", NULL },
	{ "an unknown kind", "import", "colours FILE", NULL },
	{ "what belongs to the portal", "credential.create",
	  "+41441234567 --label x --code 123456", NULL },
	{ "a customer's label", "credential.create",
	  "+41441234567 --label x --kind router",
	  "{\"number\":\"+41441234567\",\"label\":\"x\",\"kind\":\"router\"}" },
};

static unsigned split(char *text, const char *words[16], const char *file)
{
	unsigned n = 0;

	for (char *w = strtok(text, " "); w; w = strtok(NULL, " "))
		words[n++] = strcmp(w, "FILE") == 0 ? file : w;
	return n;
}

/* What is said goes to standard error; the tests' own stays readable. */
static int quiet(void)
{
	int before = dup(STDERR_FILENO), null = memfd_create("stderr", 0);

	dup2(null, STDERR_FILENO);
	close(null);
	return before;
}

static void loud(int before)
{
	dup2(before, STDERR_FILENO);
	close(before);
}

static void test_rows(void **state)
{
	const char *words[16];
	char text[200], file[64];

	unit_write("x\n", file);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct op *op = op_by_name(text_of(rows[i].op));
		json_t *have, *want;
		int fd, before;
		unsigned n;

		snprintf(text, sizeof(text), "%s", rows[i].words);
		n = split(text, words, file);
		before = quiet();
		have = args_input(op, words, n, &fd);
		loud(before);
		want = rows[i].json ? json_loads(rows[i].json, 0, NULL) : NULL;
		if (want ? !have || !json_equal(have, want) : have != NULL)
			fail_msg("%s", rows[i].what);
		json_decref(have);
		json_decref(want);
		if (fd >= 0)
			close(fd);
	}
	unlink(file);
}

static void test_options_of_every_command(void **state)
{
	const char *const argv[] = { "ownline", "--json", "cdr",     "--config",
				     "/x.yaml", "list",   "--limit", "5" };
	struct args a;

	assert_true(args_split(COUNT(argv), (char **)(uintptr_t)argv, &a));
	assert_string_equal(a.config, "/x.yaml");
	assert_true(a.json);
	assert_int_equal(a.count, 4);
	assert_string_equal(a.words[1], "list");
	assert_string_equal(a.words[3], "5");
}

static void test_config_wants_a_file(void **state)
{
	const char *const argv[] = { "ownline", "status", "--config" };
	int before = quiet();
	struct args a;

	assert_false(args_split(COUNT(argv), (char **)(uintptr_t)argv, &a));
	loud(before);
}

static void test_near(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} cases[] = {
		{ "", "", 0 },
		{ "a", "", 1 },
		{ "list", "list", 0 },
		{ "lsit", "list", 2 },
		{ "lines", "line", 1 },
		{ "domian", "domain", 2 },
		{ "kitten", "sitting", 3 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(near_distance(cases[i].a, cases[i].b),
				 cases[i].distance);
		assert_int_equal(near_distance(cases[i].b, cases[i].a),
				 cases[i].distance);
	}
}

int args_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_options_of_every_command),
		cmocka_unit_test(test_config_wants_a_file),
		cmocka_unit_test(test_near),
	};

	return cmocka_run_group_tests_name("args", tests, NULL, NULL);
}
