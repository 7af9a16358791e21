/* SPDX-License-Identifier: Apache-2.0 */
/* sip/uri_eq.c - When two URIs are the same (RFC 3261 19.1.4, RFC 3966 4). */

#include <string.h>

#include "sip/scan.h"
#include "sip/uri.h"

/* Parameters that must be in both URIs when they are in one. */
static const struct text in_both[] = {
	TEXT_INIT("user"),  TEXT_INIT("ttl"),       TEXT_INIT("method"),
	TEXT_INIT("maddr"), TEXT_INIT("transport"), TEXT_INIT("phone-context"),
};

/* The next character, escapes taken out. */
static unsigned char next_char(const char **p, const char *end)
{
	const char *at = *p;

	if (*at == '%' && end - at >= 3 && sip_is(at[1], SIP_C_HEX) &&
	    sip_is(at[2], SIP_C_HEX)) {
		*p += 3;
		return (unsigned char)(scan_hex(at[1]) << 4 | scan_hex(at[2]));
	}
	*p += 1;
	return (unsigned char)*at;
}

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static bool escaped_eq(struct text a, struct text b, bool nocase)
{
	struct scan x = scan_of(a), y = scan_of(b);

	while (x.p < x.end && y.p < y.end) {
		unsigned char c = next_char(&x.p, x.end);
		unsigned char d = next_char(&y.p, y.end);

		if (c != d && (!nocase || lower(c) != lower(d)))
			return false;
	}
	return x.p == x.end && y.p == y.end;
}

/* The first name and value up to mark; rest behind it. */
static bool next_pair(struct text *rest, char mark, struct text *name, struct text *value)
{
	struct text pair;

	if (rest->len == 0)
		return false;
	text_split(*rest, mark, &pair, rest);
	text_split(pair, '=', name, value);
	return true;
}

static bool pair_find(struct text all, char mark, struct text name, struct text *value)
{
	struct text n;

	while (next_pair(&all, mark, &n, value)) {
		if (escaped_eq(n, name, true))
			return true;
	}
	return false;
}

/* Every parameter of a that b has too has the same value there. Of one that stands twice
 * the first counts. */
static bool params_agree(struct text a, struct text b)
{
	struct text rest = a, name, value, other;

	while (next_pair(&rest, ';', &name, &value)) {
		if (name.len > 0 && pair_find(b, ';', name, &other) &&
		    pair_find(a, ';', name, &value) && !escaped_eq(value, other, true))
			return false;
	}
	return true;
}

static bool params_eq(struct text a, struct text b)
{
	struct text ignored;

	if (a.len == 0 && b.len == 0)
		return true;
	for (size_t i = 0; i < sizeof(in_both) / sizeof(in_both[0]); i++) {
		if (pair_find(a, ';', in_both[i], &ignored) !=
		    pair_find(b, ';', in_both[i], &ignored))
			return false;
	}
	return params_agree(a, b);
}

static bool header_in(struct text headers, struct text name, struct text value)
{
	struct text n, v;

	while (next_pair(&headers, '&', &n, &v)) {
		if (escaped_eq(n, name, true) && escaped_eq(v, value, false))
			return true;
	}
	return false;
}

/* Every header of a is in b. */
static bool headers_in(struct text a, struct text b)
{
	struct text name, value;

	while (next_pair(&a, '&', &name, &value)) {
		if (!header_in(b, name, value))
			return false;
	}
	return true;
}

/* Visual separators do not count in numbers. */
static bool number_eq(struct text a, struct text b)
{
	struct scan x = scan_of(a), y = scan_of(b);

	for (;;) {
		while (x.p < x.end && memchr("-.()", *x.p, 4))
			x.p++;
		while (y.p < y.end && memchr("-.()", *y.p, 4))
			y.p++;
		if (x.p == x.end || y.p == y.end)
			return x.p == x.end && y.p == y.end;
		if (lower((unsigned char)*x.p++) != lower((unsigned char)*y.p++))
			return false;
	}
}

bool sip_uri_eq(const struct sip_uri *a, const struct sip_uri *b)
{
	if (a->scheme != b->scheme || !params_eq(a->params, b->params))
		return false;
	if (a->scheme == SIP_SCHEME_TEL)
		return number_eq(a->user, b->user);
	if (a->scheme == SIP_SCHEME_OTHER &&
	    !text_eq_nocase(a->scheme_text, b->scheme_text))
		return false;
	if (a->scheme == SIP_SCHEME_URN)
		return escaped_eq(a->user, b->user, true);
	return a->port == b->port && text_eq_nocase(a->host, b->host) &&
	       escaped_eq(a->user, b->user, false) &&
	       escaped_eq(a->password, b->password, false) &&
	       headers_in(a->headers, b->headers) && headers_in(b->headers, a->headers);
}
