/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/test_reload.c - cli/reload.c. */

#include "cli/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake/cert.h"
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
	good = reload_run(&p->running, NULL, reason);
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

static bool exchange(const struct pair *p, struct net_tls *tls, char reason[200])
{
	bool good;

	log_set_sink(drop_line, NULL);
	good = reload_run(&p->running, tls, reason);
	log_set_sink(NULL, NULL);
	return good;
}

/* What was loaded ends at another time: that is how one sees which it is. */
static void test_certificates_are_read_anew(void **state)
{
	struct fake_ca *ca = fake_ca_new();
	struct net_tls *tls = net_tls_new();
	char text[512], reason[200];
	int64_t first, both;

	fake_ca_sign(ca, "one", "DNS:one.example", 100);
	fake_ca_sign(ca, "two", "DNS:two.example", 50);
	snprintf(text, sizeof(text), "domain: x.example\ntls: {cert: %s, key: %s}\n",
		 fake_ca_path(ca, "one.crt"), fake_ca_path(ca, "one.key"));
	rewrite(*state, text);
	assert_true(exchange(*state, tls, reason));
	assert_string_equal(reason, "needs a restart: tls.cert, tls.key");
	first = net_tls_ends_at(tls);
	snprintf(text + strlen(text), sizeof(text) - strlen(text),
		 "edge: {certificates: [{cert: %s, key: %s}]}\n",
		 fake_ca_path(ca, "two.crt"), fake_ca_path(ca, "two.key"));
	rewrite(*state, text);
	assert_true(exchange(*state, tls, reason));
	both = net_tls_ends_at(tls);
	assert_true(first > 0 && both < first);
	unlink(fake_ca_path(ca, "one.key"));
	assert_false(exchange(*state, tls, reason));
	assert_non_null(strstr(reason, "one.key: No such file"));
	assert_int_equal(net_tls_ends_at(tls), both);
	net_tls_free(tls);
	fake_ca_free(ca);
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
		CASE(test_certificates_are_read_anew),
	};
#undef CASE

	return cmocka_run_group_tests_name("reload", tests, NULL, NULL);
}
