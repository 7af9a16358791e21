/* SPDX-License-Identifier: Apache-2.0 */
/* unit/txn/test_client.c - txn/client.c, txn/clients.c: RFC 3261 17.1.2. T1 is 500 ms, T2
 * 4 s, T4 5 s. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "unit/txn/groups.h"
#include "unit/txn/rig.h"

#define UDP    RIG_CLIENT, "BYE", TRANSPORT_UDP
#define TCP    RIG_CLIENT, "BYE", TRANSPORT_TCP
#define TRYING "0:>BYE 0:[Trying]"

static const struct rig_row rows[] = {
	{ "timer E doubles up to T2, timer F ends it", UDP, "32000ms",
	  TRYING
	  " 500:>BYE 1500:>BYE 3500:>BYE 7500:>BYE 11500:>BYE 15500:>BYE 19500:>BYE "
	  "23500:>BYE 27500:>BYE 31500:>BYE 32000:[Terminated] 32000:timeout "
	  "32000:ended" },
	{ "timer E does not run on a stream, F does", TCP, "32000ms",
	  TRYING " 32000:[Terminated] 32000:timeout 32000:ended" },
	{ "in Proceeding it is resent every T2", UDP, "100ms 100 12000ms",
	  TRYING " 100:[Proceeding] 100:100 500:>BYE 4500:>BYE 8500:>BYE" },
	{ "timer F goes on in Proceeding", TCP, "31000ms 100 1000ms",
	  TRYING
	  " 31000:[Proceeding] 31000:100 32000:[Terminated] 32000:timeout 32000:ended" },
	{ "each 1xx reaches the user", UDP, "100 182",
	  TRYING " 0:[Proceeding] 0:100 0:182" },
	{ "timer K ends it after T4", UDP, "200 4999ms 1ms",
	  TRYING " 0:[Completed] 0:200 5000:[Terminated] 5000:ended" },
	{ "timer K is 0 on a stream", TCP, "200 0ms",
	  TRYING " 0:[Completed] 0:200 0:[Terminated] 0:ended" },
	{ "a failure is final, too", UDP, "100 481 5000ms",
	  TRYING
	  " 0:[Proceeding] 0:100 0:[Completed] 0:481 5000:[Terminated] 5000:ended" },
	{ "resent final responses are absorbed", UDP, "200 200 500 180",
	  TRYING " 0:[Completed] 0:200" },
	{ "a failed resend ends it", UDP, "fail 500ms 0ms",
	  TRYING " 500:[Terminated] 500:broken 500:ended" },
	{ "a failed resend in Proceeding ends it", UDP, "100 fail 500ms 0ms",
	  TRYING " 0:[Proceeding] 0:100 500:[Terminated] 500:broken 500:ended" },
	{ "the connection closes", TCP, "close",
	  TRYING " 0:[Terminated] 0:broken 0:ended" },
	{ "the connection closes in Proceeding", TCP, "100 close",
	  TRYING " 0:[Proceeding] 0:100 0:[Terminated] 0:broken 0:ended" },
	{ "the connection closes after the answer", TCP, "200 close 0ms",
	  TRYING " 0:[Completed] 0:200 0:[Terminated] 0:ended" },
	{ "there is no CANCEL of a BYE (9.1)", UDP, "100 cancel",
	  TRYING " 0:[Proceeding] 0:100" },
	{ "forgotten, it goes on alone", UDP, "forget 500ms 200 5000ms",
	  TRYING " 500:>BYE 500:[Completed] 5500:[Terminated]" },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		rig_check(&rows[i]);
}

static const struct text options = TEXT_INIT(
	"OPTIONS sip:bob@example.com SIP/2.0\r\nFrom: <sip:us@example.com>;tag=us\r\n"
	"To: <sip:bob@example.com>\r\nCall-ID: ours-1\r\nCSeq: 1 OPTIONS\r\n"
	"Content-Length: 0\r\n\r\n");

static void never_response(void *arg, struct txn_client *t, const struct sip_msg *m)
{
	fail();
}

static void never_failed(void *arg, struct txn_client *t, enum txn_failure why)
{
	fail();
}

static const struct txn_client_events never = { never_response, never_failed, NULL };

/* "then nothing was started and no callback comes" */
static void test_send_fails(void **state)
{
	struct rig r;
	struct txn_client *t = NULL;

	rig_open(&r, TRANSPORT_UDP);
	r.net->send_error = -EMSGSIZE;
	assert_int_equal(
		txn_client_new(r.layer, &r.peer, SIP_OPTIONS, options, &never, &r, &t),
		-EMSGSIZE);
	assert_null(t);
	assert_int_equal(txn_layer_count(r.layer), 0);
	rig_run(&r, "60000ms");
	rig_close(&r);
}

static void test_no_request_line(void **state)
{
	struct rig r;
	struct txn_client *t = NULL;

	rig_open(&r, TRANSPORT_UDP);
	assert_int_equal(txn_client_new(r.layer, &r.peer, SIP_OPTIONS, TEXT("OPTIONS"),
					&never, &r, &t),
			 -EINVAL);
	assert_int_equal(txn_layer_count(r.layer), 0);
	rig_close(&r);
}

int group_client(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_send_fails),
		cmocka_unit_test(test_no_request_line),
	};

	return cmocka_run_group_tests_name("txn/client", tests, NULL, NULL);
}
