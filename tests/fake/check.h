/* SPDX-License-Identifier: Apache-2.0 */
/* fake/check.h - cmocka in the right order, and what tables of behaviours need. */
#ifndef FAKE_CHECK_H
#define FAKE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Each row begins with its name: const char *name. */
#define EACH(row, rows)                                                                  \
	for (size_t row##_i = 0; row##_i < COUNT(rows); row##_i++)                       \
		for (__typeof__(&(rows)[0]) row = &(rows)[row##_i]; row; row = NULL)

/* Like the assertions of cmocka, with the name of the row in what they say. */
#define row_true(row, condition)                                                         \
	do {                                                                             \
		if (!(condition))                                                        \
			fail_msg("%s: not true: %s", (row)->name, #condition);           \
	} while (0)
#define row_int(row, got, want)                                                          \
	do {                                                                             \
		long long got_n = (long long)(got), want_n = (long long)(want);          \
		if (got_n != want_n)                                                     \
			fail_msg("%s: %s is %lld, not %lld", (row)->name, #got, got_n,   \
				 want_n);                                                \
	} while (0)
#define row_text(row, got, want)                                                         \
	do {                                                                             \
		struct text got_t = (got), want_t = (want);                              \
		if (!text_eq(got_t, want_t))                                             \
			fail_msg("%s: %s is \"%.*s\", not \"%.*s\"", (row)->name, #got,  \
				 TEXT_ARG(got_t), TEXT_ARG(want_t));                     \
	} while (0)
#define assert_text(got, want)                                                           \
	do {                                                                             \
		struct text got_t = (got), want_t = (want);                              \
		if (!text_eq(got_t, want_t))                                             \
			fail_msg("%s is \"%.*s\", not \"%.*s\"", #got, TEXT_ARG(got_t),  \
				 TEXT_ARG(want_t));                                      \
	} while (0)

#endif
