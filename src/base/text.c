/* SPDX-License-Identifier: Apache-2.0 */
/* base/text.c - Runs of bytes: compare, find, cut, convert. */

#include "base/text.h"

#include <errno.h>
#include <sodium.h>
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

void text_hex_encode(char *dst, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*dst++ = digits[bytes[i] >> 4];
		*dst++ = digits[bytes[i] & 15];
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
	bool good = hex.len / 2 == cap && hex.len % 2 == 0;

	for (size_t i = 0; good && i < hex.len; i++)
		good = hex_values[(uint8_t)hex.p[i]];
	for (size_t i = 0; good && i < cap; i++)
		dst[i] = (uint8_t)((hex_values[(uint8_t)hex.p[2 * i]] - 1) << 4 |
				   (hex_values[(uint8_t)hex.p[2 * i + 1]] - 1));
	return good ? 0 : -EBADMSG;
}

bool text_eq_secret(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || sodium_memcmp(a.p, b.p, a.len) == 0);
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
