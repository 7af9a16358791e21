/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_sdp.c - Session descriptions (RFC 4566, RFC 3264, RFC 3605). */

#include "help.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "sip/sdp.h"

#define HEAD  "v=0\r\no=alice 2890844526 2890844527 IN IP4 10.0.0.1\r\ns=Asterisk\r\n"
#define CONN  "c=IN IP4 10.0.0.1\r\n"
#define TIME  "t=0 0\r\n"
#define AUDIO "m=audio 49170 RTP/AVP 0 8 101\r\n"

static void an_offer(void **state)
{
	const char *in =
		HEAD CONN TIME "a=recvonly\r\n" AUDIO
			       "a=rtpmap:101 telephone-event/8000\r\na=sendonly\r\n"
			       "m=video 51372/2 RTP/SAVP 31\r\nc=IN IP6 "
			       "2001:db8::1/3\r\na=rtcp:53020\r\n"
			       "m=audio 0 RTP/AVP 0\r\n"
			       "m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\na=inactive\r\n";
	struct sdp s;

	assert_int_equal(sdp_decode(exact_of(in), &s), 0);
	assert_int_equal(s.media_count, 4);
	expect_text("connection", s.connection, "10.0.0.1");
	assert_int_equal(s.family, AF_INET);
	expect_text("type", s.media[0].type, "audio");
	expect_text("proto", s.media[0].proto, "RTP/AVP");
	expect_text("formats", s.media[0].formats, "0 8 101");
	assert_int_equal(s.media[0].port, 49170);
	assert_int_equal(s.media[0].rtcp_port, 49171);
	assert_int_equal(s.media[0].direction, SDP_SENDONLY);
	expect_text("inherited", s.media[0].connection, "10.0.0.1");
	assert_int_equal(s.media[1].port, 51372);
	assert_int_equal(s.media[1].rtcp_port, 53020);
	assert_int_equal(s.media[1].family, AF_INET6);
	assert_int_equal(s.media[1].direction, SDP_RECVONLY);
	expect_text("its own", s.media[1].connection, "2001:db8::1");
	assert_int_equal(s.media[2].port, 0);
	assert_int_equal(s.media[2].rtcp_port, 0);
	assert_true(s.media[3].rtcp_mux);
	assert_int_equal(s.media[3].rtcp_port, 4000);
	assert_int_equal(s.media[3].direction, SDP_INACTIVE);
}

static void verdicts(void **state)
{
	static const struct {
		const char *name, *in;
		int rc;
	} rows[] = {
		{ "plain", HEAD CONN TIME AUDIO, 0 },
		{ "line feeds only",
		  "v=0\no=- 1 1 IN IP4 1.1.1.1\ns=-\nc=IN IP4 1.1.1.1\nt=0 0\n"
		  "m=audio 4000 RTP/AVP 0\n",
		  0 },
		{ "last line does not end", HEAD CONN TIME "m=audio 4000 RTP/AVP 0", 0 },
		{ "m= before c=", HEAD TIME AUDIO CONN, 0 },
		{ "no s= and no t=", "v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\n" CONN AUDIO, 0 },
		{ "blank line at the end", HEAD CONN TIME AUDIO "\r\n", 0 },
		{ "empty b=", HEAD CONN "b=\r\n" TIME AUDIO, 0 },
		{ "no media", HEAD CONN TIME, 0 },
		{ "same payload type twice",
		  HEAD CONN TIME "m=audio 4000 RTP/AVP 0 0 0\r\n", 0 },
		{ "payload type 2^32",
		  HEAD CONN TIME "m=audio 4000 RTP/AVP 4294967296\r\n", 0 },
		{ "unknown attribute without a value", HEAD CONN TIME AUDIO "a=\r\n", 0 },
		{ "hold with 0.0.0.0", HEAD "c=IN IP4 0.0.0.0\r\n" TIME AUDIO, 0 },
		{ "highest port", HEAD CONN TIME "m=audio 65535 RTP/AVP 0\r\n", 0 },
		{ "empty", "", -EBADMSG },
		{ "one byte", "v", -EBADMSG },
		{ "not version 0", "v=1\r\n", -EBADMSG },
		{ "version 01", "v=01\r\n", -EBADMSG },
		{ "no version", "o=- 1 1 IN IP4 1.1.1.1\r\n" CONN AUDIO, -EBADMSG },
		{ "one-byte line", HEAD CONN TIME "m\r\n", -EBADMSG },
		{ "blank before the equal sign",
		  HEAD CONN TIME "m =video 3227 RTP/AVP 31\r\n", -EBADMSG },
		{ "empty m=", HEAD CONN TIME "m=\r\n", -EBADMSG },
		{ "m= without formats", HEAD CONN TIME "m=audio 4000 RTP/AVP\r\n",
		  -EBADMSG },
		{ "port above 65535", HEAD CONN TIME "m=audio 65536 RTP/AVP 0\r\n",
		  -EBADMSG },
		{ "port that wraps", HEAD CONN TIME "m=audio 4294967297 RTP/AVP 0\r\n",
		  -EBADMSG },
		{ "negative port", HEAD CONN TIME "m=audio -1 RTP/AVP 0\r\n", -EBADMSG },
		{ "rtcp port above 65535", HEAD CONN TIME AUDIO "a=rtcp:65536\r\n",
		  -EBADMSG },
		{ "rtcp without a port", HEAD CONN TIME AUDIO "a=rtcp\r\n", -EBADMSG },
		{ "no c= at all", HEAD TIME AUDIO, -EBADMSG },
		{ "no c= for a refused stream", HEAD TIME "m=audio 0 RTP/AVP 0\r\n", 0 },
		{ "empty c=", HEAD "c=\r\n" TIME AUDIO, -EBADMSG },
		{ "c= of another net", HEAD "c=ATM NSAP 1\r\n" TIME AUDIO, -EBADMSG },
		{ "c= without an address", HEAD "c=IN IP4\r\n" TIME AUDIO, -EBADMSG },
		{ "carriage return within a line", HEAD CONN TIME AUDIO "a=x\rm=y\r\n",
		  -EBADMSG },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sdp s;
		int rc = sdp_decode(exact_of(rows[i].in), &s);

		if (rc != rows[i].rc)
			fail_msg("%s: got %d, want %d", rows[i].name, rc, rows[i].rc);
	}
}

static void nul_bytes(void **state)
{
	static const struct text rows[] = {
		TEXT_INIT("\0"),
		TEXT_INIT("v=0\0\r\n"),
		TEXT_INIT(HEAD CONN TIME AUDIO "a=fmtp:101 0-\0"
					       "15\r\n"),
	};
	struct sdp s;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(sdp_decode(exact(rows[i]), &s), -EBADMSG);
	assert_int_equal(sdp_decode(TEXT_NONE, &s), -EBADMSG);
}

static int decode_repeated(const char *line, unsigned count)
{
	struct buf b = BUF_GROWING;
	struct sdp s;
	int rc;

	buf_puts(&b, HEAD CONN TIME);
	for (unsigned i = 0; i < count; i++)
		buf_puts(&b, line);
	rc = sdp_decode(exact(buf_text(&b)), &s);
	buf_free(&b);
	return rc;
}

static void limits(void **state)
{
	assert_int_equal(decode_repeated(AUDIO, SDP_MEDIA_MAX), 0);
	assert_int_equal(decode_repeated(AUDIO, SDP_MEDIA_MAX + 1), -EBADMSG);
	assert_int_equal(decode_repeated("a=x\r\n", SDP_LINES_MAX - 5), 0);
	assert_int_equal(decode_repeated("a=x\r\n", SDP_LINES_MAX - 4), -EBADMSG);
}

static void cut_at_every_byte(void **state)
{
	static const char in[] =
		HEAD CONN TIME AUDIO "a=rtcp:4001 IN IP4 1.1.1.1\r\na=rtcp-mux";
	struct sdp s;

	for (size_t n = 0; n < sizeof(in) - 1; n++) {
		sdp_decode(exact((struct text){ in, n }), &s);
		exact_free_all();
	}
}

static void rewriting(void **state)
{
	static const struct {
		const char *name, *in, *want;
	} rows[] = {
		{ "addresses, names and ports are ours",
		  "v=0\r\no=root 1 2 IN IP4 10.0.0.1\r\ns=Asterisk PBX "
		  "18\r\ni=x\r\nu=http://x\r\n"
		  "e=a@b\r\np=+41\r\nc=IN IP4 10.0.0.1\r\nb=AS:84\r\nt=0 "
		  "0\r\na=tool:x\r\n"
		  "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
		  "a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n",
		  "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 "
		  "0\r\n"
		  "b=AS:84\r\n"
		  "m=audio 30000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
		  "a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n" },
		{ "no ICE, no rtcp address",
		  "v=0\r\no=- 1 2 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 "
		  "0\r\n"
		  "a=ice-lite\r\nm=audio 4000 RTP/AVP "
		  "0\r\na=ice-ufrag:x\r\na=ice-pwd:y\r\n"
		  "a=candidate:1 1 UDP 1 10.0.0.1 4000 typ "
		  "host\r\na=end-of-candidates\r\n"
		  "a=rtcp:4001 IN IP4 10.0.0.1\r\na=X-nat:0\r\n",
		  "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 "
		  "0\r\n"
		  "m=audio 30000 RTP/AVP 0\r\n" },
		{ "what a call needs crosses, what names the other side does not",
		  "v=0\r\no=- 1 2 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 "
		  "0\r\n"
		  "a=group:BUNDLE 0\r\na=recvonly\r\nm=audio 4000 RTP/SAVP 8 101\r\n"
		  "a=ssrc:1 "
		  "cname:anna@10.0.0.1\r\na=path:msrp://10.0.0.1/x\r\na=mid:0\r\n"
		  "a=fingerprint:sha-256 AB\r\na=setup:actpass\r\na=unheard:10.0.0.1\r\n"
		  "a=Ptime:20\r\na=maxptime:60\r\na=silenceSupp:off - - - -\r\n"
		  "a=rtcp-fb:* nack\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n"
		  "m=image 4010 udptl "
		  "t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n",
		  "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 "
		  "0\r\n"
		  "a=recvonly\r\nm=audio 30000 RTP/SAVP 8 101\r\n"
		  "a=Ptime:20\r\na=maxptime:60\r\na=silenceSupp:off - - - -\r\n"
		  "a=rtcp-fb:* nack\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n"
		  "m=image 30010 udptl "
		  "t38\r\na=T38FaxVersion:0\r\na=T38MaxBitRate:14400\r\n" },
		{ "a refused stream stays refused",
		  "v=0\r\no=- 1 2 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 "
		  "0\r\n"
		  "m=audio 4000 RTP/AVP 0\r\nm=video 0 RTP/AVP 31\r\nm=audio 6 RTP/AVP "
		  "0\r\n",
		  "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 "
		  "0\r\n"
		  "m=audio 30000 RTP/AVP 0\r\nm=video 0 RTP/AVP 31\r\n"
		  "m=audio 30020 RTP/AVP 0\r\na=rtcp:30099\r\n" },
		{ "c= of a stream goes",
		  "v=0\no=- 1 2 IN IP4 10.0.0.1\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 0\n"
		  "c=IN IP4 10.0.0.1\na=rtcp-mux",
		  "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 "
		  "0\r\n"
		  "m=audio 30000 RTP/AVP 0\r\na=rtcp-mux\r\n" },
		{ "a held stream stays held",
		  "v=0\r\no=- 1 2 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
		  "m=audio 4000 RTP/AVP 0\r\n",
		  "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 "
		  "0\r\n"
		  "m=audio 30000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n" },
		{ "what is missing is put in", "v=0\r\nm=audio 4000 RTP/AVP 0\r\n" CONN,
		  "v=0\r\no=- 0 0 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 "
		  "0\r\n"
		  "m=audio 30000 RTP/AVP 0\r\n" },
	};
	static const struct sdp_target targets[] = {
		{ TEXT_INIT("192.0.2.1"), AF_INET, 30000, 30001 },
		{ TEXT_INIT("192.0.2.1"), AF_INET, 30010, 0 },
		{ TEXT_INIT("192.0.2.1"), AF_INET, 30020, 30099 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_GROWING;
		struct sdp s, again;

		expect_true(rows[i].name, sdp_decode(exact_of(rows[i].in), &s) == 0);
		sdp_rewrite(&out, &s, targets);
		expect_text(rows[i].name, buf_text(&out), rows[i].want);
		expect_true(rows[i].name, sdp_decode(buf_text(&out), &again) == 0);
		expect_true(rows[i].name, again.media_count == s.media_count);
		buf_free(&out);
	}
}

static void rewriting_to_ipv6(void **state)
{
	static const struct sdp_target target = { TEXT_INIT("2001:db8::9"), AF_INET6,
						  30000, 0 };
	struct buf out = BUF_GROWING;
	struct sdp s;

	assert_int_equal(sdp_decode(exact_of(HEAD CONN TIME AUDIO), &s), 0);
	sdp_rewrite(&out, &s, &target);
	assert_int_equal(sdp_decode(buf_text(&out), &s), 0);
	assert_int_equal(s.media[0].family, AF_INET6);
	expect_text("host", s.media[0].connection, "2001:db8::9");
	assert_null(memmem(out.p, out.len, "10.0.0.1", 8));
	assert_null(memmem(out.p, out.len, "alice", 5));
	buf_free(&out);
}

int test_sdp(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_offer),          cmocka_unit_test(verdicts),
		cmocka_unit_test(nul_bytes),         cmocka_unit_test(limits),
		cmocka_unit_test(cut_at_every_byte), cmocka_unit_test(rewriting),
		cmocka_unit_test(rewriting_to_ipv6),
	};

	return cmocka_run_group_tests_name("sip/sdp", tests, NULL, NULL);
}
