/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/test_flows.c - RFC 5626 section 6: bindings by instance and reg-id. */

#include "rig.h"

#include <stdio.h>
#include <string.h>

#define URN       "\"<urn:uuid:00000000-0000-1000-8000-000a95a0e128>\""
#define URN_UPPER "\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\""
#define OTHER     "\"<urn:uuid:11111111-0000-1000-8000-000a95a0e128>\""
#define OUTBOUND  "Supported: path, outbound\r\n"
#define FLOW(uri, urn, reg_id)                                                           \
	"Contact: <sip:" uri ">;reg-id=" reg_id ";+sip.instance=" urn "\r\n"
#define FIRST FLOW("a@10.0.0.5:5060", URN, "1")

/* One REGISTER after FIRST (CSeq 1, Call-ID c1) in a fresh registrar. */
static const struct {
	const char *name;
	const char *headers;
	const char *call_id;
	unsigned cseq, status;
	size_t bindings;
	const char *has, *has_not;
} rows[] = {
	{ "the same flow from another place replaces",
	  OUTBOUND FLOW("a@10.9.9.9:1024", URN, "1"), "c2", 1, 200, 1, "10.9.9.9",
	  "a@10.0.0.5:5060" },
	{ "the instance's case is of no matter",
	  OUTBOUND FLOW("a@10.9.9.9:1024", URN_UPPER, "1"), "c2", 1, 200, 1, "10.9.9.9",
	  "a@10.0.0.5:5060" },
	{ "another flow of the instance, same contact",
	  OUTBOUND FLOW("a@10.0.0.5:5060", URN, "2"), "c1", 2, 200, 2, "reg-id=2", NULL },
	{ "another instance, same contact and number",
	  OUTBOUND FLOW("a@10.0.0.5:5060", OTHER, "1"), "c1", 2, 200, 2, NULL, NULL },
	{ "the answer requires outbound and shows the flow",
	  OUTBOUND FLOW("a@10.0.0.5:5060", URN, "1"), "c1", 2, 200, 1,
	  "Require: outbound\r\nFlow-Timer: 120\r\n", "Unsupported" },
	{ "who does not support outbound has no flow", FLOW("b@10.0.0.6:5060", URN, "1"),
	  "c1", 2, 200, 2, "<sip:b@10.0.0.6:5060>", "Require:" },
	{ "a plain REGISTER of the same URI takes the flow's place",
	  "Contact: <sip:a@10.0.0.5:5060>\r\n", "c1", 2, 200, 1, "<sip:a@10.0.0.5:5060>",
	  "reg-id" },
	{ "a reg-id without instance means nothing",
	  OUTBOUND "Contact: <sip:b@10.0.0.6>;reg-id=1\r\n", "c1", 2, 200, 2, NULL,
	  "Require:" },
	{ "an instance that is none means nothing",
	  OUTBOUND "Contact: <sip:b@10.0.0.6>;reg-id=1;+sip.instance=\"urn:x\"\r\n", "c1",
	  2, 200, 2, NULL, "Require:" },
	{ "nor one that would end its quotes",
	  OUTBOUND "Contact: <sip:b@10.0.0.6>;reg-id=1;+sip.instance=\"<a\\\"b>\"\r\n",
	  "c1", 2, 200, 2, NULL, "Require:" },
	{ "reg-id 0 is none", OUTBOUND FLOW("b@10.0.0.6", URN, "0"), "c1", 2, 200, 2,
	  NULL, "Require:" },
	{ "reg-id past 31 bits is none", OUTBOUND FLOW("b@10.0.0.6", URN, "2147483648"),
	  "c1", 2, 200, 2, NULL, "Require:" },
	{ "an instance alone goes by its URI",
	  OUTBOUND "Contact: <sip:b@10.0.0.6>;+sip.instance=" URN "\r\n", "c1", 2, 200, 2,
	  "+sip.instance=" URN, "Require:" },
	{ "two flows at once", OUTBOUND FIRST FLOW("b@10.0.0.6", URN, "2"), "c1", 2, 400,
	  1, NULL, NULL },
	{ "one flow, and the end of another",
	  OUTBOUND FIRST "Contact: <sip:b@10.0.0.6>;reg-id=2;expires=0;+sip.instance=" URN
			 "\r\n",
	  "c1", 2, 200, 1, NULL, NULL },
	{ "a flow is removed by its number, whatever its URI",
	  OUTBOUND "Contact: <sip:x@10.1.1.1>;reg-id=1;expires=0;+sip.instance=" URN
		   "\r\n",
	  "c1", 2, 200, 0, NULL, NULL },
	{ "another flow is not",
	  OUTBOUND "Contact: <sip:x@10.1.1.1>;reg-id=2;expires=0;+sip.instance=" URN
		   "\r\n",
	  "c1", 2, 200, 1, NULL, NULL },
	{ "out of order within one Call-ID", OUTBOUND FIRST, "c1", 1, 500, 1, NULL,
	  NULL },
	{ "a hop between that does not do outbound",
	  "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKy\r\n" OUTBOUND FIRST, "c1", 2, 439, 1,
	  NULL, NULL },
	{ "a hop between, and the device does not either",
	  "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKy\r\n" FIRST, "c1", 2, 200, 1, NULL,
	  "Require:" },
	{ "star removes flows as well", "Contact: *\r\nExpires: 0\r\n", "c1", 2, 200, 0,
	  NULL, NULL },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rig_register reg = { .call_id = rows[i].call_id,
					    .cseq = rows[i].cseq,
					    .headers = rows[i].headers };
		struct rig r;

		print_message("           %s\n", rows[i].name);
		rig_open(&r, false);
		assert_int_equal(rig_contact(&r, 1, OUTBOUND FIRST), 200);
		assert_int_equal(rig_send(&r, &reg), rows[i].status);
		assert_int_equal(rig_bindings(&r), rows[i].bindings);
		if (rows[i].has && !rig_answer_has(&r, rows[i].has))
			fail_msg("no %s in %s", rows[i].has, r.answer);
		if (rows[i].has_not && rig_answer_has(&r, rows[i].has_not))
			fail_msg("%s in %s", rows[i].has_not, r.answer);
		rig_close(&r);
	}
}

/* Each of an instance's flows has its row, though both have one contact. */
static void test_rows_outlive_a_restart(void **state)
{
	struct binding b[3];
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, OUTBOUND FIRST), 200);
	assert_int_equal(rig_contact(&r, 2, OUTBOUND FLOW("a@10.0.0.5:5060", URN, "2")),
			 200);
	rig_run(&r, 1);
	rig_restart(&r);
	assert_int_equal(registrar_line_bindings(r.registrar, LINE, b, COUNT(b)), 2);
	assert_int_equal(b[0].reg_id + b[1].reg_id, 3);
	assert_string_equal(b[0].instance,
			    "<urn:uuid:00000000-0000-1000-8000-000a95a0e128>");
	assert_int_equal(rig_contact(&r, 3,
				     OUTBOUND "Contact: <sip:a@10.0.0.5:5060>;reg-id=2;"
					      "expires=0;+sip.instance=" URN "\r\n"),
			 200);
	rig_run(&r, 1);
	rig_restart(&r);
	assert_int_equal(registrar_line_bindings(r.registrar, LINE, b, COUNT(b)), 1);
	assert_int_equal(b[0].reg_id, 1);
	rig_close(&r);
}

/* One flow ends with its connection, the other goes on. */
static void test_a_flow_ends_with_its_connection(void **state)
{
	struct rig_register one = { .cseq = 1,
				    .headers = OUTBOUND FIRST,
				    .from = rig_flow("192.0.2.9:33000", 5) };
	struct rig_register two = { .cseq = 2,
				    .headers = OUTBOUND FLOW("a@10.0.0.5:5060", URN, "2"),
				    .from = rig_flow("192.0.2.9:33001", 6) };
	struct binding b[3];
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_send(&r, &one), 200);
	assert_int_equal(rig_send(&r, &two), 200);
	registrar_flow_closed(r.registrar, &one.from);
	assert_int_equal(registrar_line_bindings(r.registrar, LINE, b, COUNT(b)), 1);
	assert_int_equal(b[0].reg_id, 2);
	rig_close(&r);
}

int flows_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_rows_outlive_a_restart),
		cmocka_unit_test(test_a_flow_ends_with_its_connection),
	};

	return cmocka_run_group_tests_name("flows", tests, NULL, NULL);
}
