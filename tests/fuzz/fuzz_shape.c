/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_shape.c - Two requests, with a NUL between them. When the second fits the shape
 * of the first, a decoder must find nothing else in it than in the first, but for the words
 * that may be new. */

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "fuzz.h"
#include "sip/encode.h"
#include "sip/shape.h"

static const uint64_t here[SHAPE_WHERE];

static bool digest_of(const struct sip_msg *m, struct sip_digest *ret)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_AUTHORIZATION);

	return h && sip_digest_decode(h->value, ret) == 0;
}

static bool all_hex(const struct shape *s, struct text request)
{
	static const enum shape_span holes[] = { SHAPE_NONCE, SHAPE_NC, SHAPE_RESPONSE };

	for (size_t i = 0; i < 3; i++) {
		struct text t = shape_text(s, request, holes[i]);

		for (size_t at = 0; at < t.len; at++) {
			if (!isxdigit((unsigned char)t.p[at]))
				return false;
		}
	}
	return true;
}

static void same_digest(const struct sip_msg *a, const struct sip_msg *b)
{
	struct sip_digest x, y;
	bool there = digest_of(a, &x);

	assert(there == digest_of(b, &y));
	assert(!there || (text_eq(x.username, y.username) && text_eq(x.realm, y.realm) &&
			  text_eq(x.uri, y.uri) && text_eq(x.qop, y.qop) &&
			  x.algorithm == y.algorithm && x.nonce.len == y.nonce.len &&
			  x.nc.len == y.nc.len && x.cnonce.len == y.cnonce.len &&
			  x.response.len == y.response.len));
}

static void same_request(const struct shape *s, const struct sip_msg *a,
			 const struct sip_msg *b)
{
	uint32_t cseq;

	assert(b->method == SIP_REGISTER && a->header_count == b->header_count);
	for (size_t i = 0; i < a->header_count; i++)
		assert(a->headers[i].id == b->headers[i].id &&
		       a->headers[i].value.len == b->headers[i].value.len);
	assert(text_eq(a->uri_text, b->uri_text) && text_eq(a->call_id, b->call_id) &&
	       text_eq(a->to.uri_text, b->to.uri_text) &&
	       text_eq(a->from.tag, b->from.tag) &&
	       text_eq(a->contact.uri_text, b->contact.uri_text) &&
	       text_eq(a->contact.params, b->contact.params) &&
	       text_eq(a->via.host, b->via.host) && a->via.port == b->via.port &&
	       a->via.rport == b->via.rport && a->via.branch.len == b->via.branch.len);
	assert(shape_cseq(s, b->bytes, &cseq) && cseq == b->cseq.number);
	same_digest(a, b);
}

static void same_answer(const struct shape *s, const struct sip_msg *m)
{
	struct buf want = BUF_GROWING, got = BUF_GROWING;
	struct text host = TEXT("192.0.2.1");

	sip_response_begin(&want, m, 200, NULL, TEXT("t"), host, 5060);
	shape_answer(s, m->bytes, TEXT("SIP/2.0 200 OK"), host, 5060, TEXT("t"), &got);
	assert(text_eq(buf_text(&want), buf_text(&got)));
	buf_free(&want);
	buf_free(&got);
}

/* What the mark stands for. */
static bool same_but_holes(const struct shape *s, struct text a, struct text b)
{
	char x[SHAPE_MAX], y[SHAPE_MAX];

	memcpy(x, a.p, a.len);
	memcpy(y, b.p, b.len);
	for (unsigned i = 0; i < SHAPE_HOLES; i++) {
		memset(x + s->at[i], 0, s->lens[i]);
		memset(y + s->at[i], 0, s->lens[i]);
	}
	return memcmp(x, y, a.len) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct shape_key key; /* all zero: collisions do not count here */
	const uint8_t *between = size ? memchr(data, 0, size) : NULL;
	struct text first, second;
	struct sip_fault fault;
	struct sip_digest digest;
	struct sip_msg a, b;
	struct shape s;
	bool signed_;

	if (!between)
		return 0;
	first = (struct text){ (const char *)data, (size_t)(between - data) };
	second = (struct text){ (const char *)between + 1, size - first.len - 1 };
	shape_call_id(&key, second);
	if (sip_msg_decode(first, &a, &fault) < 0 || !a.request)
		return 0;
	signed_ = digest_of(&a, &digest);
	if (!shape_take(&s, &key, here, &a, signed_ ? &digest : NULL))
		return 0;
	same_answer(&s, &a);
	if (!shape_fits(&s, &key, here, second) || !same_but_holes(&s, a.bytes, second))
		return 0;
	/* Found by who reads them: no nonce, count or hash is like that. */
	if (!all_hex(&s, second))
		return 0;
	if (sip_msg_decode(second, &b, &fault) < 0) {
		uint32_t cseq;

		/* So is a bad number. */
		assert(!shape_cseq(&s, second, &cseq));
		return 0;
	}
	same_request(&s, &a, &b);
	same_answer(&s, &b);
	return 0;
}
