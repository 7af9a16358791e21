/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/test_algorithm.c - auth/check.c: MD5, SHA-256, and who is asked for which. */

#include <string.h>

#include "scene.h"
#include "unit.h"

static struct auth_result sha256_answer(struct scene *s, struct auth_result *asked,
					unsigned nc)
{
	struct challenge c = scene_challenge(s, asked);

	assert_string_equal(c.algorithm, "SHA-256");
	assert_false(c.stale);
	return scene_check(s, &(struct request){ .nc = nc }, &c);
}

static void test_pinned(void **state)
{
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	struct auth_result r;

	account_credential_pin(s->room->book, s->credential.id, 1);
	assert_string_equal(c.algorithm, "MD5"); /* the first is the same for all */
	r = scene_check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_required");
	r = sha256_answer(s, &r, 1);
	assert_result(&r, AUTH_OK, "ok");
	/* No way down: MD5 on a nonce for SHA-256, and MD5 once more. */
	r = scene_check(s, &(struct request){ .nc = 2 }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_required");
	c = scene_challenge(s, &r);
	r = scene_check(s, &(struct request){ .algorithm = "MD5" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_algorithm");
	/* An old nonce is renewed with its own algorithm. */
	fake_clock_advance_us(&s->room->clock, INT64_C(300000000));
	r = scene_check(s, &(struct request){ .nc = 3 }, &c);
	assert_result(&r, AUTH_STALE, "nonce_expired");
	c = scene_challenge(s, &r);
	assert_string_equal(c.algorithm, "SHA-256");
	assert_true(c.stale);
}

#define PJSUA .agent = "PJSUA v2.14.1", .contact = "<sip:1@192.0.2.7>;expires=3600"

static void test_asked_and_pinned(void **state)
{
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	struct auth_result r = scene_check(s, &(struct request){ PJSUA }, &c);

	assert_result(&r, AUTH_OK, "ok");
	fake_clock_advance_us(&s->room->clock, INT64_C(1800000000));
	c = scene_first(s);
	r = scene_check(s, &(struct request){ PJSUA }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_asked");
	r = sha256_answer(s, &r, 1);
	assert_result(&r, AUTH_OK, "ok");
	room_settle(s->room);
	assert_int_equal(room_get_credential(s->room, s->credential.id).pinned_algorithm,
			 1);
	c = scene_first(s);
	r = scene_check(s, &(struct request){ PJSUA }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_required");
}

static void test_asked_in_vain(void **state)
{
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	struct auth_result r = scene_check(s, &(struct request){ PJSUA }, &c);

	fake_clock_advance_us(&s->room->clock, INT64_C(1800000000));
	c = scene_first(s);
	r = scene_check(s, &(struct request){ PJSUA }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_asked");
	c = scene_challenge(s, &r);
	/* It answers with MD5 on that nonce, is challenged like anybody, and gets
	 * through. */
	r = scene_check(s, &(struct request){ .algorithm = "MD5", PJSUA }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_algorithm");
	c = scene_challenge(s, &r);
	assert_string_equal(c.algorithm, "MD5");
	r = scene_check(s, &(struct request){ PJSUA }, &c);
	assert_result(&r, AUTH_OK, "ok");
	fake_clock_advance_us(&s->room->clock, INT64_C(1800000000));
	c = scene_first(s);
	r = scene_check(s, &(struct request){ PJSUA }, &c);
	assert_result(&r, AUTH_OK, "ok");
}

/* An imported credential may have HA1s for MD5 and the bare name only. */
static void test_imported_with_some_hashes(void **state)
{
	struct scene *s = *state;
	struct credential_row row = s->credential;
	struct vault_ha1s all, some = { 0 };
	struct vault_sealed sealed;
	struct challenge c;
	struct auth_result r;

	assert_int_equal(vault_ha1s_of_password(TEXT("k7m2x9qd"), TEXT("voip.example.ch"),
						TEXT(REALM), TEXT("password-of-k7m2x9qd"),
						&all),
			 0);
	some.known[VAULT_BARE][DIGEST_MD5] = true;
	memcpy(some.ha1[VAULT_BARE][DIGEST_MD5], all.ha1[VAULT_BARE][DIGEST_MD5], 16);
	assert_int_equal(vault_seal(s->room->vault, row.id, TEXT("k7m2x9qd"), TEXT(REALM),
				    &some, &sealed),
			 0);
	memcpy(row.sealed, sealed.bytes, sealed.len);
	row.sealed_len = sealed.len;
	account_credential_apply(s->room->book, &row);
	c = scene_first(s);
	r = scene_check(s, &(struct request){ PJSUA }, &c);
	assert_result(&r, AUTH_OK, "ok");
	r = scene_check(
		s, &(struct request){ .username = "k7m2x9qd@voip.example.ch", .nc = 2 },
		&c);
	assert_result(&r, AUTH_WRONG, "no_hash");
	/* Never asked for what it cannot answer. */
	fake_clock_advance_us(&s->room->clock, INT64_C(1800000000));
	c = scene_first(s);
	r = scene_check(s, &(struct request){ PJSUA }, &c);
	assert_result(&r, AUTH_OK, "ok");
}

static void test_row_of_another_credential(void **state)
{
	struct scene *s = *state;
	struct credential_row other =
		room_credential(s->room, s->room->other_line, "z3b5c7d9");
	struct credential_row row = s->credential;
	struct challenge c = scene_first(s);
	struct auth_result r;

	/* Somebody who can write the database puts his own HA1s into another's row. */
	memcpy(row.sealed, other.sealed, sizeof(row.sealed));
	account_credential_apply(s->room->book, &row);
	r = scene_check(s, &(struct request){ .password = "password-of-z3b5c7d9" }, &c);
	assert_result(&r, AUTH_WRONG, "vault_mismatch");
}

/* The examples of the RFCs, through the same arithmetic. */
static void test_examples_of_the_rfcs(void **state)
{
	static const struct {
		const char *what;
		enum digest_algorithm algorithm;
		const char *user, *realm, *password, *method, *uri, *nonce, *nc, *cnonce,
			*qop, *want;
	} rows[] = {
		{ "RFC 2617 3.5", DIGEST_MD5, "Mufasa", "testrealm@host.com",
		  "Circle Of Life", "GET", "/dir/index.html",
		  "dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001", "0a4f113b", "auth",
		  "6629fae49393a05397450978507c4ef1" },
		{ "RFC 2069 2.4, with its erratum", DIGEST_MD5, "Mufasa",
		  "testrealm@host.com", "CircleOfLife", "GET", "/dir/index.html",
		  "dcd98b7102dd2f0e8b11d0f600bfb0c093", "", "", "",
		  "1949323746fe6a43ef61f9606e7febea" },
		{ "RFC 7616 3.9.1, MD5", DIGEST_MD5, "Mufasa", "http-auth@example.org",
		  "Circle of Life", "GET", "/dir/index.html",
		  "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
		  "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth",
		  "8ca523f5e9506fed4657c9700eebdbec" },
		{ "RFC 7616 3.9.1, SHA-256", DIGEST_SHA256, "Mufasa",
		  "http-auth@example.org", "Circle of Life", "GET", "/dir/index.html",
		  "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
		  "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth",
		  "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_digest d = { .username = text_of(rows[i].user),
					.realm = text_of(rows[i].realm),
					.nonce = text_of(rows[i].nonce),
					.uri = text_of(rows[i].uri),
					.nc = text_of(rows[i].nc),
					.cnonce = text_of(rows[i].cnonce),
					.qop = text_of(rows[i].qop),
					.algorithm = rows[i].algorithm,
					.algorithm_known = true };
		uint8_t ha1[DIGEST_HASH_MAX];
		char hex[DIGEST_HEX_SIZE];

		assert_int_equal(digest_ha1(rows[i].algorithm, d.username, d.realm,
					    text_of(rows[i].password), ha1),
				 0);
		assert_int_equal(digest_response(rows[i].algorithm, ha1, &d,
						 text_of(rows[i].method), hex),
				 0);
		assert_string_equal(hex, rows[i].want);
	}
}

int algorithm_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, scene_setup, scene_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_pinned),
		CASE(test_asked_and_pinned),
		CASE(test_asked_in_vain),
		CASE(test_imported_with_some_hashes),
		CASE(test_row_of_another_credential),
		cmocka_unit_test(test_examples_of_the_rfcs),
	};
#undef CASE

	return cmocka_run_group_tests_name("algorithm", tests, NULL, NULL);
}
