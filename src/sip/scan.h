/* SPDX-License-Identifier: Apache-2.0 */
/* sip/scan.h - What the decoders of this folder share: classes of characters (RFC 3261
 * 25.1) and a cursor. Internal to sip/. */
#ifndef SIP_SCAN_H
#define SIP_SCAN_H

#include "base/text.h"

enum {
	SIP_C_TOKEN = 1 << 0, /* token */
	SIP_C_HOST = 1 << 1,  /* hostname and IPv4, and "_" as it is found in the field */
	SIP_C_IPV6 = 1 << 2,  /* inside the brackets */
	SIP_C_USER = 1 << 3,  /* user part, and "#" as phones dial it */
	SIP_C_PASSWORD = 1 << 4,
	SIP_C_PARAM = 1 << 5,  /* name or value of a URI parameter */
	SIP_C_HEADER = 1 << 6, /* headers of a URI, with & and = */
	SIP_C_OPAQUE = 1 << 7, /* what follows an unknown scheme */
	SIP_C_SCHEME = 1 << 8,
	SIP_C_TEL = 1 << 9,      /* number of a tel URI */
	SIP_C_VALUE = 1 << 10,   /* unquoted value of a header parameter: any visible
				    ASCII that does not separate */
	SIP_C_DISPLAY = 1 << 11, /* unquoted display name: the same, and UTF-8 */
	SIP_C_VISIBLE = 1 << 12, /* any visible ASCII */
	SIP_C_HEX = 1 << 13,
	SIP_C_LWS = 1 << 14, /* SP, HTAB, and CR and LF of folds */
};

extern const uint16_t sip_class[256];

static inline bool sip_is(char c, unsigned class)
{
	return sip_class[(unsigned char)c] & class;
}

/* Where the run of characters of that class that begins at p ends. */
const char *sip_class_end(const char *p, const char *end, unsigned class);

struct scan {
	const char *p;
	const char *end;
};

static inline struct scan scan_of(struct text t)
{
	return (struct scan){ t.p, t.p ? t.p + t.len : NULL };
}
static inline bool scan_end(const struct scan *s)
{
	return s->p == s->end;
}
static inline struct text scan_rest(const struct scan *s)
{
	return (struct text){ s->p, (size_t)(s->end - s->p) };
}
static inline void scan_lws(struct scan *s)
{
	const char *p = s->p, *end = s->end;

	while (p < end && sip_is(*p, SIP_C_LWS))
		p++;
	s->p = p;
}
/* Without the LWS at both ends. */
static inline struct text scan_trim(struct text t)
{
	while (t.len > 0 && sip_is(t.p[0], SIP_C_LWS)) {
		t.p++;
		t.len--;
	}
	while (t.len > 0 && sip_is(t.p[t.len - 1], SIP_C_LWS))
		t.len--;
	return t;
}
/* Takes c when it is next. */
static inline bool scan_char(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}
/* Takes c with the LWS on both sides of it: SEMI, EQUAL, SLASH ... */
static inline bool scan_mark(struct scan *s, char c)
{
	scan_lws(s);
	if (!scan_char(s, c))
		return false;
	scan_lws(s);
	return true;
}
/* Takes the longest run of that class; may be empty. */
static inline struct text scan_span(struct scan *s, unsigned class)
{
	const char *from = s->p;

	s->p = sip_class_end(from, s->end, class);
	return (struct text){ from, (size_t)(s->p - from) };
}
/* Likewise, where %HH counts as a character of the class. A bad escape ends the run. */
struct text scan_escaped(struct scan *s, unsigned class);
/* Behind an opening quote: takes the string and its closing quote; the result is without
 * quotes, escapes kept. False when it does not end. */
bool scan_quoted(struct scan *s, struct text *ret);
/* A host name, IPv4 address or IPv6 reference; a port, 1 to 65535. 0 or -EBADMSG. */
int scan_host(struct scan *s, struct text *host);
int scan_port(struct scan *s, uint16_t *ret);
/* The next ";name" or ";name=value" of header parameters (generic-param), LWS allowed
 * around the marks. 1: taken; 0: the text ends (but for LWS); -EBADMSG. value.p is NULL
 * for a flag. */
int scan_param(struct scan *s, struct text *name, struct text *value);
/* True when scan_param took that value out of quotes: then it may hold anything, folds too. */
static inline bool scan_was_quoted(struct text value)
{
	return value.p && value.p[-1] == '"';
}
/* Index of the first control character (below blank, or DEL), or n. */
size_t scan_control(const char *p, size_t n);
/* text_eq_nocase, where most names already differ in length. */
static inline bool scan_name_is(struct text name, struct text want)
{
	return name.len == want.len && text_eq_nocase(name, want);
}
/* Value of a hex digit. */
unsigned scan_hex(char c);

#endif
