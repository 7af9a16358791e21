/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/test_auth.c - auth/auth.c, check.c, match.c: what is right and what is not.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"
#include "unit.h"

static void test_first_challenge(void **state)
{
	struct scene *s = *state;
	struct auth_result none = scene_check(s, &(struct request){ 0 }, NULL);
	struct buf b = BUF_GROWING;

	assert_result(&none, AUTH_NONE, "no_credentials");
	auth_challenge_put(s->auth, &b, false, &none);
	auth_challenge_put(s->auth, &b, true, &none);
	assert_true(text_starts(
		buf_text(&b),
		TEXT("WWW-Authenticate: Digest realm=\"" REALM "\", nonce=\"")));
	assert_true(text_find_text(buf_text(&b), TEXT("\r\nProxy-Authenticate: Digest "),
				   &(size_t){ 0 }));
	assert_true(text_ends(buf_text(&b), TEXT("\", algorithm=MD5, qop=\"auth\"\r\n")));
	buf_free(&b);
}

static void test_right(void **state)
{
	static const struct {
		const char *what;
		struct request request;
	} rows[] = {
		{ "bare name", { 0 } },
		{ "name with domain", { .username = "k7m2x9qd@voip.example.ch" } },
		{ "without algorithm", { .algorithm = "" } },
		{ "RFC 2069, without qop", { .qop = "" } },
		{ "response in capitals", { .upper = true } },
		{ "the first nc is not 1", { .nc = 0xfffffff0 } },
		{ "another method",
		  { .method = "INVITE", .uri = "sip:0441234567@voip.example.ch" } },
		{ "for a proxy",
		  { .method = "INVITE",
		    .uri = "sip:117@voip.example.ch",
		    .proxy = true } },
		{ "REGISTER, uri with a transport",
		  { .digest_uri = "sip:voip.example.ch;transport=tcp" } },
		{ "REGISTER, uri with a port",
		  { .digest_uri = "sip:voip.example.ch:5060" } },
		{ "REGISTER, uri with the number",
		  { .digest_uri = "sip:+41441234567@voip.example.ch" } },
		{ "INVITE, parameters left out",
		  { .method = "INVITE",
		    .uri = "sip:117@voip.example.ch;user=phone",
		    .digest_uri = "sip:117@voip.example.ch" } },
		{ "INVITE, escaped",
		  { .method = "INVITE",
		    .uri = "sip:*43@voip.example.ch",
		    .digest_uri = "sip:%2a43@voip.example.ch" } },
		{ "INVITE, host in capitals",
		  { .method = "INVITE",
		    .uri = "sip:117@voip.example.ch",
		    .digest_uri = "sip:117@VOIP.example.ch" } },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct challenge c = scene_first(s);
		struct auth_result r = scene_check(s, &rows[i].request, &c);

		if (r.verdict != AUTH_OK)
			fail_msg("%s: %d %s", rows[i].what, r.verdict, r.reason);
		assert_int_equal(r.credential.id, s->credential.id);
		assert_string_equal(r.credential.number, "+41441234567");
	}
}

enum { ROUNDS = 1500, NAMES = 4 };

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* A name that exists and names that do not take as long and get the same challenge, asked
 * in turns so that whatever the machine does meanwhile hits all of them (ASVS 6.3.8). */
static void test_names_take_as_long(void **state)
{
	static const char *const names[NAMES] = {
		"k7m2x9qd",     /* a credential's */
		"q3v8n5wz",     /* invented */
		"+41441234567", /* a line's */
		"+41449999999", /* nobody's */
	};
	static int64_t spent[NAMES][ROUNDS];
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	int64_t least = INT64_MAX, most = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		for (unsigned k = 0; k < NAMES; k++) {
			struct request q = { .username = names[(i + k) % NAMES],
					     .password = "a guess" };
			struct auth_result r = scene_check(s, &q, &c);

			assert_int_equal(r.verdict, AUTH_WRONG);
			assert_int_equal(r.algorithm, DIGEST_MD5);
			assert_int_equal(r.wait_s, 0);
			spent[(i + k) % NAMES][i] = s->spent_ns;
		}
	}
	for (unsigned k = 0; k < NAMES; k++) {
		int64_t median;

		qsort(spent[k], ROUNDS, sizeof(spent[k][0]), by_size);
		median = spent[k][ROUNDS / 2];
		print_message("%s: %lld ns\n", names[k], (long long)median);
		least = median < least ? median : least;
		most = median > most ? median : most;
	}
	/* A step left out for a name that does not exist is far more. */
	if (most > least + least / 4)
		fail_msg("from %lld to %lld ns", (long long)least, (long long)most);
}

static void test_refused(void **state)
{
	static const struct {
		const char *what;
		struct request request;
		enum auth_verdict verdict;
		const char *reason;
	} rows[] = {
		{ "wrong password",
		  { .password = "guess" },
		  AUTH_WRONG,
		  "wrong_password" },
		{ "wrong password with domain",
		  { .username = "k7m2x9qd@voip.example.ch", .password = "guess" },
		  AUTH_WRONG,
		  "wrong_password" },
		{ "unknown name",
		  { .username = "k7m2x9qe" },
		  AUTH_WRONG,
		  "unknown_auth_name" },
		{ "empty name", { .username = "" }, AUTH_WRONG, "unknown_auth_name" },
		{ "another domain",
		  { .username = "k7m2x9qd@example.com" },
		  AUTH_WRONG,
		  "wrong_domain" },
		{ "the number, with +",
		  { .username = "+41441234567" },
		  AUTH_WRONG,
		  "user_name_sent" },
		{ "the number, with 00",
		  { .username = "0041441234567" },
		  AUTH_WRONG,
		  "user_name_sent" },
		{ "the number, national",
		  { .username = "0441234567" },
		  AUTH_WRONG,
		  "user_name_sent" },
		{ "the number, bare",
		  { .username = "41441234567" },
		  AUTH_WRONG,
		  "user_name_sent" },
		{ "the number with domain",
		  { .username = "+41441234567@voip.example.ch" },
		  AUTH_WRONG,
		  "user_name_sent" },
		{ "a number that is not ours",
		  { .username = "+41449999999" },
		  AUTH_WRONG,
		  "unknown_auth_name" },
		{ "another realm", { .realm = "example.com" }, AUTH_NONE, "wrong_realm" },
		{ "SHA-256 on a nonce for MD5",
		  { .algorithm = "SHA-256" },
		  AUTH_WRONG,
		  "wrong_algorithm" },
		{ "another resource",
		  { .digest_uri = "sip:example.com" },
		  AUTH_MALFORMED,
		  "uri_mismatch" },
		{ "no URI at all",
		  { .digest_uri = "/" },
		  AUTH_MALFORMED,
		  "uri_mismatch" },
		{ "INVITE for another number",
		  { .method = "INVITE",
		    .uri = "sip:+88212345678@voip.example.ch",
		    .digest_uri = "sip:0441234567@voip.example.ch" },
		  AUTH_MALFORMED,
		  "uri_mismatch" },
		{ "INVITE, another port",
		  { .method = "INVITE",
		    .uri = "sip:117@voip.example.ch",
		    .digest_uri = "sip:117@voip.example.ch:5080" },
		  AUTH_MALFORMED,
		  "uri_mismatch" },
	};
	struct scene *s = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct challenge c = scene_first(s);
		struct auth_result r = scene_check(s, &rows[i].request, &c);

		if (r.verdict != rows[i].verdict || strcmp(r.reason, rows[i].reason) != 0)
			fail_msg("%s: %d %s", rows[i].what, r.verdict, r.reason);
		c = scene_challenge(s, &r);
		assert_string_equal(c.algorithm, "MD5");
		assert_false(c.stale); /* only when the digest was right */
	}
}

static void test_malformed(void **state)
{
	static const char *const rows[] = {
		"Authorization: Digest\r\n",
		"Authorization: Digest username=\"k7m2x9qd\"\r\n",
		"Authorization: Digest username=\"k7m2x9qd\", realm=\"" REALM
		"\", nonce=\"1\", "
		"uri=\"sip:voip.example.ch\", response=\"12\"\r\n",
		"Authorization: Digest username=\"k7m2x9qd\", realm=\"" REALM
		"\", nonce=\"1\", "
		"uri=\"sip:voip.example.ch\", "
		"response=\"0123456789abcdef0123456789abcdef\", "
		"qop=auth, nc=1, cnonce=\"1\"\r\n",
		"Authorization: Digest username=\"k7m2x9qd, realm=\"\r\n",
	};
	struct scene *s = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = BUF_GROWING;
		struct auth_result r;

		scene_put_request(&b, &(struct request){ 0 }, rows[i]);
		r = scene_check_text(s, &b, false);
		assert_result(&r, AUTH_MALFORMED, "malformed");
	}
}

static void test_other_schemes_and_realms_are_passed_over(void **state)
{
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	struct buf b = BUF_GROWING;
	struct auth_result r;

	scene_put_request(&b, &(struct request){ 0 },
			  "Authorization: Basic Zm9vOmJhcg==\r\n");
	scene_put_authorization(&b, &(struct request){ .realm = "example.com" }, &c);
	scene_put_authorization(&b, &(struct request){ 0 }, &c);
	r = scene_check_text(s, &b, false);
	assert_result(&r, AUTH_OK, "ok");
}

static void test_qop_we_did_not_offer(void **state)
{
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	struct buf b = BUF_GROWING;
	struct auth_result r;

	scene_put_request(&b, &(struct request){ 0 }, "");
	buf_printf(&b,
		   "Authorization: Digest username=\"k7m2x9qd\", realm=\"" REALM
		   "\", nonce=\"%s\", uri=\"sip:voip.example.ch\", qop=auth-int, "
		   "nc=00000001, "
		   "cnonce=\"1\", response=\"0123456789abcdef0123456789abcdef\"\r\n",
		   c.nonce);
	r = scene_check_text(s, &b, false);
	assert_result(&r, AUTH_WRONG, "wrong_qop");
}

static void test_nonce_expires(void **state)
{
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	struct auth_result r;

	fake_clock_advance_us(&s->room->clock, INT64_C(300000000));
	r = scene_check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_STALE, "nonce_expired");
	assert_int_equal(r.credential.id, s->credential.id);
	c = scene_challenge(s, &r);
	assert_true(c.stale);
	r = scene_check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_OK, "ok");
	/* Old and wrong: nobody learns that the nonce was one. */
	fake_clock_advance_us(&s->room->clock, INT64_C(300000000));
	r = scene_check(s, &(struct request){ .password = "guess" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_password");
	c = scene_challenge(s, &r);
	assert_false(c.stale);
}

static void test_nonce_of_somebody_else(void **state)
{
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	struct auth_result r;

	c.nonce[10] = c.nonce[10] == '0' ? '1' : '0';
	r = scene_check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_STALE, "nonce_forged");
	r = scene_check(
		s, &(struct request){ .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093" },
		&c);
	assert_result(&r, AUTH_STALE, "nonce_forged");
	r = scene_check(s, &(struct request){ .nonce = "1", .password = "guess" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_password");
}

static void test_replayed(void **state)
{
	static const struct {
		unsigned nc;
		enum auth_verdict verdict;
		const char *reason;
	} steps[] = {
		{ 1, AUTH_OK, "ok" },          { 1, AUTH_STALE, "replayed" },
		{ 2, AUTH_OK, "ok" },          { 5, AUTH_OK, "ok" },
		{ 4, AUTH_OK, "ok" },          { 4, AUTH_STALE, "replayed" },
		{ 1, AUTH_STALE, "replayed" },
	};
	struct scene *s = *state;
	struct challenge c = scene_first(s);
	struct auth_result r;

	/* A wrong response uses nothing up. */
	r = scene_check(s, &(struct request){ .password = "guess" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_password");
	for (size_t i = 0; i < COUNT(steps); i++) {
		r = scene_check(s, &(struct request){ .nc = steps[i].nc }, &c);
		assert_result(&r, steps[i].verdict, steps[i].reason);
	}
	c = scene_challenge(s, &r);
	assert_true(c.stale);
	r = scene_check(s, &(struct request){ .qop = "" }, &c);
	assert_result(&r, AUTH_OK, "ok");
	r = scene_check(s, &(struct request){ .qop = "" }, &c);
	assert_result(&r, AUTH_STALE, "replayed");
	r = scene_check(s, &(struct request){ .nc = 7 }, &c);
	assert_result(&r, AUTH_STALE, "replayed");
}

struct racer {
	struct scene *scene;
	struct challenge challenge;
	atomic_uint *ok;
};

static void *race(void *arg)
{
	struct racer *racer = arg;

	for (unsigned nc = 1; nc <= 200; nc++) {
		struct auth_result r = scene_check(
			racer->scene, &(struct request){ .nc = nc }, &racer->challenge);

		if (r.verdict == AUTH_OK)
			atomic_fetch_add(racer->ok, 1);
	}
	return NULL;
}

static void test_replayed_on_two_threads(void **state)
{
	struct scene *s = *state;
	atomic_uint ok = 0;
	struct racer racer = { s, scene_first(s), &ok };
	pthread_t threads[2];

	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racer), 0);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(ok, 200);
}

static void test_struck(void **state)
{
	struct scene *s = *state;
	struct line_row line = room_get_line(s->room, s->room->line);
	struct challenge c = scene_first(s);
	struct auth_result r;

	account_credential_strike(s->room->book, s->credential.id, CREDENTIAL_FROZEN);
	r = scene_check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_OK, "ok");
	assert_int_equal(r.credential.status, CREDENTIAL_FROZEN);
	line.to_day = s->room->today - 1;
	account_line_apply(s->room->book, &line);
	r = scene_check(s, &(struct request){ .nc = 2 }, &c);
	assert_result(&r, AUTH_REVOKED, "line_ended");
	account_credential_strike(s->room->book, s->credential.id, CREDENTIAL_REVOKED);
	r = scene_check(s, &(struct request){ .nc = 3 }, &c);
	assert_result(&r, AUTH_REVOKED, "revoked");
	/* Who does not know the password does not learn that. */
	r = scene_check(s, &(struct request){ .nc = 4, .password = "guess" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_password");
}

static void test_realm_must_fit_a_header(void **state)
{
	static const char *const realms[] = { "", "a\"b", "a\\b", "a\r\nb" };
	struct scene *s = *state;

	for (size_t i = 0; i < COUNT(realms); i++) {
		struct auth_config cfg = { .book = s->room->book,
					   .vault = s->room->vault,
					   .clock = &s->room->clock.clock,
					   .random = &s->room->random.random,
					   .realm = realms[i],
					   .domain = "voip.example.ch" };

		assert_null(auth_new(&cfg));
	}
	auth_free(NULL);
}

int auth_group(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, scene_setup, scene_teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_first_challenge),
		CASE(test_right),
		CASE(test_names_take_as_long),
		CASE(test_refused),
		CASE(test_malformed),
		CASE(test_other_schemes_and_realms_are_passed_over),
		CASE(test_qop_we_did_not_offer),
		CASE(test_nonce_expires),
		CASE(test_nonce_of_somebody_else),
		CASE(test_replayed),
		CASE(test_replayed_on_two_threads),
		CASE(test_struck),
		CASE(test_realm_must_fit_a_header),
	};
#undef CASE

	return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
