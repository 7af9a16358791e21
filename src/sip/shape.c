/* SPDX-License-Identifier: Apache-2.0 */
/* sip/shape.c - The shape of a REGISTER. */

#include "sip/shape.h"

#include <string.h>

#include "sip/encode.h"
#include "sip/scan.h"

#define MAGIC TEXT("z9hG4bK")

enum { SPAN_MAX = UINT8_MAX, WORD = sizeof(uint64_t), CSEQ_MAX = INT32_MAX };

void shape_key_make(struct shape_key *k, struct random *random)
{
	random_fill(random, k->words, sizeof(k->words));
}

/* NH of UMAC (RFC 4418 5.2) with words of 64 bits: two multiplications for 32 bytes, and two
 * different inputs of one length share a sum with a chance of 2^-64, whatever they are. */
static void add(uint64_t mark[2], const uint64_t *key, const char *p, size_t len)
{
	unsigned __int128 sum = (unsigned __int128)mark[1] << 64 | mark[0];

#pragma GCC unroll 4
	for (size_t i = 0; i < len; i += 2 * WORD, key += 2) {
		uint64_t pair[2];

		memcpy(pair, p + i, sizeof(pair));
		sum += (unsigned __int128)(pair[0] + key[0]) * (pair[1] + key[1]);
	}
	mark[0] = (uint64_t)sum;
	mark[1] = (uint64_t)(sum >> 64);
}

/* Of everything but the holes. */
static void mark_of(const struct shape *s, const struct shape_key *k,
		    const uint64_t where[SHAPE_WHERE], struct text request,
		    uint64_t ret[2])
{
	size_t len = (request.len + 2 * WORD - 1) & ~(size_t)(2 * WORD - 1);
	char bytes[SHAPE_MAX];

	memset(bytes + len - 2 * WORD, 0, 2 * WORD);
	memcpy(bytes, request.p, request.len);
	for (unsigned i = 0; i < SHAPE_HOLES; i++)
		memset(bytes + s->at[i], 0, s->lens[i]);
	ret[0] = ret[1] = 0;
	add(ret, k->words, (const char *)where, SHAPE_WHERE * WORD);
	add(ret, k->words + SHAPE_WHERE, bytes, len);
}

static bool take_span(struct shape *s, struct text request, enum shape_span span,
		      struct text t)
{
	if (t.len > SPAN_MAX || t.p < request.p || t.p + t.len > request.p + request.len)
		return false;
	s->at[span] = (uint16_t)(t.p - request.p);
	s->lens[span] = (uint8_t)t.len;
	return true;
}

/* Copied into the answer as it is: it must need no cleaning. */
static bool take_value(struct shape *s, const struct sip_msg *m, enum shape_span span,
		       enum sip_header_id id)
{
	const struct sip_header *h = sip_msg_header(m, id);

	return h && !h->next && scan_control(h->value.p, h->value.len) == h->value.len &&
	       take_span(s, m->bytes, span, h->value);
}

static bool take_branch(struct shape *s, const struct sip_msg *m)
{
	return text_starts(m->via.branch, MAGIC) &&
	       take_span(s, m->bytes, SHAPE_BRANCH, text_from(m->via.branch, MAGIC.len));
}

/* ";rport" with what stands before the next parameter. No received may be there. */
static bool take_rport(struct shape *s, const struct sip_msg *m)
{
	struct scan params = scan_of(m->via.params);
	struct text name, value;
	const char *from = params.p;

	for (; scan_param(&params, &name, &value) == 1; from = params.p) {
		struct text whole = { from, (size_t)(params.p - from) };

		if (scan_name_is(name, TEXT("received")) ||
		    (scan_name_is(name, TEXT("rport")) &&
		     (value.len || s->lens[SHAPE_RPORT] ||
		      !take_span(s, m->bytes, SHAPE_RPORT, whole))))
			return false;
	}
	return m->via.params.p && scan_end(&params);
}

static bool take_cseq(struct shape *s, const struct sip_msg *m)
{
	struct scan value;

	if (!take_value(s, m, SHAPE_CSEQ_VALUE, SIP_HDR_CSEQ))
		return false;
	value = scan_of(shape_text(s, m->bytes, SHAPE_CSEQ_VALUE));
	return take_span(s, m->bytes, SHAPE_CSEQ, scan_span(&value, SIP_C_TOKEN));
}

static bool take_digest(struct shape *s, const struct sip_msg *m,
			const struct sip_digest *d)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_AUTHORIZATION);

	if (!d)
		return !h;
	return h && !h->next && take_span(s, m->bytes, SHAPE_NONCE, d->nonce) &&
	       take_span(s, m->bytes, SHAPE_NC, d->nc) &&
	       take_span(s, m->bytes, SHAPE_CNONCE, d->cnonce) &&
	       take_span(s, m->bytes, SHAPE_RESPONSE, d->response);
}

bool shape_take(struct shape *ret, const struct shape_key *k,
		const uint64_t where[SHAPE_WHERE], const struct sip_msg *m,
		const struct sip_digest *d)
{
	struct shape s = { 0 };

	if (m->method != SIP_REGISTER || m->bytes.len > SHAPE_MAX || m->to.tag.len ||
	    !take_branch(&s, m) || !take_rport(&s, m) ||
	    !take_value(&s, m, SHAPE_VIA, SIP_HDR_VIA) ||
	    sip_msg_has_several(m, SIP_HDR_VIA) ||
	    !take_value(&s, m, SHAPE_FROM, SIP_HDR_FROM) ||
	    !take_value(&s, m, SHAPE_TO, SIP_HDR_TO) ||
	    !take_value(&s, m, SHAPE_CALL_ID, SIP_HDR_CALL_ID) || !take_cseq(&s, m) ||
	    !take_digest(&s, m, d))
		return false;
	mark_of(&s, k, where, m->bytes, s.mark);
	s.len = (uint16_t)m->bytes.len;
	*ret = s;
	return shape_fits(ret, k, where, m->bytes);
}

static bool all_of(struct text t, unsigned class)
{
	return sip_class_end(t.p, t.p + t.len, class) == t.p + t.len;
}

/* Between quotes anything may stand but what ends them. */
static bool quoted_good(const struct shape *s, struct text request, struct text t)
{
	return s->at[SHAPE_CNONCE] > 0 && request.p[s->at[SHAPE_CNONCE] - 1] == '"' &&
	       all_of(t, SIP_C_VISIBLE) && !memchr(t.p, '"', t.len) &&
	       !memchr(t.p, '\\', t.len);
}

/* What stands in a hole ends where it ends: nothing else can be read into it. Of the numbers
 * and the hashes this is seen by who reads them. */
static bool holes_good(const struct shape *s, struct text request)
{
	struct text cnonce = shape_text(s, request, SHAPE_CNONCE);

	return all_of(shape_text(s, request, SHAPE_BRANCH), SIP_C_TOKEN) &&
	       (all_of(cnonce, SIP_C_TOKEN) || quoted_good(s, request, cnonce));
}

bool shape_cseq(const struct shape *s, struct text request, uint32_t *ret)
{
	return text_to_u32(shape_text(s, request, SHAPE_CSEQ), CSEQ_MAX, ret) == 0;
}

bool shape_fits(const struct shape *s, const struct shape_key *k,
		const uint64_t where[SHAPE_WHERE], struct text request)
{
	uint64_t mark[2];

	if (request.len != s->len || !s->len)
		return false;
	mark_of(s, k, where, request, mark);
	return mark[0] == s->mark[0] && mark[1] == s->mark[1] && holes_good(s, request);
}

void shape_words(const struct shape *s, const struct shape_key *k, struct text request,
		 uint64_t ret[2])
{
	struct text branch = shape_text(s, request, SHAPE_BRANCH);
	struct text response = shape_text(s, request, SHAPE_RESPONSE);
	char bytes[2 * SPAN_MAX + 2 * WORD];

	memcpy(bytes, branch.p, branch.len);
	memcpy(bytes + branch.len, response.p, response.len);
	memset(bytes + branch.len + response.len, 0, 2 * WORD);
	ret[0] = ret[1] = 0;
	add(ret, k->words, bytes, branch.len + response.len);
}

static void put_via(const struct shape *s, struct text request, struct text received,
		    uint16_t port, struct buf *b)
{
	struct text via = shape_text(s, request, SHAPE_VIA);
	size_t rport_at = s->lens[SHAPE_RPORT]
				  ? (size_t)(s->at[SHAPE_RPORT] - s->at[SHAPE_VIA])
				  : via.len;

	buf_put(b, text_sub(via, 0, rport_at));
	buf_put(b, text_from(via, rport_at + s->lens[SHAPE_RPORT]));
	if (received.len) {
		buf_put(b, TEXT(";received="));
		buf_put(b, received);
	}
	if (received.len && s->lens[SHAPE_RPORT]) {
		buf_put(b, TEXT(";rport="));
		buf_put_u64(b, port);
	}
}

void shape_answer(const struct shape *s, struct text request, struct text line,
		  struct text received, uint16_t port, struct text to_tag, struct buf *b)
{
	buf_put(b, line);
	buf_put(b, TEXT("\r\nVia: "));
	put_via(s, request, received, port, b);
	buf_put(b, TEXT("\r\nFrom: "));
	buf_put(b, shape_text(s, request, SHAPE_FROM));
	buf_put(b, TEXT("\r\nTo: "));
	buf_put(b, shape_text(s, request, SHAPE_TO));
	buf_put(b, TEXT(";tag="));
	buf_put(b, to_tag);
	buf_put(b, TEXT("\r\nCall-ID: "));
	buf_put(b, shape_text(s, request, SHAPE_CALL_ID));
	buf_put(b, TEXT("\r\nCSeq: "));
	buf_put(b, shape_text(s, request, SHAPE_CSEQ_VALUE));
	buf_put(b, TEXT("\r\n"));
}

/* Behind the name of a Call-ID, and its colon; NULL: it is another header. */
static const char *behind_name(const char *p, const char *end)
{
	struct text line = { p, (size_t)(end - p) };

	if (text_starts(line, TEXT("Call-ID:")) ||
	    text_starts_nocase(line, TEXT("Call-ID:")))
		return p + TEXT("Call-ID:").len;
	return text_starts_nocase(line, TEXT("i:")) ? p + 2 : NULL;
}

static bool may_begin(char c)
{
	return (c | 0x20) == 'c' || (c | 0x20) == 'i';
}

static struct text call_id_of(struct text request)
{
	const char *p = request.p, *end = request.p + request.len;

	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		const char *value, *line_end;

		if (++p == end || !may_begin(*p) || !(value = behind_name(p, end)))
			continue;
		line_end = memchr(value, '\r', (size_t)(end - value));
		return scan_trim((struct text){
			value, (size_t)((line_end ? line_end : end) - value) });
	}
	return TEXT_NONE;
}

uint64_t shape_call_id(const struct shape_key *k, struct text request)
{
	struct text t = text_sub(call_id_of(request), 0, SPAN_MAX);
	char bytes[SPAN_MAX + 2 * WORD];
	uint64_t mark[2] = { t.len };

	if (t.len)
		memcpy(bytes, t.p, t.len);
	memset(bytes + t.len, 0, 2 * WORD);
	add(mark, k->words, bytes, t.len);
	mark[0] = (mark[0] ^ mark[1]) * UINT64_C(0x9e3779b97f4a7c15);
	return mark[0] ^ mark[0] >> 32;
}
