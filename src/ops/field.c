/* SPDX-License-Identifier: Apache-2.0 */
/* ops/field.c - Input checked against the table's fields. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/e164.h"
#include "base/id.h"
#include "base/money.h"
#include "ops/op.h"

enum { TEXT_BYTES_MAX = 127 }; /* a row's name field */

/* Control characters (C0, DEL, C1), line ends, and those that turn the writing direction:
 * what is shown in a message must be what was meant. */
static bool is_control(const char *p, size_t left)
{
	const unsigned char *c = (const unsigned char *)p;

	if (c[0] < 0x20 || c[0] == 0x7f)
		return true;
	if (c[0] == 0xc2 && left > 1)
		return c[1] < 0xa0;
	if (c[0] != 0xe2 || left < 3)
		return false;
	if (c[1] == 0x80)
		return c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae);
	return c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9;
}

static bool text_fits(const struct op_field *f, struct text t)
{
	int64_t characters = 0;

	if (t.len > TEXT_BYTES_MAX || !text_is_utf8(t))
		return false;
	for (size_t i = 0; i < t.len; i++) {
		if (is_control(t.p + i, t.len - i))
			return false;
		characters += ((unsigned char)t.p[i] & 0xc0) != 0x80;
	}
	return characters >= f->min && characters <= f->max &&
	       (f->min == 0 || text_trim(t).len > 0);
}

/* Passwords may hold anything but NUL, which strict decoding refuses already. */
static bool secret_fits(const struct op_field *f, struct text t)
{
	return (int64_t)t.len >= f->min && (int64_t)t.len <= f->max;
}

static bool number_fits(const struct op_field *f, struct text t)
{
	return e164_valid(t);
}

static bool id_fits(const struct op_field *f, struct text t)
{
	int64_t id;

	return id_decode(t, &id) == 0;
}

static bool choice_fits(const struct op_field *f, struct text t)
{
	for (size_t i = 0; f->choices[i]; i++) {
		if (text_eq(t, text_of(f->choices[i])))
			return true;
	}
	return false;
}

static bool time_fits(const struct op_field *f, struct text t)
{
	int64_t us;

	return date_time_decode(t, &us) == 0;
}

static bool money_fits(const struct op_field *f, struct text t)
{
	int64_t micros;

	return money_decode(t, &micros) == 0;
}

static bool (*const string_fits[])(const struct op_field *, struct text) = {
	[OP_TEXT] = text_fits,   [OP_SECRET] = secret_fits, [OP_NUMBER] = number_fits,
	[OP_ID] = id_fits,       [OP_CHOICE] = choice_fits, [OP_TIME] = time_fits,
	[OP_MONEY] = money_fits, [OP_FILE] = NULL,
};

static bool value_fits(const struct op_field *f, const json_t *v)
{
	switch (f->type) {
	case OP_COUNT:
		return json_is_integer(v) && json_integer_value(v) >= f->min &&
		       json_integer_value(v) <= f->max;
	case OP_FLAG:
		return json_is_boolean(v);
	case OP_FILE:
	case OP_LIST:
	case OP_OBJECT:
		return false;
	default:
		return json_is_string(v) &&
		       string_fits[f->type](f, (struct text){ json_string_value(v),
							      json_string_length(v) });
	}
}

static void list_choices(const struct op_field *f, char dst[OP_WHY_SIZE])
{
	size_t len = (size_t)snprintf(dst, OP_WHY_SIZE, "one of");

	for (size_t i = 0; f->choices[i] && len < OP_WHY_SIZE; i++)
		len += (size_t)snprintf(dst + len, OP_WHY_SIZE - len, "%s %s",
					i ? "," : "", f->choices[i]);
}

const char *op_field_expected(const struct op_field *f, char dst[OP_WHY_SIZE])
{
	static const char *const plain[] = {
		[OP_NUMBER] = "a number in E.164, such as +41441234567",
		[OP_ID] = "an id of 13 letters and digits",
		[OP_FLAG] = "true or false",
		[OP_TIME] = "a time such as 2026-11-23T14:10:07Z, or a day",
		[OP_MONEY] = "an amount such as 1.50",
		[OP_FILE] = "a file",
		[OP_OBJECT] = "an object",
	};

	if (f->type == OP_CHOICE)
		list_choices(f, dst);
	else if (f->type == OP_COUNT)
		snprintf(dst, OP_WHY_SIZE, "a whole number from %lld to %lld",
			 (long long)f->min, (long long)f->max);
	else if (f->type == OP_TEXT || f->type == OP_SECRET)
		snprintf(dst, OP_WHY_SIZE, "a text of %lld to %lld characters%s",
			 (long long)f->min, (long long)f->max,
			 f->type == OP_TEXT ? ", none of them a control character" : "");
	else
		snprintf(dst, OP_WHY_SIZE, "%s", plain[f->type]);
	return dst;
}

const struct op_field *op_field(const struct op_field *fields, struct text name)
{
	for (; fields && fields->name; fields++) {
		if (text_eq(text_of(fields->name), name))
			return fields;
	}
	return NULL;
}

static bool may_give(const struct op_field *f, bool operator_asks)
{
	return !(f->flags & (operator_asks ? OP_PORTAL : OP_PRIVATE));
}

static int check_known(const struct op_field *fields, const json_t *in,
		       bool operator_asks, const char **field, char why[OP_WHY_SIZE])
{
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)in, name, value) {
		const struct op_field *f = op_field(fields, text_of(name));

		if (!f || !may_give(f, operator_asks)) {
			*field = "";
			snprintf(why, OP_WHY_SIZE, "a field that is not known here");
			return -EINVAL;
		}
		if (!value_fits(f, value)) {
			*field = f->name;
			op_field_expected(f, why);
			return -EINVAL;
		}
	}
	return 0;
}

int op_fields_check(const struct op_field *fields, const json_t *in, bool operator_asks,
		    const char **field, char why[OP_WHY_SIZE])
{
	if (check_known(fields, in, operator_asks, field, why))
		return -EINVAL;
	for (; fields && fields->name; fields++) {
		if (!(fields->flags & OP_REQUIRED) || fields->type == OP_FILE ||
		    json_object_get(in, fields->name))
			continue;
		*field = fields->name;
		op_field_expected(fields, why);
		return -EINVAL;
	}
	return 0;
}

static json_t *count_value(struct text t)
{
	bool negative = t.len > 1 && t.p[0] == '-';
	uint64_t n;

	if (text_to_u64(text_from(t, negative), INT64_MAX, &n))
		return NULL;
	return json_integer(negative ? -(int64_t)n : (int64_t)n);
}

json_t *op_field_value(const struct op_field *f, struct text t)
{
	if (f->type == OP_COUNT)
		return count_value(t);
	if (f->type != OP_FLAG)
		return json_stringn(t.p ? t.p : "", t.len);
	if (text_eq(t, TEXT("true")))
		return json_true();
	return text_eq(t, TEXT("false")) ? json_false() : NULL;
}
