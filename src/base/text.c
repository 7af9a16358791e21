/* SPDX-License-Identifier: Apache-2.0 */
/* base/text.c - Runs of bytes: compare, find, cut, convert. */

#include "base/text.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool text_eq_nocase(struct text a, struct text b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (a.p[i] != b.p[i] && lower(a.p[i]) != lower(b.p[i]))
			return false;
	}
	return true;
}

bool text_starts_nocase(struct text t, struct text prefix)
{
	return t.len >= prefix.len && text_eq_nocase(text_sub(t, 0, prefix.len), prefix);
}

bool text_ends(struct text t, struct text suffix)
{
	return t.len >= suffix.len && text_eq(text_from(t, t.len - suffix.len), suffix);
}

bool text_find_text(struct text t, struct text needle, size_t *ret)
{
	const char *hit;

	if (needle.len == 0) {
		*ret = 0;
		return true;
	}
	hit = t.len ? memmem(t.p, t.len, needle.p, needle.len) : NULL;
	if (!hit)
		return false;
	*ret = (size_t)(hit - t.p);
	return true;
}

static struct text trim(struct text t, const char *blanks, size_t count)
{
	while (t.len && memchr(blanks, t.p[0], count))
		t = text_from(t, 1);
	while (t.len && memchr(blanks, t.p[t.len - 1], count))
		t.len--;
	return t;
}

struct text text_trim(struct text t)
{
	return trim(t, " \t", 2);
}

struct text text_trim_lws(struct text t)
{
	return trim(t, " \t\r\n", 4);
}

bool text_split(struct text t, char c, struct text *head, struct text *rest)
{
	ptrdiff_t at = text_find(t, c);
	size_t cut = at < 0 ? t.len : (size_t)at;

	if (head)
		*head = text_sub(t, 0, cut);
	if (rest)
		*rest = text_from(t, at < 0 ? cut : cut + 1);
	return at >= 0;
}

int text_to_u64(struct text t, uint64_t max, uint64_t *ret)
{
	uint64_t n = 0;
	bool above = false;

	if (t.len == 0)
		return -EBADMSG;
	for (size_t i = 0; i < t.len; i++) {
		unsigned digit = (unsigned char)t.p[i] - (unsigned)'0';

		if (digit > 9)
			return -EBADMSG;
		if (above || n > (UINT64_MAX - digit) / 10)
			above = true;
		else
			n = n * 10 + digit;
	}
	if (above || n > max)
		return -ERANGE;
	*ret = n;
	return 0;
}

int text_to_u32(struct text t, uint32_t max, uint32_t *ret)
{
	uint64_t n;
	int r = text_to_u64(t, max, &n);

	if (r == 0)
		*ret = (uint32_t)n;
	return r;
}

int text_copy(char *dst, size_t cap, struct text t)
{
	bool fits = t.len < cap;

	if (fits && t.len)
		memcpy(dst, t.p, t.len);
	if (cap)
		dst[fits ? t.len : 0] = '\0';
	return fits ? 0 : -ENOSPC;
}

char *text_dup(struct text t)
{
	char *copy = malloc(t.len + 1);

	if (copy)
		text_copy(copy, t.len + 1, t);
	return copy;
}

#define EACH_BYTE(n) (UINT64_C(0x0101010101010101) * (n))

/* Eight digits at a time: each byte of a word becomes two with a digit's value, then its
 * character. */
static void hex_encode_4(char dst[8], const uint8_t bytes[4])
{
	uint32_t four;
	uint64_t v, letters;

	memcpy(&four, bytes, sizeof(four));
	v = le32toh(four);
	v = (v | v << 16) & UINT64_C(0x0000ffff0000ffff);
	v = (v | v << 8) & UINT64_C(0x00ff00ff00ff00ff);
	v = (v >> 4 | v << 8) & EACH_BYTE(0x0f);
	letters = (v + EACH_BYTE(6)) >> 4 & EACH_BYTE(1);
	v = htole64(v + EACH_BYTE('0') + letters * ('a' - '0' - 10));
	memcpy(dst, &v, sizeof(v));
}

void text_hex_encode(char *dst, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (; len >= 4; len -= 4, bytes += 4, dst += 8)
		hex_encode_4(dst, bytes);
	for (; len > 0; len--, bytes++) {
		*dst++ = digits[*bytes >> 4];
		*dst++ = digits[*bytes & 15];
	}
	*dst = '\0';
}

/* One more than the digit's value; 0: none. */
static const uint8_t hex_values[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

int text_hex_decode(struct text hex, uint8_t *dst, size_t cap)
{
	unsigned bad = 0;

	if (hex.len != 2 * cap)
		return -EBADMSG;
	for (size_t i = 0; i < cap; i++) {
		unsigned high = hex_values[(uint8_t)hex.p[2 * i]] - 1u;
		unsigned low = hex_values[(uint8_t)hex.p[2 * i + 1]] - 1u;

		bad |= high | low;
		dst[i] = (uint8_t)(high << 4 | low);
	}
	return bad > 15 ? -EBADMSG : 0;
}

bool text_eq_secret(struct text a, struct text b)
{
	uint64_t different = 0, x, y;
	size_t i = 0;

	if (a.len != b.len)
		return false;
	for (; i + sizeof(x) <= a.len; i += sizeof(x)) {
		memcpy(&x, a.p + i, sizeof(x));
		memcpy(&y, b.p + i, sizeof(y));
		different |= x ^ y;
		/* The compiler shall not find out when to stop. */
		__asm__("" : "+r"(different));
	}
	for (; i < a.len; i++) {
		different |= (uint8_t)(a.p[i] ^ b.p[i]);
		__asm__("" : "+r"(different));
	}
	return different == 0;
}

/* Length of the sequence that begins with this byte, and the least code point that
 * may need so many (RFC 3629 3: no overlong forms). */
static size_t utf8_length(unsigned char first, uint32_t *least)
{
	static const struct {
		unsigned char mask, lead, len;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 1, 0 },
		{ 0xe0, 0xc0, 2, 0x80 },
		{ 0xf0, 0xe0, 3, 0x800 },
		{ 0xf8, 0xf0, 4, 0x10000 },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((first & forms[i].mask) == forms[i].lead) {
			*least = forms[i].least;
			return forms[i].len;
		}
	}
	return 0;
}

bool text_is_utf8(struct text t)
{
	for (size_t i = 0, len; i < t.len; i += len) {
		uint32_t least, point;

		len = utf8_length((unsigned char)t.p[i], &least);
		if (len == 0 || len > t.len - i)
			return false;
		point = (unsigned char)t.p[i] & (len == 1 ? 0x7fu : 0x7fu >> len);
		for (size_t k = 1; k < len; k++) {
			if (((unsigned char)t.p[i + k] & 0xc0) != 0x80)
				return false;
			point = point << 6 | ((unsigned char)t.p[i + k] & 0x3f);
		}
		if (point < least || point > 0x10ffff ||
		    (point >= 0xd800 && point <= 0xdfff))
			return false;
	}
	return true;
}
