/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_field.c - What stands in one field of a CSV file. */

#include "account/import_room.h"
#include "base/date.h"
#include "base/money.h"

enum { SECONDS_MAX = 3600, PREFIX_DIGITS_MAX = 15 };
#define PRICE_MAX (INT64_C(10000) * MONEY_UNIT)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool has_control(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if ((unsigned char)t.p[i] < 0x20 || t.p[i] == 0x7f)
			return true;
	}
	return false;
}

const char *import_text(struct text in, size_t max, void *dst)
{
	if (in.len > max)
		return "is too long";
	if (has_control(in))
		return "has a control character";
	*(struct text *)dst = in;
	return NULL;
}

/* A person's password: any characters, long ones too (NIST SP 800-63B 3.1.1.2). */
const char *import_secret(struct text in, size_t max, void *dst)
{
	if (in.len < 8)
		return "is too weak: at least 8 characters";
	return import_text(in, max, dst);
}

const char *import_login(struct text in, size_t max, void *dst)
{
	if (text_find(in, ' ') >= 0)
		return "has a blank";
	return import_text(in, max, dst);
}

const char *import_number(struct text in, size_t max, void *dst)
{
	if (!e164_valid(in))
		return "is not a number in the form +41441234567";
	*(struct text *)dst = in;
	return NULL;
}

static const struct {
	struct text name;
	enum segment segment;
} segments[] = {
	{ TEXT_INIT("RES"), SEGMENT_RES },
	{ TEXT_INIT("SME"), SEGMENT_SME },
	{ TEXT_INIT("ENT"), SEGMENT_ENT },
};

const char *import_segment(struct text in, size_t max, void *dst)
{
	for (size_t i = 0; i < sizeof(segments) / sizeof(segments[0]); i++) {
		if (text_eq(in, segments[i].name)) {
			*(enum segment *)dst = segments[i].segment;
			return NULL;
		}
	}
	return "is no segment: RES, SME or ENT";
}

const char *import_segment_name(enum segment s)
{
	for (size_t i = 0; i < sizeof(segments) / sizeof(segments[0]); i++) {
		if (segments[i].segment == s)
			return segments[i].name.p;
	}
	return "?";
}

const char *import_language(struct text in, size_t max, void *dst)
{
	static const struct text languages[] = { TEXT_INIT("de"), TEXT_INIT("fr"),
						 TEXT_INIT("it"), TEXT_INIT("en") };

	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		if (text_eq(in, languages[i])) {
			*(struct text *)dst = languages[i];
			return NULL;
		}
	}
	return "is no language: de, fr, it or en";
}

static const char *day_or(struct text in, int32_t empty, int32_t *dst)
{
	if (in.len == 0) {
		*dst = empty;
		return NULL;
	}
	return date_day_decode(in, dst) ? "is not a day in the form 2017-07-01" : NULL;
}

const char *import_day_or_never(struct text in, size_t max, void *dst)
{
	return day_or(in, DATE_DAY_NEVER, dst);
}

const char *import_day_or_always(struct text in, size_t max, void *dst)
{
	return day_or(in, DATE_DAY_ALWAYS, dst);
}

const char *import_money(struct text in, size_t max, void *dst)
{
	int64_t micros;

	if (money_decode(in, &micros))
		return "is not an amount in the form 0.079";
	if (micros < 0 || micros > PRICE_MAX)
		return "is not between 0 and 10000";
	*(int64_t *)dst = micros;
	return NULL;
}

const char *import_seconds(struct text in, size_t max, void *dst)
{
	uint32_t s;

	if (text_to_u32(in, SECONDS_MAX, &s) || s == 0)
		return "is not between 1 and 3600 seconds";
	*(uint32_t *)dst = s;
	return NULL;
}

static bool all_of(struct text t, bool (*is)(char))
{
	for (size_t i = 0; i < t.len; i++) {
		if (!is(t.p[i]))
			return false;
	}
	return t.len > 0;
}

static bool is_dialled(char c)
{
	return is_digit(c) || c == '*' || c == '#';
}

/* "+4179", or "CH:1811" for a short code. */
const char *import_prefix(struct text in, size_t max, void *dst)
{
	struct text country, code;
	bool good;

	if (text_starts(in, TEXT("+"))) {
		code = text_from(in, 1);
		good = all_of(code, is_digit) && code.p[0] != '0';
	} else {
		good = text_split(in, ':', &country, &code) && country.len == 2 &&
		       all_of(country, is_upper) && all_of(code, is_dialled);
	}
	if (!good || code.len > PREFIX_DIGITS_MAX)
		return "is no prefix in the form +4179 or CH:1811";
	*(struct text *)dst = in;
	return NULL;
}

static bool is_word(char c)
{
	return is_lower(c) || is_digit(c) || c == '_';
}

const char *import_word(struct text in, size_t max, void *dst)
{
	if (in.len > max || !all_of(in, is_word))
		return "is not a short word of a-z, 0-9 and _";
	*(struct text *)dst = in;
	return NULL;
}

static bool is_name(char c)
{
	return is_lower(c) || is_upper(c) || is_digit(c) || c == '.' || c == '_' ||
	       c == '-' || c == '+';
}

const char *import_auth_name(struct text in, size_t max, void *dst)
{
	if (in.len > max || !all_of(in, is_name))
		return "is no auth name: letters, digits and . _ - +, nothing behind an "
		       "@";
	*(struct text *)dst = in;
	return NULL;
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

const char *import_hash(struct text in, size_t max, void *dst)
{
	if (in.len != max || !all_of(in, is_hex))
		return max == 32 ? "is not 32 hex digits" : "is not 64 hex digits";
	*(struct text *)dst = in;
	return NULL;
}

const char *import_kind_word(struct text in, size_t max, void *dst)
{
	enum credential_kind *kind = dst;

	*kind = CREDENTIAL_DEVICE;
	if (text_eq(in, TEXT("router")))
		*kind = CREDENTIAL_ROUTER;
	else if (in.len && !text_eq(in, TEXT("device")))
		return "is no kind: device or router";
	return NULL;
}
