/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_listen.c - src/net/listen.c */

#include <errno.h>
#include <unistd.h>

#include "fake/check.h"
#include "net_tests.h"

static struct addr address(const char *text)
{
	struct addr a = { 0 };

	assert_int_equal(addr_decode(text_of(text), 0, &a), 0);
	return a;
}

static void close_all(struct net_listener *l, size_t count)
{
	for (size_t i = 0; i < count; i++)
		close(l[i].fd);
}

static void workers_share_a_port_nobody_else_does(void **state)
{
	static const struct {
		const char *name;
		enum transport t;
		unsigned workers, others;
	} rows[] = {
		{ "UDP, one worker", TRANSPORT_UDP, 1, 1 },
		{ "UDP, one worker, then two", TRANSPORT_UDP, 1, 2 },
		{ "UDP, three workers, then one", TRANSPORT_UDP, 3, 1 },
		{ "UDP, three workers, then two", TRANSPORT_UDP, 3, 2 },
		{ "TCP, one worker", TRANSPORT_TCP, 1, 1 },
		{ "TCP, three workers, then two", TRANSPORT_TCP, 3, 2 },
	};

	EACH (row, rows) {
		struct net_listener l[3], other[3];
		struct addr a = address("127.0.0.1:0");

		row_int(row, net_listen(row->t, &a, row->workers, l), 0);
		for (unsigned i = 0; i < row->workers; i++) {
			row_true(row, l[i].addr.port != 0);
			row_int(row, l[i].addr.port, l[0].addr.port);
			row_int(row, l[i].transport, row->t);
		}
		row_int(row, net_listen(row->t, &l[0].addr, row->others, other),
			-EADDRINUSE);
		close_all(l, row->workers);
	}
}

static void refuses(void **state)
{
	static const struct {
		const char *name;
		enum transport t;
		const char *addr;
		unsigned workers;
		int result;
	} rows[] = {
		{ "not our address", TRANSPORT_UDP, "192.0.2.1:0", 1, -EADDRNOTAVAIL },
		{ "not our address, two workers", TRANSPORT_TCP, "192.0.2.1:0", 2,
		  -EADDRNOTAVAIL },
		{ "not our address, TLS", TRANSPORT_TLS, "192.0.2.1:0", 1,
		  -EADDRNOTAVAIL },
		{ "no worker", TRANSPORT_UDP, "127.0.0.1:0", 0, -EINVAL },
		{ "too many workers", TRANSPORT_UDP, "127.0.0.1:0", NET_WORKERS_MAX + 1,
		  -EINVAL },
	};
	struct addr none = { 0 };
	struct net_listener l;

	EACH (row, rows) {
		struct addr a = address(row->addr);

		row_int(row, net_listen(row->t, &a, row->workers, &l), row->result);
	}
	assert_int_equal(net_listen(TRANSPORT_UDP, &none, 1, &l), -EINVAL);
}

static void families_are_apart(void **state)
{
	struct addr a4 = address("0.0.0.0:0"), a6 = address("::");
	struct net_listener l[2];

	if (!have_ipv6())
		return;
	for (enum transport t = TRANSPORT_UDP; t <= TRANSPORT_TCP; t++) {
		assert_int_equal(net_listen(t, &a6, 1, &l[0]), 0);
		a4.port = l[0].addr.port;
		assert_int_equal(net_listen(t, &a4, 1, &l[1]), 0);
		close_all(l, 2);
	}
}

int listen_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workers_share_a_port_nobody_else_does),
		cmocka_unit_test(refuses),
		cmocka_unit_test(families_are_apart),
	};

	return cmocka_run_group_tests_name("net/listen", tests, NULL, NULL);
}
