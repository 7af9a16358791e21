/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/test_path.c - RFC 3327: whose Path is believed, what is kept, where
 * requests go. The rig's edge proxies are 203.0.113.0/29. */

#include "rig.h"

#include <stdio.h>
#include <string.h>

#define A    "Contact: <sip:a@10.0.0.5:5060>\r\n"
#define FLOW "Contact: <sip:a@10.0.0.5:5060>;reg-id=1;+sip.instance=\"<urn:x:y>\"\r\n"
#define TWO  "Via: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKdevice\r\n"
#define EDGE "203.0.113.2:5060"

static const struct {
	const char *name;
	const char *headers;
	const char *from;
	unsigned status;
	const char *path;   /* kept */
	const char *remote; /* where requests go */
	const char *has, *has_not;
} rows[] = {
	{ "of an edge proxy, echoed to who understands it",
	  "Supported: path\r\nPath: <sip:203.0.113.2;lr>\r\n" A, EDGE, 200,
	  "<sip:203.0.113.2;lr>", "203.0.113.2:5060", "Path: <sip:203.0.113.2;lr>\r\n",
	  NULL },
	{ "and kept for who does not", "Path: <sip:203.0.113.2;lr>\r\n" A, EDGE, 200,
	  "<sip:203.0.113.2;lr>", "203.0.113.2:5060", NULL, "Path:" },
	{ "required", "Require: path\r\nPath: <sip:203.0.113.2;lr>\r\n" A, EDGE, 200,
	  "<sip:203.0.113.2;lr>", "203.0.113.2:5060", NULL, NULL },
	{ "several, in order",
	  "Path: <sip:203.0.113.3:5070;lr>,<sip:10.1.1.1;lr>\r\nPath: "
	  "<sip:b.example;lr>\r\n" A,
	  EDGE, 200, "<sip:203.0.113.3:5070;lr>, <sip:10.1.1.1;lr>, <sip:b.example;lr>",
	  "203.0.113.3:5070", NULL, NULL },
	{ "a name is where it came from", "Path: <sip:edge.example;lr>\r\n" A,
	  "203.0.113.2:5080", 200, "<sip:edge.example;lr>", "203.0.113.2:5080", NULL,
	  NULL },
	{ "another transport goes to its port",
	  "Path: <sip:edge.example;transport=tcp;lr>\r\n" A, "203.0.113.2:41000", 200,
	  "<sip:edge.example;transport=tcp;lr>", "203.0.113.2:5060", NULL, NULL },
	{ "a stranger's is not looked at",
	  "Supported: path\r\nPath: <sip:127.0.0.1:22;lr>\r\n" A, "192.0.2.9:5060", 200,
	  "", "192.0.2.9:5060", NULL, "Path:" },
	{ "not even whether it is one", "Path: nonsense\r\n" A, "192.0.2.9:5060", 200, "",
	  "192.0.2.9:5060", NULL, NULL },
	{ "no address", "Path: <tel:+41>\r\n" A, EDGE, 400, NULL, NULL, NULL, NULL },
	{ "no name-addr", "Path: nonsense\r\n" A, EDGE, 400, NULL, NULL, NULL, NULL },
	{ "more hops than anybody has",
	  "Path: <sip:a>,<sip:b>,<sip:c>,<sip:d>,<sip:e>,<sip:f>,<sip:g>,<sip:h>,<sip:i>"
	  "\r\n" A,
	  EDGE, 400, NULL, NULL, NULL, NULL },
	{ "outbound behind an edge that does it",
	  TWO "Supported: outbound\r\nPath: <sip:203.0.113.2;lr;ob>\r\n" FLOW, EDGE, 200,
	  "<sip:203.0.113.2;lr;ob>", "203.0.113.2:5060", "Require: outbound", NULL },
	{ "outbound behind an edge that does not",
	  TWO "Supported: outbound\r\nPath: <sip:203.0.113.2;lr>\r\n" FLOW, EDGE, 439,
	  NULL, NULL, NULL, NULL },
	{ "the device's own hop counts",
	  TWO "Supported: outbound\r\n"
	      "Path: <sip:203.0.113.2;lr;ob>, <sip:10.1.1.1;lr>\r\n" FLOW,
	  EDGE, 439, NULL, NULL, NULL, NULL },
	{ "a stranger cannot lend outbound",
	  TWO "Supported: outbound\r\nPath: <sip:192.0.2.9;lr;ob>\r\n" FLOW,
	  "192.0.2.9:5060", 439, NULL, NULL, NULL, NULL },
};

static void test_rows(void **state)
{
	char remote[ADDR_TEXT_SIZE];
	struct binding b;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rig r;
		struct rig_register reg = { .cseq = 1, .headers = rows[i].headers };

		print_message("           %s\n", rows[i].name);
		rig_open(&r, false);
		reg.from = rig_flow(rows[i].from, 0);
		assert_int_equal(rig_send(&r, &reg), rows[i].status);
		if (rows[i].has && !rig_answer_has(&r, rows[i].has))
			fail_msg("no %s in %s", rows[i].has, r.answer);
		if (rows[i].has_not && rig_answer_has(&r, rows[i].has_not))
			fail_msg("%s in %s", rows[i].has_not, r.answer);
		assert_int_equal(registrar_line_bindings(r.registrar, LINE, &b, 1),
				 rows[i].path != NULL);
		if (rows[i].path) {
			assert_string_equal(b.path, rows[i].path);
			assert_string_equal(addr_encode(remote, &b.flow.remote),
					    rows[i].remote);
		}
		rig_close(&r);
	}
}

static void test_too_long(void **state)
{
	char headers[1024];
	struct rig r;
	struct rig_register reg = { .cseq = 1,
				    .headers = headers,
				    .from = rig_flow(EDGE, 0) };

	rig_open(&r, false);
	snprintf(headers, sizeof(headers), "Path: <sip:%0600u@h;lr>\r\n" A, 1);
	assert_int_equal(rig_send(&r, &reg), 400);
	assert_int_equal(rig_bindings(&r), 0);
	rig_close(&r);
}

/* The proxy's connection is not the device's; and the way is known after a restart. */
static void test_outlives_connection_and_restart(void **state)
{
	struct rig_register reg = {
		.cseq = 1,
		.headers = "Path: <sip:203.0.113.2;transport=tcp;lr>\r\n" A,
		.from = rig_flow("203.0.113.2:41000", 5),
	};
	struct binding b;
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_send(&r, &reg), 200);
	registrar_flow_closed(r.registrar, &reg.from);
	assert_int_equal(rig_bindings(&r), 1);
	rig_run(&r, 1);
	rig_restart(&r);
	assert_int_equal(registrar_line_bindings(r.registrar, LINE, &b, 1), 1);
	assert_string_equal(b.path, "<sip:203.0.113.2;transport=tcp;lr>");
	assert_int_equal(b.flow.transport, TRANSPORT_TCP);
	assert_int_equal(b.flow.conn, 0);
	assert_int_equal(b.flow.listener, REGISTRAR_LISTENER_UNKNOWN);
	rig_close(&r);
}

int path_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_outlives_connection_and_restart),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
