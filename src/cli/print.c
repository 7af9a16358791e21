/* SPDX-License-Identifier: Apache-2.0 */
/* cli/print.c - Tables by the operation's output fields; errors with what belongs to
 * them. A peer's bytes are escaped: a terminal takes orders. */

#include "cli/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"

enum { CELL_SIZE = 512, COLUMNS_MAX = 24 };

/* Bytes of a control character at s, 0: none. C0, DEL, and C1, which is two bytes in
 * UTF-8; texts that come here are UTF-8. */
static size_t control_len(const char *s)
{
	unsigned char c = (unsigned char)s[0], next = (unsigned char)s[1];

	if (c < 0x20 || c == 0x7f)
		return 1;
	return c == 0xc2 && next >= 0x80 && next <= 0x9f ? 2 : 0;
}

const char *print_escape(char *dst, size_t cap, const char *s)
{
	size_t n = 0, len;

	while (*s && n + 5 < cap) {
		len = control_len(s);
		if (len)
			n += (size_t)snprintf(dst + n, cap - n, "\\x%02x",
					      (unsigned char)s[len - 1]);
		else
			dst[n++] = *s;
		s += len ? len : 1;
	}
	dst[n] = '\0';
	return dst;
}

static const char *cell(const json_t *v, char dst[CELL_SIZE])
{
	char *text;

	if (!v || json_is_null(v))
		return "-";
	if (json_is_string(v))
		return print_escape(dst, CELL_SIZE, json_string_value(v));
	if (json_is_boolean(v))
		return json_is_true(v) ? "yes" : "no";
	text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);
	snprintf(dst, CELL_SIZE, "%s", text ? text : "?");
	free(text);
	return dst;
}

/* Characters, not bytes. */
static int width(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void print_cell(const char *s, int wide, bool last)
{
	if (last)
		printf("%s\n", s);
	else
		printf("%s%*s", s, wide - width(s) + 2, "");
}

static size_t columns(const struct op *op, const struct op_field *ret[COLUMNS_MAX])
{
	size_t n = 0;

	for (const struct op_field *f = op->out; f && f->name && n < COLUMNS_MAX; f++) {
		if (!(f->flags & OP_WIDE))
			ret[n++] = f;
	}
	return n;
}

static void print_table(const struct op *op, const json_t *rows)
{
	const struct op_field *fields[COLUMNS_MAX];
	size_t n = columns(op, fields), i;
	int wide[COLUMNS_MAX];
	char text[CELL_SIZE];
	json_t *row;

	for (size_t c = 0; c < n; c++) {
		wide[c] = width(fields[c]->name);
		json_array_foreach ((json_t *)rows, i, row) {
			int w = width(cell(json_object_get(row, fields[c]->name), text));

			wide[c] = w > wide[c] ? w : wide[c];
		}
	}
	for (size_t c = 0; c < n; c++)
		print_cell(fields[c]->name, wide[c], c + 1 == n);
	json_array_foreach ((json_t *)rows, i, row) {
		for (size_t c = 0; c < n; c++)
			print_cell(cell(json_object_get(row, fields[c]->name), text),
				   wide[c], c + 1 == n);
	}
}

static void print_list(const char *name, const json_t *list)
{
	char text[CELL_SIZE];
	size_t i;
	json_t *row;

	printf("%s:\n", name);
	json_array_foreach ((json_t *)list, i, row) {
		printf("  %s\n", cell(row, text));
	}
}

static void print_object(const struct op *op, const json_t *out)
{
	char text[CELL_SIZE];

	for (const struct op_field *f = op->out; f && f->name; f++) {
		const json_t *v = json_object_get(out, f->name);

		if (json_is_array(v) && json_array_size(v) > 0)
			print_list(f->name, v);
		else if (v && !json_is_array(v))
			printf("%s: %s\n", f->name, cell(v, text));
	}
}

static void print_faults(const json_t *error)
{
	const json_t *faults = json_object_get(error, "faults");
	char text[CELL_SIZE];
	size_t i;
	json_t *f;

	json_array_foreach ((json_t *)faults, i, f) {
		json_int_t line = json_integer_value(json_object_get(f, "line"));

		if (line) /* else the file as a whole */
			fprintf(stderr, "line %lld: ", (long long)line);
		fprintf(stderr, "%s\n", cell(json_object_get(f, "reason"), text));
	}
}

static const char *member(const json_t *error, const char *name)
{
	const char *s = json_string_value(json_object_get(error, name));

	return s ? s : "";
}

static int print_error(const json_t *error)
{
	static const char *const details[] = { "field", "expected", "reason_text",
					       "reason" };
	struct buf b = BUF_GROWING;
	const char *text;

	print_faults(error);
	buf_puts(&b, member(error, "message"));
	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
		text = member(error, details[i]);
		if (text[0])
			buf_printf(&b, " %s: %s.", details[i], text);
	}
	say("%.*s", TEXT_ARG(buf_text(&b)));
	buf_free(&b);
	return 1;
}

int print_answer(const struct op *op, const json_t *answer, bool json)
{
	const json_t *error = json_object_get(answer, "error");
	const json_t *out = json_object_get(answer, "out");

	if (error)
		return print_error(error);
	if (json) {
		json_dumpf(out, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (op->list) {
		print_table(op, json_object_get(out, op->list));
	} else {
		print_object(op, out);
	}
	if (json_is_true(json_object_get(out, "more")))
		say("there is more: see --limit and --before");
	return fflush(stdout) ? say("standard output cannot be written") : 0;
}
