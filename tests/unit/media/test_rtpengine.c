/* SPDX-License-Identifier: Apache-2.0 */
/* unit/media/test_rtpengine.c - Sessions in an rtpengine of the test's own, which is silent,
 * says no, talks nonsense or answers late when it shall. */

#include "help.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/alloc.h"
#include "fake/loop.h"
#include "fake/random.h"
#include "media/bencode.h"
#include "media/rtpengine.h"

#define SDP_OF(host, port, proto)                                                        \
	"v=0\r\no=u 1 1 IN IP4 " host "\r\ns=secret\r\nc=IN IP4 " host                   \
	"\r\nt=0 0\r\nm=audio " port " " proto " 8\r\n"

static const char sdp_a[] = SDP_OF("203.0.113.1", "4000", "RTP/AVP");
static const char sdp_b[] = SDP_OF("203.0.113.2", "5000", "RTP/AVP");
static const char sdp_sdes[] = SDP_OF("203.0.113.1", "4000", "RTP/SAVP");
static const char sdp_web[] = SDP_OF("203.0.113.1", "4000", "UDP/TLS/RTP/SAVPF");
static const char sdp_image[] =
	"v=0\r\no=u 1 1 IN IP4 203.0.113.1\r\ns=-\r\nc=IN IP4 203.0.113.1\r\nt=0 0\r\n"
	"m=image 4000 udptl t38\r\n";
static const char sdp_inside[] = SDP_OF("127.0.0.1", "4000", "RTP/AVP");
static const char reply_sdp[] = SDP_OF(
	"192.0.2.9", "40000", "RTP/AVP") "a=candidate:1 1 UDP 1 192.0.2.9 40000 typ "
					 "host\r\na=ice-ufrag:x\r\na=tool:y\r\n";

enum { ASKED_MAX = 32 };

struct fixture {
	struct fake_clock clock;
	struct fake_random random;
	struct loop *loop;
	struct rtpengine *engine;
	struct media_session *session;
	struct {
		unsigned engine;
		char bytes[4096];
	} asked[ASKED_MAX];
	unsigned asked_count, answers;
	struct media_wait wait;
};

static int on_send(void *arg, struct ng *ng, unsigned engine, struct text datagram)
{
	struct fixture *f = arg;

	assert_true(f->asked_count < ASKED_MAX);
	f->asked[f->asked_count].engine = engine;
	assert_int_equal(text_copy(f->asked[f->asked_count++].bytes, 4096, datagram), 0);
	return 0;
}

static void on_answer(struct media_wait *w)
{
	container_of(w, struct fixture, wait)->answers++;
}

static int setup_with(void **state, unsigned engines)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct ng_config cfg = { .count = engines, .send = on_send, .arg = f };
	struct addr signalling;

	fake_clock_init(&f->clock);
	fake_random_init(&f->random, 7);
	f->loop = loop_new_virtual(&f->clock.clock);
	cfg.loop = f->loop;
	cfg.random = &f->random.random;
	f->engine = rtpengine_new(&cfg);
	assert_non_null(f->engine);
	f->session = rtpengine_session(f->engine);
	assert_non_null(f->session);
	assert_int_equal(addr_decode(TEXT("198.51.100.7"), 5060, &signalling), 0);
	media_session_peer(f->session, MEDIA_A, &signalling);
	media_session_peer(f->session, MEDIA_B, &signalling);
	f->wait.fn = on_answer;
	*state = f;
	return 0;
}

static int setup(void **state)
{
	return setup_with(state, 1);
}

static int setup_two(void **state)
{
	return setup_with(state, 2);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	media_session_free(f->session);
	fake_loop_run(f->loop, &f->clock, 0);
	rtpengine_free(f->engine);
	fake_loop_run(f->loop, &f->clock, 0);
	loop_free(f->loop);
	free(f);
	return 0;
}

static void run_ms(struct fixture *f, int64_t ms)
{
	fake_loop_run(f->loop, &f->clock, ms * 1000);
}

static int ask(struct fixture *f, enum media_side from, enum media_role role,
	       const char *text)
{
	struct sdp sdp;

	assert_int_equal(sdp_decode(text_of(text), &sdp), 0);
	return media_session_ask(f->session, from, role, &sdp, &f->wait);
}

/* What the session says then; the text, when it is 0, in "out". */
static int result(struct fixture *f, enum media_side from, enum media_role role,
		  const char *text, struct buf *out)
{
	struct sdp sdp;

	assert_int_equal(sdp_decode(text_of(text), &sdp), 0);
	return role == MEDIA_OFFER ? media_session_offer(f->session, from, &sdp, out)
				   : media_session_answer(f->session, from, &sdp, out);
}

static void expect_result(struct fixture *f, enum media_side from, enum media_role role,
			  const char *text, int error)
{
	struct buf out = BUF_GROWING;

	assert_int_equal(result(f, from, role, text, &out), error);
	buf_free(&out);
}

static const char *last(const struct fixture *f)
{
	assert_true(f->asked_count > 0);
	return f->asked[f->asked_count - 1].bytes;
}

static void asked_for(const struct fixture *f, const char *text)
{
	if (!strstr(last(f), text))
		fail_msg("%s lacks %s", last(f), text);
}

static void asked_not(const struct fixture *f, const char *text)
{
	if (strstr(last(f), text))
		fail_msg("%s has %s", last(f), text);
}

static void reply_to(struct fixture *f, unsigned i, const char *dictionary)
{
	struct buf b = BUF_GROWING;
	struct text cookie;

	text_split(text_of(f->asked[i].bytes), ' ', &cookie, NULL);
	fail_alloc_hold(true);
	buf_put(&b, cookie);
	buf_putc(&b, ' ');
	buf_puts(&b, dictionary);
	fail_alloc_hold(false);
	ng_receive(rtpengine_ng(f->engine), f->asked[i].engine, buf_text(&b));
	buf_free(&b);
}

static void reply(struct fixture *f, const char *dictionary)
{
	reply_to(f, f->asked_count - 1, dictionary);
}

static void reply_ok(struct fixture *f, const char *sdp)
{
	struct buf b = BUF_GROWING;

	fail_alloc_hold(true);
	buf_puts(&b, "d6:result2:ok");
	bencode_put_pair(&b, "sdp", text_of(sdp));
	buf_puts(&b, "e");
	buf_putc(&b, '\0');
	fail_alloc_hold(false);
	reply(f, b.p);
	buf_free(&b);
}

static void test_offer_and_answer(void **state)
{
	struct fixture *f = *state;
	struct buf out = BUF_GROWING;
	struct sdp sdp;

	assert_true(media_session_waits(f->session));
	expect_result(f, MEDIA_A, MEDIA_OFFER, sdp_a, -EAGAIN);
	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	asked_for(f, "7:command5:offer");
	asked_for(f, "8:from-tag1:a10:via-branch1:b");
	asked_for(f, "3:ICE6:remove");
	asked_for(f, "18:transport-protocol7:RTP/AVP");
	asked_not(f, "SIP-source-address");
	assert_int_equal(f->answers, 0);
	reply_ok(f, reply_sdp);
	assert_int_equal(f->answers, 1);
	assert_int_equal(result(f, MEDIA_A, MEDIA_OFFER, sdp_a, &out), 0);
	assert_int_equal(sdp_decode(buf_text(&out), &sdp), 0);
	assert_int_equal(sdp.media[0].port, 40000);
	buf_putc(&out, '\0');
	/* A plain phone sees no more than it needs. */
	assert_null(strstr(out.p, "candidate"));
	assert_null(strstr(out.p, "secret"));
	assert_null(strstr(out.p, "tool"));
	buf_free(&out);
	/* Said again: nobody is asked. */
	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), 0);
	assert_int_equal(ask(f, MEDIA_B, MEDIA_ANSWER, sdp_b), -EINPROGRESS);
	asked_for(f, "7:command6:answer");
	asked_for(f, "8:from-tag1:a6:to-tag1:b10:via-branch1:b");
	asked_not(f, "transport-protocol");
	reply_ok(f, reply_sdp);
	expect_result(f, MEDIA_B, MEDIA_ANSWER, sdp_b, 0);
	assert_int_equal(f->asked_count, 2);
	media_session_agreed(f->session);
	/* The next exchange is a new one, from the other side. */
	assert_int_equal(ask(f, MEDIA_B, MEDIA_OFFER, sdp_b), -EINPROGRESS);
	asked_for(f, "8:from-tag1:b6:to-tag1:a");
	media_wait_cancel(&f->wait);
}

/* Each has a tag, and what was said of another is not what is said of it. */
static void test_several_answerers(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	asked_not(f, "to-tag");
	reply_ok(f, reply_sdp);
	media_session_answerer(f->session, 1);
	assert_int_equal(ask(f, MEDIA_B, MEDIA_ANSWER, sdp_b), -EINPROGRESS);
	asked_for(f, "8:from-tag1:a6:to-tag17:b000000000000000110:via-branch1:b");
	reply_ok(f, reply_sdp);
	media_session_answerer(f->session, 2);
	expect_result(f, MEDIA_B, MEDIA_ANSWER, sdp_b, -EAGAIN);
	assert_int_equal(ask(f, MEDIA_B, MEDIA_ANSWER, sdp_b), -EINPROGRESS);
	asked_for(f, "6:to-tag17:b000000000000000210:via-branch1:b");
	/* Asked about while the other is: it stays that one's question. */
	media_session_answerer(f->session, 1);
	reply_ok(f, reply_sdp);
	expect_result(f, MEDIA_B, MEDIA_ANSWER, sdp_b, -EAGAIN);
	media_session_answerer(f->session, 2);
	expect_result(f, MEDIA_B, MEDIA_ANSWER, sdp_b, 0);
	media_session_agreed(f->session);
	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	asked_for(f, "8:from-tag1:a6:to-tag17:b000000000000000210:via-branch1:b");
	media_wait_cancel(&f->wait);
}

/* Who offers by itself is not one of the branches of an offer of A's. */
static void test_several_who_offer(void **state)
{
	struct fixture *f = *state;

	media_session_answerer(f->session, 1);
	assert_int_equal(ask(f, MEDIA_B, MEDIA_OFFER, sdp_b), -EINPROGRESS);
	asked_for(f, "8:from-tag17:b00000000000000016:to-tag17:a0000000000000001");
	asked_not(f, "via-branch");
	reply_ok(f, reply_sdp);
	media_session_answerer(f->session, 2);
	assert_int_equal(ask(f, MEDIA_B, MEDIA_OFFER, sdp_b), -EINPROGRESS);
	asked_for(f, "8:from-tag17:b00000000000000026:to-tag17:a0000000000000002");
	reply_ok(f, reply_sdp);
	assert_int_equal(ask(f, MEDIA_A, MEDIA_ANSWER, sdp_a), -EINPROGRESS);
	asked_for(f, "8:from-tag17:b00000000000000026:to-tag17:a0000000000000002");
	asked_not(f, "via-branch");
	media_wait_cancel(&f->wait);
}

static void test_profiles(void **state)
{
	static const struct {
		const char *name, *from; /* the offer of A */
		bool web;                /* B's signalling is WebSocket */
		const char *has, *lacks;
	} rows[] = {
		{ "plain to plain", sdp_a, false, "18:transport-protocol7:RTP/AVP",
		  "force" },
		{ "plain to web", sdp_a, true,
		  "18:transport-protocol17:UDP/TLS/RTP/SAVPF", "remove" },
		{ "web has ice", sdp_a, true, "3:ICE5:force", "4:DTLS3:off" },
		{ "web has no keys in it", sdp_a, true, "4:SDESl3:offe", NULL },
		{ "web to plain", sdp_web, false, "8:rtcp-muxl5:demuxe", "force" },
		{ "sdes to plain", sdp_sdes, false, "18:transport-protocol7:RTP/AVP",
		  NULL },
		{ "fax", sdp_image, false, "3:ICE6:remove", "transport-protocol" },
		{ "an address inside", sdp_inside, false,
		  "5:flagsl18:SIP-source-addresse13:received-froml3:IP412:198.51.100.7e",
		  NULL },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture *f;

		setup((void **)&f);
		if (rows[i].web)
			media_session_web(f->session, MEDIA_B);
		assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, rows[i].from),
				 -EINPROGRESS);
		if (!strstr(last(f), rows[i].has) ||
		    (rows[i].lacks && strstr(last(f), rows[i].lacks)))
			fail_msg("%s: %s", rows[i].name, last(f));
		media_wait_cancel(&f->wait);
		teardown((void **)&f);
	}
}

/* The side that offered with keys is offered with keys when the other begins. */
static void test_each_is_offered_what_it_speaks(void **state)
{
	static const struct {
		const char *spoke, *transport;
	} rows[] = { { sdp_sdes, "8:RTP/SAVP" }, { sdp_web, "17:UDP/TLS/RTP/SAVPF" } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture *f;

		setup((void **)&f);
		assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, rows[i].spoke),
				 -EINPROGRESS);
		reply_ok(f, reply_sdp);
		assert_int_equal(ask(f, MEDIA_B, MEDIA_OFFER, sdp_b), -EINPROGRESS);
		asked_for(f, rows[i].transport);
		media_wait_cancel(&f->wait);
		teardown((void **)&f);
	}
}

static void test_faults(void **state)
{
	static const struct {
		const char *name, *reply; /* NULL: silence */
		int error;
	} rows[] = {
		{ "silence", NULL, -ETIMEDOUT },
		{ "error", "d6:result5:error12:error-reason2:noe", -ECONNREFUSED },
		{ "no result", "de", -ECONNREFUSED },
		{ "garbage", "\x01\x02garbage", -ECONNREFUSED },
		{ "ok without sdp", "d6:result2:oke", -EBADMSG },
		{ "ok with nonsense", "d6:result2:ok3:sdp5:helloe", -EBADMSG },
		{ "cut off", "d6:result2:ok3:sdp900:v=0", -EBADMSG },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture *f;

		setup((void **)&f);
		assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
		if (rows[i].reply)
			reply(f, rows[i].reply);
		else
			run_ms(f, 2000);
		if (f->answers != 1)
			fail_msg("%s: %u answers", rows[i].name, f->answers);
		expect_result(f, MEDIA_A, MEDIA_OFFER, sdp_a, rows[i].error);
		teardown((void **)&f);
	}
}

static void test_resent_until_answered(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	run_ms(f, NG_RESEND_MS + 2 * NG_RESEND_MS);
	assert_int_equal(f->asked_count, NG_TRIES);
	assert_string_equal(f->asked[0].bytes, f->asked[2].bytes);
	reply_ok(f, reply_sdp);
	assert_int_equal(f->answers, 1);
	reply_ok(f, reply_sdp); /* the second of the engine's answers */
	assert_int_equal(f->answers, 1);
	assert_int_equal(ng_count(rtpengine_ng(f->engine)).stray, 1);
	expect_result(f, MEDIA_A, MEDIA_OFFER, sdp_a, 0);
}

/* Silent: the other one is asked, has the call from then on, and the first rests. */
static void test_failover(void **state)
{
	struct fixture *f = *state;
	unsigned first;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	first = f->asked[0].engine;
	run_ms(f, 7 * NG_RESEND_MS);
	assert_int_equal(f->asked_count, NG_TRIES + 1);
	assert_int_not_equal(f->asked[NG_TRIES].engine, first);
	reply_ok(f, reply_sdp);
	assert_int_equal(ask(f, MEDIA_B, MEDIA_ANSWER, sdp_b), -EINPROGRESS);
	assert_int_not_equal(f->asked[f->asked_count - 1].engine, first);
	reply_ok(f, reply_sdp);
	for (unsigned i = 0; i < 4; i++) {
		struct media_session *s = f->session;

		f->session = rtpengine_session(f->engine);
		assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
		assert_int_not_equal(f->asked[f->asked_count - 1].engine, first);
		reply_ok(f, reply_sdp);
		media_session_free(f->session);
		run_ms(f, 0);
		reply(f, "d6:result2:oke");
		f->session = s;
	}
}

/* The host says that nobody listens: no time is lost. */
static void test_refused_at_once(void **state)
{
	struct fixture *f = *state;
	unsigned first;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	first = f->asked[0].engine;
	ng_refused(rtpengine_ng(f->engine), first);
	run_ms(f, 1);
	assert_int_equal(f->asked_count, 2);
	assert_int_not_equal(f->asked[1].engine, first);
	media_wait_cancel(&f->wait);
}

/* An engine that answers after it was given up. */
static void test_late_answer(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	run_ms(f, 3000);
	assert_int_equal(f->answers, 1);
	reply_ok(f, reply_sdp);
	assert_int_equal(f->answers, 1);
	expect_result(f, MEDIA_A, MEDIA_OFFER, sdp_a, -ETIMEDOUT);
	/* Without an engine there is nothing to wait for in the answer. */
	assert_int_equal(ask(f, MEDIA_B, MEDIA_ANSWER, sdp_b), 0);
	expect_result(f, MEDIA_B, MEDIA_ANSWER, sdp_b, -EAGAIN);
}

static void test_one_at_a_time(void **state)
{
	struct fixture *f = *state;
	struct media_wait second = { .fn = NULL };
	struct sdp sdp;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	assert_int_equal(sdp_decode(text_of(sdp_b), &sdp), 0);
	second.fn = f->wait.fn;
	assert_int_equal(
		media_session_ask(f->session, MEDIA_B, MEDIA_ANSWER, &sdp, &second),
		-EINPROGRESS);
	assert_int_equal(f->asked_count, 1);
	media_wait_cancel(&second);
	reply_ok(f, reply_sdp);
	assert_int_equal(f->asked_count, 2);
	asked_for(f, "7:command6:answer");
	reply_ok(f, reply_sdp);
	assert_int_equal(f->answers, 1);
	expect_result(f, MEDIA_B, MEDIA_ANSWER, sdp_b, 0);
}

static void test_the_end_is_told(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	reply_ok(f, reply_sdp);
	media_session_free(f->session);
	run_ms(f, 0);
	asked_for(f, "7:command6:delete");
	asked_for(f, "12:delete-delayi0e");
	assert_int_equal(f->asked_count, 2);
	run_ms(f, 2 * NG_RESEND_MS);
	assert_int_equal(f->asked_count, 3);
	reply(f, "d6:result2:oke");
	run_ms(f, 5000);
	assert_int_equal(f->asked_count, 3);
	f->session = rtpengine_session(f->engine); /* for teardown */
}

/* Delete must not overtake the offer; who waits is told all the same. */
static void test_the_end_while_asking(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	media_session_free(f->session);
	assert_int_equal(f->answers, 0);
	run_ms(f, 0);
	assert_int_equal(f->answers, 1);
	assert_int_equal(f->asked_count, 1);
	reply_ok(f, reply_sdp);
	assert_int_equal(f->asked_count, 2);
	asked_for(f, "7:command6:delete");
	f->session = rtpengine_session(f->engine);
}

static void test_silence(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	reply_ok(f, reply_sdp);
	run_ms(f, 30000);
	assert_int_equal(media_session_silence_ms(f->session), 30000);
	asked_for(f, "7:command5:query");
	reply(f, "d6:result2:ok6:totalsd3:RTPd7:packetsi500e5:bytesi9eeee");
	assert_int_equal(media_session_count(f->session, MEDIA_A).packets, 500);
	assert_int_equal(media_session_silence_ms(f->session), 0);
	run_ms(f, 10000);
	reply(f, "d6:result2:ok6:totalsd3:RTPd7:packetsi500e5:bytesi9eeee");
	assert_int_equal(media_session_silence_ms(f->session), 10000);
}

static void test_back_to_what_held(void **state)
{
	struct fixture *f = *state;
	struct sdp sdp;

	assert_int_equal(ask(f, MEDIA_A, MEDIA_OFFER, sdp_a), -EINPROGRESS);
	reply_ok(f, reply_sdp);
	assert_int_equal(sdp_decode(text_of(sdp_b), &sdp), 0);
	media_session_go_back(f->session, MEDIA_A, &sdp);
	asked_for(f, "203.0.113.2");
	reply_ok(f, reply_sdp);
	assert_int_equal(f->answers, 1);
}

static void test_memory(void **state)
{
	for (unsigned n = 1;; n++) {
		struct fixture *f;
		int r;

		setup((void **)&f);
		fail_alloc_nth(n);
		r = ask(f, MEDIA_A, MEDIA_OFFER, sdp_a);
		if (r == -EINPROGRESS)
			reply_ok(f, reply_sdp);
		else
			assert_true(r == -ENOMEM || r == 0);
		if (!fail_alloc_off()) {
			expect_result(f, MEDIA_A, MEDIA_OFFER, sdp_a, 0);
			teardown((void **)&f);
			break;
		}
		assert_int_not_equal(result(f, MEDIA_A, MEDIA_OFFER, sdp_a,
					    &(struct buf){ .fixed = true }),
				     0);
		teardown((void **)&f);
	}
}

int test_rtpengine(void)
{
#define T(name)   cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TWO(name) cmocka_unit_test_setup_teardown(name, setup_two, teardown)
	const struct CMUnitTest tests[] = {
		T(test_offer_and_answer),
		T(test_several_answerers),
		T(test_several_who_offer),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_each_is_offered_what_it_speaks),
		cmocka_unit_test(test_faults),
		T(test_resent_until_answered),
		TWO(test_failover),
		TWO(test_refused_at_once),
		T(test_late_answer),
		T(test_one_at_a_time),
		T(test_the_end_is_told),
		T(test_the_end_while_asking),
		T(test_silence),
		T(test_back_to_what_held),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests_name("rtpengine", tests, NULL, NULL);
}
