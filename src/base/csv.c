/* SPDX-License-Identifier: Apache-2.0 */
/* base/csv.c - Reads RFC 4180 CSV. */

#include "base/csv.h"

#include <errno.h>

/* What one field came to. */
enum field_end { FIELD_COMMA, FIELD_ROW, FIELD_BAD, FIELD_NO_MEMORY };

struct row {
	struct csv *csv;
	struct text *fields;
	size_t count;
	const char *reason;
};

static void count_lines(struct csv *c, struct text passed)
{
	for (size_t i = 0; i < passed.len; i++)
		c->next_line += passed.p[i] == '\n';
}

/* Moves on by n bytes of the rest. */
static void pass(struct csv *c, size_t n)
{
	count_lines(c, text_sub(c->rest, 0, n));
	c->rest = text_from(c->rest, n);
}

/* Reads what must follow a field: a comma, the line's end, the file's end. */
static enum field_end field_ends(struct row *r)
{
	struct csv *c = r->csv;

	if (c->rest.len && c->rest.p[0] == ',') {
		pass(c, 1);
		return FIELD_COMMA;
	}
	if (text_starts(c->rest, TEXT("\r\n")))
		pass(c, 2);
	else if (c->rest.len && (c->rest.p[0] == '\n' || text_eq(c->rest, TEXT("\r"))))
		pass(c, 1);
	else if (c->rest.len) {
		r->reason = "text behind a closing quote";
		return FIELD_BAD;
	}
	return FIELD_ROW;
}

/* Length up to the quote that closes the field, or -1. */
static ptrdiff_t quoted_length(struct text t)
{
	for (size_t i = 0; i < t.len && i <= 2 * CSV_FIELD_MAX; i++) {
		if (t.p[i] != '"')
			continue;
		if (i + 1 == t.len || t.p[i + 1] != '"')
			return (ptrdiff_t)i;
		i++;
	}
	return -1;
}

static enum field_end quoted_field(struct row *r, struct text *ret)
{
	struct csv *c = r->csv;
	struct text in = text_from(c->rest, 1);
	ptrdiff_t len = quoted_length(in);
	char *to;

	if (len < 0) {
		r->reason = "a quote is not closed, or the field is too long";
		return FIELD_BAD;
	}
	to = arena_alloc(c->arena, (size_t)len + 1);
	if (!to)
		return FIELD_NO_MEMORY;
	*ret = (struct text){ to, 0 };
	for (ptrdiff_t i = 0; i < len; i++) {
		to[ret->len++] = in.p[i];
		i += in.p[i] == '"'; /* two stand for one */
	}
	pass(c, (size_t)len + 2);
	return field_ends(r);
}

static enum field_end plain_field(struct row *r, struct text *ret)
{
	struct csv *c = r->csv;
	size_t n = 0;

	while (n < c->rest.len && c->rest.p[n] != ',' && c->rest.p[n] != '\n')
		n++;
	*ret = text_sub(c->rest, 0, n);
	if (text_ends(*ret, TEXT("\r")) && (n == c->rest.len || c->rest.p[n] == '\n'))
		ret->len--;
	if (text_find(*ret, '"') >= 0) {
		r->reason = "a quote inside a field without quotes";
		return FIELD_BAD;
	}
	pass(c, ret->len);
	return field_ends(r);
}

static const char *field_fault(struct text field)
{
	if (field.len > CSV_FIELD_MAX)
		return "a field is too long";
	if (text_find(field, '\0') >= 0)
		return "a NUL byte";
	return text_is_utf8(field) ? NULL : "not valid UTF-8";
}

/* Reads one row to its end (FIELD_ROW, with a reason when a field is at fault); fields
 * beyond max are read and counted, not kept. */
static enum field_end read_row(struct row *r, size_t max)
{
	enum field_end end;

	do {
		struct text field;
		bool quoted = r->csv->rest.len && r->csv->rest.p[0] == '"';

		end = quoted ? quoted_field(r, &field) : plain_field(r, &field);
		if (end == FIELD_BAD || end == FIELD_NO_MEMORY)
			return end;
		if (!r->reason)
			r->reason = field_fault(field);
		if (r->count < max)
			r->fields[r->count] = field;
		r->count++;
	} while (end == FIELD_COMMA);
	return FIELD_ROW;
}

static void skip_blank_lines(struct csv *c)
{
	struct text line;

	while (c->rest.len) {
		text_split(c->rest, '\n', &line, NULL);
		if (text_trim_lws(line).len)
			return;
		pass(c, line.len + 1);
	}
}

/* A row that cannot be read to its end: the next line may be a row again. */
static void resume_after_line(struct csv *c, struct text from, unsigned line)
{
	c->rest = from;
	c->next_line = line;
	text_split(from, '\n', &from, NULL);
	pass(c, from.len + 1);
}

static int header_check(const struct csv *c)
{
	for (size_t i = 0; i < c->column_count; i++) {
		if (c->columns[i].len == 0)
			return -EBADMSG;
		for (size_t k = 0; k < i; k++) {
			if (text_eq(c->columns[i], c->columns[k]))
				return -EBADMSG;
		}
	}
	return 0;
}

int csv_open(struct csv *c, struct text file, struct arena *arena)
{
	struct csv csv = { .rest = file, .next_line = 1, .line = 1, .arena = arena };
	struct row r = { .csv = &csv, .fields = csv.columns };
	enum field_end end;

	if (text_starts(file, TEXT("\xef\xbb\xbf")))
		csv.rest = text_from(file, 3);
	skip_blank_lines(&csv);
	if (csv.rest.len == 0)
		return -EBADMSG;
	csv.line = csv.next_line;
	end = read_row(&r, CSV_COLUMNS_MAX);
	if (end != FIELD_ROW || r.reason || r.count > CSV_COLUMNS_MAX)
		return end == FIELD_NO_MEMORY ? -ENOMEM : -EBADMSG;
	csv.column_count = r.count;
	for (size_t i = 0; i < r.count; i++)
		csv.columns[i] = text_trim_lws(csv.columns[i]);
	if (header_check(&csv) < 0)
		return -EBADMSG;
	*c = csv;
	return 0;
}

int csv_column(const struct csv *c, struct text name)
{
	for (size_t i = 0; i < c->column_count; i++) {
		if (text_eq(c->columns[i], name))
			return (int)i;
	}
	return -ENOENT;
}

int csv_next(struct csv *c, struct text fields[CSV_COLUMNS_MAX], const char **reason)
{
	struct row r = { .csv = c, .fields = fields };
	struct text from;
	enum field_end end;

	skip_blank_lines(c);
	c->line = c->next_line;
	from = c->rest;
	if (from.len == 0)
		return 0;
	end = read_row(&r, c->column_count);
	if (end == FIELD_NO_MEMORY)
		return -ENOMEM;
	if (end == FIELD_BAD)
		resume_after_line(c, from, c->line);
	else if (!r.reason && r.count != c->column_count)
		r.reason =
			r.count > c->column_count ? "too many fields" : "too few fields";
	if (!r.reason)
		return 1;
	*reason = r.reason;
	return -EBADMSG;
}
