/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/test_print.c - cli/print.c: a peer's bytes give the terminal no orders. */

#include "cli/print.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *what, *in, *out;
} rows[] = {
	{ "plain", "Linphone/5.2", "Linphone/5.2" },
	{ "UTF-8 stays", "B\xc3\xbcro \xe2\x82\xac", "B\xc3\xbcro \xe2\x82\xac" },
	{ "escape", "a\x1b[2J", "a\\x1b[2J" },
	{ "delete", "a\x7f", "a\\x7f" },
	{ "C1, control sequence introducer",
	  "a\xc2\x9b"
	  "2J",
	  "a\\x9b2J" },
	{ "the last of C1", "\xc2\x9f", "\\x9f" },
	{ "a no-break space is none of them", "\xc2\xa0", "\xc2\xa0" },
	{ "half a character at the end", "a\xc2", "a\xc2" },
};

static void test_escape(void **state)
{
	char dst[64];

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (strcmp(print_escape(dst, sizeof(dst), rows[i].in), rows[i].out) != 0)
			fail_msg("%s: %s", rows[i].what, dst);
	}
}

static void test_escape_stops_where_the_room_ends(void **state)
{
	char dst[8];

	assert_string_equal(print_escape(dst, sizeof(dst), "abcdefgh"), "abc");
	assert_string_equal(print_escape(dst, sizeof(dst), "ab\x1b\x1b"), "ab\\x1b");
}

int print_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_escape_stops_where_the_room_ends),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
