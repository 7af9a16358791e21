/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_csv.c - src/base/csv.c (RFC 4180) */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/buf.h"
#include "base_tests.h"
#include "fake/alloc.h"
#include "fake/check.h"

/* Reads all rows: "line[field|field]" each, or "line:reason". */
static void read_all(struct text file, struct buf *out)
{
	struct text fields[CSV_COLUMNS_MAX];
	struct arena *a = arena_new(0);
	const char *reason;
	struct csv c;
	int r = csv_open(&c, file, a);

	if (r < 0)
		buf_printf(out, "open %s", r == -EBADMSG ? "bad" : "?");
	while (r == 0 && (r = csv_next(&c, fields, &reason)) != 0) {
		buf_printf(out, "%u", c.line);
		for (size_t i = 0; r > 0 && i < c.column_count; i++)
			buf_printf(out, "%c%.*s", i ? '|' : '[', TEXT_ARG(fields[i]));
		if (r > 0)
			buf_puts(out, "]");
		else
			buf_printf(out, ":%s;", reason);
		r = 0;
	}
	arena_free(a);
}

static void rows_come_out(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		const char *out;
	} rows[] = {
		{ "plain", TEXT_INIT("a,b\n1,2\n3,4\n"), "2[1|2]3[3|4]" },
		{ "no newline at the end", TEXT_INIT("a,b\n1,2"), "2[1|2]" },
		{ "CRLF", TEXT_INIT("a,b\r\n1,2\r\n"), "2[1|2]" },
		{ "CR at the very end", TEXT_INIT("a\r\n1\r"), "2[1]" },
		{ "byte-order mark",
		  TEXT_INIT("\xef\xbb\xbf"
			    "a\n1\n"),
		  "2[1]" },
		{ "blank lines", TEXT_INIT("\n a , b \n\n \t\n1,2\n\n"), "5[1|2]" },
		{ "blanks are data", TEXT_INIT("a,b\n 1 ,2 \n"), "2[ 1 |2 ]" },
		{ "empty fields", TEXT_INIT("a,b\n,\n"), "2[|]" },
		{ "quotes", TEXT_INIT("a,b\n\"x, y\",\"\"\n"), "2[x, y|]" },
		{ "doubled quotes", TEXT_INIT("a\n\"say \"\"hi\"\"\"\n"),
		  "2[say \"hi\"]" },
		{ "a newline in quotes", TEXT_INIT("a,b\n\"x\ny\",2\n3,4\n"),
		  "2[x\ny|2]4[3|4]" },
		{ "quoted header", TEXT_INIT("\"a\",\" b \"\n1,2\n"), "2[1|2]" },
		{ "header only", TEXT_INIT("a,b\n"), "" },
		{ "empty file", TEXT_INIT(""), "open bad" },
		{ "only blank lines", TEXT_INIT("\n\n \n"), "open bad" },
		{ "a column twice", TEXT_INIT("a,b, a\n"), "open bad" },
		{ "a column without name", TEXT_INIT("a,,b\n"), "open bad" },
		{ "NUL in the header", TEXT_INIT("a,b\0\n"), "open bad" },
		{ "open quote in the header", TEXT_INIT("\"a,b\n1,2\n"), "open bad" },
		{ "too few", TEXT_INIT("a,b\n1\n3,4\n"), "2:too few fields;3[3|4]" },
		{ "too many", TEXT_INIT("a,b\n1,2,3\n3,4\n"),
		  "2:too many fields;3[3|4]" },
		{ "open quote swallows one line only", TEXT_INIT("a,b\n\"1,2\n3,4\n"),
		  "2:a quote is not closed, or the field is too long;3[3|4]" },
		{ "text behind a quote", TEXT_INIT("a,b\n\"1\"x,2\n3,4\n"),
		  "2:text behind a closing quote;3[3|4]" },
		{ "a quote inside", TEXT_INIT("a,b\n1\"x,2\n3,4\n"),
		  "2:a quote inside a field without quotes;3[3|4]" },
		{ "NUL", TEXT_INIT("a,b\n1\0,2\n3,4\n"), "2:a NUL byte;3[3|4]" },
		{ "not UTF-8", TEXT_INIT("a,b\n\xfc,2\n3,4\n"),
		  "2:not valid UTF-8;3[3|4]" },
		{ "a bad row of two lines", TEXT_INIT("a,b\n\"1\n\",2,\"\n\"\n3,4\n"),
		  "2:too many fields;5[3|4]" },
	};

	EACH (row, rows) {
		struct buf out = BUF_GROWING;

		read_all(row->in, &out);
		row_text(row, buf_text(&out), text_of(row->out));
		buf_free(&out);
	}
}

static void finds_columns(void **state)
{
	struct arena *a = arena_new(0);
	struct csv c;

	assert_int_equal(csv_open(&c, TEXT("number, auth_name\n"), a), 0);
	assert_int_equal(csv_column(&c, TEXT("auth_name")), 1);
	assert_int_equal(csv_column(&c, TEXT("Number")), -ENOENT);
	arena_free(a);
}

static void long_fields_and_many_columns(void **state)
{
	static const struct {
		const char *name;
		bool quoted;
		size_t len;
		int result;
	} rows[] = {
		{ "at the limit", false, CSV_FIELD_MAX, 1 },
		{ "beyond", false, CSV_FIELD_MAX + 1, -EBADMSG },
		{ "quoted, at the limit", true, CSV_FIELD_MAX, 1 },
		{ "quoted, beyond", true, CSV_FIELD_MAX + 1, -EBADMSG },
		{ "quoted, far beyond", true, 5 * CSV_FIELD_MAX, -EBADMSG },
	};
	struct text fields[CSV_COLUMNS_MAX];
	const char *reason;

	EACH (row, rows) {
		struct arena *a = arena_new(0);
		struct buf file = BUF_GROWING;
		struct csv c;

		buf_puts(&file, row->quoted ? "a\n\"" : "a\n");
		for (size_t i = 0; i < row->len; i++)
			buf_putc(&file, 'x');
		buf_puts(&file, row->quoted ? "\"\n1\n" : "\n1\n");
		row_int(row, csv_open(&c, buf_text(&file), a), 0);
		row_int(row, csv_next(&c, fields, &reason), row->result);
		row_int(row, csv_next(&c, fields, &reason), 1);
		row_int(row, c.line, 3);
		buf_free(&file);
		arena_free(a);
	}
}

static void refuses_too_many_columns(void **state)
{
	struct arena *a = arena_new(0);
	struct buf file = BUF_GROWING;
	struct csv c;

	for (unsigned i = 0; i < CSV_COLUMNS_MAX; i++)
		buf_printf(&file, "%sc%u", i ? "," : "", i);
	assert_int_equal(csv_open(&c, buf_text(&file), a), 0);
	assert_int_equal(c.column_count, CSV_COLUMNS_MAX);
	buf_puts(&file, ",one_more");
	assert_int_equal(csv_open(&c, buf_text(&file), a), -EBADMSG);
	buf_free(&file);
	arena_free(a);
}

static void memory_runs_out(void **state)
{
	struct text fields[CSV_COLUMNS_MAX], file = TEXT("\"a\",\"b\"\n\"1\",\"2\"\n");
	const char *reason;

	for (int spare = 0; spare < 8; spare++) {
		struct arena *a = arena_new(256);
		struct csv c;
		int r;

		/* What is left of the only block ends at another field each time. */
		for (int i = spare; i < 16; i++)
			arena_alloc(a, 16);
		fail_alloc_nth(1);
		r = csv_open(&c, file, a);
		if (r == 0)
			r = csv_next(&c, fields, &reason);
		assert_int_equal(r, fail_alloc_off() ? -ENOMEM : 1);
		assert_int_equal(r == 1, spare >= 4);
		arena_free(a);
	}
}

int csv_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_out),
		cmocka_unit_test(finds_columns),
		cmocka_unit_test(long_fields_and_many_columns),
		cmocka_unit_test(refuses_too_many_columns),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("base/csv", tests, NULL, NULL);
}
