/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_flow.c - src/net/flow.c */

#include <errno.h>

#include "fake/check.h"
#include "net/flow.h"
#include "net_tests.h"

static void names_round_trip(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		int result;
		enum transport t;
	} rows[] = {
		{ "UDP", TEXT_INIT("UDP"), 0, TRANSPORT_UDP },
		{ "TCP", TEXT_INIT("tcp"), 0, TRANSPORT_TCP },
		{ "TLS", TEXT_INIT("Tls"), 0, TRANSPORT_TLS },
		{ "WS", TEXT_INIT("ws"), 0, TRANSPORT_WS },
		{ "WSS", TEXT_INIT("WSS"), 0, TRANSPORT_WSS },
		{ "SCTP", TEXT_INIT("SCTP"), -ENOENT, 0 },
		{ "longer", TEXT_INIT("tls-sctp"), -ENOENT, 0 },
		{ "empty", TEXT_INIT(""), -ENOENT, 0 },
	};

	EACH (row, rows) {
		enum transport t = TRANSPORT_UDP;

		row_int(row, transport_decode(row->in, &t), row->result);
		if (row->result < 0)
			continue;
		row_int(row, t, row->t);
		row_true(row, text_eq_nocase(row->in, text_of(transport_via_name(t))));
		row_true(row, text_eq_nocase(row->in, text_of(transport_uri_name(t))));
		row_int(row, transport_reliable((uint8_t)t), t != TRANSPORT_UDP);
	}
	assert_string_equal(transport_via_name(TRANSPORT_WSS), "WSS");
	assert_string_equal(transport_uri_name(TRANSPORT_WSS), "wss");
}

static struct flow flow_of(enum transport t, uint64_t conn, const char *remote)
{
	struct flow f = { .transport = (uint8_t)t, .conn = conn };

	addr_decode(TEXT("192.0.2.1:5060"), 0, &f.local);
	addr_decode(text_of(remote), 0, &f.remote);
	return f;
}

static void equality(void **state)
{
	struct flow a = flow_of(TRANSPORT_UDP, 0, "198.51.100.1:1");
	struct flow b = a, c = flow_of(TRANSPORT_UDP, 0, "198.51.100.1:2");
	struct flow d = flow_of(TRANSPORT_TCP, 5, "198.51.100.1:1");
	struct flow e = flow_of(TRANSPORT_TCP, 6, "198.51.100.1:1");

	b.worker = 3; /* the kernel may have changed its mind */
	assert_true(flow_eq(&a, &b));
	assert_false(flow_eq(&a, &c));
	assert_false(flow_eq(&a, &d));
	assert_false(flow_eq(&d, &e)); /* the same addresses, another connection */
	e.conn = 5;
	assert_true(flow_eq(&d, &e));
}

int flow_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_round_trip),
		cmocka_unit_test(equality),
	};

	return cmocka_run_group_tests_name("net/flow", tests, NULL, NULL);
}
