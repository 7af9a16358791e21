/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/ttl.c - TTLs out of a raw DNS message (RFC 1035 4.1). */

#include "trunk/resolve.h"

enum { HEADER = 12, RECORDS_MAX = 64, LABELS_MAX = 128 };

static unsigned u16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static unsigned u32(const unsigned char *p)
{
	return u16(p) << 16 | u16(p + 2);
}

/* Behind the name that starts at "at"; 0: broken. */
static size_t skip_name(const unsigned char *m, size_t len, size_t at)
{
	for (unsigned i = 0; i < LABELS_MAX && at < len; i++) {
		unsigned c = m[at];

		if (c == 0)
			return at + 1;
		if (c >= 0xc0)
			return at + 2;
		at += 1 + c;
	}
	return 0;
}

unsigned resolve_ttl(const unsigned char *m, size_t len)
{
	unsigned questions, answers, least = 0;
	size_t at = HEADER;

	if (len < HEADER)
		return 0;
	questions = u16(m + 4);
	answers = u16(m + 6);
	if (questions > RECORDS_MAX || answers > RECORDS_MAX)
		return 0;
	for (; questions; questions--) {
		at = skip_name(m, len, at);
		if (!at)
			return 0;
		at += 4;
	}
	for (unsigned i = 0; i < answers; i++) {
		at = skip_name(m, len, at);
		if (!at || at + 10 > len)
			return 0;
		if (i == 0 || u32(m + at + 4) < least)
			least = u32(m + at + 4);
		at += 10 + u16(m + at + 8);
	}
	return at <= len ? least : 0;
}
