/* SPDX-License-Identifier: Apache-2.0 */
/* unit/registrar/test_keepalive.c - Who hears of us to keep a NAT open, and when. */

#include "rig.h"

#include <stdio.h>
#include <string.h>

enum { PERIOD_S = 28 };

/* All that is due in the next seconds; by second when ret is not NULL. */
static unsigned due(struct rig *r, unsigned seconds, unsigned *ret)
{
	struct flow flows[4];
	unsigned sum = 0;

	for (unsigned s = 0; s < seconds; s++) {
		unsigned before = sum;
		size_t n;

		rig_run(r, 1);
		for (unsigned shard = 0; shard < REGISTRAR_SHARDS; shard++) {
			do {
				n = registrar_keepalives(r->registrar, shard, flows,
							 COUNT(flows));
				sum += (unsigned)n;
			} while (n == COUNT(flows));
		}
		if (ret)
			ret[s] = sum - before;
	}
	return sum;
}

static const struct {
	const char *name;
	const char *headers;
	const char *from;
	uint64_t conn;
	unsigned due; /* in two periods */
} rows[] = {
	{ "nothing stands between", "Contact: <sip:a@10.0.0.5:5060>\r\n", "10.0.0.5:5060",
	  0, 0 },
	{ "another address", "Contact: <sip:a@10.0.0.5:5060>\r\n", "192.0.2.9:5060", 0,
	  2 },
	{ "another port", "Contact: <sip:a@10.0.0.5:5060>\r\n", "10.0.0.5:1024", 0, 2 },
	{ "a contact put right, a Via that is not", "Contact: <sip:a@192.0.2.9:1024>\r\n",
	  "192.0.2.9:1024", 0, 2 },
	{ "a name in the contact", "Contact: <sip:a@phone.example>\r\n", "10.0.0.5:5060",
	  0, 0 },
	{ "a connection needs none", "Contact: <sip:a@10.0.0.5>\r\n", "192.0.2.9:1024", 9,
	  0 },
	{ "who does outbound keeps it open itself",
	  "Supported: outbound\r\n"
	  "Contact: <sip:a@10.0.0.5>;reg-id=1;+sip.instance=\"<urn:x:y>\"\r\n",
	  "192.0.2.9:1024", 0, 0 },
};

static void test_rows(void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rig r;
		struct rig_register reg = { .cseq = 1, .headers = rows[i].headers };

		print_message("           %s\n", rows[i].name);
		rig_open(&r, false);
		reg.from = rig_flow(rows[i].from, rows[i].conn);
		assert_int_equal(rig_send(&r, &reg), 200);
		assert_int_equal(due(&r, 2 * PERIOD_S, NULL), rows[i].due);
		registrar_end_credential(r.registrar, CREDENTIAL);
		assert_int_equal(due(&r, 2 * PERIOD_S, NULL), 0);
		rig_close(&r);
	}
}

/* A thousand that registered in the same moment are not told in the same moment. */
static void test_spread(void **state)
{
	unsigned by_second[PERIOD_S], most = 0;
	char headers[64], from[32];
	struct rig r;

	rig_open(&r, false);
	for (unsigned i = 0; i < 1000; i++) {
		struct rig_register reg = { .cseq = 1, .headers = headers };

		snprintf(headers, sizeof(headers), "Contact: <sip:a@10.0.%u.%u>\r\n",
			 i / 250, i % 250);
		snprintf(from, sizeof(from), "192.0.2.9:%u", 1024 + i);
		reg.from = rig_flow(from, 0);
		r.credential.id = r.credential.line_id = 100 + i;
		assert_int_equal(rig_send(&r, &reg), 200);
	}
	assert_int_equal(due(&r, PERIOD_S, by_second), 1000);
	for (unsigned s = 0; s < PERIOD_S; s++)
		most = by_second[s] > most ? by_second[s] : most;
	assert_in_range(most, 1000 / PERIOD_S, 3 * 1000 / PERIOD_S);
	assert_int_equal(due(&r, PERIOD_S, by_second), 1000);
	rig_close(&r);
}

/* Who was not asked for a while is told once, not once for each second missed. */
static void test_late(void **state)
{
	struct rig r;

	rig_open(&r, false);
	assert_int_equal(rig_contact(&r, 1, "Contact: <sip:a@10.0.0.5:5060>\r\n"), 200);
	rig_run(&r, 10 * PERIOD_S);
	assert_int_equal(due(&r, 1, NULL), 1);
	rig_close(&r);
}

static void test_restart(void **state)
{
	struct rig r;

	rig_open(&r, true);
	assert_int_equal(rig_contact(&r, 1, "Contact: <sip:a@10.0.0.5:5060>\r\n"), 200);
	rig_run(&r, 1);
	rig_restart(&r);
	assert_int_equal(due(&r, PERIOD_S, NULL), 1);
	rig_close(&r);
}

int keepalive_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_restart),
	};

	return cmocka_run_group_tests_name("keepalive", tests, NULL, NULL);
}
