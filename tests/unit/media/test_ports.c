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
		int rc = media_ports_init(&p, rows[i].min, rows[i].max, random_real());

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

	assert_int_equal(media_ports_init(&p, 4000, 4019, random_real()), 0);
	for (int i = 0; i < 10; i++) {
		uint16_t port = media_ports_take(&p, false);

		assert_in_range(port, 4000, 4018);
		assert_int_equal(port % 2, 0);
		assert_false(seen[(port - 4000) / 2]);
		seen[(port - 4000) / 2] = true;
	}
	assert_int_equal(media_ports_take(&p, false), 0);
	media_ports_give(&p, 4006);
	assert_int_equal(media_ports_take(&p, false), 4006);
	assert_int_equal(media_ports_take(&p, false), 0);
	media_ports_fini(&p);
}

/* Of 640 pairs ten are kept for emergency calls. */
static void the_last_are_kept(void **state)
{
	struct media_ports p;
	unsigned taken = 0, urgent = 0;

	assert_int_equal(media_ports_init(&p, 4000, 4000 + 1279, random_real()), 0);
	while (media_ports_take(&p, false))
		taken++;
	assert_int_equal(taken, 630);
	while (media_ports_take(&p, true))
		urgent++;
	assert_int_equal(urgent, 10);
	media_ports_give(&p, 4000);
	assert_int_equal(media_ports_take(&p, false), 0);
	assert_int_equal(media_ports_take(&p, true), 4000);
	media_ports_fini(&p);
}

/* A late packet of the call before must not meet the next call. */
static void a_port_given_back_rests(void **state)
{
	struct media_ports p;
	uint16_t first;

	assert_int_equal(media_ports_init(&p, 4000, 4005, random_real()), 0);
	first = media_ports_take(&p, false);
	media_ports_give(&p, first);
	assert_int_not_equal(media_ports_take(&p, false), first);
	assert_int_not_equal(media_ports_take(&p, false), first);
	assert_int_equal(media_ports_take(&p, false), first);
	media_ports_fini(&p);
}

/* One call's ports do not tell the next one's. */
static void in_random_order(void **state)
{
	struct media_ports p;
	unsigned neighbours = 0;
	uint16_t before;

	assert_int_equal(media_ports_init(&p, 30000, 39999, random_real()), 0);
	before = media_ports_take(&p, false);
	for (unsigned i = 0; i < 1000; i++) {
		uint16_t port = media_ports_take(&p, false);

		neighbours += port == before + 2;
		before = port;
	}
	assert_true(neighbours < 20);
	media_ports_fini(&p);
}

static void no_memory(void **state)
{
	struct media_ports p;

	fail_alloc_nth(1);
	assert_int_equal(media_ports_init(&p, 4000, 4005, random_real()), -ENOMEM);
	assert_true(fail_alloc_off());
}

int test_ports(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges),
		cmocka_unit_test(every_pair_once),
		cmocka_unit_test(the_last_are_kept),
		cmocka_unit_test(a_port_given_back_rests),
		cmocka_unit_test(in_random_order),
		cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests_name("media/ports", tests, NULL, NULL);
}
