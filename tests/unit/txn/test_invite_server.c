/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/test_invite_server.c - txn/invite_server.c: RFC 3261 17.2.1, 9.2; RFC 6026. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "unit/txn/groups.h"
#include "unit/txn/rig.h"

#define UDP   RIG_SERVER, "INVITE", TRANSPORT_UDP
#define TCP   RIG_SERVER, "INVITE", TRANSPORT_TCP
#define START "0:[Proceeding]"
#define BUSY  START " 0:[Completed] 0:>486"

static const struct rig_row rows[] = {
	{ "100 after 200 ms", UDP, "199ms 1ms 1000ms", START " 200:>100" },
	{ "no 100 when the user was faster", UDP, "100ms send180 1000ms",
	  START " 100:>180" },
	{ "a resent INVITE before any answer is absorbed", UDP, "INVITE", START },
	{ "a resent INVITE gets the last provisional response", UDP,
	  "500ms INVITE send180 INVITE send183 INVITE",
	  START " 200:>100 500:>100 500:>180 500:>180 500:>183 500:>183" },
	{ "an ACK in Proceeding means nothing", UDP, "send180 ACK", START " 0:>180" },
	{ "timer G doubles up to T2, timer H ends it", UDP, "send486 32000ms",
	  BUSY " 500:>486 1500:>486 3500:>486 7500:>486 11500:>486 15500:>486 19500:>486 "
	       "23500:>486 27500:>486 31500:>486 32000:[Terminated] 32000:failed" },
	{ "timer G does not run on a stream, H does", TCP, "send486 32000ms",
	  BUSY " 32000:[Terminated] 32000:failed" },
	{ "a resent INVITE in Completed gets the answer", UDP, "send486 100ms INVITE",
	  BUSY " 100:>486" },
	{ "ACK goes to Confirmed, timer I ends it", UDP, "send486 ACK 4999ms 1ms",
	  BUSY " 0:[Confirmed] 5000:[Terminated] 5000:ended" },
	{ "timer I is 0 on a stream", TCP, "send486 ACK 0ms",
	  BUSY " 0:[Confirmed] 0:[Terminated] 0:ended" },
	{ "Confirmed absorbs ACK and INVITE", UDP, "send486 ACK ACK INVITE 1000ms",
	  BUSY " 0:[Confirmed]" },
	{ "2xx goes to Accepted, timer L ends it", UDP, "send200 31999ms 1ms",
	  START " 0:[Accepted] 0:>200 32000:[Terminated] 32000:ended" },
	{ "timer L runs on a stream, too", TCP, "send200 31999ms 1ms",
	  START " 0:[Accepted] 0:>200 32000:[Terminated] 32000:ended" },
	{ "Accepted absorbs resent INVITEs", UDP, "send200 500ms INVITE INVITE",
	  START " 0:[Accepted] 0:>200" },
	{ "Accepted sends the user's further 2xx", UDP, "send200 500ms send200",
	  START " 0:[Accepted] 0:>200 500:>200" },
	{ "Accepted shows the ACK to the user", UDP, "send200 ACK ACK",
	  START " 0:[Accepted] 0:>200 0:request:ACK 0:request:ACK" },
	{ "nothing but 2xx after 2xx", UDP, "send200 send486 send180",
	  START " 0:[Accepted] 0:>200 0:=-114 0:=-114" },
	{ "nothing after 300-699", UDP, "send486 send200 send180 send487",
	  BUSY " 0:=-114 0:=-114 0:=-114" },
	{ "nothing after the ACK", UDP, "send486 ACK send200 send180 send500",
	  BUSY " 0:[Confirmed] 0:=-114 0:=-114 0:=-114" },
	{ "CANCEL is answered and shown", UDP, "send180 CANCEL send487 ACK",
	  START " 0:>180 0:>200 0:cancelled 0:[Completed] 0:>487 0:[Confirmed]" },
	{ "a resent CANCEL is answered, not shown", UDP, "CANCEL CANCEL",
	  START " 0:>200 0:cancelled 0:>200" },
	{ "CANCEL after the answer changes nothing", UDP, "send486 CANCEL ACK CANCEL",
	  BUSY " 0:>200 0:[Confirmed] 0:>200" },
	{ "CANCEL crosses the 2xx", UDP, "send200 CANCEL",
	  START " 0:[Accepted] 0:>200 0:>200" },
	{ "an answer that cannot be sent ends it", UDP, "fail send486 0ms",
	  START " 0:[Completed] 0:[Terminated] 0:failed" },
	{ "a 2xx that cannot be sent ends it", UDP, "fail send200 0ms",
	  START " 0:[Accepted] 0:[Terminated] 0:failed" },
	{ "a 180 that cannot be sent ends it", UDP, "fail send180 0ms",
	  START " 0:[Terminated] 0:failed" },
	{ "a 180 fails, the final response gets through", UDP,
	  "fail send180 mend send486 ACK", BUSY " 0:[Confirmed]" },
	{ "the connection closes: the answer goes over a new one", TCP, "close send486",
	  BUSY },
	{ "the connection closes and no other can be had", TCP,
	  "close refuse send486 0ms", START " 0:[Completed] 0:[Terminated] 0:failed" },
	{ "forgotten unanswered, it is answered 500", UDP, "send180 forget ACK 5000ms",
	  START " 0:>180 0:[Completed] 0:>500 0:[Confirmed] 5000:[Terminated]" },
	{ "forgotten after a 2xx, it absorbs what the network still has", UDP,
	  "send200 ACK forget INVITE 4999ms INVITE 1ms",
	  START " 0:[Accepted] 0:>200 0:request:ACK 0:[Confirmed] 5000:[Terminated]" },
	{ "on a stream nothing comes again", TCP, "send200 ACK forget 0ms",
	  START " 0:[Accepted] 0:>200 0:request:ACK 0:[Confirmed] 0:[Terminated]" },
	{ "forgotten after a 2xx, a late CANCEL is answered", UDP,
	  "send200 forget CANCEL", START " 0:[Accepted] 0:>200 0:[Confirmed] 0:>200" },
	{ "forgotten after the answer, it goes on alone", UDP,
	  "send486 forget INVITE ACK 5000ms",
	  BUSY " 0:>486 0:[Confirmed] 5000:[Terminated]" },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		rig_check(&rows[i]);
}

/* 9.2: both answers carry the same To tag. */
static void test_cancel_tag(void **state)
{
	struct rig r;
	struct sip_msg m;

	rig_play(&r, RIG_SERVER, "INVITE", TRANSPORT_UDP, "send180 CANCEL");
	rig_decode(r.last, &m);
	assert_int_equal(m.status, 200);
	assert_int_equal(m.cseq.method, SIP_CANCEL);
	assert_true(text_eq(m.to.tag, TEXT("bob")));
	rig_close(&r);
}

/* 8.2.6.1: the 100 has no To tag. */
static void test_trying(void **state)
{
	struct rig r;
	struct sip_msg m;

	rig_play(&r, RIG_SERVER, "INVITE", TRANSPORT_UDP, "200ms");
	rig_decode(r.last, &m);
	assert_int_equal(m.status, 100);
	assert_int_equal(m.to.tag.len, 0);
	assert_true(text_eq(m.via.branch, TEXT("z9hG4bKpeer1")));
	rig_close(&r);
}

static void test_request_is_copied(void **state)
{
	struct rig r;
	const struct sip_msg *m;

	rig_play(&r, RIG_SERVER, "INVITE", TRANSPORT_UDP, "send200");
	m = txn_server_request(r.server);
	assert_true(text_eq(m->call_id, TEXT("call-1")));
	assert_true(flow_eq(txn_server_flow(r.server), &r.peer));
	txn_server_forget(r.server);
	assert_null(txn_server_request(r.server));
	rig_close(&r);
}

int group_invite_server(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cancel_tag),
		cmocka_unit_test(test_trying),
		cmocka_unit_test(test_request_is_copied),
	};

	return cmocka_run_group_tests_name("txn/invite_server", tests, NULL, NULL);
}
