/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/rig.c - One transaction between a scripted peer and a scripted user. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "unit/txn/rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/loop.h"

static void note(struct rig *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void note(struct rig *r, const char *fmt, ...)
{
	size_t len = strlen(r->happened);
	size_t cap = sizeof(r->happened) - len;
	int64_t ms = (r->clock.mono_us - r->start_us) / 1000;
	va_list args;
	int n;

	assert_true(cap > 64);
	n = snprintf(r->happened + len, cap, "%s%lld:", len ? " " : "", (long long)ms);
	va_start(args, fmt);
	vsnprintf(r->happened + len + n, cap - (size_t)n, fmt, args);
	va_end(args);
}

static void note_sent(struct rig *r)
{
	struct flow to;
	struct text bytes, word;

	while (fake_net_sent(r->net, &to, &bytes)) {
		text_copy(r->last, sizeof(r->last), bytes);
		if (text_starts(bytes, TEXT("SIP/2.0 ")))
			bytes = text_from(bytes, 8);
		text_split(bytes, ' ', &word, NULL);
		note(r, ">%.*s", TEXT_ARG(word));
	}
}

/* Sent messages are noted in their order among the rest. The first transaction is what
 * the script is about, not that of a CANCEL. */
static void trace(void *arg, const void *txn, const char *machine, const char *from,
		  const char *to)
{
	struct rig *r = arg;

	note_sent(r);
	if (!r->traced)
		r->traced = txn;
	if (r->traced == txn)
		note(r, "[%s]", to);
}

static void on_request(void *arg, const struct flow *from, const struct sip_msg *m);

static void client_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	note_sent(arg);
	note(arg, "%u", m->status);
}

static void client_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	note_sent(arg);
	note(arg, "%s", why == TXN_TIMEOUT ? "timeout" : "broken");
}

static void client_ended(void *arg, struct txn_client *t)
{
	struct rig *r = arg;

	note_sent(r);
	note(r, "ended");
	r->client = NULL;
}

static void server_cancelled(void *arg, struct txn_server *t, const struct sip_msg *m)
{
	note_sent(arg);
	note(arg, "cancelled");
}

static void server_ended(void *arg, struct txn_server *t, bool answered)
{
	struct rig *r = arg;

	note_sent(r);
	note(r, "%s", answered ? "ended" : "failed");
	r->server = NULL;
}

static const struct txn_client_events client_events = { client_response, client_failed,
							client_ended };
static const struct txn_server_events server_events = { server_cancelled, server_ended };

static void on_request(void *arg, const struct flow *from, const struct sip_msg *m)
{
	struct rig *r = arg;

	note_sent(r);
	if (r->take && !r->server && m->method != SIP_ACK)
		r->server = txn_server_new(r->layer, from, m, &server_events, r);
	else
		note(r, "request:%.*s", TEXT_ARG(m->method_name));
}

static ptrdiff_t on_data(void *arg, const struct flow *from, char *bytes, size_t len)
{
	struct rig *r = arg;
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(sip_msg_decode((struct text){ bytes, len }, &m, &fault), 0);
	txn_layer_receive(r->layer, from, &m);
	return (ptrdiff_t)len;
}

static void on_closed(void *arg, const struct flow *flow, int reason)
{
	struct rig *r = arg;

	txn_layer_flow_closed(r->layer, flow);
}

void rig_open(struct rig *r, enum transport t)
{
	memset(r, 0, sizeof(*r));
	fake_clock_init(&r->clock);
	fake_random_init(&r->random, 7);
	r->start_us = r->clock.mono_us;
	r->loop = loop_new_virtual(&r->clock.clock);
	r->net = fake_net_new(r->loop);
	fake_net_listen(r->net, TRANSPORT_UDP, "192.0.2.1:5060");
	fake_net_listen(r->net, TRANSPORT_TCP, "192.0.2.1:5060");
	r->net->net.events.data = on_data;
	r->net->net.events.closed = on_closed;
	r->net->net.arg = r;
	r->layer = txn_layer_new(&(struct txn_config){ .loop = r->loop,
						       .net = &r->net->net,
						       .random = &r->random.random,
						       .worker = 3,
						       .events = { on_request },
						       .trace = trace,
						       .arg = r });
	assert_non_null(r->layer);
	r->peer = t == TRANSPORT_UDP ? fake_net_udp(r->net, "198.51.100.7:5060")
				     : fake_net_accept(r->net, t, "198.51.100.7:40000");
}

void rig_close(struct rig *r)
{
	txn_layer_free(r->layer);
	net_free(&r->net->net);
	loop_free(r->loop);
}

void rig_decode(const char *text, struct sip_msg *ret)
{
	struct sip_fault fault;

	if (sip_msg_decode(text_of(text), ret, &fault) < 0)
		fail_msg("%s in:\n%s", fault.reason, text);
}

const char *rig_request(const struct rig *r, const char *method, char *dst, size_t cap)
{
	bool ack = strcmp(method, "ACK") == 0;

	snprintf(dst, cap,
		 "%s sip:044@example.com SIP/2.0\r\n"
		 "Via: SIP/2.0/UDP 198.51.100.7;branch=%s\r\n"
		 "Max-Forwards: 70\r\n"
		 "From: <sip:alice@example.com>;tag=alice\r\n"
		 "To: <sip:044@example.com>%s\r\n"
		 "Call-ID: call-1\r\n"
		 "CSeq: 7 %s\r\n"
		 "Content-Length: 0\r\n\r\n",
		 method, r->branch ? r->branch : "z9hG4bKpeer1", ack ? ";tag=bob" : "",
		 method);
	return dst;
}

static void peer_sends(struct rig *r, const char *method)
{
	char text[1024];

	rig_request(r, method, text, sizeof(text));
	fake_net_inject(r->net, &r->peer, text_of(text));
}

static void peer_answers(struct rig *r, unsigned status)
{
	struct buf b = BUF_GROWING;
	struct sip_msg m;
	struct sip_fault fault;

	assert_int_equal(
		sip_msg_decode((struct text){ r->request, r->request_len }, &m, &fault),
		0);
	sip_response_begin(&b, &m, status, NULL, TEXT("bob"), TEXT_NONE, 0);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	fake_net_inject(r->net, &r->peer, buf_text(&b));
	buf_free(&b);
}

static void user_answers(struct rig *r, unsigned status)
{
	struct buf b = BUF_GROWING;
	char text[1024];
	struct sip_msg m;
	int error;

	rig_decode(rig_request(r, r->method, text, sizeof(text)), &m);
	sip_response_begin(&b, &m, status, NULL, TEXT("bob"), TEXT_NONE, 0);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	error = txn_server_respond(r->server, status, buf_text(&b));
	if (error)
		note(r, "=%d", error);
	buf_free(&b);
}

static void start_client(struct rig *r)
{
	struct buf b = BUF_GROWING;
	struct text sent;

	sip_request_begin(&b, sip_method_of(text_of(r->method)),
			  TEXT("sip:bob@example.com"));
	sip_header_put(&b, SIP_HDR_ROUTE, TEXT("<sip:proxy.example.com;lr>"));
	sip_header_put(&b, SIP_HDR_FROM, TEXT("<sip:us@example.com>;tag=us"));
	sip_header_put(&b, SIP_HDR_TO, TEXT("<sip:bob@example.com>"));
	sip_header_put(&b, SIP_HDR_CALL_ID, TEXT("ours-1"));
	sip_header_printf(&b, SIP_HDR_CSEQ, "4711 %s", r->method);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	assert_int_equal(txn_client_new(r->layer, &r->peer,
					sip_method_of(text_of(r->method)), buf_text(&b),
					&client_events, r, &r->client),
			 0);
	buf_free(&b);
	/* trace() has taken it out of the queue already. */
	sent = text_of(r->last);
	assert_int_equal(text_copy(r->request, sizeof(r->request), sent), 0);
	r->request_len = sent.len;
}

static void do_fail(struct rig *r)
{
	r->net->send_error = -EHOSTUNREACH;
}

static void do_mend(struct rig *r)
{
	r->net->send_error = 0;
}

static void do_close(struct rig *r)
{
	fake_net_close_peer(r->net, &r->peer, 0);
}

static void do_refuse(struct rig *r)
{
	fake_net_refuse(r->net, "198.51.100.7:5060", ECONNREFUSED, false);
}

static void do_cancel(struct rig *r)
{
	txn_client_cancel(r->client, text_of(r->cancel_reason));
}

static void do_forget(struct rig *r)
{
	if (r->client)
		txn_client_forget(r->client);
	if (r->server)
		txn_server_forget(r->server);
}

static const struct {
	const char *word;
	void (*fn)(struct rig *);
} verbs[] = {
	{ "fail", do_fail },     { "mend", do_mend },     { "close", do_close },
	{ "refuse", do_refuse }, { "cancel", do_cancel }, { "forget", do_forget },
};

static bool run_verb(struct rig *r, const char *word)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].word, word) != 0)
			continue;
		verbs[i].fn(r);
		return true;
	}
	return false;
}

/* From timer to timer, so that what is sent is noted at its time. */
static void pass_time(struct rig *r, int64_t us)
{
	int64_t end_us = r->clock.mono_us + us, next_us;

	do {
		next_us = loop_next_timer_us(r->loop);
		next_us = next_us < end_us ? next_us : end_us;
		fake_loop_run(r->loop, &r->clock,
			      next_us > r->clock.mono_us ? next_us - r->clock.mono_us
							 : 0);
		note_sent(r);
	} while (r->clock.mono_us < end_us);
}

static void run_word(struct rig *r, const char *word)
{
	char *end;
	long number = strtol(word, &end, 10);

	if (end != word && strcmp(end, "ms") == 0)
		pass_time(r, number * 1000);
	else if (end != word)
		peer_answers(r, (unsigned)number);
	else if (strncmp(word, "send", 4) == 0)
		user_answers(r, (unsigned)atoi(word + 4));
	else if (!run_verb(r, word))
		peer_sends(r, word);
	note_sent(r);
}

void rig_run(struct rig *r, const char *script)
{
	char copy[1024], *rest = copy, *word;

	assert_true(strlen(script) < sizeof(copy));
	strcpy(copy, script);
	while ((word = strsep(&rest, " "))) {
		if (*word)
			run_word(r, word);
	}
}

void rig_play(struct rig *r, enum rig_side side, const char *method, enum transport t,
	      const char *script)
{
	rig_open(r, t);
	r->method = method;
	r->take = side == RIG_SERVER;
	if (side == RIG_CLIENT)
		start_client(r);
	else
		peer_sends(r, method);
	note_sent(r);
	rig_run(r, script);
}

void rig_check(const struct rig_row *row)
{
	struct rig r;

	rig_play(&r, row->side, row->method, row->transport, row->script);
	if (strcmp(r.happened, row->happens) != 0)
		print_error("\n%s\n  script:   %s\n  expected: %s\n  happened: %s\n",
			    row->name, row->script, row->happens, r.happened);
	assert_string_equal(r.happened, row->happens);
	rig_close(&r);
}
