/* SPDX-License-Identifier: Apache-2.0 */
/* call/headers.c - The headers that we write or let cross. */

#include "call/headers.h"

#include <errno.h>
#include <stdarg.h>

#include "sip/body.h"

enum { ROUTES_MAX = 32 };

/* Q.850 causes in Reason tell both ends why; Retry-After keeps devices from hammering.
 * Warning does not cross: it names the host that wrote it. */
static const struct crossing {
	enum sip_header_id id;
	unsigned where;
} crossings[] = {
	{ SIP_HDR_REASON, CROSS_END | CROSS_FAILURE },
	{ SIP_HDR_RETRY_AFTER, CROSS_FAILURE },
	{ SIP_HDR_CONTENT_DISPOSITION, CROSS_INFO },
	{ SIP_HDR_INFO_PACKAGE, CROSS_INFO },
};

void headers_cross(struct buf *b, const struct sip_msg *from, enum headers_crossing where)
{
	for (size_t i = 0; i < sizeof(crossings) / sizeof(*crossings); i++) {
		if (crossings[i].where & where)
			sip_header_copy(b, from, crossings[i].id);
	}
}

void headers_join(struct buf *b, enum sip_header_id id, ...)
{
	va_list strings;

	buf_put(b, sip_header_lead(id));
	va_start(strings, id);
	for (const char *s = va_arg(strings, const char *); s;
	     s = va_arg(strings, const char *))
		buf_puts(b, s);
	va_end(strings);
	buf_put(b, TEXT("\r\n"));
}

void headers_number(struct buf *b, enum sip_header_id id, uint32_t n, const char *behind)
{
	buf_put(b, sip_header_lead(id));
	buf_put_u64(b, n);
	buf_puts(b, behind);
	buf_put(b, TEXT("\r\n"));
}

void headers_server_put(struct buf *b)
{
	sip_header_put(b, SIP_HDR_SERVER, TEXT("Ownline"));
}

void headers_agent_put(struct buf *b)
{
	sip_header_put(b, SIP_HDR_USER_AGENT, TEXT("Ownline"));
}

void headers_allow_put(struct buf *b)
{
	sip_header_put(b, SIP_HDR_ALLOW, TEXT(HEADERS_ALLOW));
}

void headers_supported_put(struct buf *b, bool reliable)
{
	sip_header_put(b, SIP_HDR_SUPPORTED,
		       reliable ? TEXT("100rel, timer") : TEXT("timer"));
}

static size_t collect_routes(const struct sip_msg *m, struct text ret[ROUTES_MAX])
{
	size_t n = 0;

	for (const struct sip_header *h = sip_msg_header(m, SIP_HDR_RECORD_ROUTE); h;
	     h = sip_msg_header_next(m, h)) {
		struct text list = h->value, element;

		while (sip_list_next(&list, &element)) {
			if (n == ROUTES_MAX)
				return ROUTES_MAX + 1;
			ret[n++] = element;
		}
	}
	return n;
}

void headers_routes(const struct sip_msg *m, bool reversed, struct buf *ret)
{
	struct text routes[ROUTES_MAX];
	size_t n = collect_routes(m, routes);

	if (n > ROUTES_MAX) {
		ret->error = -E2BIG;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_put(ret, TEXT(", "));
		sip_text_clean(ret, routes[reversed ? n - 1 - i : i]);
	}
}

int headers_contact(const struct sip_msg *m, struct text *ret)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTACT);
	struct text list, first;
	struct sip_address a;

	if (!h)
		return -EBADMSG;
	list = h->value;
	if (!sip_list_next(&list, &first) || sip_address_decode(first, &a) < 0)
		return -EBADMSG;
	if (a.uri.scheme != SIP_SCHEME_SIP && a.uri.scheme != SIP_SCHEME_SIPS)
		return -EBADMSG;
	text_split(a.uri_text, '?', ret, NULL);
	return 0;
}

static bool encoded(const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTENT_ENCODING);

	return h && !text_eq_nocase(h->value, TEXT("identity"));
}

int headers_sdp(const struct sip_msg *m, struct text *ret)
{
	int r;

	if (!m->body.len)
		return -ENOENT;
	if (encoded(m))
		return -EPROTO;
	r = sip_body_find(m, TEXT("application/sdp"), ret);
	return r == -ENOENT ? -EPROTO : r;
}
