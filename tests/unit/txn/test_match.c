/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/test_match.c - txn/match.c, txn/key.c: which request belongs to which
 * transaction (RFC 3261 17.2.3, 9.2, 8.2.2.2; RFC 2543 branches). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "unit/txn/groups.h"
#include "unit/txn/rig.h"

enum verdict { NEW, SAME, MERGED, CANCELS };

struct request {
	const char *method, *uri, *via, *from_tag, *to_tag, *call_id;
	unsigned cseq;
};

#define COOKIE "SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKabc"
#define OLD    "SIP/2.0/UDP 198.51.100.7:5060;branch=1"
#define FIRST(via)                                                                       \
	{                                                                                \
		"INVITE", "sip:1@x", via, "f", "", "c1", 7                               \
	}

/* The first request becomes a transaction; what is the second? */
static const struct {
	const char *name;
	struct request first, second;
	enum verdict verdict;
} rows[] = {
	{ "the same", FIRST(COOKIE), FIRST(COOKIE), SAME },
	{ "another branch is another path", FIRST(COOKIE), FIRST(COOKIE "d"), MERGED },
	{ "branches differ in case", FIRST(COOKIE),
	  FIRST("SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKABC"), MERGED },
	{ "another sent-by host", FIRST(COOKIE),
	  FIRST("SIP/2.0/UDP 198.51.100.8:5060;branch=z9hG4bKabc"), MERGED },
	{ "another sent-by port", FIRST(COOKIE),
	  FIRST("SIP/2.0/UDP 198.51.100.7:5062;branch=z9hG4bKabc"), MERGED },
	{ "no port is 5060", FIRST(COOKIE),
	  FIRST("SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKabc"), SAME },
	{ "host names in any case", FIRST("SIP/2.0/UDP pc.example;branch=z9hG4bKabc"),
	  FIRST("SIP/2.0/UDP PC.Example;branch=z9hG4bKabc"), SAME },
	{ "the branch counts, not the URI",
	  FIRST(COOKIE),
	  { "INVITE", "sip:2@x", COOKIE, "f", "", "c1", 7 },
	  SAME },
	{ "the branch is kept with a new CSeq",
	  FIRST(COOKIE),
	  { "INVITE", "sip:1@x", COOKIE, "f", "", "c1", 8 },
	  NEW },
	{ "another method on the same branch",
	  FIRST(COOKIE),
	  { "OPTIONS", "sip:1@x", COOKIE, "f", "", "c1", 7 },
	  NEW },
	{ "its ACK",
	  FIRST(COOKIE),
	  { "ACK", "sip:1@x", COOKIE, "f", "bob", "c1", 7 },
	  SAME },
	{ "its CANCEL",
	  FIRST(COOKIE),
	  { "CANCEL", "sip:1@x", COOKIE, "f", "", "c1", 7 },
	  CANCELS },
	{ "a CANCEL of another branch",
	  FIRST(COOKIE),
	  { "CANCEL", "sip:1@x", COOKIE "d", "f", "", "c1", 7 },
	  NEW },
	{ "another call on the same path",
	  FIRST(COOKIE),
	  { "INVITE", "sip:1@x", COOKIE "d", "g", "", "c1", 7 },
	  NEW },
	{ "with a To tag nothing is merged",
	  { "INVITE", "sip:1@x", COOKIE, "f", "t", "c1", 7 },
	  { "INVITE", "sip:1@x", COOKIE "d", "f", "t", "c1", 7 },
	  NEW },

	{ "RFC 2543: the same", FIRST(OLD), FIRST(OLD), SAME },
	{ "RFC 2543: no branch at all", FIRST("SIP/2.0/UDP 198.51.100.7:5060"),
	  FIRST("SIP/2.0/UDP 198.51.100.7:5060"), SAME },
	{ "RFC 2543: another Request-URI",
	  FIRST(OLD),
	  { "INVITE", "sip:2@x", OLD, "f", "", "c1", 7 },
	  MERGED },
	{ "RFC 2543: another Via", FIRST(OLD), FIRST(OLD "2"), MERGED },
	{ "RFC 2543: another From tag",
	  FIRST(OLD),
	  { "INVITE", "sip:1@x", OLD, "g", "", "c1", 7 },
	  NEW },
	{ "RFC 2543: another To tag",
	  { "INVITE", "sip:1@x", OLD, "f", "t", "c1", 7 },
	  { "INVITE", "sip:1@x", OLD, "f", "u", "c1", 7 },
	  NEW },
	{ "RFC 2543: another Call-ID",
	  FIRST(OLD),
	  { "INVITE", "sip:1@x", OLD, "f", "", "c2", 7 },
	  NEW },
	{ "RFC 2543: another CSeq",
	  FIRST(OLD),
	  { "INVITE", "sip:1@x", OLD, "f", "", "c1", 8 },
	  NEW },
	{ "RFC 2543: its ACK, by our To tag",
	  FIRST(OLD),
	  { "ACK", "sip:1@x", OLD, "f", "bob", "c1", 7 },
	  SAME },
	{ "RFC 2543: an ACK of another To tag",
	  FIRST(OLD),
	  { "ACK", "sip:1@x", OLD, "f", "eve", "c1", 7 },
	  NEW },
	{ "RFC 2543: its CANCEL",
	  FIRST(OLD),
	  { "CANCEL", "sip:1@x", OLD, "f", "", "c1", 7 },
	  CANCELS },
	{ "RFC 2543: another CANCEL",
	  FIRST(OLD),
	  { "CANCEL", "sip:1@x", OLD, "f", "", "c1", 8 },
	  NEW },
};

static void make(const struct request *q, char *dst, size_t cap, struct sip_msg *m)
{
	snprintf(dst, cap,
		 "%s %s SIP/2.0\r\nVia: %s\r\nMax-Forwards: 70\r\nFrom: "
		 "<sip:a@x>;tag=%s\r\n"
		 "To: <sip:1@x>%s%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\nContent-Length: "
		 "0\r\n\r\n",
		 q->method, q->uri, q->via, q->from_tag, *q->to_tag ? ";tag=" : "",
		 q->to_tag, q->call_id, q->cseq, q->method);
	rig_decode(dst, m);
}

static enum verdict judge(const struct txn_layer *l, const struct sip_msg *m)
{
	struct txn_key k;

	txn_key_of(&l->servers, m, &k);
	if (txn_match_request(l, m, &k))
		return SAME;
	if (m->method == SIP_CANCEL)
		return txn_match_cancel(l, m, &k) ? CANCELS : NEW;
	return txn_request_merged(l, m) ? MERGED : NEW;
}

static void respond(struct txn_server *t)
{
	struct buf b = BUF_GROWING;

	sip_response_begin(&b, txn_server_request(t), 486, NULL, TEXT("bob"), TEXT_NONE,
			   0);
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	assert_int_equal(txn_server_respond(t, 486, buf_text(&b)), 0);
	buf_free(&b);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rig r;
		struct sip_msg first, second;
		char text[2][1024];
		enum verdict verdict;

		rig_open(&r, TRANSPORT_UDP);
		make(&rows[i].first, text[0], sizeof(text[0]), &first);
		make(&rows[i].second, text[1], sizeof(text[1]), &second);
		respond(txn_server_new(r.layer, &r.peer, &first, NULL, NULL));
		verdict = judge(r.layer, &second);
		if (verdict != rows[i].verdict)
			fail_msg("%s: verdict %d", rows[i].name, (int)verdict);
		rig_close(&r);
	}
}

/* Many transactions of one layer are told apart. */
static void test_many(void **state)
{
	enum { N = 5000 };
	struct rig r;
	char text[1024], via[128];
	struct sip_msg m;

	rig_open(&r, TRANSPORT_UDP);
	r.layer->cfg.trace = NULL;
	for (unsigned i = 0; i < N; i++) {
		snprintf(via, sizeof(via), COOKIE "%u", i);
		make(&(struct request){ "INVITE", "sip:1@x", via, "f", "", "c", i }, text,
		     sizeof(text), &m);
		assert_int_equal(judge(r.layer, &m), NEW);
		assert_non_null(txn_server_new(r.layer, &r.peer, &m, NULL, NULL));
		assert_int_equal(judge(r.layer, &m), SAME);
	}
	assert_int_equal(txn_layer_count(r.layer), N);
	rig_close(&r);
}

int group_match(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("txn/match", tests, NULL, NULL);
}
