/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_msg.c - Whole messages: what is taken, what is answered, what is dropped. */

#include "help.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sip/msg.h"

#define VIA          "Via: SIP/2.0/UDP pc33.atlanta.com:5066;branch=z9hG4bK77asjd\r\n"
#define FROM         "From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n"
#define TO           "To: Bob <sip:bob@biloxi.com>\r\n"
#define CALL_ID      "Call-ID: a84b4c76e66710@pc33.atlanta.com\r\n"
#define CSEQ         "CSeq: 314159 INVITE\r\n"
#define BASE         VIA FROM TO CALL_ID CSEQ
#define LINE         "INVITE sip:bob@biloxi.com SIP/2.0\r\n"
#define INVITE(more) LINE BASE more "\r\n"

/* RFC 3261 24.2, F2 made short. */
static void an_invite(void **state)
{
	const char *in = INVITE("Max-Forwards: 68\r\n"
				"Contact: <sip:alice@pc33.atlanta.com>\r\n"
				"Content-Type: application/sdp\r\n"
				"Content-Length: 3\r\n") "v=0";
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(sip_msg_decode(exact_of(in), &m, &fault), 0);
	assert_true(m.request);
	assert_int_equal(m.method, SIP_INVITE);
	expect_text("uri", m.uri_text, "sip:bob@biloxi.com");
	expect_text("user", m.uri.user, "bob");
	expect_text("branch", m.via.branch, "z9hG4bK77asjd");
	expect_text("from tag", m.from.tag, "1928301774");
	expect_text("from display", m.from.display, "Alice");
	expect_text("to uri", m.to.uri_text, "sip:bob@biloxi.com");
	assert_int_equal(m.to.tag.len, 0);
	expect_text("call-id", m.call_id, "a84b4c76e66710@pc33.atlanta.com");
	expect_text("contact", m.contact.uri_text, "sip:alice@pc33.atlanta.com");
	assert_int_equal(m.cseq.number, 314159);
	assert_int_equal(m.max_forwards, 68);
	assert_int_equal(m.header_count, 9);
	expect_text("body", m.body, "v=0");
	assert_int_equal(m.bytes.len, strlen(in));
}

static void a_response(void **state)
{
	const char *in = "SIP/2.0 180 Ringing now\r\n" BASE "\r\n";
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(sip_msg_decode(exact_of(in), &m, &fault), 0);
	assert_false(m.request);
	assert_int_equal(m.status, 180);
	expect_text("reason", m.reason, "Ringing now");
	assert_int_equal(m.max_forwards, 70);
	assert_int_equal(m.contact.uri_text.len, 0);
	assert_int_equal(m.body.len, 0);
}

static void verdicts(void **state)
{
	enum { GOOD = 1 };
	static const struct {
		const char *name, *in;
		unsigned status; /* GOOD, what to answer, or 0: drop */
		const char *reason;
	} rows[] = {
		/* Start lines. */
		{ "plain", INVITE(""), GOOD },
		{ "blank lines in front", "\r\n\r\n" INVITE(""), GOOD },
		{ "version in lower case", "INVITE sip:a@b sip/2.0\r\n" BASE "\r\n",
		  GOOD },
		{ "other version", "INVITE sip:a@b SIP/3.0\r\n" BASE "\r\n", 505,
		  "Version Not Supported" },
		{ "longer version", "INVITE sip:a@b SIP/2.00\r\n" BASE "\r\n", 505,
		  "Version Not Supported" },
		{ "no version", "INVITE sip:a@b\r\n" BASE "\r\n", 0, "Bad Start Line" },
		{ "version without numbers", "INVITE sip:a@b SIP/x.y\r\n" BASE "\r\n", 0,
		  "Bad Start Line" },
		{ "another protocol", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 0,
		  "Bad Start Line" },
		{ "two blanks", "INVITE  sip:a@b SIP/2.0\r\n" BASE "\r\n", 400,
		  "Bad Request-URI" },
		{ "blank at the end", "INVITE sip:a@b SIP/2.0 \r\n" BASE "\r\n", 400,
		  "Bad Request Line" },
		{ "no method", " sip:a@b SIP/2.0\r\n" BASE "\r\n", 0, "Bad Start Line" },
		{ "no URI", "INVITE SIP/2.0\r\n" BASE "\r\n", 0, "Bad Start Line" },
		{ "empty URI", "INVITE  SIP/2.0\r\n" BASE "\r\n", 400,
		  "Bad Request-URI" },
		{ "tab in the start line", "INVITE\tsip:a@b SIP/2.0\r\n" BASE "\r\n", 0,
		  "No Message" },
		{ "unknown scheme", "INVITE foo:bar SIP/2.0\r\n" BASE "\r\n", GOOD },
		{ "headers in the URI", "INVITE sip:a@b?c=d SIP/2.0\r\n" BASE "\r\n", 400,
		  "Headers in Request-URI" },
		{ "status too long", "SIP/2.0 1800 Ringing\r\n" BASE "\r\n", 0,
		  "Bad Start Line" },
		{ "status that wraps", "SIP/2.0 4294967476 Ringing\r\n" BASE "\r\n", 0,
		  "Bad Start Line" },
		{ "status 99", "SIP/2.0 099 x\r\n" BASE "\r\n", 0, "Bad Start Line" },
		{ "status 700", "SIP/2.0 700 x\r\n" BASE "\r\n", 0, "Bad Start Line" },
		{ "no reason, no blank", "SIP/2.0 200\r\n" BASE "\r\n", GOOD },
		{ "response of another version", "SIP/3.0 200 OK\r\n" BASE "\r\n", 0,
		  "Bad Start Line" },
		/* Header lines. */
		{ "blanks before the colon", INVITE("Max-Forwards  \t : 70\r\n"), GOOD },
		{ "no blank behind the colon", INVITE("Max-Forwards:70\r\n"), GOOD },
		{ "folded value", INVITE("Subject: a\r\n b\r\n\tc\r\n"), GOOD },
		{ "empty value", INVITE("Subject:\r\n"), GOOD },
		{ "no colon", INVITE("Foobar roobar\r\n"), 400, "Bad Header Line" },
		{ "no name", INVITE(": x\r\n"), 400, "Bad Header Line" },
		{ "separator in a name", INVITE("Max@Forwards: 70\r\n"), 400,
		  "Bad Header Line" },
		{ "control character in a name", INVITE("Max\x01-Forwards: 70\r\n"), 400,
		  "Control Character in Header" },
		{ "control character before the colon", INVITE("To\x0b: <sip:a@b>\r\n"),
		  400, "Control Character in Header" },
		{ "control character in a value", INVITE("Subject: a\x02\r\n"), 400,
		  "Control Character in Header" },
		{ "DEL in a value", INVITE("Subject: a\x7f\r\n"), 400,
		  "Control Character in Header" },
		{ "control character in a quoted pair",
		  INVITE("Contact: \"\\\x02\" <sip:a@b>\r\n"), GOOD },
		{ "tab in a value", INVITE("Subject: a\tb\r\n"), GOOD },
		{ "bare line feed", INVITE("Subject: a\nX: y\r\n"), 400, "Bad Line End" },
		{ "bare carriage return", INVITE("Subject: a\rb\r\n"), 400,
		  "Bad Line End" },
		{ "header line that does not end", LINE BASE "Subject: a", 400,
		  "Bad Line End" },
		{ "first header begins with a blank", LINE " x: y\r\n" BASE "\r\n", 400,
		  "Bad Header Line" },
		{ "no empty line at the end", LINE BASE, GOOD },
		/* What every message has. */
		{ "no Via", LINE FROM TO CALL_ID CSEQ "\r\n", 0, "Missing Via" },
		{ "no From", LINE VIA TO CALL_ID CSEQ "\r\n", 400, "Missing From" },
		{ "no To", LINE VIA FROM CALL_ID CSEQ "\r\n", 400, "Missing To" },
		{ "no Call-ID", LINE VIA FROM TO CSEQ "\r\n", 400, "Missing Call-ID" },
		{ "no CSeq", LINE VIA FROM TO CALL_ID "\r\n", 400, "Missing CSeq" },
		{ "no headers", LINE "\r\n", 0, "Missing Via" },
		{ "From twice", INVITE(FROM), 400, "Multiple From" },
		{ "To twice", INVITE("t: <sip:a@b>\r\n"), 400, "Multiple To" },
		{ "To twice, blank before the colon", INVITE("To : <sip:a@b>;tag=x\r\n"),
		  400, "Multiple To" },
		{ "Call-ID twice", INVITE("i: x\r\n"), 400, "Multiple Call-ID" },
		{ "CSeq twice", INVITE(CSEQ), 400, "Multiple CSeq" },
		{ "Max-Forwards twice", INVITE("Max-Forwards: 7\r\nMax-Forwards: 7\r\n"),
		  400, "Multiple Max-Forwards" },
		{ "Content-Length twice", INVITE("l: 0\r\nContent-Length : 0\r\n"), 400,
		  "Multiple Content-Length" },
		{ "Expires twice", INVITE("Expires: 1\r\nExpires: 2\r\n"), 400,
		  "Multiple Expires" },
		{ "Via twice", INVITE(VIA), GOOD },
		{ "Contact twice", INVITE("m: <sip:a@b>\r\nm: <sip:a@c>\r\n"), GOOD },
		/* Values. */
		{ "bad Via", LINE "v: x\r\n" FROM TO CALL_ID CSEQ "\r\n", 0, "Bad Via" },
		{ "Via with bad parameters",
		  LINE "v: SIP/2.0/UDP a;;\r\n" FROM TO CALL_ID CSEQ "\r\n", 400,
		  "Bad Via" },
		{ "empty Via", LINE "Via:\r\n" FROM TO CALL_ID CSEQ "\r\n", 0,
		  "Bad Via" },
		{ "branch with nothing but the cookie",
		  LINE "v: SIP/2.0/UDP a;branch=z9hG4bK\r\n" FROM TO CALL_ID CSEQ "\r\n",
		  400, "Bad Via Branch" },
		{ "no branch", LINE "v: SIP/2.0/UDP a\r\n" FROM TO CALL_ID CSEQ "\r\n",
		  GOOD },
		{ "empty From", LINE VIA "f:\r\n" TO CALL_ID CSEQ "\r\n", 400,
		  "Bad From" },
		{ "empty Call-ID", LINE VIA FROM TO "i:\r\n" CSEQ "\r\n", 400,
		  "Bad Call-ID" },
		{ "blank in the Call-ID", LINE VIA FROM TO "i: a b\r\n" CSEQ "\r\n", 400,
		  "Bad Call-ID" },
		{ "CSeq of another method",
		  LINE VIA FROM TO CALL_ID "CSeq: 1 BYE\r\n\r\n", 400,
		  "CSeq Method Mismatch" },
		{ "CSeq above 2^31 - 1",
		  LINE VIA FROM TO CALL_ID "CSeq: 2147483648 INVITE\r\n\r\n", 400,
		  "Bad CSeq" },
		{ "Max-Forwards 255", INVITE("Max-Forwards: 255\r\n"), GOOD },
		{ "Max-Forwards 256", INVITE("Max-Forwards: 256\r\n"), 400,
		  "Bad Max-Forwards" },
		{ "Max-Forwards that wraps", INVITE("Max-Forwards: 4294967297\r\n"), 400,
		  "Bad Max-Forwards" },
		{ "empty Max-Forwards", INVITE("Max-Forwards:\r\n"), 400,
		  "Bad Max-Forwards" },
		{ "Contact star", INVITE("m: *\r\n"), GOOD },
		{ "Contact percent", INVITE("m: <sip:%@a>\r\n"), 400, "Bad Contact" },
		{ "second Contact bad", INVITE("m: <sip:a@b>,<sip:c@d\r\n"), 400,
		  "Bad Contact" },
		{ "Contact in a second line bad", INVITE("m: <sip:a@b>\r\nm: x\r\n"), 400,
		  "Bad Contact" },
		{ "empty Contact", INVITE("m:\r\n"), GOOD },
		/* Lengths. */
		{ "negative length", INVITE("l: -1\r\n"), 400, "Bad Content-Length" },
		{ "empty length", INVITE("l:\r\n"), 400, "Bad Content-Length" },
		{ "length in hexadecimal", INVITE("l: 0x0\r\n"), 400,
		  "Bad Content-Length" },
		{ "length with a fold in it", INVITE("l: 0\r\n 0\r\n"), 400,
		  "Bad Content-Length" },
		{ "length 2^32", INVITE("l: 4294967296\r\n"), 400, "Bad Content-Length" },
		{ "length 2^32 + 3", INVITE("l: 4294967299\r\n") "v=0", 400,
		  "Bad Content-Length" },
		{ "length 2^64", INVITE("l: 18446744073709551616\r\n"), 400,
		  "Bad Content-Length" },
		{ "length 2^31", INVITE("l: 2147483648\r\n"), 400, "Bad Content-Length" },
		{ "length above the datagram", INVITE("l: 4\r\n") "v=0", 400,
		  "Content-Length Too Large" },
		{ "length below the datagram", INVITE("l: 2\r\n") "v=0", GOOD },
		{ "no length", INVITE("") "v=0", GOOD },
		/* Never answered. */
		{ "bad ACK", "ACK sip:a@b SIP/2.0\r\n" VIA FROM TO CALL_ID "\r\n", 0,
		  "Missing CSeq" },
		{ "bad response", "SIP/2.0 200 OK\r\n" VIA TO CALL_ID CSEQ "\r\n", 0,
		  "Missing From" },
		{ "only line ends", "\r\n\r\n\r\n", 0, "No Message" },
		{ "empty", "", 0, "No Message" },
		{ "one byte", "x", 0, "No Message" },
		{ "one NUL-like byte", "\x01", 0, "No Message" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sip_msg m;
		struct sip_fault fault = { 999, "untouched" };
		int rc = sip_msg_decode(exact_of(rows[i].in), &m, &fault);

		expect_true(rows[i].name, rc == (rows[i].status == GOOD ? 0 : -EBADMSG));
		if (rows[i].status == GOOD) {
			expect_true(rows[i].name, fault.status == 0 && !fault.reason);
			continue;
		}
		expect_text(rows[i].name, text_of(fault.reason), rows[i].reason);
		expect_true(rows[i].name, fault.status == rows[i].status);
	}
}

static void several_values(void **state)
{
#define RESPONSE(via) "SIP/2.0 200 OK\r\n" via FROM TO CALL_ID CSEQ "\r\n"
	static const struct {
		const char *what, *text;
		bool several;
	} rows[] = {
		{ "one", RESPONSE(VIA), false },
		{ "two fields", RESPONSE(VIA VIA), true },
		{ "a list", RESPONSE("v: SIP/2.0/UDP a;branch=b , SIP/2.0/UDP c\r\n"),
		  true },
		{ "far apart", RESPONSE(VIA "X: y\r\n" VIA), true },
		{ "a comma between quotes",
		  RESPONSE("Via: SIP/2.0/UDP a;branch=b;x=\"c,d\"\r\n"), false },
	};
	struct sip_msg m;
	struct sip_fault fault;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(sip_msg_decode(exact_of(rows[i].text), &m, &fault), 0);
		if (sip_msg_has_several(&m, SIP_HDR_VIA) != rows[i].several)
			fail_msg("%s", rows[i].what);
	}
	assert_false(sip_msg_has_several(&m, SIP_HDR_ROUTE));
}

static void nul_bytes(void **state)
{
	static const struct text rows[] = {
		TEXT_INIT("\0"),
		TEXT_INIT("\0\0\0\0"),
		TEXT_INIT("INVITE sip:a\0@b SIP/2.0\r\n" BASE "\r\n"),
		TEXT_INIT(LINE BASE "Subject: a\0b\r\n\r\n"),
		TEXT_INIT(LINE BASE "Sub\0ject: a\r\n\r\n"),
		TEXT_INIT(LINE BASE "\0\r\n\r\n"),
		TEXT_INIT(LINE VIA FROM TO "Call-ID: a\0b\r\n" CSEQ "\r\n"),
	};
	struct sip_msg m;
	struct sip_fault fault;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(sip_msg_decode(exact(rows[i]), &m, &fault), -EBADMSG);
}

/* Every truncation of a good message: none reads past the end, none is taken with less than
 * it says. */
static void truncated_at_every_byte(void **state)
{
	static const char in[] =
		INVITE("Max-Forwards: 70\r\nm: \"A\\\"\" <sip:a%41@[::1]:1>;"
		       "q=\"0.5\"\r\nl: 3\r\n") "v=0";
	struct sip_msg m;
	struct sip_fault fault;

	for (size_t n = 0; n < sizeof(in) - 1; n++) {
		int rc = sip_msg_decode(exact((struct text){ in, n }), &m, &fault);

		if (rc == 0 && sip_msg_header(&m, SIP_HDR_CONTENT_LENGTH))
			fail_msg("taken with %zu of %zu bytes", n, sizeof(in) - 1);
		exact_free_all();
	}
}

static void a_long_datagram_is_cut(void **state)
{
	const char *in = INVITE("l: 2\r\n") "v=0 and more";
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(sip_msg_decode(exact_of(in), &m, &fault), 0);
	expect_text("body", m.body, "v=");
	assert_int_equal(m.bytes.len, strlen(in) - strlen("0 and more"));
}

static int decode_with_headers(unsigned count, struct sip_msg *m, struct sip_fault *fault)
{
	struct buf b = BUF_GROWING;
	int rc;

	buf_puts(&b, LINE BASE);
	for (unsigned i = 5; i < count; i++)
		buf_puts(&b, "Via: SIP/2.0/UDP a;branch=b\r\n");
	buf_puts(&b, "\r\n");
	rc = sip_msg_decode(exact(buf_text(&b)), m, fault);
	buf_free(&b);
	return rc;
}

static void repeated_headers_end_at_the_limit(void **state)
{
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(decode_with_headers(SIP_HEADERS_MAX, &m, &fault), 0);
	assert_int_equal(m.header_count, SIP_HEADERS_MAX);
	assert_int_equal(decode_with_headers(SIP_HEADERS_MAX + 1, &m, &fault), -EBADMSG);
	assert_int_equal(fault.status, 400);
	expect_text("reason", text_of(fault.reason), "Too Many Header Fields");
	assert_int_equal(decode_with_headers(1500, &m, &fault), -EBADMSG);
	assert_int_equal(fault.status, 400);
}

static void no_message_is_longer_than_the_limit(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_msg m;
	struct sip_fault fault;

	buf_puts(&b, INVITE(""));
	while (b.len < SIP_MESSAGE_MAX)
		buf_putc(&b, 'x');
	assert_int_equal(sip_msg_decode(buf_text(&b), &m, &fault), 0);
	buf_putc(&b, 'x');
	assert_int_equal(sip_msg_decode(buf_text(&b), &m, &fault), -EBADMSG);
	assert_int_equal(fault.status, 0);
	buf_free(&b);
}

static void finding_headers(void **state)
{
	const char *in =
		INVITE("Supported: timer, 100rel\r\nk: path\r\nX-One: 1\r\n"
		       "x-two: 2\r\nX-One: 3\r\nExpires: 3600\r\nRetry-After: 9 (x);y\r\n"
		       "Session-Expires: 90;refresher=uac\r\nMin-SE: x\r\n"
		       "Min-Expires: 4294967296\r\n");
	const struct sip_header *h;
	struct sip_msg m;
	struct sip_fault fault;
	uint32_t n;

	assert_int_equal(sip_msg_decode(exact_of(in), &m, &fault), 0);
	h = sip_msg_header(&m, SIP_HDR_SUPPORTED);
	expect_text("first", h->value, "timer, 100rel");
	h = sip_msg_header_next(&m, h);
	expect_text("second", h->value, "path");
	assert_null(sip_msg_header_next(&m, h));
	assert_null(sip_msg_header(&m, SIP_HDR_REQUIRE));
	assert_true(sip_msg_has_token(&m, SIP_HDR_SUPPORTED, TEXT("100REL")));
	assert_true(sip_msg_has_token(&m, SIP_HDR_SUPPORTED, TEXT("path")));
	assert_false(sip_msg_has_token(&m, SIP_HDR_SUPPORTED, TEXT("time")));
	assert_false(sip_msg_has_token(&m, SIP_HDR_REQUIRE, TEXT("timer")));
	expect_text("by name", sip_msg_header_named(&m, TEXT("X-TWO"))->value, "2");
	expect_text("by name, first", sip_msg_header_named(&m, TEXT("x-one"))->value,
		    "1");
	expect_text("by compact name", sip_msg_header_named(&m, TEXT("k"))->value,
		    "timer, 100rel");
	assert_null(sip_msg_header_named(&m, TEXT("X-Three")));
	assert_int_equal(sip_msg_number(&m, SIP_HDR_EXPIRES, &n), 0);
	assert_int_equal(n, 3600);
	assert_int_equal(sip_msg_number(&m, SIP_HDR_RETRY_AFTER, &n), 0);
	assert_int_equal(n, 9);
	assert_int_equal(sip_msg_number(&m, SIP_HDR_SESSION_EXPIRES, &n), 0);
	assert_int_equal(n, 90);
	assert_int_equal(sip_msg_number(&m, SIP_HDR_MIN_SE, &n), -EBADMSG);
	assert_int_equal(sip_msg_number(&m, SIP_HDR_MIN_EXPIRES, &n), -ERANGE);
	assert_int_equal(sip_msg_number(&m, SIP_HDR_RSEQ, &n), -ENOENT);
}

int test_msg(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_invite),
		cmocka_unit_test(a_response),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(several_values),
		cmocka_unit_test(nul_bytes),
		cmocka_unit_test(truncated_at_every_byte),
		cmocka_unit_test(a_long_datagram_is_cut),
		cmocka_unit_test(repeated_headers_end_at_the_limit),
		cmocka_unit_test(no_message_is_longer_than_the_limit),
		cmocka_unit_test(finding_headers),
	};

	return cmocka_run_group_tests_name("sip/msg", tests, NULL, NULL);
}
