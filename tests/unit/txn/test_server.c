/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/test_server.c - txn/server.c, txn/servers.c: RFC 3261 17.2.2. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "unit/txn/groups.h"
#include "unit/txn/rig.h"

#define UDP   RIG_SERVER, "BYE", TRANSPORT_UDP
#define TCP   RIG_SERVER, "BYE", TRANSPORT_TCP
#define START "0:[Trying]"

static const struct rig_row rows[] = {
	{ "no answer is invented", UDP, "60000ms", START },
	{ "Trying absorbs resent requests", UDP, "BYE BYE", START },
	{ "Proceeding answers them with the last 1xx", UDP, "send100 BYE send182 BYE",
	  START " 0:[Proceeding] 0:>100 0:>100 0:>182 0:>182" },
	{ "Completed answers them with the final one", UDP, "send200 BYE 1000ms BYE",
	  START " 0:[Completed] 0:>200 0:>200 1000:>200" },
	{ "timer J ends it after 64*T1", UDP, "send481 31999ms 1ms",
	  START " 0:[Completed] 0:>481 32000:[Terminated] 32000:ended" },
	{ "timer J is 0 on a stream", TCP, "send200 0ms",
	  START " 0:[Completed] 0:>200 0:[Terminated] 0:ended" },
	{ "from Proceeding to Completed", UDP, "send100 send200 32000ms",
	  START
	  " 0:[Proceeding] 0:>100 0:[Completed] 0:>200 32000:[Terminated] 32000:ended" },
	{ "nothing after the final response", UDP, "send200 send200 send100 send500",
	  START " 0:[Completed] 0:>200 0:=-114 0:=-114 0:=-114" },
	{ "CANCEL is answered and changes nothing (9.2)", UDP,
	  "CANCEL send100 CANCEL send200 CANCEL",
	  START " 0:>200 0:[Proceeding] 0:>100 0:>200 0:[Completed] 0:>200 0:>200" },
	{ "an answer that cannot be sent ends it", UDP, "fail send200 0ms",
	  START " 0:[Completed] 0:[Terminated] 0:failed" },
	{ "a 1xx that cannot be sent ends it", UDP, "fail send100 0ms",
	  START " 0:[Proceeding] 0:[Terminated] 0:failed" },
	{ "the connection closes: the answer goes over a new one", TCP, "close send200",
	  START " 0:[Completed] 0:>200" },
	{ "forgotten unanswered, it is answered 500", UDP, "forget BYE",
	  START " 0:[Completed] 0:>500 0:>500" },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		rig_check(&rows[i]);
}

static void answer(struct rig *r)
{
	char text[1024], reply[1024];
	struct buf b = BUF_FIXED(reply);
	struct sip_msg m;

	rig_decode(rig_request(r, "REGISTER", text, sizeof(text)), &m);
	txn_response_begin(&b, &r->peer, &m, 200, NULL, TEXT("bob"));
	sip_body(&b, TEXT_NONE, TEXT_NONE);
	assert_int_equal(b.error, 0);
	assert_int_equal(txn_answer(r->layer, &r->peer, &m, buf_text(&b)), 0);
}

/* txn_answer: repetitions are absorbed as by a txn_server. */
static void test_answer(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_UDP);
	answer(&r);
	rig_run(&r, "0ms REGISTER CANCEL 31999ms REGISTER 1ms REGISTER");
	assert_string_equal(r.happened, "0:>200 0:>200 0:>200 31999:>200 "
					"32000:request:REGISTER");
	rig_close(&r);
}

static void test_answer_on_stream(void **state)
{
	struct rig r;

	rig_open(&r, TRANSPORT_TCP);
	answer(&r);
	rig_run(&r, "0ms");
	assert_string_equal(r.happened, "0:>200");
	assert_int_equal(txn_layer_count(r.layer), 0);
	rig_close(&r);
}

int group_server(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_answer_on_stream),
	};

	return cmocka_run_group_tests_name("txn/server", tests, NULL, NULL);
}
