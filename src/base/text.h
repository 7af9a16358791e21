/* SPDX-License-Identifier: Apache-2.0 */
/* base/text.h - A run of bytes that somebody else owns. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Points into a buffer; not NUL-terminated. p may be NULL when len is 0. */
struct text {
	const char *p;
	size_t len;
};

#define TEXT(lit) ((struct text){ "" lit, sizeof(lit) - 1 })
#define TEXT_INIT(lit)                                                                   \
	{                                                                                \
		"" lit, sizeof(lit) - 1                                                  \
	}
#define TEXT_NONE ((struct text){ NULL, 0 })
/* For printf("%.*s", TEXT_ARG(t)). */
#define TEXT_ARG(t) (int)(t).len, (t).p ? (t).p : ""

/* NULL gives the empty text. */
static inline struct text text_of(const char *cstr)
{
	return (struct text){ cstr, cstr ? strlen(cstr) : 0 };
}
/* From there to the end; clamped, like text_sub. */
static inline struct text text_from(struct text t, size_t from)
{
	if (from >= t.len)
		return (struct text){ t.p ? t.p + t.len : NULL, 0 };
	return (struct text){ t.p + from, t.len - from };
}
static inline struct text text_sub(struct text t, size_t from, size_t len)
{
	t = text_from(t, from);
	if (len < t.len)
		t.len = len;
	return t;
}
static inline bool text_eq(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}
bool text_eq_nocase(struct text a, struct text b); /* ASCII only */
static inline bool text_starts(struct text t, struct text prefix)
{
	return t.len >= prefix.len && text_eq(text_sub(t, 0, prefix.len), prefix);
}
bool text_starts_nocase(struct text t, struct text prefix);
bool text_ends(struct text t, struct text suffix);
/* Index of c, or -1. */
static inline ptrdiff_t text_find(struct text t, char c)
{
	const char *hit = t.len ? (const char *)memchr(t.p, c, t.len) : NULL;

	return hit ? hit - t.p : -1;
}
bool text_find_text(struct text t, struct text needle, size_t *ret);
/* Without the blanks and tabs (and, for _lws, CR and LF) at both ends. */
struct text text_trim(struct text t);
struct text text_trim_lws(struct text t);
/* Splits at the first c: head without c, rest behind it. False when there is no c;
 * then *head is all of it and *rest is empty. head and rest may be NULL. */
bool text_split(struct text t, char c, struct text *head, struct text *rest);

/* Whole text is a number. 0, -EBADMSG (not digits, or empty), -ERANGE (above max). */
int text_to_u32(struct text t, uint32_t max, uint32_t *ret);
int text_to_u64(struct text t, uint64_t max, uint64_t *ret);

/* Copies with a NUL at the end; -ENOSPC when it does not fit (nothing is written but
 * the empty string). */
int text_copy(char *dst, size_t cap, struct text t);
/* A malloc'd NUL-terminated copy, or NULL when memory is out. */
char *text_dup(struct text t);

/* Lower-case hex. Encode writes 2*len characters and a NUL. Decode wants exactly
 * cap*2 digits, -EBADMSG otherwise. */
void text_hex_encode(char *dst, const uint8_t *bytes, size_t len);
/* -EBADMSG: not 2 * cap digits; then dst may hold anything. */
int text_hex_decode(struct text hex, uint8_t *dst, size_t cap);

/* RFC 3629: no overlong forms, no surrogates. */
bool text_is_utf8(struct text t);

/* Same length and same bytes, in a time that depends on the length only. */
bool text_eq_secret(struct text a, struct text b);

#endif
