/* SPDX-License-Identifier: Apache-2.0 */
/* store/row.c: the SQL that comes from a table of columns, and the bounds of a column. */
#include <errno.h>
#include <string.h>

#include "fixture.h"
#include "store/row.h"

struct sample {
	int64_t id;
	char name[8];
	int8_t small;
	uint8_t byte;
	uint16_t word;
	int32_t half;
	uint32_t mass;
	bool flag;
	uint8_t blob[4];
	uint32_t blob_len;
};

static const struct store_column columns[] = {
	COLUMN_OF(sample, id, COLUMN_INT),    COLUMN_OF(sample, name, COLUMN_TEXT),
	COLUMN_OF(sample, small, COLUMN_INT), COLUMN_OF(sample, byte, COLUMN_UINT),
	COLUMN_OF(sample, word, COLUMN_UINT), COLUMN_OF(sample, half, COLUMN_INT),
	COLUMN_OF(sample, mass, COLUMN_UINT), COLUMN_OF(sample, flag, COLUMN_UINT),
	COLUMN_BYTES(sample, blob, blob_len),
};
enum { ID, NAME, SMALL, BYTE, WORD, HALF, MASS, FLAG, BLOB };

struct number_case {
	const char *name;
	int column;
	int64_t number;
	int error;
};

static const struct number_case number_cases[] = {
	{ "lowest 64 bits", ID, INT64_MIN, 0 },
	{ "highest 64 bits", ID, INT64_MAX, 0 },
	{ "lowest int8", SMALL, -128, 0 },
	{ "below int8", SMALL, -129, -EBADMSG },
	{ "above int8", SMALL, 128, -EBADMSG },
	{ "highest uint8", BYTE, 255, 0 },
	{ "above uint8", BYTE, 256, -EBADMSG },
	{ "negative unsigned", BYTE, -1, -EBADMSG },
	{ "highest uint16", WORD, 65535, 0 },
	{ "above uint16", WORD, 65536, -EBADMSG },
	{ "lowest int32", HALF, INT32_MIN, 0 },
	{ "highest int32", HALF, INT32_MAX, 0 },
	{ "above int32", HALF, INT32_MAX + 1LL, -EBADMSG },
	{ "highest uint32", MASS, UINT32_MAX, 0 },
	{ "above uint32", MASS, UINT32_MAX + 1LL, -EBADMSG },
	{ "true", FLAG, 1, 0 },
};

static void numbers_keep_their_bounds(void **state)
{
	for (size_t i = 0; i < sizeof(number_cases) / sizeof(*number_cases); i++) {
		const struct number_case *c = &number_cases[i];
		struct store_value value = store_int(c->number);
		struct sample row;

		memset(&row, 0, sizeof(row));
		if (store_column_set(&columns[c->column], &row, &value) != c->error)
			fail_msg("%s", c->name);
		value = store_column_get(&columns[c->column], &row);
		if (value.number != (c->error ? 0 : c->number))
			fail_msg("%s: came back as %lld", c->name,
				 (long long)value.number);
	}
}

static void bytes_keep_their_bounds(void **state)
{
	struct sample row;
	struct store_value seven = store_text("1234567"), eight = store_text("12345678");
	struct store_value four = store_blob("\0\1\2\3", 4),
			   five = store_blob("12345", 5);

	memset(&row, 0xff, sizeof(row));
	assert_int_equal(store_column_set(&columns[NAME], &row, &seven), 0);
	assert_string_equal(row.name, "1234567");
	assert_int_equal(store_column_set(&columns[NAME], &row, &eight), -EBADMSG);
	assert_int_equal(store_column_set(&columns[BLOB], &row, &four), 0);
	assert_int_equal(row.blob_len, 4);
	assert_int_equal(store_column_set(&columns[BLOB], &row, &five), -EBADMSG);
	assert_int_equal(store_column_set(&columns[BLOB], &row, &seven), -EBADMSG);
	assert_int_equal(store_column_set(&columns[NAME], &row, &four), -EBADMSG);
	assert_int_equal(store_column_set(&columns[ID], &row, &seven), -EBADMSG);
}

/* A caller's field without a NUL, or with a length that lies, is not read past. */
static void careless_rows_are_not_overrun(void **state)
{
	struct sample row;

	memset(&row, 'x', sizeof(row));
	row.blob_len = 1000;
	assert_int_equal(store_column_get(&columns[NAME], &row).len, 7);
	assert_int_equal(store_column_get(&columns[BLOB], &row).len, 4);
}

static const struct store_column few[] = {
	COLUMN_OF(sample, id, COLUMN_INT), COLUMN_OF(sample, name, COLUMN_TEXT),
	COLUMN_AS(sample, byte, "octet", COLUMN_UINT)
};
static const struct store_table table = STORE_TABLE("sample", few, 2, sample);

struct sql_case {
	struct store_query query;
	const char *sql;
};

static const struct sql_case sql_cases[] = {
	{ { QUERY_RAW, NULL, "SELECT $1", 0 }, "SELECT $1" },
	{ { QUERY_PUT, &table, NULL, 0 },
	  "INSERT INTO sample (id, name, octet) VALUES ($1, $2, $3) ON CONFLICT (id, "
	  "name)"
	  " DO UPDATE SET octet = excluded.octet" },
	{ { QUERY_APPEND, &table, NULL, 0 },
	  "INSERT INTO sample (id, name, octet) VALUES ($1, $2, $3) ON CONFLICT (id, "
	  "name)"
	  " DO NOTHING" },
	{ { QUERY_SELECT, &table, "WHERE id = $1", 0 },
	  "SELECT id, name, octet FROM sample WHERE id = $1" },
	{ { QUERY_PAGE, &table, NULL, 0 },
	  "SELECT id, name, octet FROM sample WHERE (id, name) > ($1, $2)"
	  " ORDER BY id, name LIMIT 256" },
	{ { QUERY_PAGE, &table, "octet = $1", 1 },
	  "SELECT id, name, octet FROM sample WHERE octet = $1 AND (id, name) > ($2, $3)"
	  " ORDER BY id, name LIMIT 256" },
};

static void sql_comes_from_the_columns(void **state)
{
	for (size_t i = 0; i < sizeof(sql_cases) / sizeof(*sql_cases); i++) {
		struct buf sql = BUF_GROWING;

		store_query_write(&sql_cases[i].query, &sql);
		buf_putc(&sql, '\0');
		assert_int_equal(sql.error, 0);
		assert_string_equal(sql.p, sql_cases[i].sql);
		buf_free(&sql);
	}
}

int run_rows(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_keep_their_bounds),
		cmocka_unit_test(bytes_keep_their_bounds),
		cmocka_unit_test(careless_rows_are_not_overrun),
		cmocka_unit_test(sql_comes_from_the_columns),
	};

	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
