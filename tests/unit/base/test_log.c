/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_log.c - src/base/log.c */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base_tests.h"
#include "fake/check.h"

static void peers_text_is_escaped(void **state)
{
	static const struct {
		const char *name;
		size_t cap;
		struct text in;
		const char *out;
	} rows[] = {
		{ "plain", 32, TEXT_INIT("+41441234567"), "+41441234567" },
		{ "blank", 32, TEXT_INIT("a b"), "\"a b\"" },
		{ "quote and backslash", 32, TEXT_INIT("a\"\\"), "\"a\\\"\\\\\"" },
		{ "a forged line", 64, TEXT_INIT("x\r\ninfo fake"),
		  "\"x\\x0d\\x0ainfo fake\"" },
		{ "escape sequence", 32, TEXT_INIT("\x1b[2J"), "\"\\x1b[2J\"" },
		{ "not ASCII", 32, TEXT_INIT("Z\xfc\x9b"), "\"Z\\xfc\\x9b\"" },
		{ "an equals sign", 32, TEXT_INIT("a=b"), "\"a=b\"" },
		{ "NUL", 32, TEXT_INIT("a\0b"), "\"a\\x00b\"" },
		{ "empty", 32, { NULL, 0 }, "\"\"" },
		{ "fits exactly", 8, TEXT_INIT("1234567"), "1234567" },
		{ "cut", 8, TEXT_INIT("12345678"), "1234..." },
		{ "cut in quotes", 12, TEXT_INIT("12 456789012"), "\"12 456...\"" },
		{ "fits in quotes exactly", 12, TEXT_INIT("12 456789"), "\"12 456789\"" },
		{ "no half escape", 8, TEXT_INIT("\x01\x02\x03"), "\"...\"" },
	};

	EACH (row, rows) {
		char *dst = malloc(row->cap); /* so that the sanitizer sees its end */

		row_text(row, text_of(log_text(dst, row->cap, row->in)),
			 text_of(row->out));
		free(dst);
	}
}

static void catch_line(void *arg, enum log_level level, const char *line)
{
	snprintf(arg, 8192, "%d %s", level, line);
}

static void sink_gets_lines(void **state)
{
	char caught[8192] = "";
	char *big = malloc(6000);

	log_set_sink(catch_line, caught);
	log_info("register line=%s result=%d", "+4144", 403);
	assert_string_equal(caught, "1 register line=+4144 result=403");
	log_debug("quiet x=%d", 1);
	assert_string_equal(caught, "1 register line=+4144 result=403");
	log_set_level(LOG_DEBUG);
	log_debug("loud x=%d", 1);
	assert_string_equal(caught, "0 loud x=1");
	log_set_level(LOG_ERROR);
	log_warn("quiet");
	assert_string_equal(caught, "0 loud x=1");
	log_set_level(LOG_INFO);
	log_error("two\nlines\x1b");
	assert_string_equal(caught, "3 two?lines?");
	memset(big, 'x', 5999);
	big[5999] = '\0';
	log_warn("long %s", big);
	assert_true(strlen(caught) <= 4098);
	log_set_sink(NULL, NULL);
	free(big);
}

/* One line, one write, cut at 4 kB, with the time in front. */
static void standard_error_gets_whole_lines(void **state)
{
	char got[8192], *big = malloc(6000);
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t len;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	memset(big, 'x', 5999);
	big[5999] = '\0';
	log_warn("long %s", big);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	len = read(ends[0], got, sizeof(got));
	assert_int_equal(len, 4095);
	assert_int_equal(got[len - 1], '\n');
	assert_memory_equal(got + 10, "T", 1);
	assert_memory_equal(got + 23, "Z warn long xxx", 15);
	close(ends[0]);
	free(big);
}

int log_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(peers_text_is_escaped),
		cmocka_unit_test(sink_gets_lines),
		cmocka_unit_test(standard_error_gets_whole_lines),
	};

	return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
