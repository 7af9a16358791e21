/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/test_layer.c - txn/layer.c, txn/token.c, txn/via.c: tokens, Via, where
 * responses go (RFC 3261 18, RFC 3581), answers without state, limits, memory. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake/alloc.h"
#include "unit/txn/groups.h"
#include "unit/txn/rig.h"

static void test_tokens(void **state)
{
	struct rig r;
	char tokens[100][TXN_TOKEN_SIZE];
	unsigned worker;

	rig_open(&r, TRANSPORT_UDP);
	for (unsigned i = 0; i < 100; i++) {
		txn_token(r.layer, tokens[i]);
		assert_int_equal(strlen(tokens[i]), TXN_TOKEN_SIZE - 1);
		assert_int_equal(strspn(tokens[i], RANDOM_TOKEN), TXN_TOKEN_SIZE - 1);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(tokens[i], tokens[j]);
		assert_int_equal(txn_token_worker(text_of(tokens[i]), &worker), 0);
		assert_int_equal(worker, 3);
	}
	rig_close(&r);
}

static const struct {
	const char *name;
	const char *token;
	int result;
	unsigned worker;
} token_rows[] = {
	{ "ours", "ow03abcdefghijklmnopqrs", 0, 3 },
	{ "two digits of base 36", "ow1zabcdefghijklmnopqrs", 0, 71 },
	{ "a branch", "z9hG4bKow05abcdefghijklmnopqrs", 0, 5 },
	{ "a Call-ID with a host", "ow02abcdefghijklmnopqrs@example", 0, 2 },
	{ "empty", "", -ENOENT, 0 },
	{ "another's", "1928301774", -ENOENT, 0 },
	{ "another's branch", "z9hG4bK776asdhds", -ENOENT, 0 },
	{ "too short", "ow03abc", -ENOENT, 0 },
	{ "no worker", "ow-!abcdefghijklmnopqrs", -ENOENT, 0 },
};

static void test_token_rows(void **state)
{
	for (size_t i = 0; i < sizeof(token_rows) / sizeof(token_rows[0]); i++) {
		unsigned worker = 0;
		int result = txn_token_worker(text_of(token_rows[i].token), &worker);

		if (result != token_rows[i].result || worker != token_rows[i].worker)
			fail_msg("%s: %d, %u", token_rows[i].name, result, worker);
	}
}

/* From 198.51.100.7:40000 over UDP. */
static const struct {
	const char *name;
	const char *via;
	const char *answered_to;
	const char *answered_via;
} reply_rows[] = {
	{ "the port in sent-by (18.2.2)", "198.51.100.7:5070;branch=z9hG4bKa",
	  "198.51.100.7:5070", "198.51.100.7:5070;branch=z9hG4bKa" },
	{ "5060 without one", "198.51.100.7;branch=z9hG4bKa", "198.51.100.7:5060",
	  "198.51.100.7;branch=z9hG4bKa" },
	{ "rport: back to the source port (RFC 3581)",
	  "198.51.100.7:5070;rport;branch=z9hG4bKa", "198.51.100.7:40000",
	  "198.51.100.7:5070;branch=z9hG4bKa;received=198.51.100.7;rport=40000" },
	{ "rport behind a NAT", "10.0.0.2:5060;branch=z9hG4bKa;rport",
	  "198.51.100.7:40000",
	  "10.0.0.2:5060;branch=z9hG4bKa;received=198.51.100.7;rport=40000" },
	{ "a NAT without rport: the port in sent-by is not the NAT's",
	  "10.0.0.2:5060;branch=z9hG4bKa", "198.51.100.7:40000",
	  "10.0.0.2:5060;branch=z9hG4bKa;received=198.51.100.7" },
	{ "a name in sent-by gets received", "pc.example.com:5072;branch=z9hG4bKa",
	  "198.51.100.7:5072",
	  "pc.example.com:5072;branch=z9hG4bKa;received=198.51.100.7" },
	{ "maddr is not obeyed", "198.51.100.7:5070;maddr=203.0.113.9;branch=z9hG4bKa",
	  "198.51.100.7:5070", "198.51.100.7:5070;maddr=203.0.113.9;branch=z9hG4bKa" },
	{ "received of the peer is not believed",
	  "10.0.0.2;received=203.0.113.9;branch=z9hG4bKa", "198.51.100.7:40000",
	  "10.0.0.2;branch=z9hG4bKa;received=198.51.100.7" },
};

static void decode_options(const char *via, char *dst, size_t cap, struct sip_msg *m)
{
	snprintf(dst, cap,
		 "OPTIONS sip:1@x SIP/2.0\r\nVia: SIP/2.0/UDP %s\r\nMax-Forwards: 70\r\n"
		 "From: <sip:a@x>;tag=f\r\nTo: <sip:1@x>\r\nCall-ID: c1\r\nCSeq: 7 "
		 "OPTIONS\r\n"
		 "Content-Length: 0\r\n\r\n",
		 via);
	rig_decode(dst, m);
}

static void test_reply_rows(void **state)
{
	for (size_t i = 0; i < sizeof(reply_rows) / sizeof(reply_rows[0]); i++) {
		struct rig r;
		struct sip_msg m, answer;
		struct flow to;
		struct text bytes;
		char text[1024], sent[1024], addr[ADDR_TEXT_SIZE];

		rig_open(&r, TRANSPORT_UDP);
		r.peer = fake_net_udp(r.net, "198.51.100.7:40000");
		decode_options(reply_rows[i].via, text, sizeof(text), &m);
		txn_refuse(r.layer, &r.peer, &m, 404, NULL);
		assert_true(fake_net_sent(r.net, &to, &bytes));
		text_copy(sent, sizeof(sent), bytes);
		rig_decode(sent, &answer);
		bytes = text_from(sip_msg_header(&answer, SIP_HDR_VIA)->value,
				  strlen("SIP/2.0/UDP "));
		if (strcmp(addr_encode(addr, &to.remote), reply_rows[i].answered_to) !=
			    0 ||
		    !text_eq(bytes, text_of(reply_rows[i].answered_via)))
			fail_msg("%s: to %s, via %.*s", reply_rows[i].name, addr,
				 TEXT_ARG(bytes));
		assert_int_equal(answer.status, 404);
		rig_close(&r);
	}
}

static void test_ipv6_received(void **state)
{
	struct rig r;
	struct sip_msg m;
	char text[1024];

	rig_open(&r, TRANSPORT_UDP);
	fake_net_listen(r.net, TRANSPORT_UDP, "[2001:db8::1]:5060");
	r.peer = fake_net_udp(r.net, "[2001:db8::7]:40000");
	decode_options("[fd00::2];rport;branch=z9hG4bKa", text, sizeof(text), &m);
	txn_refuse(r.layer, &r.peer, &m, 404, NULL);
	rig_run(&r, "0ms");
	assert_non_null(strstr(r.last, ";received=2001:db8::7;rport=40000\r\n"));
	rig_close(&r);
}

/* Answers over a connection that is gone go to the port in sent-by (18.2.2). */
static void test_stateless_reconnect(void **state)
{
	struct rig r;
	struct sip_msg m;
	struct flow to;
	struct text bytes;
	char text[1024], addr[ADDR_TEXT_SIZE];

	rig_open(&r, TRANSPORT_TCP);
	rig_run(&r, "close");
	decode_options("198.51.100.7:5070;branch=z9hG4bKa", text, sizeof(text), &m);
	txn_refuse(r.layer, &r.peer, &m, 404, NULL);
	assert_true(fake_net_sent(r.net, &to, &bytes));
	assert_string_equal(addr_encode(addr, &to.remote), "198.51.100.7:5070");
	rig_close(&r);
}

static void via_host(void *arg, const struct flow *f, char dst[ADDR_TEXT_SIZE])
{
	strcpy(dst, "sip.example.com:5070");
}

static void test_via(void **state)
{
	static const struct {
		enum transport transport;
		const char *advertised, *expected;
	} cases[] = {
		{ TRANSPORT_UDP, NULL, "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKow03" },
		{ TRANSPORT_TCP, NULL, "SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bKow03" },
		{ TRANSPORT_UDP, "x",
		  "SIP/2.0/UDP sip.example.com:5070;branch=z9hG4bKow03" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rig r;
		struct sip_msg m;

		rig_open(&r, cases[i].transport);
		r.layer->cfg.via_host = cases[i].advertised ? via_host : NULL;
		assert_int_equal(
			txn_send_ack(
				r.layer, &r.peer,
				TEXT("ACK sip:b@x SIP/2.0\r\nFrom: <sip:u@x>;tag=u\r\n"
				     "To: <sip:b@x>;tag=b\r\nCall-ID: c\r\nCSeq: 1 "
				     "ACK\r\n"
				     "Content-Length: 0\r\n\r\n")),
			0);
		rig_run(&r, "0ms");
		rig_decode(r.last, &m);
		assert_true(text_starts(sip_msg_header(&m, SIP_HDR_VIA)->value,
					text_of(cases[i].expected)));
		assert_int_equal(m.via.rport, cases[i].transport == TRANSPORT_UDP);
		assert_ptr_equal(sip_msg_header(&m, SIP_HDR_VIA), &m.headers[0]);
		rig_close(&r);
	}
}

/* 8.2.7: an answer without state, again and again the same; its ACK is swallowed. */
static void test_stateless(void **state)
{
	struct rig r;
	struct sip_msg m;
	char text[1024], first[TXN_TOKEN_SIZE], tag[TXN_TOKEN_SIZE], ack[2048];
	unsigned worker;

	rig_open(&r, TRANSPORT_UDP);
	rig_decode(rig_request(&r, "INVITE", text, sizeof(text)), &m);
	txn_stateless_tag(r.layer, &m, first);
	txn_stateless_tag(r.layer, &m, tag);
	assert_string_equal(first, tag);
	assert_int_equal(txn_token_worker(text_of(tag), &worker), 0);
	assert_int_equal(worker, 3);
	rig_request(&r, "ACK", text, sizeof(text));
	snprintf(ack, sizeof(ack), "%.*s;tag=%s%s",
		 (int)(strstr(text, ";tag=bob") - text), text, tag,
		 strstr(text, ";tag=bob") + strlen(";tag=bob"));
	fake_net_inject(r.net, &r.peer, text_of(ack));
	assert_string_equal(r.happened, "");
	assert_int_equal(txn_layer_counters(r.layer)->stray_acks, 1);
	rig_run(&r, "ACK"); /* of another tag */
	assert_string_equal(r.happened, "0:request:ACK");
	rig_close(&r);
}

static void test_stray_cancel(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	rig_run(&r, "CANCEL");
	assert_string_equal(r.happened, "0:>481");
	assert_int_equal(txn_layer_count(r.layer), 0);
	rig_close(&r);
}

/* Responses that no branch and method of ours asked for. */
static void test_stray_responses(void **state)
{
	static const struct {
		const char *branch, *below, *cseq;
		unsigned stray;
	} cases[] = {
		{ "z9hG4bKnotours", "", "4711 INVITE", 1 },
		{ NULL, "", "4711 OPTIONS", 1 },
		{ NULL, ", SIP/2.0/UDP a;branch=b", "4711 INVITE", 1 }, /* 8.1.3.3 */
		{ NULL, "\r\nVia: SIP/2.0/UDP a;branch=b", "4711 INVITE", 1 },
		{ NULL, "", "4711 INVITE", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rig r;
		char text[1024];

		rig_play(&r, RIG_CLIENT, "INVITE", TRANSPORT_UDP, "");
		snprintf(text, sizeof(text),
			 "SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP "
			 "192.0.2.1:5060;branch=%s%s\r\n"
			 "From: <sip:us@example.com>;tag=us\r\nTo: "
			 "<sip:bob@example.com>;tag=b\r\n"
			 "Call-ID: ours-1\r\nCSeq: %s\r\nContent-Length: 0\r\n\r\n",
			 cases[i].branch ? cases[i].branch : r.client->branch,
			 cases[i].below, cases[i].cseq);
		fake_net_inject(r.net, &r.peer, text_of(text));
		assert_int_equal(txn_layer_counters(r.layer)->stray_responses,
				 cases[i].stray);
		rig_close(&r);
	}
}

/* Only what is on the connection is hurt. */
static void test_flow_closed(void **state)
{
	struct rig r;
	struct flow other;
	struct txn_client *t;

	rig_play(&r, RIG_CLIENT, "INVITE", TRANSPORT_TCP, "");
	other = fake_net_accept(r.net, TRANSPORT_TCP, "198.51.100.8:40000");
	assert_int_equal(txn_client_new(r.layer, &other, SIP_OPTIONS,
					TEXT("OPTIONS sip:b@x SIP/2.0\r\nFrom: "
					     "<sip:u@x>;tag=u\r\nTo: <sip:b@x>\r\n"
					     "Call-ID: c\r\nCSeq: 1 "
					     "OPTIONS\r\nContent-Length: 0\r\n\r\n"),
					NULL, NULL, &t),
			 0);
	assert_int_equal(txn_layer_count(r.layer), 2);
	rig_run(&r, "close");
	assert_int_equal(txn_layer_count(r.layer), 1);
	assert_null(r.client);
	rig_close(&r);
}

/* Whoever asks under somebody else's address gets that one at most twice the bytes. */
static void test_no_amplifier(void **state)
{
	char text[1024], response[2049];
	struct sip_msg m;
	struct rig r;
	size_t most;

	rig_open(&r, TRANSPORT_UDP);
	rig_decode(rig_request(&r, "OPTIONS", text, sizeof(text)), &m);
	most = TXN_REPLY_TIMES * strlen(text);
	memset(response, 'x', sizeof(response));
	assert_int_equal(txn_reply(r.layer, &r.peer, &m, (struct text){ response, most }),
			 0);
	assert_int_equal(r.net->sent_count, 1);
	assert_int_equal(
		txn_reply(r.layer, &r.peer, &m, (struct text){ response, most + 1 }),
		-EMSGSIZE);
	assert_int_equal(r.net->sent_count, 1);
	assert_int_equal(txn_layer_counters(r.layer)->replies_too_long, 1);
	rig_close(&r);
}

static void test_limit(void **state)
{
	struct rig r;
	struct txn_client *t = NULL;
	struct sip_msg m;
	char text[1024];

	rig_open(&r, TRANSPORT_UDP);
	rig_decode(rig_request(&r, "BYE", text, sizeof(text)), &m);
	r.layer->count = TXN_TRANSACTIONS_MAX;
	assert_null(txn_server_new(r.layer, &r.peer, &m, NULL, NULL));
	assert_int_equal(
		txn_client_new(r.layer, &r.peer, SIP_BYE, text_of(text), NULL, NULL, &t),
		-EAGAIN);
	assert_null(t);
	assert_int_equal(txn_layer_counters(r.layer)->refused_full, 2);
	/* What waits for repetitions takes no room from calls, nor they from it. */
	assert_int_equal(txn_answer(r.layer, &r.peer, &m, TEXT("SIP/2.0 200 OK\r\n\r\n")),
			 0);
	txn_layer_receive(r.layer, &r.peer, &m);
	assert_int_equal(r.net->sent_count, 2);
	assert_int_equal(r.layer->count, TXN_TRANSACTIONS_MAX);
	r.layer->count = 0;
	rig_close(&r);
}

/* All in one play: started, answered, cancelled, refused. Whatever the allocation that
 * fails, nothing leaks and nothing stays behind. */
static void play_all(struct rig *r)
{
	struct sip_msg m;
	char text[1024];

	rig_decode(rig_request(r, "REGISTER", text, sizeof(text)), &m);
	txn_answer(r->layer, &r->peer, &m, TEXT("SIP/2.0 200 OK\r\n\r\n"));
	txn_refuse(r->layer, &r->peer, &m, 404, NULL);
	txn_client_new(r->layer, &r->peer, SIP_INVITE,
		       TEXT("INVITE sip:b@x SIP/2.0\r\nFrom: <sip:u@x>;tag=u\r\nTo: "
			    "<sip:b@x>\r\n"
			    "Call-ID: c\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"),
		       NULL, NULL, &r->client);
	if (r->client)
		txn_client_cancel(r->client, TEXT("SIP;cause=200"));
	rig_run(r, "INVITE CANCEL");
	if (r->server)
		txn_server_forget(r->server);
	rig_run(r, "300000ms");
}

static void test_memory(void **state)
{
	bool failed = true;

	for (unsigned n = 1; failed; n++) {
		struct rig r;

		rig_open(&r, TRANSPORT_UDP);
		r.take = true;
		fail_alloc_nth(n);
		play_all(&r);
		failed = fail_alloc_off();
		assert_int_equal(txn_layer_count(r.layer), 0);
		rig_close(&r);
		assert_true(n < 200);
	}
}

static void test_new_memory(void **state)
{
	struct rig r;
	struct txn_layer *l = NULL;

	rig_open(&r, TRANSPORT_UDP);
	for (unsigned n = 1; !l; n++) {
		fail_alloc_nth(n);
		l = txn_layer_new(&r.layer->cfg);
		assert_int_equal(fail_alloc_off(), l == NULL);
	}
	txn_layer_free(l);
	txn_layer_free(NULL);
	rig_close(&r);
}

int group_layer(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_token_rows),
		cmocka_unit_test(test_reply_rows),
		cmocka_unit_test(test_ipv6_received),
		cmocka_unit_test(test_stateless_reconnect),
		cmocka_unit_test(test_via),
		cmocka_unit_test(test_stateless),
		cmocka_unit_test(test_stray_cancel),
		cmocka_unit_test(test_stray_responses),
		cmocka_unit_test(test_flow_closed),
		cmocka_unit_test(test_no_amplifier),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_new_memory),
	};

	return cmocka_run_group_tests_name("txn/layer", tests, NULL, NULL);
}
