/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/test_import_credentials.c - account/import*.c: credentials. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_help.h"

static void test_credentials(void **state)
{
	struct room *r = *state;
	struct import_result result =
		import_good(r, IMPORT_CREDENTIALS, 0,
			    "number,auth_name,password,label,kind\n"
			    "+41441234567,oldphone,correct horse,Desk,\n"
			    "+41441234567,oldbox,battery staple,,router\n");
	struct account_credential c;
	struct vault_sealed sealed;
	uint8_t ha1[DIGEST_HASH_MAX], want[DIGEST_HASH_MAX];

	assert_counts(&result, 2, 0, 0, 0);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldbox"), &c), 0);
	assert_int_equal(c.kind, CREDENTIAL_ROUTER);
	assert_string_equal(c.label, "Imported");
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldphone"), &c),
			 0);
	assert_int_equal(c.kind, CREDENTIAL_DEVICE);
	assert_string_equal(c.label, "Desk");
	assert_int_equal(account_credential_sealed(r->book, c.id, &sealed), 0);
	assert_int_equal(vault_unseal(r->vault, c.id, TEXT("oldphone"),
				      TEXT("voip.example.ch"), &sealed, VAULT_WITH_DOMAIN,
				      DIGEST_SHA256, ha1),
			 0);
	digest_ha1(DIGEST_SHA256, TEXT("oldphone@voip.example.ch"),
		   TEXT("voip.example.ch"), TEXT("correct horse"), want);
	assert_memory_equal(ha1, want, 32);
	result = import_good(r, IMPORT_CREDENTIALS, 0,
			     "number,auth_name,password,label\n"
			     "+41441234567,oldphone,correct horse,Desk\n"
			     "+41441234567,oldbox,another battery,\n");
	assert_counts(&result, 0, 1, 1, 0);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldphone"), &c),
			 0);
	assert_int_equal(c.generation, 1);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldbox"), &c), 0);
	assert_int_equal(c.generation, 2);
	assert_int_equal(c.kind, CREDENTIAL_ROUTER); /* the file has no such column */
}

static void test_credentials_by_hash(void **state)
{
	static const char csv[] =
		"number,auth_name,label,ha1_md5,ha1_sha256\n"
		"+41441234567,oldphone,Desk,939e7578ed9e3c518a452acee763bce9,\n"
		"+41441234567,oldbox,Box,,"
		"7987C64C30E25F1B74BE53F966B49B90F2808AA92FAF9A00262392D7B4794232\n";
	struct room *r = *state;
	struct import_result result = import_good(r, IMPORT_CREDENTIALS, 0, csv);
	struct account_credential c;
	struct vault_sealed sealed;
	uint8_t ha1[DIGEST_HASH_MAX];

	assert_counts(&result, 2, 0, 0, 0);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("oldphone"), &c),
			 0);
	assert_int_equal(account_credential_sealed(r->book, c.id, &sealed), 0);
	assert_int_equal(vault_unseal(r->vault, c.id, TEXT("oldphone"),
				      TEXT("voip.example.ch"), &sealed, VAULT_BARE,
				      DIGEST_MD5, ha1),
			 0);
	assert_int_equal(ha1[0], 0x93);
	assert_int_equal(vault_unseal(r->vault, c.id, TEXT("oldphone"),
				      TEXT("voip.example.ch"), &sealed, VAULT_BARE,
				      DIGEST_SHA256, ha1),
			 -ENOENT);
	result = import_good(r, IMPORT_CREDENTIALS, 0, csv);
	assert_counts(&result, 0, 0, 2, 0);
}

static void test_credential_faults(void **state)
{
	static const struct fault_case cases[] = {
		{ "no such line", "+41445559999,old,correct horse,,,", 2,
		  "number +41445559999 is no line of ours" },
		{ "auth name with @", "+41441234567,old@voip.example.ch,correct horse,,,",
		  2, "is no auth name" },
		{ "auth name empty", "+41441234567,,correct horse,,,", 2,
		  "auth_name is empty" },
		{ "too weak", "+41441234567,old,1234567,,,", 2, "password is too weak" },
		{ "no secret", "+41441234567,old,,,,", 2,
		  "neither a password nor an HA1" },
		{ "two secrets",
		  "+41441234567,old,correct horse,,"
		  "939e7578ed9e3c518a452acee763bce9,",
		  2, "exclude each other" },
		{ "HA1 too short", "+41441234567,old,,,939e7578ed9e3c518a452acee763bce,",
		  2, "ha1_md5 is not 32 hex digits" },
		{ "HA1 not hex",
		  "+41441234567,old,,,,zz87C64C30E25F1B74BE53F966B49B90"
		  "F2808AA92FAF9A00262392D7B4794232",
		  2, "ha1_sha256 is not 64 hex digits" },
		{ "twice",
		  "+41441234567,old,correct horse,,,\n"
		  "+41581234567,old,correct horse,,,",
		  3, "auth_name old stands on line 2" },
		{ "taken by another line", "+41581234567,k7m2x9qd,correct horse,,,", 2,
		  "auth_name k7m2x9qd is taken, by another line" },
		{ "revoked", "+41441234567,revoked2,correct horse,,,", 2,
		  "auth_name revoked2 was revoked" },
	};
	struct room *r = *state;
	struct credential_row revoked = room_credential(r, r->line, "revoked2");

	room_credential(r, r->line, "k7m2x9qd");
	revoked.status = CREDENTIAL_REVOKED;
	room_put_credential(r, &revoked);
	assert_faults(r, IMPORT_CREDENTIALS, 0,
		      "number,auth_name,password,label,ha1_md5,"
		      "ha1_sha256",
		      cases, COUNT(cases));
}

static void test_full_credentials(void **state)
{
	struct room *r = *state;
	struct credential_row operators = room_credential(r, r->line, "operator");
	struct credential_row customers = room_credential(r, r->line, "customer");
	struct import_result result;

	customers.created_by = 77;
	room_put_credential(r, &customers);
	result = import_good(r, IMPORT_CREDENTIALS, FULL,
			     "number,auth_name,password,label\n"
			     "+41441234567,oldphone,correct horse,Desk\n");
	assert_counts(&result, 1, 0, 0, 1);
	assert_int_equal(room_get_credential(r, operators.id).status, CREDENTIAL_REVOKED);
	assert_int_equal(room_get_credential(r, customers.id).status, CREDENTIAL_ACTIVE);
}

/* More rows than the feed names one by one. */

static void test_many_rows(void **state)
{
	struct room *r = *state;
	char *csv = malloc(1 << 20), *p = csv;
	struct import_result result;
	struct account_credential c;

	p += sprintf(p, "number,auth_name,label,ha1_md5,ha1_sha256\n");
	for (unsigned i = 0; i < 3000; i++)
		p += sprintf(p, "+41441234567,many%u,Desk,%032x,\n", i, i);
	result = import_good(r, IMPORT_CREDENTIALS, 0, csv);
	assert_int_equal(result.change_count, IMPORT_CHANGES_MAX);
	assert_counts(&result, 3000, 0, 0, 0);
	assert_int_equal(account_credential_by_auth_name(r->book, TEXT("many2999"), &c),
			 0);
	free(csv);
}

int import_credentials_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, room_setup, room_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_credentials),       CASE(test_credentials_by_hash),
		CASE(test_credential_faults), CASE(test_full_credentials),
		CASE(test_many_rows),
	};
#undef CASE

	return cmocka_run_group_tests_name("import credentials", tests, NULL, NULL);
}
