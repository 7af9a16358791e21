/* SPDX-License-Identifier: Apache-2.0 */
/* unit/media/help.h - What the groups share. */
#ifndef UNIT_MEDIA_HELP_H
#define UNIT_MEDIA_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Fails naming the row. */
#define expect_true(row, condition)                                                      \
	do {                                                                             \
		if (!(condition))                                                        \
			fail_msg("%s: not %s", (row), #condition);                       \
	} while (0)

int test_bencode(void);
int test_latch(void);
int test_ports(void);
int test_rtcp(void);
int test_rtpengine(void);
int test_session(void);

#endif
