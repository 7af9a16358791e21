/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_body.c - Finding a part of a body (RFC 2046 5.1). */

#include "help.h"

#include <errno.h>

#include "sip/body.h"

#define HEAD                                                                             \
	"INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=b\r\nFrom: <sip:a>;tag=1\r\n" \
	"To: <sip:b>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n"
#define MIXED HEAD "Content-Type: multipart/mixed;boundary=\"b b\"\r\n\r\n"
#define SDP   "Content-Type: application/sdp\r\n\r\n"

static void parts(void **state)
{
	static const struct {
		const char *name, *in;
		int rc;
		const char *want;
	} rows[] = {
		{ "the whole body", HEAD "c: application/sdp\r\n\r\nv=0", 0, "v=0" },
		{ "with parameters, other case",
		  HEAD "c: Application/SDP ;x=y\r\n\r\nv=0", 0, "v=0" },
		{ "another type", HEAD "c: text/plain\r\n\r\nv=0", -ENOENT },
		{ "a longer type", HEAD "c: application/sdpx\r\n\r\nv=0", -ENOENT },
		{ "no type", HEAD "\r\nv=0", -ENOENT },
		{ "no body", HEAD "c: application/sdp\r\n\r\n", -ENOENT },
		{ "first part", MIXED "--b b\r\n" SDP "v=0\r\n--b b--\r\n", 0, "v=0" },
		{ "second part",
		  MIXED "--b b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b b\r\n" SDP
			"v=0\r\n\r\n--b b--\r\n",
		  0, "v=0\r\n" },
		{ "preamble and blanks behind the boundary",
		  MIXED "hello\r\n--b b \t\r\n" SDP "v=0\r\n--b b--", 0, "v=0" },
		{ "blanks in a part's header",
		  MIXED
		  "--b b\r\nContent-Type :\r\n application/sdp\r\n\r\nv=0\r\n--b b--",
		  0, "v=0" },
		{ "part without headers",
		  MIXED "--b b\r\n\r\nx\r\n--b b\r\n" SDP "v=0\r\n--b b--", 0, "v=0" },
		{ "empty part", MIXED "--b b\r\n" SDP "\r\n--b b--", 0, "" },
		{ "a boundary that only begins so",
		  MIXED "--b b\r\n" SDP "v=0\r\n--b bc\r\n--b b--", 0, "v=0\r\n--b bc" },
		{ "no such part", MIXED "--b b\r\nContent-Type: a/b\r\n\r\nx\r\n--b b--",
		  -ENOENT },
		{ "nothing behind the last boundary",
		  MIXED "--b b--\r\n--b b\r\n" SDP "v=0\r\n--b b--", -ENOENT },
		{ "no boundary parameter", HEAD "c: multipart/mixed\r\n\r\n--b",
		  -EBADMSG },
		{ "empty boundary", HEAD "c: multipart/mixed;boundary=\"\"\r\n\r\n--",
		  -EBADMSG },
		{ "boundary longer than the body",
		  HEAD "c: multipart/mixed;boundary=abcdefghijkl\r\n\r\n--a", -EBADMSG },
		{ "boundary of 71 characters",
		  HEAD
		  "c: multipart/mixed;boundary=0123456789012345678901234567890123456789"
		  "0123456789012345678901234567890\r\n\r\nx",
		  -EBADMSG },
		{ "boundary not in the body", MIXED "v=0", -EBADMSG },
		{ "boundary at the very end", MIXED "--b b", -EBADMSG },
		{ "part that does not end", MIXED "--b b\r\n" SDP "v=0", -EBADMSG },
		{ "part's header without a colon",
		  MIXED "--b b\r\nx\r\n" SDP "v=0\r\n--b b--", -EBADMSG },
		{ "part's header that does not end",
		  MIXED "--b b\r\nContent-Type: a\r\n--b b--", -EBADMSG },
		{ "words behind a boundary", MIXED "--b b x\r\n" SDP "v=0\r\n--b b--",
		  -EBADMSG },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct text got = TEXT_NONE;
		struct sip_msg m;
		struct sip_fault fault;
		int rc;

		expect_true(rows[i].name,
			    sip_msg_decode(exact_of(rows[i].in), &m, &fault) == 0);
		rc = sip_body_find(&m, TEXT("application/sdp"), &got);
		if (rc != rows[i].rc)
			fail_msg("%s: got %d, want %d", rows[i].name, rc, rows[i].rc);
		if (rc == 0)
			expect_text(rows[i].name, got, rows[i].want);
	}
}

static void no_more_parts_than_the_limit(void **state)
{
	struct buf b = BUF_GROWING;
	struct text got;
	struct sip_msg m;
	struct sip_fault fault;

	buf_puts(&b, MIXED);
	for (unsigned i = 0; i < SIP_PARTS_MAX; i++)
		buf_puts(&b, "--b b\r\n\r\nx\r\n");
	buf_puts(&b, "--b b\r\n" SDP "v=0\r\n--b b--");
	assert_int_equal(sip_msg_decode(buf_text(&b), &m, &fault), 0);
	assert_int_equal(sip_body_find(&m, TEXT("application/sdp"), &got), -ENOENT);
	buf_free(&b);
}

static void cut_at_every_byte(void **state)
{
	static const char in[] =
		MIXED "--b b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b b\r\n" SDP
		      "v=0\r\n--b b--\r\n";
	struct text got;
	struct sip_msg m;
	struct sip_fault fault;

	for (size_t n = sizeof(MIXED) - 1; n < sizeof(in); n++) {
		assert_int_equal(
			sip_msg_decode(exact((struct text){ in, n }), &m, &fault), 0);
		sip_body_find(&m, TEXT("application/sdp"), &got);
		exact_free_all();
	}
}

int test_body(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
		cmocka_unit_test(no_more_parts_than_the_limit),
		cmocka_unit_test(cut_at_every_byte),
	};

	return cmocka_run_group_tests_name("sip/body", tests, NULL, NULL);
}
