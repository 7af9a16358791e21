/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/test_vault.c - account/vault.c, account/vault_key.c. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/vault.h"
#include "account/vault_key.h"
#include "fake/alloc.h"
#include "fake/random.h"
#include "unit.h"

struct room {
	char dir[64];
	char path[80];
	struct fake_random random;
	struct vault *vault;
};

static int setup(void **state)
{
	struct room *r = calloc(1, sizeof(*r));
	char reason[200];

	strcpy(r->dir, "/tmp/ownline-vault-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	snprintf(r->path, sizeof(r->path), "%s/vault.key", r->dir);
	fake_random_init(&r->random, 7);
	assert_int_equal(vault_key_create(r->path, &r->random.random), 0);
	assert_int_equal(vault_open(r->path, &r->vault, reason), 0);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct room *r = *state;

	vault_free(r->vault);
	unlink(r->path);
	rmdir(r->dir);
	free(r);
	return 0;
}

#define NAME  TEXT("k7m2x9qd")
#define REALM TEXT("voip.example.ch")

static void ha1s_of(const char *password, struct vault_ha1s *ret)
{
	assert_int_equal(vault_ha1s_of_password(NAME, TEXT("voip.example.ch"), REALM,
						text_of(password), ret),
			 0);
}

static void sealed_of(struct room *r, struct vault_sealed *ret)
{
	struct vault_ha1s ha1s;

	ha1s_of("24 characters, let us say", &ha1s);
	assert_int_equal(vault_seal(r->vault, 42, NAME, REALM, &ha1s, ret), 0);
}

static void test_all_come_back(void **state)
{
	struct room *r = *state;
	struct vault_sealed sealed;
	struct vault_ha1s ha1s;
	uint8_t ha1[DIGEST_HASH_MAX];

	ha1s_of("24 characters, let us say", &ha1s);
	assert_int_equal(vault_seal(r->vault, 42, NAME, REALM, &ha1s, &sealed), 0);
	for (unsigned f = 0; f < VAULT_FORMS; f++) {
		for (unsigned a = 0; a < DIGEST_ALGORITHMS; a++) {
			assert_int_equal(vault_unseal(r->vault, 42, NAME, REALM, &sealed,
						      f, a, ha1),
					 0);
			assert_memory_equal(ha1, ha1s.ha1[f][a], digest_hash_len(a));
		}
	}
}

static void test_forms_are_those_of_rfc_2617(void **state)
{
	static const struct {
		enum vault_form form;
		const char *user;
	} rows[] = {
		{ VAULT_BARE, "k7m2x9qd" },
		{ VAULT_WITH_DOMAIN, "k7m2x9qd@voip.example.ch" },
	};
	struct vault_ha1s ha1s;
	uint8_t want[DIGEST_HASH_MAX];

	ha1s_of("secret", &ha1s);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(digest_ha1(DIGEST_MD5, text_of(rows[i].user), REALM,
					    TEXT("secret"), want),
				 0);
		assert_memory_equal(ha1s.ha1[rows[i].form][DIGEST_MD5], want, 16);
	}
}

static void test_only_what_was_known(void **state)
{
	struct room *r = *state;
	struct vault_ha1s ha1s = { 0 };
	struct vault_sealed sealed;
	uint8_t ha1[DIGEST_HASH_MAX];

	memset(ha1s.ha1[VAULT_BARE][DIGEST_SHA256], 0xab, 32);
	ha1s.known[VAULT_BARE][DIGEST_SHA256] = true;
	assert_int_equal(vault_seal(r->vault, 42, NAME, REALM, &ha1s, &sealed), 0);
	assert_int_equal(vault_unseal(r->vault, 42, NAME, REALM, &sealed, VAULT_BARE,
				      DIGEST_SHA256, ha1),
			 0);
	assert_int_equal(ha1[31], 0xab);
	assert_int_equal(vault_unseal(r->vault, 42, NAME, REALM, &sealed, VAULT_BARE,
				      DIGEST_MD5, ha1),
			 -ENOENT);
	assert_int_equal(vault_unseal(r->vault, 42, NAME, REALM, &sealed,
				      VAULT_WITH_DOMAIN, DIGEST_SHA256, ha1),
			 -ENOENT);
}

static void test_bound_to_its_row(void **state)
{
	static const struct {
		const char *what;
		int64_t id;
		const char *auth_name, *realm;
	} rows[] = {
		{ "another id", 43, "k7m2x9qd", "voip.example.ch" },
		{ "another auth name", 42, "k7m2x9qe", "voip.example.ch" },
		{ "another realm", 42, "k7m2x9qd", "voip.example.com" },
		{ "a shifted border", 42, "k7m2x9qdv", "oip.example.ch" },
		{ "no auth name", 42, "", "voip.example.ch" },
	};
	struct room *r = *state;
	struct vault_sealed sealed;
	uint8_t ha1[DIGEST_HASH_MAX];

	sealed_of(r, &sealed);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(vault_unseal(r->vault, rows[i].id,
					      text_of(rows[i].auth_name),
					      text_of(rows[i].realm), &sealed, VAULT_BARE,
					      DIGEST_MD5, ha1),
				 -EBADMSG);
}

static void test_every_byte_counts(void **state)
{
	struct room *r = *state;
	struct vault_sealed sealed, bad;
	uint8_t ha1[DIGEST_HASH_MAX];

	sealed_of(r, &sealed);
	for (uint32_t i = 0; i < sealed.len; i++) {
		bad = sealed;
		bad.bytes[i] ^= 1;
		assert_int_equal(vault_unseal(r->vault, 42, NAME, REALM, &bad, VAULT_BARE,
					      DIGEST_MD5, ha1),
				 -EBADMSG);
	}
	for (uint32_t len = 0; len < sealed.len; len++) {
		bad = sealed;
		bad.len = len;
		assert_int_equal(vault_unseal(r->vault, 42, NAME, REALM, &bad, VAULT_BARE,
					      DIGEST_MD5, ha1),
				 -EBADMSG);
	}
}

static void test_another_key_opens_nothing(void **state)
{
	struct room *r = *state;
	struct vault_sealed sealed;
	struct vault *other;
	char path[96], reason[200];
	uint8_t ha1[DIGEST_HASH_MAX];

	sealed_of(r, &sealed);
	snprintf(path, sizeof(path), "%s/other.key", r->dir);
	assert_int_equal(vault_key_create(path, &r->random.random), 0);
	assert_int_equal(vault_open(path, &other, reason), 0);
	assert_int_equal(vault_unseal(other, 42, NAME, REALM, &sealed, VAULT_BARE,
				      DIGEST_MD5, ha1),
			 -EBADMSG);
	vault_free(other);
	unlink(path);
}

static void test_never_the_same_twice(void **state)
{
	struct room *r = *state;
	struct vault_sealed a, b;

	sealed_of(r, &a);
	sealed_of(r, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_not_equal(a.bytes, b.bytes, a.len);
}

static void test_key_file(void **state)
{
	static const struct {
		const char *what;
		mode_t mode;
		off_t size;
		int want;
	} rows[] = {
		{ "as it was made", 0600, 32, 0 },
		{ "read only, as systemd gives it", 0400, 32, 0 },
		{ "the group may read", 0640, 32, -EPERM },
		{ "all may read", 0604, 32, -EPERM },
		{ "too short", 0600, 31, -EBADMSG },
		{ "too long", 0600, 33, -EBADMSG },
		{ "empty", 0600, 0, -EBADMSG },
	};
	struct room *r = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vault *v = NULL;
		char reason[200] = "";

		assert_int_equal(truncate(r->path, rows[i].size), 0);
		assert_int_equal(chmod(r->path, rows[i].mode), 0);
		assert_int_equal(vault_open(r->path, &v, reason), rows[i].want);
		assert_int_equal(reason[0] != '\0', rows[i].want != 0);
		vault_free(v);
		assert_int_equal(chmod(r->path, 0600), 0);
	}
}

static void test_key_is_never_overwritten(void **state)
{
	struct room *r = *state;
	struct stat st;

	assert_int_equal(vault_key_create(r->path, &r->random.random), -EEXIST);
	assert_int_equal(stat(r->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(vault_key_create("/nonexistent/vault.key", &r->random.random),
			 -ENOENT);
}

static void test_no_file_no_vault(void **state)
{
	struct vault *v = NULL;
	char reason[200] = "";

	assert_int_equal(vault_open("/nonexistent/vault.key", &v, reason), -ENOENT);
	assert_non_null(strstr(reason, "/nonexistent/vault.key"));
	assert_int_equal(vault_open("/tmp", &v, reason), -EBADMSG);
	assert_null(v);
}

/* "dd" among the flags of the key's mapping: not in core files. */
static void test_key_is_in_no_core_file(void **state)
{
	struct room *r = *state;
	FILE *maps = fopen("/proc/self/smaps", "r");
	unsigned long from, to, key = (unsigned long)(uintptr_t)r->vault->key;
	bool inside = false, seen = false;
	char line[512];

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = from <= key && key < to;
		if (inside && strncmp(line, "VmFlags:", 8) == 0)
			seen = strstr(line, " dd") != NULL;
	}
	fclose(maps);
	assert_true(seen);
}

int vault_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_all_come_back),
		CASE(test_forms_are_those_of_rfc_2617),
		CASE(test_only_what_was_known),
		CASE(test_bound_to_its_row),
		CASE(test_every_byte_counts),
		CASE(test_another_key_opens_nothing),
		CASE(test_never_the_same_twice),
		CASE(test_key_file),
		CASE(test_key_is_never_overwritten),
		CASE(test_no_file_no_vault),
		CASE(test_key_is_in_no_core_file),
	};
#undef CASE

	return cmocka_run_group_tests_name("vault", tests, NULL, NULL);
}
