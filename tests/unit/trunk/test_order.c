/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/test_order.c - Priority, then weight by chance (RFC 2782). */

#include <string.h>

#include "fake/random.h"
#include "trunk/order.h"
#include "unit.h"

enum { ROUNDS = 20000 };

static void test_shares(void **state)
{
	static const struct {
		const char *name;
		struct order_item items[4];
		size_t count;
		unsigned percent[4]; /* how often each comes first */
	} rows[] = {
		{ "rank before weight", { { 2, 100 }, { 1, 1 } }, 2, { 0, 100 } },
		{ "by weight", { { 1, 1 }, { 1, 3 } }, 2, { 25, 75 } },
		{ "by weight of three",
		  { { 1, 100 }, { 1, 200 }, { 1, 700 } },
		  3,
		  { 10, 20, 70 } },
		{ "weight 0 hardly ever", { { 1, 0 }, { 1, 999 } }, 2, { 0, 100 } },
		{ "all 0 stay", { { 1, 0 }, { 1, 0 }, { 1, 0 } }, 3, { 100, 0, 0 } },
		{ "the other rank's weight does not count",
		  { { 1, 50 }, { 2, 900 }, { 1, 50 } },
		  3,
		  { 50, 0, 50 } },
	};
	struct fake_random random;

	fake_random_init(&random, 7);
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned first[4] = { 0 };

		print_message("           %s\n", rows[i].name);
		for (unsigned n = 0; n < ROUNDS; n++) {
			unsigned char order[4];

			order_choose(&random.random, rows[i].items, rows[i].count, order);
			first[order[0]]++;
		}
		for (size_t k = 0; k < rows[i].count; k++)
			assert_in_range(first[k] * 100 / ROUNDS + 6,
					rows[i].percent[k] + 0, rows[i].percent[k] + 12);
	}
}

/* Each stands there once, and no rank before a lower one. */
static void test_everyone_once(void **state)
{
	struct order_item items[ORDER_ITEMS_MAX];
	unsigned char order[ORDER_ITEMS_MAX];
	struct fake_random random;
	uint32_t seen = 0;

	fake_random_init(&random, 8);
	for (unsigned i = 0; i < ORDER_ITEMS_MAX; i++)
		items[i] = (struct order_item){ i % 5, i * 2047 % 65536 };
	order_choose(&random.random, items, ORDER_ITEMS_MAX, order);
	for (unsigned i = 0; i < ORDER_ITEMS_MAX; i++) {
		seen |= 1u << order[i];
		assert_true(!i || items[order[i]].rank >= items[order[i - 1]].rank);
	}
	assert_int_equal(seen, UINT32_MAX);
}

int order_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_everyone_once),
	};

	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
