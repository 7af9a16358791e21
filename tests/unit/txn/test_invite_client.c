/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/test_invite_client.c - txn/invite_client.c, txn/hop.c: RFC 3261 17.1.1, 9.1;
 * RFC 6026. T1 is 500 ms. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "unit/txn/groups.h"
#include "unit/txn/rig.h"

#define UDP     RIG_CLIENT, "INVITE", TRANSPORT_UDP
#define TCP     RIG_CLIENT, "INVITE", TRANSPORT_TCP
#define CALLING "0:>INVITE 0:[Calling]"
#define CANCEL_RESENDS                                                                   \
	"500:>CANCEL 1500:>CANCEL 3500:>CANCEL 7500:>CANCEL 11500:>CANCEL "              \
	"15500:>CANCEL "                                                                 \
	"19500:>CANCEL 23500:>CANCEL 27500:>CANCEL 31500:>CANCEL"

static const struct rig_row rows[] = {
	{ "timer A doubles without bound", UDP, "31999ms",
	  CALLING " 500:>INVITE 1500:>INVITE 3500:>INVITE 7500:>INVITE 15500:>INVITE "
		  "31500:>INVITE" },
	{ "timer A does not run on a stream", TCP, "31999ms", CALLING },
	{ "timer B ends it after 64*T1", TCP, "32000ms",
	  CALLING " 32000:[Terminated] 32000:timeout 32000:ended" },
	{ "timer B on UDP likewise", UDP, "100 60000ms",
	  CALLING " 0:[Proceeding] 0:100" },
	{ "a provisional response ends A and B", UDP, "700ms 180 60000ms",
	  CALLING " 500:>INVITE 700:[Proceeding] 700:180" },
	{ "each 1xx reaches the user", UDP, "100 180 183 180",
	  CALLING " 0:[Proceeding] 0:100 0:180 0:183 0:180" },
	{ "timer C cancels, 64*T1 later it is over", UDP, "180 185000ms 32000ms",
	  CALLING
	  " 0:[Proceeding] 0:180 185000:[Cancelling] 185000:>CANCEL 185500:>CANCEL "
	  "186500:>CANCEL 188500:>CANCEL 192500:>CANCEL 196500:>CANCEL "
	  "200500:>CANCEL 204500:>CANCEL 208500:>CANCEL 212500:>CANCEL "
	  "216500:>CANCEL 217000:[Terminated] 217000:timeout 217000:ended" },
	{ "101-199 restart timer C", UDP, "180 100000ms 180 184999ms",
	  CALLING " 0:[Proceeding] 0:180 100000:180" },
	{ "100 does not restart timer C", TCP, "180 100000ms 100 85000ms",
	  CALLING " 0:[Proceeding] 0:180 100000:100 185000:[Cancelling] 185000:>CANCEL" },
	{ "2xx goes to Accepted, timer M ends it", UDP, "200 31999ms 1ms",
	  CALLING " 0:[Accepted] 0:200 32000:[Terminated] 32000:ended" },
	{ "every 2xx in Accepted reaches the user", UDP, "180 200 500ms 200 200",
	  CALLING " 0:[Proceeding] 0:180 0:[Accepted] 0:200 500:200 500:200" },
	{ "timer M runs on a stream, too", TCP, "200 31999ms 1ms",
	  CALLING " 0:[Accepted] 0:200 32000:[Terminated] 32000:ended" },
	{ "Accepted ignores other responses", UDP, "200 180 486",
	  CALLING " 0:[Accepted] 0:200" },
	{ "300-699 is acknowledged, timer D ends it", UDP, "180 486 31999ms 1ms",
	  CALLING " 0:[Proceeding] 0:180 0:[Completed] 0:>ACK 0:486 32000:[Terminated] "
		  "32000:ended" },
	{ "300-699 without a provisional one", UDP, "486",
	  CALLING " 0:[Completed] 0:>ACK 0:486" },
	{ "a resent 300-699 gets the ACK again, not the user", UDP, "486 500ms 486 486",
	  CALLING " 0:[Completed] 0:>ACK 0:486 500:>ACK 500:>ACK" },
	{ "timer D is 0 on a stream", TCP, "486 1ms",
	  CALLING " 0:[Completed] 0:>ACK 0:486 0:[Terminated] 0:ended" },
	{ "Completed ignores 1xx and 2xx", UDP, "486 180 200",
	  CALLING " 0:[Completed] 0:>ACK 0:486" },
	{ "CANCEL after a provisional response", UDP, "180 cancel 487",
	  CALLING
	  " 0:[Proceeding] 0:180 0:[Cancelling] 0:>CANCEL 0:[Completed] 0:>ACK 0:487" },
	{ "CANCEL waits for the first provisional response", UDP, "cancel 200ms 100",
	  CALLING " 200:[Proceeding] 200:[Cancelling] 200:>CANCEL 200:100" },
	{ "CANCEL wanted, and no answer at all", TCP, "cancel 32000ms",
	  CALLING " 32000:[Terminated] 32000:timeout 32000:ended" },
	{ "CANCEL wanted twice is sent once", TCP, "180 cancel cancel 180 cancel",
	  CALLING " 0:[Proceeding] 0:180 0:[Cancelling] 0:>CANCEL 0:180" },
	{ "CANCEL crosses a 200", UDP, "180 cancel 200",
	  CALLING " 0:[Proceeding] 0:180 0:[Cancelling] 0:>CANCEL 0:[Accepted] 0:200" },
	{ "64*T1 after an unanswered CANCEL", UDP, "180 cancel 32000ms",
	  CALLING " 0:[Proceeding] 0:180 0:[Cancelling] 0:>CANCEL " CANCEL_RESENDS
		  " 32000:[Terminated] 32000:timeout 32000:ended" },
	{ "CANCEL after the final response does nothing", UDP, "486 cancel",
	  CALLING " 0:[Completed] 0:>ACK 0:486" },
	{ "a failed resend ends it in the next turn", UDP, "fail 500ms 0ms",
	  CALLING " 500:[Terminated] 500:broken 500:ended" },
	{ "the connection closes while calling", TCP, "close",
	  CALLING " 0:[Terminated] 0:broken 0:ended" },
	{ "the connection closes while ringing", TCP, "180 close",
	  CALLING " 0:[Proceeding] 0:180 0:[Terminated] 0:broken 0:ended" },
	{ "the connection closes while cancelling", TCP, "180 cancel close",
	  CALLING
	  " 0:[Proceeding] 0:180 0:[Cancelling] 0:>CANCEL 0:[Terminated] 0:broken "
	  "0:ended" },
	{ "the connection closes after the answer", TCP, "200 close",
	  CALLING " 0:[Accepted] 0:200 0:[Terminated] 0:ended" },
	{ "an ACK that cannot be sent ends it", UDP, "fail 486 0ms",
	  CALLING " 0:[Completed] 0:486 0:[Terminated] 0:ended" },
	{ "forgotten with a 2xx, it ends", UDP, "200 forget 200 0ms",
	  CALLING " 0:[Accepted] 0:200 0:[Terminated]" },
	{ "forgotten before, it ends at the 2xx's timer", UDP, "forget 200 200 32000ms",
	  CALLING " 0:[Accepted] 32000:[Terminated]" },
	{ "forgotten, it goes on alone", UDP, "180 forget 486 486 32000ms",
	  CALLING
	  " 0:[Proceeding] 0:180 0:[Completed] 0:>ACK 0:>ACK 32000:[Terminated]" },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		rig_check(&rows[i]);
}

static struct text header(const struct sip_msg *m, enum sip_header_id id)
{
	const struct sip_header *h = sip_msg_header(m, id);

	return h ? h->value : TEXT_NONE;
}

/* 17.1.1.3 */
static void test_ack(void **state)
{
	struct rig r;
	struct sip_msg invite, ack;
	char request[2048];

	rig_play(&r, RIG_CLIENT, "INVITE", TRANSPORT_UDP, "486");
	text_copy(request, sizeof(request), (struct text){ r.request, r.request_len });
	rig_decode(request, &invite);
	rig_decode(r.last, &ack);
	assert_int_equal(ack.method, SIP_ACK);
	assert_true(text_eq(ack.uri_text, invite.uri_text));
	assert_true(text_eq(ack.call_id, invite.call_id));
	assert_true(text_eq(header(&ack, SIP_HDR_FROM), header(&invite, SIP_HDR_FROM)));
	assert_true(text_eq(ack.to.tag, TEXT("bob")));
	assert_true(text_eq(header(&ack, SIP_HDR_VIA), header(&invite, SIP_HDR_VIA)));
	assert_null(sip_msg_header_next(&ack, sip_msg_header(&ack, SIP_HDR_VIA)));
	assert_true(
		text_eq(header(&ack, SIP_HDR_ROUTE), TEXT("<sip:proxy.example.com;lr>")));
	assert_int_equal(ack.cseq.number, 4711);
	assert_int_equal(ack.body.len, 0);
	rig_close(&r);
}

/* 9.1, RFC 3326 */
static void test_cancel(void **state)
{
	struct rig r;
	struct sip_msg invite, cancel;
	char request[2048];

	rig_play(&r, RIG_CLIENT, "INVITE", TRANSPORT_UDP, "180");
	r.cancel_reason = "SIP;cause=200;text=\"Call completed elsewhere\"";
	rig_run(&r, "cancel");
	text_copy(request, sizeof(request), (struct text){ r.request, r.request_len });
	rig_decode(request, &invite);
	rig_decode(r.last, &cancel);
	assert_int_equal(cancel.method, SIP_CANCEL);
	assert_true(text_eq(cancel.uri_text, invite.uri_text));
	assert_true(text_eq(header(&cancel, SIP_HDR_VIA), header(&invite, SIP_HDR_VIA)));
	assert_true(text_eq(header(&cancel, SIP_HDR_TO), header(&invite, SIP_HDR_TO)));
	assert_true(
		text_eq(header(&cancel, SIP_HDR_ROUTE), header(&invite, SIP_HDR_ROUTE)));
	assert_true(text_eq(header(&cancel, SIP_HDR_REASON), text_of(r.cancel_reason)));
	assert_int_equal(cancel.cseq.number, 4711);
	rig_close(&r);
}

int group_invite_client(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_ack),
		cmocka_unit_test(test_cancel),
	};

	return cmocka_run_group_tests_name("txn/invite_client", tests, NULL, NULL);
}
