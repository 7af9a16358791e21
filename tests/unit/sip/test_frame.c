/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_frame.c - Messages in a stream (RFC 3261 18.3, RFC 5626 4.4.1). */

#include "help.h"

#include <errno.h>
#include <string.h>

#include "sip/msg.h"

#define HEAD(length) "OPTIONS sip:a SIP/2.0\r\n" length "\r\n"

static void lengths(void **state)
{
	static const struct {
		const char *name, *in;
		ptrdiff_t want;
	} rows[] = {
		{ "empty", "", 0 },
		{ "head alone", HEAD("Content-Length: 0\r\n"), 44 },
		{ "compact form", HEAD("l:0\r\n"), 30 },
		{ "blank before the colon, folded", HEAD("Content-Length  :\r\n 0\r\n"),
		  48 },
		{ "leading zeros", HEAD("l: 0003\r\n") "v=0", 37 },
		{ "body", HEAD("l: 3\r\n") "v=0", 34 },
		{ "body and the next message", HEAD("l: 3\r\n") "v=0INVITE", 34 },
		{ "body not yet complete", HEAD("l: 3\r\n") "v=", 0 },
		{ "head not yet complete", "OPTIONS sip:a SIP/2.0\r\nl: 3\r\n", 0 },
		{ "blank lines in front", "\r\n\r\n" HEAD("l: 0\r\n"), 35 },
		{ "only blank lines", "\r\n\r\n", 0 },
		{ "no length", HEAD("X: y\r\n"), -EBADMSG },
		{ "no headers", HEAD(""), -EBADMSG },
		{ "twice", HEAD("l: 3\r\nl: 3\r\n") "v=0", -EBADMSG },
		{ "twice with a blank before the colon",
		  HEAD("l: 3\r\nContent-Length : 0\r\n") "v=0", -EBADMSG },
		{ "negative", HEAD("l: -1\r\n"), -EBADMSG },
		{ "empty value", HEAD("l:\r\n"), -EBADMSG },
		{ "not a number", HEAD("l: 3x\r\n") "v=0", -EBADMSG },
		{ "2^32", HEAD("l: 4294967296\r\n"), -EBADMSG },
		{ "2^32 + 3", HEAD("l: 4294967299\r\n") "v=0", -EBADMSG },
		{ "2^64", HEAD("l: 18446744073709551616\r\n"), -EBADMSG },
		{ "2^31", HEAD("l: 2147483648\r\n"), -EBADMSG },
		{ "head and body above the limit", HEAD("l: 65536\r\n"), -EBADMSG },
		{ "control character in the line", HEAD("l: 3\x01\r\n"), -EBADMSG },
		{ "control character in another", HEAD("X: \x01\r\nl: 0\r\n"), 37 },
		{ "length behind a bare line feed", HEAD("X: y\nl: 0\r\n"), 36 },
		{ "head that a bare line feed ends", HEAD("l: 0\n\r\nX: y\r\n"),
		  -EBADMSG },
		{ "start line with a control character", "\x16\x03\x01\r\n\r\n",
		  -EBADMSG },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		ptrdiff_t got = sip_frame_length(exact_of(rows[i].in));

		if (got != rows[i].want)
			fail_msg("%s: got %td, want %td", rows[i].name, got,
				 rows[i].want);
	}
}

static void one_byte_after_the_other(void **state)
{
	static const char in[] = HEAD("Subject: a\r\n b\r\nl: 5\r\n") "\r\n\r\nx";

	for (size_t n = 0; n < sizeof(in) - 1; n++)
		assert_int_equal(sip_frame_length(exact((struct text){ in, n })), 0);
	assert_int_equal(sip_frame_length(exact((struct text){ in, sizeof(in) - 1 })),
			 sizeof(in) - 1);
}

static void a_head_does_not_grow_for_ever(void **state)
{
	struct buf b = BUF_GROWING;

	buf_puts(&b, "OPTIONS sip:a SIP/2.0\r\nX: ");
	while (b.len < SIP_MESSAGE_MAX - 1)
		buf_putc(&b, 'x');
	assert_int_equal(sip_frame_length(buf_text(&b)), 0);
	buf_putc(&b, 'x');
	assert_int_equal(sip_frame_length(buf_text(&b)), -EBADMSG);
	buf_free(&b);
}

/* The decoder and the framing agree about where the message ends. */
static void the_decoder_agrees(void **state)
{
	static const char *const lengths[] = { "l: 0\r\n", "l: 4\r\n",
					       "Content-Length :\r\n\t07\r\n" };
	const char *rest =
		"Via: SIP/2.0/TCP a;branch=b\r\nFrom: <sip:a@b>;tag=1\r\n"
		"To: <sip:a@b>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\nbodybody";

	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct buf b = BUF_GROWING;
		struct sip_msg m;
		struct sip_fault fault;

		buf_printf(&b, "OPTIONS sip:a SIP/2.0\r\n%s%s", lengths[i], rest);
		assert_int_equal(sip_msg_decode(buf_text(&b), &m, &fault), 0);
		assert_int_equal(sip_frame_length(buf_text(&b)), m.bytes.len);
		buf_free(&b);
	}
}

static void keep_alives(void **state)
{
	static const struct {
		const char *in;
		size_t blank;
		unsigned pings;
	} rows[] = {
		{ "", 0, 0 },
		{ "\r", 1, 0 },
		{ "\r\n", 2, 0 },
		{ "\r\n\r\n", 4, 1 },
		{ "\r\n\r\nREGISTER", 4, 1 },
		{ "\r\n\r\n\r\n\r\n", 8, 2 },
		{ "x\r\n\r\n", 0, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned pings = 99;

		assert_int_equal(sip_frame_blank(exact_of(rows[i].in), &pings),
				 rows[i].blank);
		assert_int_equal(pings, rows[i].pings);
		assert_int_equal(sip_frame_blank(exact_of(rows[i].in), NULL),
				 rows[i].blank);
	}
}

int test_frame(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths),
		cmocka_unit_test(one_byte_after_the_other),
		cmocka_unit_test(a_head_does_not_grow_for_ever),
		cmocka_unit_test(the_decoder_agrees),
		cmocka_unit_test(keep_alives),
	};

	return cmocka_run_group_tests_name("sip/frame", tests, NULL, NULL);
}
