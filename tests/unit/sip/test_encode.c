/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_encode.c - Writing requests and responses (RFC 3261 8.2.6, RFC 3581). */

#include "help.h"

#include <errno.h>
#include <string.h>

#include "sip/encode.h"

static void a_request_and_back(void **state)
{
	struct buf b = BUF_GROWING;
	struct sip_msg m;
	struct sip_fault fault;

	sip_request_begin(&b, SIP_INVITE, TEXT("sip:bob@biloxi.com"));
	sip_header_put(&b, SIP_HDR_VIA, TEXT("SIP/2.0/UDP [::1]:5060;branch=z9hG4bKx"));
	sip_header_printf(&b, SIP_HDR_FROM, "<sip:%s@a>;tag=%d", "alice", 17);
	sip_header_put(&b, SIP_HDR_TO, TEXT("<sip:bob@biloxi.com>"));
	sip_header_put(&b, SIP_HDR_CALL_ID, TEXT("c1"));
	sip_header_printf(&b, SIP_HDR_CSEQ, "%u %s", 1u, "INVITE");
	sip_body(&b, TEXT("application/sdp"), TEXT("v=0\r\n"));
	assert_int_equal(b.error, 0);
	assert_int_equal(sip_msg_decode(exact(buf_text(&b)), &m, &fault), 0);
	assert_int_equal(m.bytes.len, b.len);
	assert_int_equal(m.method, SIP_INVITE);
	expect_text("uri", m.uri_text, "sip:bob@biloxi.com");
	expect_text("branch", m.via.branch, "z9hG4bKx");
	expect_text("tag", m.from.tag, "17");
	expect_text("type", sip_msg_header(&m, SIP_HDR_CONTENT_TYPE)->value,
		    "application/sdp");
	expect_text("body", m.body, "v=0\r\n");
	buf_free(&b);
}

static void no_body_has_no_type(void **state)
{
	struct buf b = BUF_GROWING;

	sip_body(&b, TEXT("application/sdp"), TEXT_NONE);
	expect_text("empty body", buf_text(&b), "Content-Length: 0\r\n\r\n");
	buf_free(&b);
}

#define REST                                                                             \
	"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: i\r\nCSeq: 9 OPTIONS\r\n"    \
	"Timestamp: 54\r\nSubject: private\r\n\r\n"

static void responses(void **state)
{
	static const struct {
		const char *name, *vias;
		unsigned status;
		const char *reason, *tag, *host, *want_start;
	} rows[] = {
		{ "received is added", "Via: SIP/2.0/UDP h:5;branch=x\r\n", 404, NULL,
		  "t9", "192.0.2.1",
		  "SIP/2.0 404 Not Found\r\n"
		  "Via: SIP/2.0/UDP h:5;branch=x;received=192.0.2.1\r\n"
		  "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=t9\r\nCall-ID: i\r\n"
		  "CSeq: 9 OPTIONS\r\n" },
		{ "rport is filled in", "v: SIP/2.0/UDP h;rport;branch=x\r\n", 200, NULL,
		  "", "2001:db8::1",
		  "SIP/2.0 200 OK\r\n"
		  "Via: SIP/2.0/UDP h;branch=x;received=2001:db8::1;rport=4711\r\n"
		  "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: i\r\n"
		  "CSeq: 9 OPTIONS\r\n" },
		{ "what the peer claims is replaced",
		  "v: SIP/2.0/UDP h;received=1.1.1.1;rport=1;branch=x\r\n", 200, "Fine",
		  "", "192.0.2.1",
		  "SIP/2.0 200 Fine\r\n"
		  "Via: SIP/2.0/UDP h;branch=x;received=192.0.2.1;rport=4711\r\n" },
		{ "without a source nothing is touched",
		  "v: SIP/2.0/UDP h;rport;branch=x\r\n", 200, NULL, "", "",
		  "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;rport;branch=x\r\n" },
		{ "only the topmost of a list",
		  "v: SIP/2.0/UDP h;branch=x , SIP/2.0/TCP g;rport;branch=y\r\n"
		  "Via: SIP/2.0/UDP f;rport\r\n",
		  200, NULL, "", "192.0.2.1",
		  "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=x;received=192.0.2.1, "
		  "SIP/2.0/TCP g;rport;branch=y\r\nVia: SIP/2.0/UDP f;rport\r\n" },
		{ "folds become blanks", "v: SIP/2.0/UDP h\r\n ;branch=x\r\n", 200, NULL,
		  "", "192.0.2.1",
		  "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h "
		  ";branch=x;received=192.0.2.1\r\n" },
		{ "100 carries the timestamp", "v: SIP/2.0/UDP h;branch=x\r\n", 100, NULL,
		  "", "",
		  "SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP h;branch=x\r\n"
		  "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: i\r\n"
		  "CSeq: 9 OPTIONS\r\nTimestamp: 54\r\n" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf in = BUF_GROWING, out = BUF_GROWING;
		struct sip_msg m;
		struct sip_fault fault;

		buf_printf(&in, "OPTIONS sip:x SIP/2.0\r\n%s" REST, rows[i].vias);
		expect_true(rows[i].name, sip_msg_decode(buf_text(&in), &m, &fault) == 0);
		sip_response_begin(&out, &m, rows[i].status, rows[i].reason,
				   text_of(rows[i].tag), text_of(rows[i].host), 4711);
		if (!text_starts(buf_text(&out), text_of(rows[i].want_start)))
			fail_msg("%s: got %.*s", rows[i].name, TEXT_ARG(buf_text(&out)));
		expect_true(rows[i].name, memmem(out.p, out.len, "private", 7) == NULL);
		sip_body(&out, TEXT_NONE, TEXT_NONE);
		expect_true(rows[i].name,
			    sip_msg_decode(buf_text(&out), &m, &fault) == 0);
		buf_free(&in);
		buf_free(&out);
	}
}

static void a_to_tag_stays(void **state)
{
	const char *in =
		"BYE sip:x SIP/2.0\r\nv: SIP/2.0/UDP h;branch=x\r\nf: <sip:a@b>;tag=1\r\n"
		"t: sip:c@d;tag=2\r\ni: i\r\nCSeq: 9 BYE\r\n\r\n";
	struct buf out = BUF_GROWING;
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(sip_msg_decode(text_of(in), &m, &fault), 0);
	sip_response_begin(&out, &m, 481, NULL, TEXT("new"), TEXT_NONE, 0);
	assert_non_null(memmem(out.p, out.len, "To: sip:c@d;tag=2\r\n", 19));
	buf_free(&out);
}

static void a_bad_request_is_answered(void **state)
{
	const char *in = "OPTIONS sip:x SIP/2.0\r\nv: SIP/2.0/UDP h;;\r\n"
			 "t: \"open <sip:c@d>\r\nt: <sip:e@f>\r\nCSeq: 99999999999 x\r\n"
			 "Subject: a\x01\r\n\r\n";
	struct buf out = BUF_GROWING;
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(sip_msg_decode(exact_of(in), &m, &fault), -EBADMSG);
	assert_int_equal(fault.status, 400);
	sip_response_begin(&out, &m, fault.status, fault.reason, TEXT("new"),
			   TEXT("192.0.2.1"), 1);
	expect_text("answer", buf_text(&out),
		    "SIP/2.0 400 Control Character in Header\r\nVia: SIP/2.0/UDP h;;\r\n"
		    "To: \"open <sip:c@d>\r\nCSeq: 99999999999 x\r\n");
	buf_free(&out);
}

static void copies_are_on_one_line(void **state)
{
	const char *in = "OPTIONS sip:x SIP/2.0\r\nv: SIP/2.0/UDP h;branch=x\r\n"
			 "Record-Route: <sip:a;lr>,\r\n <sip:b;lr>\r\n"
			 "record-route : <sip:c;lr>\r\nX-Y: z\r\n" REST;
	struct buf out = BUF_GROWING;
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(sip_msg_decode(text_of(in), &m, &fault), 0);
	sip_header_copy(&out, &m, SIP_HDR_RECORD_ROUTE);
	sip_header_copy(&out, &m, SIP_HDR_ROUTE);
	sip_header_copy(&out, &m, SIP_HDR_OTHER);
	expect_text(
		"copy", buf_text(&out),
		"Record-Route: <sip:a;lr>, <sip:b;lr>\r\nRecord-Route: <sip:c;lr>\r\n");
	buf_free(&out);
}

static void cleaning(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} rows[] = {
		{ "nothing to do", "abc", "abc" },
		{ "empty", "", "" },
		{ "fold", "a\r\n b", "a b" },
		{ "fold of many lines", "a\r\n \r\n\t b", "a b" },
		{ "tab", "a\tb", "a b" },
		{ "line end injected", "a\r\nX: y", "a X: y" },
		{ "bare line feed", "a\nb", "a b" },
		{ "control characters",
		  "\x01"
		  "a\x02\x7f"
		  "b\x1b[0m",
		  "ab[0m" },
		{ "quoted pair stays whole", "\"\\\x01\" <sip:a>", "\"\\\x01\" <sip:a>" },
		{ "UTF-8", "Z\xc3\xbcrich", "Z\xc3\xbcrich" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_GROWING;

		sip_text_clean(&out, exact_of(rows[i].in));
		expect_text(rows[i].name, buf_text(&out), rows[i].want);
		buf_free(&out);
	}
}

static void quoting(void **state)
{
	struct buf out = BUF_GROWING;

	sip_quoted(&out, TEXT("a \"b\" \\ c\r\n\x01;d\0"));
	expect_text("quoted", buf_text(&out), "\"a \\\"b\\\" \\\\ c;d\"");
	buf_free(&out);
}

static void phrases(void **state)
{
	static const struct {
		unsigned status;
		const char *want;
	} rows[] = {
		{ 100, "Trying" },
		{ 486, "Busy Here" },
		{ 503, "Service Unavailable" },
		{ 606, "Not Acceptable" },
		{ 199, "Early Dialog Terminated" },
		{ 299, "Success" },
		{ 499, "Client Error" },
		{ 699, "Global Failure" },
		{ 0, "Unknown" },
		{ 4711, "Unknown" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(sip_reason_phrase(rows[i].status), rows[i].want);
}

static void a_small_buffer_says_so(void **state)
{
	char storage[10];
	struct buf b = BUF_FIXED(storage);

	sip_request_begin(&b, SIP_INVITE, TEXT("sip:bob@biloxi.com"));
	sip_header_printf(&b, SIP_HDR_CSEQ, "%d INVITE", 1);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	assert_int_equal(b.error, -ENOSPC);
}

int test_encode(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_and_back),
		cmocka_unit_test(no_body_has_no_type),
		cmocka_unit_test(responses),
		cmocka_unit_test(a_to_tag_stays),
		cmocka_unit_test(a_bad_request_is_answered),
		cmocka_unit_test(copies_are_on_one_line),
		cmocka_unit_test(cleaning),
		cmocka_unit_test(quoting),
		cmocka_unit_test(phrases),
		cmocka_unit_test(a_small_buffer_says_so),
	};

	return cmocka_run_group_tests_name("sip/encode", tests, NULL, NULL);
}
