/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/test_auth.c - auth/auth.c, check.c, match.c: whole requests. */

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../account/room.h"
#include "auth/auth.h"
#include "base/buf.h"
#include "unit.h"

#define REALM "voip.example.ch"

struct scene {
	struct room *room;
	struct auth *auth;
	struct credential_row credential; /* k7m2x9qd */
};

static struct auth *auth_of(struct room *r)
{
	struct auth_config cfg = { .book = r->book,
				   .vault = r->vault,
				   .clock = &r->clock.clock,
				   .random = &r->random.random,
				   .realm = REALM,
				   .domain = "voip.example.ch",
				   .calling_code = "41" };

	return auth_new(&cfg);
}

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	void *room;

	room_setup(&room);
	s->room = room;
	s->auth = auth_of(s->room);
	assert_non_null(s->auth);
	s->credential = room_credential(s->room, s->room->line, "k7m2x9qd");
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	void *room = s->room;

	auth_free(s->auth);
	room_teardown(&room);
	free(s);
	return 0;
}

/* A request as a device would send it; what is NULL or 0 takes the usual. */
struct request {
	const char *method; /* REGISTER */
	const char *uri; /* sip:voip.example.ch */
	const char *digest_uri;
	const char *username; /* k7m2x9qd */
	const char *password; /* password-of-k7m2x9qd */
	const char *realm;
	const char *nonce; /* of the last challenge */
	const char *algorithm; /* of the last challenge; "" leaves it out */
	const char *qop; /* auth; "" leaves it out */
	unsigned nc; /* 1 */
	const char *agent;
	const char *contact;
	bool proxy;
	bool upper; /* response in A to F */
};

/* What the last challenge said. */
struct challenge {
	char nonce[128];
	char algorithm[16];
	bool stale;
	bool seen;
};

static const char * or (const char *given, const char *usual)
{
	return given ? given : usual;
}

static void respond(const struct request *q, const struct challenge *last, char *hex)
{
	struct sip_digest d = { 0 };
	uint8_t ha1[DIGEST_HASH_MAX];
	const char *algorithm = or (q->algorithm, last->algorithm);
	char nc[16];

	snprintf(nc, sizeof(nc), "%08x", q->nc ? q->nc : 1);
	d.username = text_of(or (q->username, "k7m2x9qd"));
	d.realm = text_of(or (q->realm, REALM));
	d.nonce = text_of(or (q->nonce, last->nonce));
	d.uri = text_of(or (q->digest_uri, or (q->uri, "sip:voip.example.ch")));
	d.qop = text_of(or (q->qop, "auth"));
	d.nc = text_of(nc);
	d.cnonce = TEXT("0a4f113b");
	d.algorithm_known = true;
	if (*algorithm)
		assert_int_equal(
			digest_algorithm_decode(text_of(algorithm), &d.algorithm), 0);
	assert_int_equal(digest_ha1(d.algorithm, d.username, d.realm,
				    text_of(or (q->password, "password-of-k7m2x9qd")),
				    ha1),
			 0);
	assert_int_equal(digest_response(d.algorithm, ha1, &d,
					 text_of(or (q->method, "REGISTER")), hex),
			 0);
	for (char *p = hex; q->upper && *p; p++) {
		if (*p >= 'a')
			*p -= 'a' - 'A';
	}
}

static void put_authorization(struct buf *b, const struct request *q,
			      const struct challenge *last)
{
	const char *algorithm = or (q->algorithm, last->algorithm),
		   *qop = or (q->qop, "auth");
	char hex[DIGEST_HEX_SIZE];

	respond(q, last, hex);
	buf_printf(b,
		   "%s: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
		   "response=\"%s\"",
		   q->proxy ? "Proxy-Authorization" : "Authorization",
		   or (q->username, "k7m2x9qd"), or (q->realm, REALM),
		   or (q->nonce, last->nonce),
		   or (q->digest_uri, or (q->uri, "sip:voip.example.ch")), hex);
	if (*algorithm)
		buf_printf(b, ", algorithm=%s", algorithm);
	if (*qop)
		buf_printf(b, ", qop=%s, cnonce=\"0a4f113b\", nc=%08x", qop,
			   q->nc ? q->nc : 1);
	buf_puts(b, "\r\n");
}

static void put_request(struct buf *b, const struct request *q, const char *extra)
{
	const char *method = or (q->method, "REGISTER");

	buf_printf(b, "%s %s SIP/2.0\r\n", method, or (q->uri, "sip:voip.example.ch"));
	buf_puts(b, "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\n"
		    "From: <sip:+41441234567@voip.example.ch>;tag=1\r\n"
		    "To: <sip:+41441234567@voip.example.ch>\r\nCall-ID: "
		    "1\r\nMax-Forwards: 70\r\n");
	buf_printf(b, "CSeq: 1 %s\r\n", method);
	if (q->agent)
		buf_printf(b, "User-Agent: %s\r\n", q->agent);
	if (q->contact)
		buf_printf(b, "Contact: %s\r\n", q->contact);
	buf_puts(b, extra);
}

static struct auth_result check_text(struct scene *s, struct buf *b, bool proxy)
{
	struct auth_result result;
	struct sip_msg m;
	struct sip_fault fault;
	struct flow from = { 0 };

	buf_puts(b, "Content-Length: 0\r\n\r\n");
	assert_int_equal(b->error, 0);
	assert_int_equal(sip_msg_decode(buf_text(b), &m, &fault), 0);
	auth_check(s->auth, &m,
		   proxy ? SIP_HDR_PROXY_AUTHORIZATION : SIP_HDR_AUTHORIZATION, &from,
		   &result);
	buf_free(b);
	return result;
}

static struct auth_result check(struct scene *s, const struct request *q,
				const struct challenge *last)
{
	struct buf b = BUF_GROWING;

	put_request(&b, q, "");
	if (last)
		put_authorization(&b, q, last);
	return check_text(s, &b, q->proxy);
}

static void copy_param(char *dst, size_t cap, struct text header, const char *name)
{
	size_t at;
	struct text t;

	*dst = '\0';
	if (!text_find_text(header, text_of(name), &at))
		return;
	t = text_from(header, at + strlen(name));
	if (text_starts(t, TEXT("\"")))
		text_split(text_from(t, 1), '"', &t, NULL);
	else
		text_split(t, ',', &t, NULL);
	assert_int_equal(text_copy(dst, cap, text_trim_lws(t)), 0);
}

static struct challenge challenge(struct scene *s, const struct auth_result *result)
{
	struct challenge c = { .seen = true };
	struct buf b = BUF_GROWING;
	char stale[8];

	auth_challenge_put(s->auth, &b, false, result);
	assert_int_equal(b.error, 0);
	copy_param(c.nonce, sizeof(c.nonce), buf_text(&b), "nonce=");
	copy_param(c.algorithm, sizeof(c.algorithm), buf_text(&b), "algorithm=");
	copy_param(stale, sizeof(stale), buf_text(&b), "stale=");
	c.stale = strcmp(stale, "true") == 0;
	buf_free(&b);
	return c;
}

/* The challenge that everybody gets first. */
static struct challenge first(struct scene *s)
{
	struct auth_result none = check(s, &(struct request){ 0 }, NULL);

	assert_int_equal(none.verdict, AUTH_NONE);
	return challenge(s, &none);
}

static void assert_result(const struct auth_result *r, enum auth_verdict verdict,
			  const char *reason)
{
	if (r->verdict != verdict || strcmp(r->reason, reason) != 0)
		fail_msg("verdict %d reason %s, not %d %s", r->verdict, r->reason,
			 verdict, reason);
}

static void test_first_challenge(void **state)
{
	struct scene *s = *state;
	struct auth_result none = check(s, &(struct request){ 0 }, NULL);
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
		struct challenge c = first(s);
		struct auth_result r = check(s, &rows[i].request, &c);

		if (r.verdict != AUTH_OK)
			fail_msg("%s: %d %s", rows[i].what, r.verdict, r.reason);
		assert_int_equal(r.credential.id, s->credential.id);
		assert_string_equal(r.credential.number, "+41441234567");
	}
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
		struct challenge c = first(s);
		struct auth_result r = check(s, &rows[i].request, &c);

		if (r.verdict != rows[i].verdict || strcmp(r.reason, rows[i].reason) != 0)
			fail_msg("%s: %d %s", rows[i].what, r.verdict, r.reason);
		c = challenge(s, &r);
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

		put_request(&b, &(struct request){ 0 }, rows[i]);
		r = check_text(s, &b, false);
		assert_result(&r, AUTH_MALFORMED, "malformed");
	}
}

static void test_other_schemes_and_realms_are_passed_over(void **state)
{
	struct scene *s = *state;
	struct challenge c = first(s);
	struct buf b = BUF_GROWING;
	struct auth_result r;

	put_request(&b, &(struct request){ 0 }, "Authorization: Basic Zm9vOmJhcg==\r\n");
	put_authorization(&b, &(struct request){ .realm = "example.com" }, &c);
	put_authorization(&b, &(struct request){ 0 }, &c);
	r = check_text(s, &b, false);
	assert_result(&r, AUTH_OK, "ok");
}

static void test_qop_we_did_not_offer(void **state)
{
	struct scene *s = *state;
	struct challenge c = first(s);
	struct buf b = BUF_GROWING;
	struct auth_result r;

	put_request(&b, &(struct request){ 0 }, "");
	buf_printf(&b,
		   "Authorization: Digest username=\"k7m2x9qd\", realm=\"" REALM
		   "\", nonce=\"%s\", uri=\"sip:voip.example.ch\", qop=auth-int, "
		   "nc=00000001, "
		   "cnonce=\"1\", response=\"0123456789abcdef0123456789abcdef\"\r\n",
		   c.nonce);
	r = check_text(s, &b, false);
	assert_result(&r, AUTH_WRONG, "wrong_qop");
}

static void test_nonce_expires(void **state)
{
	struct scene *s = *state;
	struct challenge c = first(s);
	struct auth_result r;

	fake_clock_advance_us(&s->room->clock, INT64_C(300000000));
	r = check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_STALE, "nonce_expired");
	assert_int_equal(r.credential.id, s->credential.id);
	c = challenge(s, &r);
	assert_true(c.stale);
	r = check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_OK, "ok");
	/* Old and wrong: nobody learns that the nonce was one. */
	fake_clock_advance_us(&s->room->clock, INT64_C(300000000));
	r = check(s, &(struct request){ .password = "guess" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_password");
	c = challenge(s, &r);
	assert_false(c.stale);
}

static void test_nonce_of_somebody_else(void **state)
{
	struct scene *s = *state;
	struct challenge c = first(s);
	struct auth_result r;

	c.nonce[10] = c.nonce[10] == '0' ? '1' : '0';
	r = check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_STALE, "nonce_forged");
	r = check(s, &(struct request){ .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093" },
		  &c);
	assert_result(&r, AUTH_STALE, "nonce_forged");
	r = check(s, &(struct request){ .nonce = "1", .password = "guess" }, &c);
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
	struct challenge c = first(s);
	struct auth_result r;

	/* A wrong response uses nothing up. */
	r = check(s, &(struct request){ .password = "guess" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_password");
	for (size_t i = 0; i < COUNT(steps); i++) {
		r = check(s, &(struct request){ .nc = steps[i].nc }, &c);
		assert_result(&r, steps[i].verdict, steps[i].reason);
	}
	c = challenge(s, &r);
	assert_true(c.stale);
	r = check(s, &(struct request){ .qop = "" }, &c);
	assert_result(&r, AUTH_OK, "ok");
	r = check(s, &(struct request){ .qop = "" }, &c);
	assert_result(&r, AUTH_STALE, "replayed");
	r = check(s, &(struct request){ .nc = 7 }, &c);
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
		struct auth_result r = check(racer->scene, &(struct request){ .nc = nc },
					     &racer->challenge);

		if (r.verdict == AUTH_OK)
			atomic_fetch_add(racer->ok, 1);
	}
	return NULL;
}

static void test_replayed_on_two_threads(void **state)
{
	struct scene *s = *state;
	atomic_uint ok = 0;
	struct racer racer = { s, first(s), &ok };
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
	struct challenge c = first(s);
	struct auth_result r;

	account_credential_strike(s->room->book, s->credential.id, CREDENTIAL_FROZEN);
	r = check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_OK, "ok");
	assert_int_equal(r.credential.status, CREDENTIAL_FROZEN);
	line.to_day = s->room->today - 1;
	account_line_apply(s->room->book, &line);
	r = check(s, &(struct request){ .nc = 2 }, &c);
	assert_result(&r, AUTH_REVOKED, "line_ended");
	account_credential_strike(s->room->book, s->credential.id, CREDENTIAL_REVOKED);
	r = check(s, &(struct request){ .nc = 3 }, &c);
	assert_result(&r, AUTH_REVOKED, "revoked");
	/* Who does not know the password does not learn that. */
	r = check(s, &(struct request){ .nc = 4, .password = "guess" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_password");
}

static struct auth_result sha256_answer(struct scene *s, struct auth_result *asked,
					unsigned nc)
{
	struct challenge c = challenge(s, asked);

	assert_string_equal(c.algorithm, "SHA-256");
	assert_false(c.stale);
	return check(s, &(struct request){ .nc = nc }, &c);
}

static void test_pinned(void **state)
{
	struct scene *s = *state;
	struct challenge c = first(s);
	struct auth_result r;

	account_credential_pin(s->room->book, s->credential.id, 1);
	assert_string_equal(c.algorithm, "MD5"); /* the first is the same for all */
	r = check(s, &(struct request){ 0 }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_required");
	r = sha256_answer(s, &r, 1);
	assert_result(&r, AUTH_OK, "ok");
	/* No way down: MD5 on a nonce for SHA-256, and MD5 once more. */
	r = check(s, &(struct request){ .nc = 2 }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_required");
	c = challenge(s, &r);
	r = check(s, &(struct request){ .algorithm = "MD5" }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_algorithm");
	/* An old nonce is renewed with its own algorithm. */
	fake_clock_advance_us(&s->room->clock, INT64_C(300000000));
	r = check(s, &(struct request){ .nc = 3 }, &c);
	assert_result(&r, AUTH_STALE, "nonce_expired");
	c = challenge(s, &r);
	assert_string_equal(c.algorithm, "SHA-256");
	assert_true(c.stale);
}

#define LINPHONE .agent = "Linphonec/5.1.65", .contact = "<sip:1@192.0.2.7>;expires=3600"

static void test_asked_and_pinned(void **state)
{
	struct scene *s = *state;
	struct challenge c = first(s);
	struct auth_result r = check(s, &(struct request){ LINPHONE }, &c);

	assert_result(&r, AUTH_OK, "ok");
	fake_clock_advance_us(&s->room->clock, INT64_C(1800000000));
	c = first(s);
	r = check(s, &(struct request){ LINPHONE }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_asked");
	r = sha256_answer(s, &r, 1);
	assert_result(&r, AUTH_OK, "ok");
	room_settle(s->room);
	assert_int_equal(room_get_credential(s->room, s->credential.id).pinned_algorithm,
			 1);
	c = first(s);
	r = check(s, &(struct request){ LINPHONE }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_required");
}

static void test_asked_in_vain(void **state)
{
	struct scene *s = *state;
	struct challenge c = first(s);
	struct auth_result r = check(s, &(struct request){ LINPHONE }, &c);

	fake_clock_advance_us(&s->room->clock, INT64_C(1800000000));
	c = first(s);
	r = check(s, &(struct request){ LINPHONE }, &c);
	assert_result(&r, AUTH_SHA256, "sha256_asked");
	c = challenge(s, &r);
	/* It answers with MD5 on that nonce, is challenged like anybody, and gets
	 * through. */
	r = check(s, &(struct request){ .algorithm = "MD5", LINPHONE }, &c);
	assert_result(&r, AUTH_WRONG, "wrong_algorithm");
	c = challenge(s, &r);
	assert_string_equal(c.algorithm, "MD5");
	r = check(s, &(struct request){ LINPHONE }, &c);
	assert_result(&r, AUTH_OK, "ok");
	fake_clock_advance_us(&s->room->clock, INT64_C(1800000000));
	c = first(s);
	r = check(s, &(struct request){ LINPHONE }, &c);
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
	c = first(s);
	r = check(s, &(struct request){ LINPHONE }, &c);
	assert_result(&r, AUTH_OK, "ok");
	r = check(s, &(struct request){ .username = "k7m2x9qd@voip.example.ch", .nc = 2 },
		  &c);
	assert_result(&r, AUTH_WRONG, "no_hash");
	/* Never asked for what it cannot answer. */
	fake_clock_advance_us(&s->room->clock, INT64_C(1800000000));
	c = first(s);
	r = check(s, &(struct request){ LINPHONE }, &c);
	assert_result(&r, AUTH_OK, "ok");
}

static void test_row_of_another_credential(void **state)
{
	struct scene *s = *state;
	struct credential_row other =
		room_credential(s->room, s->room->other_line, "z3b5c7d9");
	struct credential_row row = s->credential;
	struct challenge c = first(s);
	struct auth_result r;

	/* Somebody who can write the database puts his own HA1s into another's row. */
	memcpy(row.sealed, other.sealed, sizeof(row.sealed));
	account_credential_apply(s->room->book, &row);
	r = check(s, &(struct request){ .password = "password-of-z3b5c7d9" }, &c);
	assert_result(&r, AUTH_WRONG, "no_hash");
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
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(test_first_challenge),
		CASE(test_right),
		CASE(test_refused),
		CASE(test_malformed),
		CASE(test_other_schemes_and_realms_are_passed_over),
		CASE(test_qop_we_did_not_offer),
		CASE(test_nonce_expires),
		CASE(test_nonce_of_somebody_else),
		CASE(test_replayed),
		CASE(test_replayed_on_two_threads),
		CASE(test_struck),
		CASE(test_pinned),
		CASE(test_asked_and_pinned),
		CASE(test_asked_in_vain),
		CASE(test_imported_with_some_hashes),
		CASE(test_row_of_another_credential),
		cmocka_unit_test(test_examples_of_the_rfcs),
		CASE(test_realm_must_fit_a_header),
	};
#undef CASE

	return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
