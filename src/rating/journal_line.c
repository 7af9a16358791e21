/* SPDX-License-Identifier: Apache-2.0 */
/* rating/journal_line.c - Calls as lines of text. The fields are the columns of the
 * store's own table, so there is one list of them. */
#include "rating/journal_line.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "store/row.h"

enum { SUM_BYTES = 8, SUM_DIGITS = 2 * SUM_BYTES, VALUE_MAX = 512 };

static const char *const kinds[] = {
	[JOURNAL_START] = "start", [JOURNAL_ANSWER] = "answer", [JOURNAL_END] = "end"
};
enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

/* No secret in it: it tells a torn or damaged line from a whole one. */
static void sum_write(struct text line, char ret[SUM_DIGITS + 1])
{
	uint8_t hash[crypto_generichash_BYTES_MIN];

	crypto_generichash(hash, sizeof(hash), (const uint8_t *)line.p, line.len, NULL,
			   0);
	text_hex_encode(ret, hash, SUM_BYTES);
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != 0x7f && c != '%';
}

static void put_escaped(struct buf *out, struct text text)
{
	size_t plain = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (is_plain(text.p[i]))
			continue;
		buf_put(out, text_sub(text, plain, i - plain));
		buf_printf(out, "%%%02X", (unsigned char)text.p[i]);
		plain = i + 1;
	}
	buf_put(out, text_from(text, plain));
}

static void put_number(struct buf *out, int64_t number)
{
	if (number < 0)
		buf_putc(out, '-');
	buf_put_u64(out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

static void put_name(struct buf *out, const char *name)
{
	size_t len = strlen(name);
	char *to = buf_reserve(out, len + 2);

	if (!to)
		return;
	to[0] = '\t';
	memcpy(to + 1, name, len);
	to[len + 1] = '=';
	out->len += len + 2;
}

static void put_field(struct buf *out, const struct store_column *column,
		      const struct cdr_row *call)
{
	struct store_value value = store_column_get(column, call);

	if (value.type == STORE_INT ? !value.number : !value.len)
		return;
	put_name(out, column->name);
	if (value.type == STORE_INT)
		put_number(out, value.number);
	else
		put_escaped(out, (struct text){ value.bytes, value.len });
}

void journal_line_encode(struct buf *out, enum journal_kind kind,
			 const struct cdr_row *call)
{
	size_t start = out->len;
	char sum[SUM_DIGITS + 1];

	buf_puts(out, kinds[kind]);
	for (unsigned i = 0; i < store_cdr_table.count; i++)
		put_field(out, &store_cdr_table.columns[i], call);
	sum_write(text_from(buf_text(out), start), sum);
	buf_putc(out, '\t');
	buf_puts(out, sum);
	buf_putc(out, '\n');
}

static int kind_of(struct text word, enum journal_kind *ret)
{
	for (unsigned i = 0; i < KINDS; i++) {
		if (text_eq(word, text_of(kinds[i]))) {
			*ret = (enum journal_kind)i;
			return 0;
		}
	}
	return -EBADMSG;
}

static int unescape(struct text in, char *out, size_t cap, size_t *ret_len)
{
	size_t len = 0;

	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = (uint8_t)in.p[i];

		if (len == cap)
			return -EBADMSG;
		if (c == '%') {
			if (text_sub(in, i + 1, 2).len != 2 ||
			    text_hex_decode(text_sub(in, i + 1, 2), &c, 1))
				return -EBADMSG;
			i += 2;
		}
		if (c == '\0') /* texts end there */
			return -EBADMSG;
		out[len++] = (char)c;
	}
	*ret_len = len;
	return 0;
}

static int number_of(struct text in, int64_t *ret)
{
	bool minus = text_starts(in, TEXT("-"));
	uint64_t number;

	if (text_to_u64(text_from(in, minus), INT64_MAX, &number))
		return -EBADMSG;
	*ret = minus ? -(int64_t)number : (int64_t)number;
	return 0;
}

static int set_field(const struct store_column *column, struct text in,
		     struct cdr_row *call)
{
	struct store_value value = store_text("");
	char bytes[VALUE_MAX];

	if (column->type == COLUMN_TEXT) {
		value.bytes = bytes;
		if (unescape(in, bytes, sizeof(bytes), &value.len))
			return -EBADMSG;
	} else {
		value = store_int(0);
		if (number_of(in, &value.number))
			return -EBADMSG;
	}
	return store_column_set(column, call, &value);
}

/* seen: a bit for each column. A line that names one twice is none of ours. */
static int decode_field(struct text field, struct cdr_row *call, uint64_t *seen)
{
	struct text name, value;

	if (!text_split(field, '=', &name, &value))
		return -EBADMSG;
	for (unsigned i = 0; i < store_cdr_table.count; i++) {
		const struct store_column *column = &store_cdr_table.columns[i];

		if (!text_eq(name, text_of(column->name)))
			continue;
		if (*seen & UINT64_C(1) << i)
			return -EBADMSG;
		*seen |= UINT64_C(1) << i;
		return set_field(column, value, call);
	}
	return 0;
}

/* Cuts the checksum off. */
static bool sum_good(struct text *line)
{
	char sum[SUM_DIGITS + 1];
	struct text body, given;

	if (line->len < SUM_DIGITS + 1)
		return false;
	body = text_sub(*line, 0, line->len - SUM_DIGITS - 1);
	given = text_from(*line, body.len + 1);
	sum_write(body, sum);
	*line = body;
	return text_eq(given, text_of(sum));
}

int journal_line_decode(struct text line, enum journal_kind *ret_kind,
			struct cdr_row *ret_call)
{
	struct cdr_row call;
	enum journal_kind kind;
	struct text field;
	uint64_t seen = 0;

	memset(&call, 0, sizeof(call));
	if (!sum_good(&line))
		return -EBADMSG;
	text_split(line, '\t', &field, &line);
	if (kind_of(field, &kind))
		return -EBADMSG;
	while (line.len) {
		text_split(line, '\t', &field, &line);
		if (decode_field(field, &call, &seen))
			return -EBADMSG;
	}
	*ret_kind = kind;
	*ret_call = call;
	return 0;
}
