/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/test_reload.c - cli/reload.c. */

#include "cli/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

struct pair {
	struct config running;
	char path[64];
};

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	struct config_faults *f = calloc(1, sizeof(*f));

	unit_write("domain: x.example\n", p->path);
	assert_int_equal(config_load(p->path, &p->running, f), 0);
	free(f);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	unlink(p->path);
	free(p);
	log_set_level(LOG_ERROR);
	return 0;
}

static void rewrite(const struct pair *p, const char *text)
{
	FILE *f = fopen(p->path, "we");

	fputs(text, f);
	fclose(f);
}

static void drop_line(void *arg, enum log_level level, const char *line)
{
}

static bool reload(const struct pair *p, char reason[200])
{
	bool good;

	log_set_sink(drop_line, NULL);
	good = reload_run(&p->running, reason);
	log_set_sink(NULL, NULL);
	return good;
}

static void test_nothing_new(void **state)
{
	char reason[200];

	assert_true(reload(*state, reason));
	assert_string_equal(reason, "applied");
}

static void test_the_level_is_applied(void **state)
{
	char reason[200];

	rewrite(*state, "domain: x.example\nlog: debug\n");
	assert_true(reload(*state, reason));
	assert_string_equal(reason, "applied");
	assert_true(log_wants(LOG_DEBUG));
}

static void test_what_needs_a_restart_is_named(void **state)
{
	char reason[200];

	rewrite(*state, "domain: x.example\nedge: {workers: 3}\n"
			"trunks: [{name: a, uri: \"sip:h\"}]\n");
	assert_true(reload(*state, reason));
	assert_string_equal(reason, "needs a restart: edge.workers, trunks");
}

static void test_ports_need_a_restart(void **state)
{
	char reason[200];

	rewrite(*state, "domain: x.example\nmedia_ports: 40000-40100\n");
	assert_true(reload(*state, reason));
	assert_string_equal(reason, "needs a restart: media_ports");
}

static void test_no_file_is_one_sentence(void **state)
{
	char reason[200];

	unlink(((struct pair *)*state)->path);
	assert_false(reload(*state, reason));
	assert_string_equal(reason, "No such file or directory");
}

static void test_a_fault_keeps_the_old(void **state)
{
	char reason[200];

	rewrite(*state, "domain: x.example\nlog: debug\ncolour: red\n");
	assert_false(reload(*state, reason));
	assert_non_null(strstr(reason, "line 3: colour"));
	assert_false(log_wants(LOG_DEBUG));
}

int reload_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_nothing_new),
		CASE(test_the_level_is_applied),
		CASE(test_what_needs_a_restart_is_named),
		CASE(test_ports_need_a_restart),
		CASE(test_no_file_is_one_sentence),
		CASE(test_a_fault_keeps_the_old),
	};
#undef CASE

	return cmocka_run_group_tests_name("reload", tests, NULL, NULL);
}
