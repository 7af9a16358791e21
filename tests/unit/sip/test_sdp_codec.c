/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_sdp_codec.c - Which codecs cross, and what goes with those that do not. */

#include "help.h"

#include <errno.h>
#include <string.h>

#include "sip/sdp_codec.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define VOICE                                                                            \
	"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\n"         \
	"a=sendrecv\r\n"

static struct sdp_codecs codecs_of(const char *list)
{
	struct sdp_codecs codecs = { .count = 0 };
	struct text rest = text_of(list), name;

	while (rest.len > 0) {
		text_split(rest, ' ', &name, &rest);
		assert_int_equal(
			text_copy(codecs.names[codecs.count++], SDP_CODEC_SIZE, name), 0);
	}
	return codecs;
}

static const struct {
	const char *name, *allowed, *in;
	int error;
	const char *out; /* NULL: as it came, and nothing had to be left out */
} rows[] = {
	{ "an empty list lets all pass", "", HEAD "m=audio 4000 RTP/AVP 18 96\r\n", 0,
	  NULL },
	{ "static types need no rtpmap", "PCMA PCMU", HEAD "m=audio 4000 RTP/AVP 0 8\r\n",
	  0, NULL },
	{ "one goes", "PCMA telephone-event",
	  HEAD "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n" VOICE, 0,
	  HEAD "m=audio 4000 RTP/AVP 8 101\r\n" VOICE },
	{ "with its rtpmap, fmtp and feedback", "PCMA",
	  HEAD "m=audio 4000 RTP/AVP 97 8\r\na=rtpmap:97 opus/48000/2\r\n"
	       "a=fmtp:97 useinbandfec=1\r\na=rtcp-fb:97 nack\r\na=rtcp-fb:* nack\r\n",
	  0, HEAD "m=audio 4000 RTP/AVP 8\r\na=rtcp-fb:* nack\r\n" },
	{ "whatever case", "OPUS pcma",
	  HEAD "m=audio 4000 RTP/AVP 97 8\r\na=rtpmap:97 opus/48000/2\r\n", 0, NULL },
	{ "a dynamic type without a name", "PCMA", HEAD "m=audio 4000 RTP/AVP 97 8\r\n",
	  0, HEAD "m=audio 4000 RTP/AVP 8\r\n" },
	{ "a static number under another name", "PCMA",
	  HEAD "m=audio 4000 RTP/AVP 0 8\r\na=rtpmap:8 G729/8000\r\n", -ENOENT, NULL },
	{ "the first of two names counts", "PCMA",
	  HEAD "m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 G729/8000\r\n"
	       "a=rtpmap:96 PCMA/8000\r\n",
	  -ENOENT, NULL },
	{ "tones alone are no codec", "PCMA telephone-event CN",
	  HEAD "m=audio 4000 RTP/AVP 18 101 13\r\n" VOICE, -ENOENT, NULL },
	{ "nothing is left", "opus", HEAD "m=audio 4000 RTP/AVP 0 8\r\n", -ENOENT, NULL },
	{ "video is refused, sound stays", "PCMA",
	  HEAD "m=audio 4000 RTP/AVP 8\r\nm=video 4002 RTP/AVP 99\r\nb=AS:512\r\n"
	       "a=rtpmap:99 H264/90000\r\na=fmtp:99 x\r\n",
	  0, HEAD "m=audio 4000 RTP/AVP 8\r\nm=video 0 RTP/AVP 99\r\nb=AS:512\r\n" },
	{ "the same number in another stream", "PCMA H264",
	  HEAD "m=audio 4000 RTP/AVP 8 96\r\na=rtpmap:96 iLBC/8000\r\n"
	       "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
	  0,
	  HEAD "m=audio 4000 RTP/AVP 8\r\n"
	       "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n" },
	{ "a fax has no codec", "PCMA",
	  HEAD "m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\n", 0, NULL },
	{ "with keys", "PCMU", HEAD "m=audio 4000 RTP/SAVP 8 0\r\na=crypto:1 x y\r\n", 0,
	  HEAD "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 x y\r\n" },
	{ "a removed stream is left as it is", "PCMA",
	  HEAD "m=audio 4000 RTP/AVP 8\r\nm=audio 0 RTP/AVP 18\r\n", 0, NULL },
	{ "all streams removed", "PCMA", HEAD "m=audio 0 RTP/AVP 18\r\n", 0, NULL },
	{ "payload type 2^32", "PCMA",
	  HEAD "m=audio 4000 RTP/AVP 8 4294967304\r\na=rtpmap:4294967304 PCMA/8000\r\n",
	  0, HEAD "m=audio 4000 RTP/AVP 8\r\n" },
	{ "payload type 128", "PCMA", HEAD "m=audio 4000 RTP/AVP 128 8\r\n", 0,
	  HEAD "m=audio 4000 RTP/AVP 8\r\n" },
	{ "said twice", "PCMA", HEAD "m=audio 4000 RTP/AVP 0 8 8 8\r\n", 0,
	  HEAD "m=audio 4000 RTP/AVP 8\r\n" },
	{ "words for formats", "PCMA", HEAD "m=audio 4000 RTP/AVP x y\r\n", -ENOENT,
	  NULL },
	{ "rtpmap of nothing", "PCMA",
	  HEAD "m=audio 4000 RTP/AVP 8\r\na=rtpmap\r\na=rtpmap:\r\na=rtpmap:8\r\n"
	       "a=fmtp:\r\n",
	  0, NULL },
	{ "no final line end", "PCMA", HEAD "m=audio 4000 RTP/AVP 0 8\r\na=ptime:20", 0,
	  HEAD "m=audio 4000 RTP/AVP 8\r\na=ptime:20\r\n" },
};

static void what_is_left(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sdp_codecs codecs = codecs_of(rows[i].allowed);
		const char *want = rows[i].out ? rows[i].out : rows[i].in;
		struct buf b = BUF_GROWING;
		struct sdp s;
		int error;

		if (sdp_decode(exact_of(rows[i].in), &s) < 0)
			fail_msg("%s: cannot be read", rows[i].name);
		if (sdp_codecs_allow(&codecs, &s) != (!rows[i].error && !rows[i].out) &&
		    strcmp(rows[i].name, "rtpmap of nothing") != 0)
			fail_msg("%s: allowed or not", rows[i].name);
		if (codecs.count == 0)
			continue;
		error = sdp_filter(&b, &s, &codecs);
		if (error != rows[i].error)
			fail_msg("%s: %d", rows[i].name, error);
		if (!error && strcmp(rows[i].name, "rtpmap of nothing") != 0)
			expect_text(rows[i].name, buf_text(&b), want);
		if (!error)
			assert_int_equal(sdp_decode(buf_text(&b), &s), 0);
		buf_free(&b);
	}
}

/* As many formats as a datagram holds: those behind the bound are left out. */
static void many_formats(void **state)
{
	struct sdp_codecs codecs = codecs_of("PCMA");
	struct buf in = BUF_GROWING, out = BUF_GROWING;
	struct sdp s;

	buf_puts(&in, HEAD "m=audio 4000 RTP/AVP");
	for (unsigned i = 0; i < 20000; i++)
		buf_puts(&in, " 0");
	buf_puts(&in, " 8\r\n");
	assert_int_equal(sdp_decode(buf_text(&in), &s), 0);
	assert_false(sdp_codecs_allow(&codecs, &s));
	assert_int_equal(sdp_filter(&out, &s, &codecs), -ENOENT);
	buf_free(&in);
	buf_free(&out);
}

int test_sdp_codec(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left),
		cmocka_unit_test(many_formats),
	};

	return cmocka_run_group_tests_name("sdp_codec", tests, NULL, NULL);
}
