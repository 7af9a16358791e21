/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_digest.c - Digest (RFC 2617 3.5, RFC 7616 3.9, RFC 8760). */

#include "help.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "sip/digest.h"
#include "sip/msg.h"

static const struct example {
	const char *name;
	enum digest_algorithm algorithm;
	const char *user, *realm, *password, *method, *uri, *nonce, *nc, *cnonce, *qop;
	const char *response;
} examples[] = {
	{ "RFC 2617 3.5", DIGEST_MD5, "Mufasa", "testrealm@host.com", "Circle Of Life",
	  "GET", "/dir/index.html", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "00000001",
	  "0a4f113b", "auth", "6629fae49393a05397450978507c4ef1" },
	{ "RFC 7616 3.9.1, MD5", DIGEST_MD5, "Mufasa", "http-auth@example.org",
	  "Circle of Life", "GET", "/dir/index.html",
	  "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
	  "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth",
	  "8ca523f5e9506fed4657c9700eebdbec" },
	{ "RFC 7616 3.9.1, SHA-256", DIGEST_SHA256, "Mufasa", "http-auth@example.org",
	  "Circle of Life", "GET", "/dir/index.html",
	  "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
	  "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth",
	  "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1" },
};

static void check_example(const struct example *e)
{
	struct sip_digest d = {
		.uri = text_of(e->uri),
		.nonce = text_of(e->nonce),
		.nc = text_of(e->nc),
		.cnonce = text_of(e->cnonce),
		.qop = text_of(e->qop),
	};
	uint8_t ha1[DIGEST_HASH_MAX];
	char hex[DIGEST_HEX_SIZE];

	assert_int_equal(digest_ha1(e->algorithm, text_of(e->user), text_of(e->realm),
				    text_of(e->password), ha1),
			 0);
	assert_int_equal(digest_response(e->algorithm, ha1, &d, text_of(e->method), hex),
			 0);
	expect_text(e->name, text_of(hex), e->response);
}

static void rfc_examples(void **state)
{
	for (size_t i = 0; i < COUNT(examples); i++)
		check_example(&examples[i]);
}

/* Compared with: printf a:b:c | openssl dgst -sha512-256 */
static void check_kept(struct text nonce, const uint8_t ha1[DIGEST_HASH_MAX])
{
	struct sip_digest d = { .uri = TEXT("sip:voip.example.ch"),
				.nonce = nonce,
				.nc = TEXT("0000000a"),
				.cnonce = TEXT("0a4f113b"),
				.qop = TEXT("auth") };
	const struct text parts[] = { d.nonce, d.nc, d.cnonce };
	char whole[DIGEST_HEX_SIZE], again[DIGEST_HEX_SIZE], ha2[DIGEST_HEX_SIZE];
	struct digest_kept k;

	assert_int_equal(digest_keep(ha1, nonce, &k), 0);
	assert_int_equal(digest_response(DIGEST_MD5, ha1, &d, TEXT("REGISTER"), whole),
			 0);
	assert_int_equal(digest_ha2(TEXT("REGISTER"), d.uri, ha2), 0);
	if (nonce.len > 95) { /* with the rest more than fits */
		assert_int_equal(digest_again(&k, parts, ha2, again), -ERANGE);
		return;
	}
	assert_int_equal(digest_again(&k, parts, ha2, again), 0);
	assert_string_equal(again, whole);
}

static void kept_beginnings(void **state)
{
	char nonce[160];
	uint8_t ha1[DIGEST_HASH_MAX];
	struct digest_kept k;

	memset(nonce, 'a', sizeof(nonce));
	assert_int_equal(digest_ha1(DIGEST_MD5, TEXT("k7m2x9qd"), TEXT("voip.example.ch"),
				    TEXT("secret"), ha1),
			 0);
	for (size_t n = DIGEST_KEPT_NONCE_MIN; n <= sizeof(nonce); n++)
		check_kept((struct text){ nonce, n }, ha1);
	assert_int_equal(
		digest_keep(ha1, (struct text){ nonce, DIGEST_KEPT_NONCE_MIN - 1 }, &k),
		-ERANGE);
}

static void sha512_256_ha1(void **state)
{
	static const char want[] =
		"8eb13a416df8d7c256bb1b2fdc7824b9ab088eba9459502ef1de3d73c9dd7901";
	uint8_t ha1[DIGEST_HASH_MAX];
	char hex[DIGEST_HEX_SIZE];

	assert_int_equal(digest_hash_len(DIGEST_SHA512_256), 32);
	assert_int_equal(
		digest_ha1(DIGEST_SHA512_256, TEXT("a"), TEXT("b"), TEXT("c"), ha1), 0);
	text_hex_encode(hex, ha1, 32);
	assert_string_equal(hex, want);
}

/* Without qop: H(HA1:nonce:HA2), counted with another implementation. */
static void rfc_2069_form(void **state)
{
	struct sip_digest d = { .uri = TEXT_INIT("sip:biloxi.com"),
				.nonce = TEXT_INIT("n1") };
	uint8_t ha1[DIGEST_HASH_MAX];
	char hex[DIGEST_HEX_SIZE];

	assert_int_equal(digest_ha1(DIGEST_MD5, TEXT("bob"), TEXT("biloxi.com"),
				    TEXT("zanzibar"), ha1),
			 0);
	assert_int_equal(digest_response(DIGEST_MD5, ha1, &d, TEXT("REGISTER"), hex), 0);
	assert_string_equal(hex, "0c87470925ce29fd8fb64d9367cb55ed");
	d.qop = TEXT("auth-int");
	assert_int_equal(digest_response(DIGEST_MD5, ha1, &d, TEXT("REGISTER"), hex),
			 -EINVAL);
}

#define MD5_HEX "0123456789abcdef0123456789abcdef"
#define MUST                                                                             \
	"username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"" MD5_HEX   \
	"\""

static void credentials(void **state)
{
	static const struct {
		const char *name, *in;
		int rc;
	} rows[] = {
		{ "RFC 2069 form", "Digest " MUST, 0 },
		{ "scheme in lower case, blanks", "digest  \r\n " MUST " , opaque=\"\"",
		  0 },
		{ "no quotes at all",
		  "Digest username=u,realm=r,nonce=n,uri=sip:x,response=" MD5_HEX
		  ",qop=auth,nc=00000001,cnonce=c",
		  0 },
		{ "quotes everywhere",
		  "Digest " MUST ",algorithm=\"MD5\",qop=\"auth\","
		  "nc=\"00000001\",cnonce=\"c\"",
		  0 },
		{ "SHA-256 with its length",
		  "Digest username=u,realm=r,nonce=n,uri=x,"
		  "algorithm=SHA-256,response=" MD5_HEX MD5_HEX,
		  0 },
		{ "unknown algorithm", "Digest " MUST ",algorithm=FOO", 0 },
		{ "unknown parameter", "Digest " MUST ",foo=\"a,b\"", 0 },
		{ "another scheme", "NoOneKnowsThisScheme opaque-data=here", -ENOENT },
		{ "Basic", "Basic dTpw", -ENOENT },
		{ "scheme that only begins so", "Digestx " MUST, -ENOENT },
		{ "empty", "", -ENOENT },
		{ "scheme alone", "Digest", -EBADMSG },
		{ "scheme and a blank", "Digest ", -EBADMSG },
		{ "name at the end", "Digest " MUST ",opaque", -EBADMSG },
		{ "name and equal sign at the end", "Digest " MUST ",opaque=", 0 },
		{ "comma at the end", "Digest " MUST ",", -EBADMSG },
		{ "two commas", "Digest " MUST ",,opaque=x", -EBADMSG },
		{ "open quote", "Digest " MUST ",opaque=\"x", -EBADMSG },
		{ "backslash at the end", "Digest " MUST ",opaque=\"x\\", -EBADMSG },
		{ "words behind", "Digest " MUST " x", -EBADMSG },
		{ "user name twice", "Digest " MUST ",username=\"v\"", -EBADMSG },
		{ "no user name", "Digest realm=r,nonce=n,uri=x,response=" MD5_HEX,
		  -EBADMSG },
		{ "no nonce", "Digest username=u,realm=r,uri=x,response=" MD5_HEX,
		  -EBADMSG },
		{ "no response", "Digest username=u,realm=r,nonce=n,uri=x", -EBADMSG },
		{ "response too short",
		  "Digest username=u,realm=r,nonce=n,uri=x,response=0123", -EBADMSG },
		{ "response too long for MD5",
		  "Digest username=u,realm=r,nonce=n,uri=x,"
		  "response=" MD5_HEX MD5_HEX,
		  -EBADMSG },
		{ "response too short for SHA-256", "Digest " MUST ",algorithm=SHA-256",
		  -EBADMSG },
		{ "response not hexadecimal",
		  "Digest username=u,realm=r,nonce=n,uri=x,"
		  "response=x123456789abcdef0123456789abcdef",
		  -EBADMSG },
		{ "qop without nc", "Digest " MUST ",qop=auth,cnonce=c", -EBADMSG },
		{ "qop without cnonce", "Digest " MUST ",qop=auth,nc=00000001",
		  -EBADMSG },
		{ "nc too short", "Digest " MUST ",qop=auth,cnonce=c,nc=1", -EBADMSG },
		{ "nc not hexadecimal", "Digest " MUST ",qop=auth,cnonce=c,nc=0000000g",
		  -EBADMSG },
		{ "nc too long", "Digest " MUST ",qop=auth,cnonce=c,nc=000000001",
		  -EBADMSG },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_digest d;
		int rc = sip_digest_decode(exact_of(rows[i].in), &d);

		if (rc != rows[i].rc)
			fail_msg("%s: got %d, want %d", rows[i].name, rc, rows[i].rc);
	}
}

static void credential_values(void **state)
{
	const char *in =
		"Digest username=\"k7m2\\\"x\",realm=\"biloxi.com\", nonce=\"dcd98b\", "
		"uri=\"sip:bob@biloxi.com\", qop=auth, nc=0000000a, cnonce=\"0a4f113b\", "
		"response=\"" MD5_HEX "\", opaque=\"5ccc\", algorithm=md5";
	struct sip_digest d;

	assert_int_equal(sip_digest_decode(exact_of(in), &d), 0);
	expect_text("username", d.username, "k7m2\\\"x");
	expect_text("realm", d.realm, "biloxi.com");
	expect_text("nonce", d.nonce, "dcd98b");
	expect_text("uri", d.uri, "sip:bob@biloxi.com");
	expect_text("qop", d.qop, "auth");
	expect_text("nc", d.nc, "0000000a");
	expect_text("cnonce", d.cnonce, "0a4f113b");
	expect_text("response", d.response, MD5_HEX);
	expect_text("opaque", d.opaque, "5ccc");
	assert_true(d.algorithm_known);
	assert_int_equal(d.algorithm, DIGEST_MD5);
	assert_int_equal(
		sip_digest_decode(TEXT("Digest " MUST ",algorithm=AKAv1-MD5"), &d), 0);
	assert_false(d.algorithm_known);
}

static void credentials_cut_at_every_byte(void **state)
{
	static const char in[] = "Digest " MUST ",qop=auth,nc=00000001,cnonce=\"c\\\"\"";
	struct sip_digest d;

	for (size_t n = 0; n < sizeof(in) - 1; n++)
		sip_digest_decode(exact((struct text){ in, n }), &d);
}

static void too_many_digest_parameters(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_digest d;

	buf_puts(&b, "Digest " MUST);
	for (unsigned i = 5; i < SIP_PARAMS_MAX; i++)
		buf_puts(&b, ",x=y");
	assert_int_equal(sip_digest_decode(buf_text(&b), &d), 0);
	buf_puts(&b, ",x=y");
	assert_int_equal(sip_digest_decode(buf_text(&b), &d), -EBADMSG);
	buf_free(&b);
}

static void challenges(void **state)
{
	static const struct {
		const char *in;
		int rc;
		bool qop_auth, stale, known;
		enum digest_algorithm algorithm;
	} rows[] = {
		{ "Digest realm=\"r\",nonce=\"n\"", 0, false, false, true, DIGEST_MD5 },
		{ "Digest realm=\"r\",nonce=\"n\",qop=\"auth,auth-int\",stale=TRUE,"
		  "algorithm=SHA-256",
		  0, true, true, true, DIGEST_SHA256 },
		{ "Digest realm=\"r\",nonce=\"n\",qop=\"auth-int\",stale=false", 0, false,
		  false, true, DIGEST_MD5 },
		{ "Digest realm=\"r\",nonce=\"n\",algorithm=SHA-512-256,qop=auth", 0,
		  true, false, true, DIGEST_SHA512_256 },
		{ "Digest realm=\"r\",nonce=\"n\",algorithm=AKAv1-MD5", 0, false, false,
		  false, DIGEST_MD5 },
		{ "Digest realm=\"r\"", -EBADMSG },
		{ "Digest nonce=\"n\"", -EBADMSG },
		{ "Digest realm=\"r\",realm=\"s\",nonce=\"n\"", -EBADMSG },
		{ "Basic realm=\"r\"", -ENOENT },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_challenge c;

		expect_true(rows[i].in,
			    sip_challenge_decode(exact_of(rows[i].in), &c) == rows[i].rc);
		if (rows[i].rc < 0)
			continue;
		expect_text(rows[i].in, c.realm, "r");
		expect_text(rows[i].in, c.nonce, "n");
		expect_true(rows[i].in, c.qop_auth == rows[i].qop_auth);
		expect_true(rows[i].in, c.stale == rows[i].stale);
		expect_true(rows[i].in, c.algorithm_known == rows[i].known);
		expect_true(rows[i].in, c.algorithm == rows[i].algorithm);
	}
}

static void algorithm_names(void **state)
{
	enum digest_algorithm a;

	for (enum digest_algorithm i = 0; i < DIGEST_ALGORITHMS; i++) {
		assert_int_equal(digest_algorithm_decode(digest_algorithm_name(i), &a),
				 0);
		assert_int_equal(a, i);
	}
	assert_int_equal(digest_algorithm_decode(TEXT("sha-256"), &a), 0);
	assert_int_equal(a, DIGEST_SHA256);
	assert_int_equal(digest_algorithm_decode(TEXT("MD5-sess"), &a), -ENOENT);
}

static void *examples_on_a_thread(void *arg)
{
	for (unsigned i = 0; i < 50; i++)
		check_example(&examples[i % COUNT(examples)]);
	return NULL;
}

static void many_threads_at_once(void **state)
{
	pthread_t threads[4];

	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, examples_on_a_thread, NULL), 0);
	for (size_t i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
}

int test_digest(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_examples),
		cmocka_unit_test(kept_beginnings),
		cmocka_unit_test(sha512_256_ha1),
		cmocka_unit_test(rfc_2069_form),
		cmocka_unit_test(credentials),
		cmocka_unit_test(credential_values),
		cmocka_unit_test(credentials_cut_at_every_byte),
		cmocka_unit_test(too_many_digest_parameters),
		cmocka_unit_test(challenges),
		cmocka_unit_test(algorithm_names),
		cmocka_unit_test(many_threads_at_once),
	};

	return cmocka_run_group_tests_name("sip/digest", tests, NULL, NULL);
}
