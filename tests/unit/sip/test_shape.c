/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_shape.c - Shapes of REGISTERs. */

#include "help.h"

#include "fake/random.h"
#include "sip/encode.h"
#include "sip/shape.h"

static const uint64_t here[SHAPE_WHERE] = { 1, 2, 3, 4, 5, 6, 7, 8 };

#define HEAD                                                                             \
	"REGISTER sip:voip.example.ch SIP/2.0\r\n"                                       \
	"Via: SIP/2.0/UDP 192.168.1.20:5060;branch=z9hG4bK-d8754z;rport;x=1\r\n"         \
	"Max-Forwards: 70\r\n"                                                           \
	"From: \"A\" <sip:+41445550101@voip.example.ch>;tag=1928301774\r\n"              \
	"To: <sip:+41445550101@voip.example.ch>\r\n"
#define MIDDLE                                                                           \
	"Call-ID: a84b4c76e66710@192.168.1.20\r\n"                                       \
	"CSeq: 314159 REGISTER\r\n"                                                      \
	"Contact: <sip:alice@192.168.1.20:5060>\r\n"
#define DIGEST                                                                           \
	"Authorization: Digest username=\"k7m2x9qd\", realm=\"voip.example.ch\", "       \
	"nonce=\"0123456789abcdef\", uri=\"sip:voip.example.ch\", "                      \
	"response=\"6629fae49393a05397450978507c4ef1\", algorithm=MD5, qop=auth, "       \
	"nc=00000001, cnonce=\"0a4f113b\"\r\n"
#define END "Content-Length: 0\r\n\r\n"

static const char usual[] = HEAD MIDDLE DIGEST END;

static struct fake_random random_;
static struct shape_key key;

static int setup(void **state)
{
	fake_random_init(&random_, 7);
	shape_key_make(&key, &random_.random);
	return 0;
}

static bool take(const char *request, struct shape *ret)
{
	const struct sip_header *h;
	struct sip_digest digest;
	struct sip_fault fault;
	struct sip_msg m;

	assert_int_equal(sip_msg_decode(text_of(request), &m, &fault), 0);
	h = sip_msg_header(&m, SIP_HDR_AUTHORIZATION);
	if (h)
		assert_int_equal(sip_digest_decode(h->value, &digest), 0);
	return shape_take(ret, &key, here, &m, h ? &digest : NULL);
}

static bool in_a_hole(const struct shape *s, size_t at)
{
	for (unsigned i = 0; i < SHAPE_HOLES; i++) {
		if (at >= s->at[i] && at < (size_t)s->at[i] + s->lens[i])
			return true;
	}
	return false;
}

/* One byte is another: it fits in a hole and nowhere else. */
static void every_byte_counts(void **state)
{
	char request[sizeof(usual)];
	struct text t = { request, sizeof(usual) - 1 };
	struct shape s;
	size_t holes = 0;

	assert_true(take(usual, &s));
	for (size_t i = 0; i < t.len; i++) {
		memcpy(request, usual, sizeof(usual));
		request[i] = request[i] == '7' ? '8' : '7';
		if (shape_fits(&s, &key, here, t) != in_a_hole(&s, i))
			fail_msg("byte %zu: %.20s", i, usual + i);
		holes += in_a_hole(&s, i);
	}
	/* -d8754z, 314159, the nonce, nc, cnonce, the response */
	assert_int_equal(holes, 7 + 6 + 16 + 8 + 8 + 32);
}

/* What ends a word ends it for whoever decodes: no hole takes it. */
static void nothing_ends_a_hole(void **state)
{
	static const char bad[] = { ';', ',', '"', '\\', '\r', '\n', ' ', '\0', '\x7f' };
	static const enum shape_span holes[] = { SHAPE_BRANCH, SHAPE_CNONCE };
	char request[sizeof(usual)];
	struct text t = { request, sizeof(usual) - 1 };
	struct shape s;

	assert_true(take(usual, &s));
	for (size_t h = 0; h < 2; h++) {
		for (size_t i = 0; i < sizeof(bad); i++) {
			/* Between quotes these two are only characters. */
			if (holes[h] == SHAPE_CNONCE && (bad[i] == ';' || bad[i] == ','))
				continue;
			memcpy(request, usual, sizeof(usual));
			request[s.at[holes[h]] + 2] = bad[i];
			if (shape_fits(&s, &key, here, t))
				fail_msg("hole %zu takes %d", h, bad[i]);
		}
	}
}

static void numbers(void **state)
{
	char request[sizeof(usual)];
	struct text t = { request, sizeof(usual) - 1 };
	struct shape s;
	uint32_t cseq;

	assert_true(take(usual, &s));
	assert_true(shape_cseq(&s, text_of(usual), &cseq));
	assert_int_equal(cseq, 314159);
	memcpy(request, usual, sizeof(usual));
	request[s.at[SHAPE_CSEQ] + 2] = 'x';
	assert_false(shape_cseq(&s, t, &cseq));
}

static void elsewhere(void **state)
{
	uint64_t there[SHAPE_WHERE];
	struct shape s;

	assert_true(take(usual, &s));
	assert_true(shape_fits(&s, &key, here, text_of(usual)));
	for (size_t i = 0; i < SHAPE_WHERE; i++) {
		memcpy(there, here, sizeof(there));
		there[i] ^= 1;
		assert_false(shape_fits(&s, &key, there, text_of(usual)));
	}
	assert_false(shape_fits(&s, &key, here, text_of(HEAD MIDDLE END)));
	assert_false(shape_fits(&s, &key, here, TEXT_NONE));
	assert_false(shape_fits(&(struct shape){ 0 }, &key, here, TEXT_NONE));
}

static void not_worth_it(void **state)
{
	static const struct {
		const char *what, *request;
	} rows[] = {
		{ "two Vias", HEAD "Via: SIP/2.0/UDP a;branch=z9hG4bKb\r\n" MIDDLE END },
		{ "another method",
		  "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP "
		  "a;branch=z9hG4bKb\r\nFrom: <sip:a@b>;tag=1\r\nTo: "
		  "<sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n" END },
		{ "no magic", "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP "
			      "a;branch=1\r\nFrom: <sip:a@b>;tag=1\r\nTo: "
			      "<sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n" END },
		{ "received", "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP "
			      "a;branch=z9hG4bK1;received=192.0.2.1\r\nFrom: "
			      "<sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 "
			      "REGISTER\r\n" END },
		{ "a To tag",
		  "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP "
		  "a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: "
		  "<sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n" END },
		{ "a fold", "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP "
			    "a;branch=z9hG4bK1\r\nFrom: <sip:a@b>\r\n ;tag=1\r\nTo: "
			    "<sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n" END },
		{ "two digests", HEAD MIDDLE DIGEST DIGEST END },
	};
	struct shape s;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (take(rows[i].request, &s))
			fail_msg("%s", rows[i].what);
	}
	assert_true(take(HEAD MIDDLE END, &s));
}

/* The answer is byte for byte the one that a decoded request gets. */
static void same_answer(void **state)
{
	static const char *const requests[] = {
		usual,
		HEAD MIDDLE END,
		"REGISTER sip:a SIP/2.0\r\nv:SIP/2.0/UDP b:5062;branch=z9hG4bK1\r\nf: "
		"<sip:a@b>;tag=1\r\nt:sip:a@b\r\ni: 1 \r\nCSeq:1  REGISTER\r\nl: "
		"0\r\n\r\n",
		"REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP b;rport=;branch=z9hG4bK1\r\n"
		"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 "
		"REGISTER\r\n" END,
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct text request = text_of(requests[i]);
		struct buf want = BUF_GROWING, got = BUF_GROWING;
		struct sip_fault fault;
		struct sip_msg m;
		struct shape s;

		assert_true(take(requests[i], &s));
		assert_int_equal(sip_msg_decode(request, &m, &fault), 0);
		sip_response_begin(&want, &m, 200, NULL, TEXT("abc"),
				   TEXT("198.51.100.7"), 5061);
		shape_answer(&s, request, TEXT("SIP/2.0 200 OK"), TEXT("198.51.100.7"),
			     5061, TEXT("abc"), &got);
		assert_int_equal(want.len, got.len);
		assert_memory_equal(want.p, got.p, got.len);
		buf_free(&want);
		buf_free(&got);
	}
}

static void call_ids(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} rows[] = {
		{ "x\r\nCall-ID: 1\r\n", "y\r\nTo: a\r\ni:1 \r\n", true },
		{ "x\r\nCALL-ID: 1\r\n", "y\r\nI: 1\r\n", true },
		{ "x\r\nCall-ID: 1\r\n", "x\r\nCall-ID: 2\r\n", false },
		{ "x\r\nCall-ID: 1\r\n", "x\r\nCall-ID: 11\r\n", false },
		{ "x\r\nCall-ID: 1\r\n", "x\r\nTo: 1\r\n", false },
		{ "x\r\nCall-ID: 1\r\n", "x\r\nCall-ID: 1\r\nCall-ID: 2\r\n", true },
		{ "x\r\nCall-ID:", "x\r\n", true },
		{ "x\n", "", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool same = shape_call_id(&key, text_of(rows[i].a)) ==
			    shape_call_id(&key, text_of(rows[i].b));

		if (same != rows[i].same)
			fail_msg("row %zu", i);
	}
}

static void words(void **state)
{
	char request[sizeof(usual)];
	struct text t = { request, sizeof(usual) - 1 };
	uint64_t a[2], b[2];
	struct shape s;

	assert_true(take(usual, &s));
	shape_words(&s, &key, text_of(usual), a);
	memcpy(request, usual, sizeof(usual));
	shape_words(&s, &key, t, b);
	assert_memory_equal(a, b, sizeof(a));
	request[s.at[SHAPE_BRANCH]]++;
	shape_words(&s, &key, t, b);
	assert_memory_not_equal(a, b, sizeof(a));
	memcpy(request, usual, sizeof(usual));
	request[s.at[SHAPE_RESPONSE]]++;
	shape_words(&s, &key, t, b);
	assert_memory_not_equal(a, b, sizeof(a));
}

int test_shape(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(nothing_ends_a_hole),
		cmocka_unit_test(numbers),
		cmocka_unit_test(elsewhere),
		cmocka_unit_test(not_worth_it),
		cmocka_unit_test(same_answer),
		cmocka_unit_test(call_ids),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests_name("shape", tests, setup, NULL);
}
