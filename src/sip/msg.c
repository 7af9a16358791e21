/* SPDX-License-Identifier: Apache-2.0 */
/* sip/msg.c - Decodes a message in place (RFC 3261 7, 8.1.1, 18.3; verdicts of RFC 4475).
 *
 * The first thing that is wrong decides the answer; decoding goes on behind it, because the
 * answer needs Via, From, To, Call-ID and CSeq. */

#include "sip/msg.h"

#include <errno.h>
#include <string.h>

#include "sip/head.h"
#include "sip/startline.h"
#include "sip/via.h"

enum {
	MAX_FORWARDS_DEFAULT = 70,
	MAX_FORWARDS_MAX = 255,
};

static void blame(struct sip_fault *fault, uint16_t status, const char *reason)
{
	if (fault->reason)
		return;
	fault->status = status;
	fault->reason = reason;
}

static void decode_headers(struct scan *s, struct sip_msg *m, struct sip_fault *fault)
{
	struct sip_header over, *h;
	const char *reason;
	enum head_line kind;

	for (;;) {
		h = &over;
		if (m->header_count < SIP_HEADERS_MAX)
			h = &m->headers[m->header_count];
		/* cppcheck-suppress uninitvar ; head_next fills it in */
		kind = head_next(s, h, &reason);
		if (kind == HEAD_END)
			return;
		if (kind == HEAD_BAD)
			blame(fault, 400, reason);
		if (h == &over)
			break;
		if (h->name.p)
			m->header_count++;
	}
	blame(fault, 400, "Too Many Header Fields");
}

/* Chains the headers of one id in their order. */
static void index_headers(struct sip_msg *m)
{
	memset(m->first, 0, sizeof(m->first));
	for (size_t i = m->header_count; i-- > 0;) {
		struct sip_header *h = &m->headers[i];

		h->next = m->first[h->id];
		m->first[h->id] = (uint8_t)(i + 1);
	}
}

static int decode_via(struct sip_msg *m, struct text value)
{
	struct text first;

	if (!sip_list_next(&value, &first))
		return -EBADMSG;
	if (sip_via_decode(first, &m->via) == 0)
		return 0;
	sip_via_decode_sent_by(first, &m->via);
	return -EBADMSG;
}

static int decode_from(struct sip_msg *m, struct text value)
{
	return sip_address_decode(value, &m->from);
}

static int decode_to(struct sip_msg *m, struct text value)
{
	return sip_address_decode(value, &m->to);
}

static int decode_call_id(struct sip_msg *m, struct text value)
{
	struct scan s = scan_of(value);

	m->call_id = scan_span(&s, SIP_C_VISIBLE);
	return m->call_id.len > 0 && scan_end(&s) ? 0 : -EBADMSG;
}

static int decode_cseq(struct sip_msg *m, struct text value)
{
	return sip_cseq_decode(value, &m->cseq);
}

static int decode_max_forwards(struct sip_msg *m, struct text value)
{
	return text_to_u32(value, MAX_FORWARDS_MAX, &m->max_forwards);
}

static int check_content_length(struct sip_msg *m, struct text value)
{
	uint32_t length;

	return text_to_u32(value, SIP_MESSAGE_MAX, &length);
}

static int decode_contact(struct sip_msg *m, struct text value)
{
	struct sip_address address;
	struct text element;

	if (text_eq(value, TEXT("*")))
		return 0;
	while (sip_list_next(&value, &element)) {
		if (sip_address_decode(element, &address) < 0)
			return -EBADMSG;
		if (m->contact.uri_text.len == 0)
			m->contact = address;
	}
	return 0;
}

enum { REQUIRED = 1, SINGLE = 2 };

/* What is looked at in every message. Fields that may stand only once and whose second
 * occurrence another element might believe are refused when they come twice. */
static const struct field {
	enum sip_header_id id;
	unsigned flags;
	int (*decode)(struct sip_msg *, struct text);
	const char *bad;
	const char *missing;
	const char *multiple;
} fields[] = {
	{ SIP_HDR_VIA, REQUIRED, decode_via, "Bad Via", "Missing Via" },
	{ SIP_HDR_FROM, REQUIRED | SINGLE, decode_from, "Bad From", "Missing From",
	  "Multiple From" },
	{ SIP_HDR_TO, REQUIRED | SINGLE, decode_to, "Bad To", "Missing To",
	  "Multiple To" },
	{ SIP_HDR_CALL_ID, REQUIRED | SINGLE, decode_call_id, "Bad Call-ID",
	  "Missing Call-ID", "Multiple Call-ID" },
	{ SIP_HDR_CSEQ, REQUIRED | SINGLE, decode_cseq, "Bad CSeq", "Missing CSeq",
	  "Multiple CSeq" },
	{ SIP_HDR_MAX_FORWARDS, SINGLE, decode_max_forwards, "Bad Max-Forwards", NULL,
	  "Multiple Max-Forwards" },
	{ SIP_HDR_CONTENT_LENGTH, SINGLE, check_content_length, "Bad Content-Length",
	  NULL, "Multiple Content-Length" },
	{ SIP_HDR_CONTACT, 0, decode_contact, "Bad Contact" },
	{ SIP_HDR_CONTENT_TYPE, SINGLE, NULL, NULL, NULL, "Multiple Content-Type" },
	{ SIP_HDR_EXPIRES, SINGLE, NULL, NULL, NULL, "Multiple Expires" },
	{ SIP_HDR_SESSION_EXPIRES, SINGLE, NULL, NULL, NULL, "Multiple Session-Expires" },
	{ SIP_HDR_REPLACES, SINGLE, NULL, NULL, NULL, "Multiple Replaces" },
	{ SIP_HDR_REFER_TO, SINGLE, NULL, NULL, NULL, "Multiple Refer-To" },
	{ SIP_HDR_EVENT, SINGLE, NULL, NULL, NULL, "Multiple Event" },
	{ SIP_HDR_RACK, SINGLE, NULL, NULL, NULL, "Multiple RAck" },
	{ SIP_HDR_RSEQ, SINGLE, NULL, NULL, NULL, "Multiple RSeq" },
};

static void decode_field(struct sip_msg *m, const struct field *f,
			 struct sip_fault *fault)
{
	const struct sip_header *h = sip_msg_header(m, f->id);

	if (!h && (f->flags & REQUIRED))
		blame(fault, 400, f->missing);
	if (h && h->next && (f->flags & SINGLE))
		blame(fault, 400, f->multiple);
	if (!f->decode)
		return;
	/* Of a field that may come often the first is kept, and all are checked. */
	for (; h; h = f->flags ? NULL : sip_msg_header_next(m, h)) {
		if (f->decode(m, h->value) < 0)
			blame(fault, 400, f->bad);
	}
}

static void decode_fields(struct sip_msg *m, struct sip_fault *fault)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		decode_field(m, &fields[i], fault);
}

/* A branch that is the magic cookie and nothing more identifies no transaction (RFC 4475
 * 3.2.1). */
static void check_request(struct sip_msg *m, struct sip_fault *fault)
{
	if (m->cseq.method_name.len > 0 && !text_eq(m->cseq.method_name, m->method_name))
		blame(fault, 400, "CSeq Method Mismatch");
	if (text_eq_nocase(m->via.branch, TEXT("z9hG4bK")))
		blame(fault, 400, "Bad Via Branch");
}

/* Without Content-Length the body of a datagram is all the rest (18.3). */
static void decode_body(struct text bytes, struct scan *s, struct sip_msg *m,
			struct sip_fault *fault)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTENT_LENGTH);
	uint32_t length;

	m->body = scan_rest(s);
	if (h && text_to_u32(h->value, SIP_MESSAGE_MAX, &length) == 0) {
		if (length > m->body.len)
			blame(fault, 400, "Content-Length Too Large");
		else
			m->body.len = length;
	}
	m->bytes = (struct text){ bytes.p, (size_t)(m->body.p + m->body.len - bytes.p) };
}

/* Everything but the headers, whose array is filled as far as header_count says. */
static void clear(struct sip_msg *m)
{
	memset(m, 0, offsetof(struct sip_msg, headers));
	memset((char *)m + offsetof(struct sip_msg, header_count), 0,
	       sizeof(*m) - offsetof(struct sip_msg, header_count));
	m->max_forwards = MAX_FORWARDS_DEFAULT;
}

/* A response and an ACK are never answered, nor is what does not say where from. */
static bool answerable(const struct sip_msg *m)
{
	return m->request && m->method != SIP_ACK && m->via.host.len > 0;
}

int sip_msg_decode(struct text bytes, struct sip_msg *ret, struct sip_fault *fault)
{
	struct text message = text_from(bytes, sip_frame_blank(bytes, NULL));
	struct scan s = scan_of(message);
	struct text line;

	*fault = (struct sip_fault){ 0 };
	clear(ret);
	if (message.len == 0 || message.len > SIP_MESSAGE_MAX ||
	    !head_start_line(&s, &line)) {
		fault->reason = "No Message";
		return -EBADMSG;
	}
	if (sip_start_line_decode(line, ret, fault) < 0)
		return -EBADMSG;
	decode_headers(&s, ret, fault);
	index_headers(ret);
	decode_fields(ret, fault);
	if (ret->request)
		check_request(ret, fault);
	decode_body(message, &s, ret, fault);
	if (!fault->reason)
		return 0;
	if (!answerable(ret))
		fault->status = 0;
	return -EBADMSG;
}
