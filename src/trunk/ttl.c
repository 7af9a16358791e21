/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/ttl.c - How long a raw DNS message may be used (RFC 1035 4.1, RFC 2308 5). */

#include "trunk/resolve.h"

enum { HEADER = 12, RECORDS_MAX = 64, LABELS_MAX = 128, TYPE_SOA = 6, SOA_NUMBERS = 20 };

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

/* Behind the header and the questions; 0: broken. */
static size_t skip_questions(const unsigned char *m, size_t len)
{
	unsigned questions = len < HEADER ? RECORDS_MAX + 1 : u16(m + 4);
	size_t at = HEADER;

	if (questions > RECORDS_MAX)
		return 0;
	for (; questions && at; questions--) {
		at = skip_name(m, len, at);
		at = at && at + 4 <= len ? at + 4 : 0;
	}
	return at;
}

struct record {
	unsigned type, ttl_s;
	const unsigned char *data;
	size_t len;
};

/* Reads the record at "at"; returns what is behind it, 0: broken. */
static size_t take_record(const unsigned char *m, size_t len, size_t at,
			  struct record *ret)
{
	at = skip_name(m, len, at);
	if (!at || at + 10 > len)
		return 0;
	*ret = (struct record){ .type = u16(m + at),
				.ttl_s = u32(m + at + 4),
				.data = m + at + 10,
				.len = u16(m + at + 8) };
	return at + 10 + ret->len <= len ? at + 10 + ret->len : 0;
}

unsigned resolve_ttl(const unsigned char *m, size_t len)
{
	size_t at = skip_questions(m, len);
	unsigned answers = at ? u16(m + 6) : 0, least = 0;
	struct record r;

	if (answers > RECORDS_MAX)
		return 0;
	for (unsigned i = 0; i < answers; i++) {
		at = take_record(m, len, at, &r);
		if (!at)
			return 0;
		if (i == 0 || r.ttl_s < least)
			least = r.ttl_s;
	}
	return least;
}

/* The last of the SOA's five numbers; its own TTL bounds it. */
static unsigned negative_ttl(const struct record *soa)
{
	unsigned minimum = soa->len > SOA_NUMBERS ? u32(soa->data + soa->len - 4) : 0;

	return minimum < soa->ttl_s ? minimum : soa->ttl_s;
}

unsigned resolve_absent_ttl(const unsigned char *m, size_t len)
{
	size_t at = skip_questions(m, len);
	unsigned answers = at ? u16(m + 6) : 0, records = at ? u16(m + 8) : 0;
	struct record r;

	if (answers > RECORDS_MAX || records > RECORDS_MAX)
		return 0;
	for (unsigned i = 0; i < answers + records; i++) {
		at = take_record(m, len, at, &r);
		if (!at)
			return 0;
		if (i >= answers && r.type == TYPE_SOA)
			return negative_ttl(&r);
	}
	return 0;
}
