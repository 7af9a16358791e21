/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/help.h - What the groups share. */
#ifndef UNIT_SIP_HELP_H
#define UNIT_SIP_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A copy in memory of exactly that size, so that the address sanitizer sees a read past its
 * end. Freed by exact_free_all, which every test program calls at its end. */
struct text exact(struct text t);
struct text exact_of(const char *cstr);
void exact_free_all(void);

/* Fails naming the row. */
void expect_text(const char *row, struct text got, const char *want);
#define expect_true(row, condition)                                                      \
	do {                                                                             \
		if (!(condition))                                                        \
			fail_msg("%s: not %s", (row), #condition);                       \
	} while (0)

int test_address(void);
int test_body(void);
int test_digest(void);
int test_encode(void);
int test_frame(void);
int test_header(void);
int test_md5(void);
int test_msg(void);
int test_param(void);
int test_sdp(void);
int test_sdp_codec(void);
int test_uri(void);
int test_shape(void);
int test_via(void);

#endif
