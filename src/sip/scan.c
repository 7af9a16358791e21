/* SPDX-License-Identifier: Apache-2.0 */
/* sip/scan.c - Classes of characters and the cursor of the decoders (RFC 3261 25.1). */

#include "sip/scan.h"

#include <errno.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define UNRESERVED                                                                       \
	(SIP_C_USER | SIP_C_PASSWORD | SIP_C_PARAM | SIP_C_HEADER | SIP_C_OPAQUE)
#define SEPARATOR SIP_C_VISIBLE /* what ends an unquoted value */
#define PLAIN     (SIP_C_VISIBLE | SIP_C_VALUE | SIP_C_DISPLAY)
#define WORD      (PLAIN | SIP_C_TOKEN)
#define ALNUM     (WORD | UNRESERVED | SIP_C_HOST | SIP_C_SCHEME)

const uint16_t sip_class[256] = {
	['\t'] = SIP_C_LWS,
	['\n'] = SIP_C_LWS,
	['\r'] = SIP_C_LWS,
	[' '] = SIP_C_LWS,
	['0' ... '9'] = ALNUM | SIP_C_HEX | SIP_C_IPV6 | SIP_C_TEL,
	['A' ... 'F'] = ALNUM | SIP_C_HEX | SIP_C_IPV6 | SIP_C_TEL,
	['G' ... 'Z'] = ALNUM,
	['a' ... 'f'] = ALNUM | SIP_C_HEX | SIP_C_IPV6 | SIP_C_TEL,
	['g' ... 'z'] = ALNUM,
	['!'] = WORD | UNRESERVED,
	['"'] = SEPARATOR,
	['#'] = PLAIN | SIP_C_USER | SIP_C_TEL,
	['$'] = PLAIN | UNRESERVED,
	['%'] = WORD,
	['&'] = PLAIN | UNRESERVED,
	['\''] = WORD | UNRESERVED,
	['('] = PLAIN | UNRESERVED | SIP_C_TEL,
	[')'] = PLAIN | UNRESERVED | SIP_C_TEL,
	['*'] = WORD | UNRESERVED | SIP_C_TEL,
	['+'] = WORD | UNRESERVED | SIP_C_SCHEME | SIP_C_TEL,
	[','] = SEPARATOR | SIP_C_USER | SIP_C_PASSWORD | SIP_C_OPAQUE,
	['-'] = WORD | UNRESERVED | SIP_C_HOST | SIP_C_SCHEME | SIP_C_TEL,
	['.'] = WORD | UNRESERVED | SIP_C_HOST | SIP_C_SCHEME | SIP_C_IPV6 | SIP_C_TEL,
	['/'] = PLAIN | SIP_C_USER | SIP_C_PARAM | SIP_C_HEADER | SIP_C_OPAQUE,
	[':'] = PLAIN | SIP_C_PARAM | SIP_C_HEADER | SIP_C_OPAQUE | SIP_C_IPV6,
	[';'] = SEPARATOR | SIP_C_USER | SIP_C_OPAQUE,
	['<'] = SEPARATOR,
	['='] = PLAIN | SIP_C_USER | SIP_C_PASSWORD | SIP_C_HEADER | SIP_C_OPAQUE,
	['>'] = SEPARATOR,
	['?'] = PLAIN | SIP_C_USER | SIP_C_HEADER | SIP_C_OPAQUE,
	['@'] = PLAIN | SIP_C_OPAQUE,
	['['] = PLAIN | SIP_C_PARAM | SIP_C_HEADER,
	['\\'] = SEPARATOR,
	[']'] = PLAIN | SIP_C_PARAM | SIP_C_HEADER,
	['^'] = PLAIN,
	['_'] = WORD | UNRESERVED | SIP_C_HOST,
	['`'] = WORD,
	['{'] = PLAIN,
	['|'] = PLAIN,
	['}'] = PLAIN,
	['~'] = WORD | UNRESERVED,
	[0x80 ... 0xff] = SIP_C_DISPLAY,
};

/* Most of a message goes through here: four at a time spares half of the instructions. */
const char *sip_class_end(const char *p, const char *end, unsigned class)
{
	for (; end - p >= 4; p += 4) {
		if (!sip_is(p[0], class))
			return p;
		if (!sip_is(p[1], class))
			return p + 1;
		if (!sip_is(p[2], class))
			return p + 2;
		if (!sip_is(p[3], class))
			return p + 3;
	}
	while (p < end && sip_is(*p, class))
		p++;
	return p;
}

static bool is_escape(const char *p, const char *end)
{
	return end - p >= 3 && sip_is(p[1], SIP_C_HEX) && sip_is(p[2], SIP_C_HEX);
}

struct text scan_escaped(struct scan *s, unsigned class)
{
	const char *from = s->p, *p = from, *end = s->end;

	for (;;) {
		p = sip_class_end(p, end, class);
		if (p == end || *p != '%' || !is_escape(p, end))
			break;
		p += 3;
	}
	s->p = p;
	return (struct text){ from, (size_t)(p - from) };
}

/* The closing quote when there are escapes in front of it, or NULL. */
static const char *escaped_quote_end(const char *p, const char *end)
{
	for (; p < end && *p != '"'; p++) {
		if (*p == '\\')
			p++;
	}
	return p < end ? p : NULL;
}

bool scan_quoted(struct scan *s, struct text *ret)
{
	const char *end = scan_end(s) ? NULL : memchr(s->p, '"', (size_t)(s->end - s->p));

	if (end && memchr(s->p, '\\', (size_t)(end - s->p)))
		end = escaped_quote_end(s->p, s->end);
	if (!end)
		return false;
	*ret = (struct text){ s->p, (size_t)(end - s->p) };
	s->p = end + 1;
	return true;
}

/* RFC 5118 4.10 wants even three colons tolerated: no more than the alphabet is checked
 * here, and who makes an address of it finds out. */
static int scan_ipv6(struct scan *s, struct text *host)
{
	enum { IPV6_TEXT_MIN = 2, IPV6_TEXT_MAX = 45 };
	const char *from = s->p++;
	struct text inside = scan_span(s, SIP_C_IPV6);

	if (inside.len < IPV6_TEXT_MIN || inside.len > IPV6_TEXT_MAX ||
	    !memchr(inside.p, ':', inside.len) || !scan_char(s, ']'))
		return -EBADMSG;
	*host = (struct text){ from, (size_t)(s->p - from) };
	return 0;
}

int scan_host(struct scan *s, struct text *host)
{
	if (s->p < s->end && *s->p == '[')
		return scan_ipv6(s, host);
	*host = scan_span(s, SIP_C_HOST);
	if (host->len == 0 || host->p[0] == '.' || host->p[0] == '-')
		return -EBADMSG;
	return 0;
}

int scan_port(struct scan *s, uint16_t *ret)
{
	uint32_t port = 0;
	unsigned digits = 0;

	for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++, digits++) {
		port = port * 10 + (uint32_t)(*s->p - '0');
		if (port > UINT16_MAX)
			return -EBADMSG;
	}
	if (digits == 0 || port == 0)
		return -EBADMSG;
	*ret = (uint16_t)port;
	return 0;
}

/* ";rport=" with nothing behind is found in the field, so an empty value is a value. */
int scan_param(struct scan *s, struct text *name, struct text *value)
{
	const char *name_end;

	scan_lws(s);
	if (scan_end(s))
		return 0;
	if (!scan_char(s, ';'))
		return -EBADMSG;
	scan_lws(s);
	*name = scan_span(s, SIP_C_TOKEN);
	*value = TEXT_NONE;
	if (name->len == 0)
		return -EBADMSG;
	name_end = s->p;
	if (!scan_mark(s, '=')) {
		s->p = name_end;
		return 1;
	}
	if (scan_char(s, '"'))
		return scan_quoted(s, value) ? 1 : -EBADMSG;
	*value = scan_span(s, SIP_C_VALUE);
	return 1;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Eight bytes at a time: in each the top bit says "below blank" or "is DEL". A borrow can
 * only make bytes behind the first hit wrong, and the first hit is what counts. */
static uint64_t control_bits(uint64_t v)
{
	const uint64_t ones = 0x0101010101010101u;
	const uint64_t tops = 0x8080808080808080u;
	uint64_t del = v ^ (ones * 0x7f);

	return (((v - ones * 0x20) & ~v) | ((del - ones) & ~del)) & tops;
}

#ifdef __SSE2__
/* Sixteen at a time: a bit for each. */
static unsigned control_mask(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
	__m128i del = _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(low, del));
}
#endif

size_t scan_control(const char *p, size_t n)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; n - i >= 16; i += 16) {
		unsigned mask = control_mask(p + i);

		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
#endif
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	for (; n - i >= 8; i += 8) {
		uint64_t v, bits;

		memcpy(&v, p + i, 8);
		bits = control_bits(v);
		if (bits)
			return i + (size_t)__builtin_ctzll(bits) / 8;
	}
#endif
	while (i < n && !is_control(p[i]))
		i++;
	return i;
}

unsigned scan_hex(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : ((unsigned)c | 0x20) - 'a' + 10;
}
