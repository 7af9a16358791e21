/* SPDX-License-Identifier: Apache-2.0 */
/* The store's tests. The contract's cases run on each backend, each with a database of
 * its own; the others look at one backend's ways. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

enum { CASES_MAX = 100, NAME_SIZE = 160 };

struct run {
	const struct backend *backend;
	const struct contract_case *which;
	char name[NAME_SIZE];
};

static void run_case(void **state)
{
	const struct run *run = *state;
	struct fixture f = { .backend = run->backend };

	run->backend->fresh(f.url);
	f.store = fixture_open(f.url);
	f.loop = loop_new(clock_real());
	assert_non_null(f.loop);
	run->which->run(&f);
	store_close(f.store);
	while (loop_turn(f.loop))
		;
	loop_free(f.loop);
}

static unsigned add_cases(struct run *runs, struct CMUnitTest *tests, unsigned count,
			  const struct backend *backend,
			  const struct contract_case *cases)
{
	for (; cases->name && count < CASES_MAX; cases++, count++) {
		struct run *run = &runs[count];

		run->backend = backend;
		run->which = cases;
		snprintf(run->name, sizeof(run->name), "%s: %s", backend->name,
			 cases->name);
		tests[count] =
			(struct CMUnitTest){ run->name, run_case, NULL, NULL, run };
	}
	return count;
}

static int run_contract(const struct backend *backend)
{
	static struct run runs[CASES_MAX];
	struct CMUnitTest tests[CASES_MAX];
	char group[32];
	unsigned count = 0;

	memset(tests, 0, sizeof(tests));
	count = add_cases(runs, tests, count, backend, contract_cases);
	count = add_cases(runs, tests, count, backend, contract_row_cases);
	count = add_cases(runs, tests, count, backend, contract_call_cases);
	count = add_cases(runs, tests, count, backend, contract_feed_cases);
	snprintf(group, sizeof(group), "contract-%s", backend->name);
	return _cmocka_run_group_tests(group, tests, count, NULL, NULL);
}

/* Without PostgreSQL its half is skipped, but not where everything must be there. */
static int run_on_postgres(void)
{
	int failed;

	if (!backend_postgres.start())
		return getenv("CI") != NULL;
	failed = run_contract(&backend_postgres) + run_postgres();
	backend_postgres.stop();
	return failed;
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : "";
	int failed = 0;

	if (argc > 2)
		cmocka_set_test_filter(argv[2]);
	atexit(backend_dir_remove);
	if (strcmp(only, "postgresql") != 0)
		failed = run_rows() + run_contract(&backend_sqlite) + run_sqlite();
	if (strcmp(only, "sqlite") != 0)
		failed += run_on_postgres();
	return failed > 0;
}
