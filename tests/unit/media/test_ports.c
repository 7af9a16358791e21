/* SPDX-License-Identifier: Apache-2.0 */
/* unit/media/test_ports.c - The pool of port pairs. */

#include "help.h"

#include <errno.h>

#include "fake/alloc.h"
#include "media/ports.h"

static void ranges(void **state)
{
	static const struct {
		const char *name;
		uint16_t min, max;
		int rc;
		size_t pairs;
	} rows[] = {
		{ "even to odd", 30000, 30003, 0, 2 },
		{ "odd to even", 30001, 30004, 0, 1 },
		{ "one pair", 30000, 30001, 0, 1 },
		{ "one port", 30000, 30000, -EINVAL, 0 },
		{ "an odd and an even one", 30001, 30002, -EINVAL, 0 },
		{ "turned round", 30002, 30000, -EINVAL, 0 },
		{ "from zero", 0, 100, -EINVAL, 0 },
		{ "to the end", 65534, 65535, 0, 1 },
		{ "only the last port", 65535, 65535, -EINVAL, 0 },
		{ "nearly all", 2, 65535, 0, 32767 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct media_ports p;
		int rc = media_ports_init(&p, rows[i].min, rows[i].max, 0);

		expect_true(rows[i].name, rc == rows[i].rc);
		if (rc < 0)
			continue;
		expect_true(rows[i].name, p.pairs == rows[i].pairs);
		media_ports_fini(&p);
	}
}

static void every_pair_once(void **state)
{
	struct media_ports p;
	bool seen[10] = { 0 };

	assert_int_equal(media_ports_init(&p, 4000, 4019, 7), 0);
	for (int i = 0; i < 10; i++) {
		uint16_t port = media_ports_take(&p);

		assert_in_range(port, 4000, 4018);
		assert_int_equal(port % 2, 0);
		assert_false(seen[(port - 4000) / 2]);
		seen[(port - 4000) / 2] = true;
	}
	assert_int_equal(media_ports_take(&p), 0);
	media_ports_give(&p, 4006);
	assert_int_equal(media_ports_take(&p), 4006);
	assert_int_equal(media_ports_take(&p), 0);
	media_ports_fini(&p);
}

/* A late packet of the call before must not meet the next call. */
static void a_port_given_back_rests(void **state)
{
	struct media_ports p;

	assert_int_equal(media_ports_init(&p, 4000, 4005, 0), 0);
	assert_int_equal(media_ports_take(&p), 4000);
	media_ports_give(&p, 4000);
	assert_int_equal(media_ports_take(&p), 4002);
	assert_int_equal(media_ports_take(&p), 4004);
	assert_int_equal(media_ports_take(&p), 4000);
	media_ports_fini(&p);
}

static void no_memory(void **state)
{
	struct media_ports p;

	fail_alloc_nth(1);
	assert_int_equal(media_ports_init(&p, 4000, 4005, 0), -ENOMEM);
	assert_true(fail_alloc_off());
}

int test_ports(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges),
		cmocka_unit_test(every_pair_once),
		cmocka_unit_test(a_port_given_back_rests),
		cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests_name("media/ports", tests, NULL, NULL);
}
