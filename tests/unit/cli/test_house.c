/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/test_house.c - cli/house.c, init.c, cert.c: the first day, the lock, the
 * realm. */

#include "cli/house.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cert.h"
#include "cli/init.h"
#include "unit.h"

struct fixture {
	struct config config;
	char dir[64];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct config_faults *faults = calloc(1, sizeof(*faults));
	char text[200], path[64];

	strcpy(f->dir, "/tmp/ownline-house-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(text, sizeof(text), "domain: x.example\nstate_dir: %s/a/b\n", f->dir);
	unit_write(text, path);
	assert_int_equal(config_load(path, &f->config, faults), 0);
	unlink(path);
	free(faults);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

/* What init says is not this test's. */
static int init_quietly(const struct config *c)
{
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO),
	    null = memfd_create("out", 0);
	int status;

	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	status = init_run(c);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	close(null);
	return status;
}

static unsigned mode_of(const struct config *c, const char *file)
{
	char path[2 * CONFIG_PATH_SIZE];
	struct stat st;

	assert_int_equal(stat(config_in_state(c, file, path), &st), 0);
	return st.st_mode & 0777;
}

static void test_init_makes_what_nobody_else_may_read(void **state)
{
	struct fixture *f = *state;

	umask(077);
	assert_int_equal(init_quietly(&f->config), 0);
	assert_int_equal(mode_of(&f->config, ""), 0700);
	assert_int_equal(mode_of(&f->config, "vault.key"), 0600);
	assert_int_equal(mode_of(&f->config, "ownline.db"), 0600);
	assert_int_equal(mode_of(&f->config, "tls.key"), 0600);
	assert_int_equal(mode_of(&f->config, "tls.crt") & 0077, 0);
}

static void test_init_never_overwrites(void **state)
{
	struct fixture *f = *state;
	char path[2 * CONFIG_PATH_SIZE];
	struct stat before, after;

	assert_int_equal(init_quietly(&f->config), 0);
	stat(config_in_state(&f->config, "ownline.db", path), &before);
	assert_int_equal(init_quietly(&f->config), 1);
	stat(path, &after);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

static void test_open_before_init_says_what_to_do(void **state)
{
	struct fixture *f = *state;
	char reason[HOUSE_REASON_SIZE];
	struct house h;

	assert_int_equal(house_open(&f->config, &h, reason), -ENOENT);
	assert_non_null(strstr(reason, "ownline init"));
}

static void test_one_at_a_time(void **state)
{
	struct fixture *f = *state;
	char reason[HOUSE_REASON_SIZE];
	struct house one, two;

	assert_int_equal(init_quietly(&f->config), 0);
	assert_int_equal(house_open(&f->config, &one, reason), 0);
	assert_int_equal(house_open(&f->config, &two, reason), -EAGAIN);
	assert_non_null(strstr(reason, "another ownline"));
	house_close(&one);
	assert_int_equal(house_open(&f->config, &two, reason), 0);
	house_close(&two);
}

static int put_credential(struct store_db *db, struct store_job *job)
{
	const struct customer_row c = { .id = 1, .ref = "c", .segment = SEGMENT_RES };
	const struct line_row l = {
		.id = 2, .customer_id = 1, .number = "+41441234567", .to_day = INT32_MAX
	};
	const struct credential_row r = { .id = 3,
					  .customer_id = 1,
					  .line_id = 2,
					  .auth_name = "abc",
					  .realm = "x.example",
					  .kind = CREDENTIAL_DEVICE,
					  .status = CREDENTIAL_ACTIVE };
	int error = store_customer_put(db, &c);

	if (!error)
		error = store_line_put(db, &l);
	return error ? error : store_credential_put(db, &r);
}

static void test_the_realm_is_fixed_once_credentials_exist(void **state)
{
	struct fixture *f = *state;
	struct store_job job = { .work = put_credential };
	char reason[HOUSE_REASON_SIZE];
	struct house h;

	assert_int_equal(init_quietly(&f->config), 0);
	assert_int_equal(house_open(&f->config, &h, reason), 0);
	house_close(&h);
	strcpy(f->config.realm, "y.example"); /* nobody yet: may change */
	assert_int_equal(house_open(&f->config, &h, reason), 0);
	assert_int_equal(store_run(h.store, STORE_WRITE, &job), 0);
	house_close(&h);
	strcpy(f->config.realm, "z.example");
	assert_int_equal(house_open(&f->config, &h, reason), -EPERM);
	assert_non_null(strstr(reason, "y.example"));
	assert_non_null(strstr(reason, "z.example"));
	strcpy(f->config.realm, "y.example");
	assert_int_equal(house_open(&f->config, &h, reason), 0);
	house_close(&h);
}

static void test_a_readable_key_is_refused(void **state)
{
	struct fixture *f = *state;
	char reason[HOUSE_REASON_SIZE], path[2 * CONFIG_PATH_SIZE];
	struct house h;

	assert_int_equal(init_quietly(&f->config), 0);
	chmod(config_in_state(&f->config, "vault.key", path), 0644);
	assert_int_equal(house_open(&f->config, &h, reason), -EPERM);
	assert_non_null(strstr(reason, "vault.key"));
}

static void test_certificate_is_for_host_and_loopback(void **state)
{
	struct fixture *f = *state;
	char cert[128], key[128], command[600];

	snprintf(cert, sizeof(cert), "%s/c.pem", f->dir);
	snprintf(key, sizeof(key), "%s/k.pem", f->dir);
	assert_int_equal(cert_create(cert, key, "x.example"), 0);
	assert_int_equal(cert_create(cert, key, "x.example"), -EEXIST);
	snprintf(
		command, sizeof(command),
		"openssl x509 -in %s -noout -checkhost x.example | grep -q 'does match' "
		"&& "
		"openssl x509 -in %s -noout -checkip 127.0.0.1 | grep -q 'does match' && "
		"openssl x509 -in %s -noout -checkend 0 >/dev/null",
		cert, cert, cert);
	assert_int_equal(system(command), 0);
}

int house_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_init_makes_what_nobody_else_may_read),
		CASE(test_init_never_overwrites),
		CASE(test_open_before_init_says_what_to_do),
		CASE(test_one_at_a_time),
		CASE(test_the_realm_is_fixed_once_credentials_exist),
		CASE(test_a_readable_key_is_refused),
		CASE(test_certificate_is_for_host_and_loopback),
	};
#undef CASE

	return cmocka_run_group_tests_name("house", tests, NULL, NULL);
}
