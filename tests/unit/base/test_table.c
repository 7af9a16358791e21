/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_table.c - src/base/table.c */

#include <errno.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/table.h"
#include "base_tests.h"
#include "fake/alloc.h"
#include "fake/check.h"
#include "fake/random.h"

enum { ITEMS = 5000 };

struct item {
	struct table_node node;
	int n;
};

static struct text key_of(const int *n)
{
	return (struct text){ (const char *)n, sizeof(*n) };
}

static struct item *find(struct table *t, int n)
{
	struct table_node *node = table_first(t, table_hash(t, key_of(&n)));

	for (; node; node = table_next(node)) {
		if (container_of(node, struct item, node)->n == n)
			return container_of(node, struct item, node);
	}
	return NULL;
}

static void put(struct table *t, struct item *item, int n)
{
	item->n = n;
	table_insert(t, &item->node, table_hash(t, key_of(&n)));
}

static void remove_odd(struct table_node *node, void *arg)
{
	struct item *item = container_of(node, struct item, node);

	if (item->n % 2 == 0)
		return;
	table_remove(arg, node);
	memset(item, 0xdd, sizeof(*item));
}

static void finds_what_was_put(void **state)
{
	static struct item items[ITEMS];
	struct fake_random r;
	struct table t;

	fake_random_init(&r, 1);
	assert_int_equal(table_init(&t, &r.random, 0), 0);
	for (int i = 0; i < ITEMS; i++)
		put(&t, &items[i], i);
	assert_int_equal(t.count, ITEMS);
	assert_true(t.bucket_count >= ITEMS / 2);
	for (int i = 0; i < ITEMS; i++)
		assert_ptr_equal(find(&t, i), &items[i]);
	assert_null(find(&t, ITEMS));
	table_each(&t, remove_odd, &t);
	assert_int_equal(t.count, ITEMS / 2);
	for (int i = 0; i < ITEMS; i++)
		assert_ptr_equal(find(&t, i), i % 2 ? NULL : &items[i]);
	table_fini(&t);
	assert_null(t.buckets);
}

static void same_hash_is_walked(void **state)
{
	struct table_node a, b, c;
	struct fake_random r;
	struct table t;

	fake_random_init(&r, 1);
	table_init(&t, &r.random, 0);
	table_insert(&t, &a, 5);
	table_insert(&t, &b, 5 + t.bucket_count); /* the same bucket */
	table_insert(&t, &c, 5);
	assert_ptr_equal(table_first(&t, 5), &c);
	assert_ptr_equal(table_next(&c), &a);
	assert_null(table_next(&a));
	table_remove(&t, &b);
	assert_null(table_first(&t, 5 + t.bucket_count));
	table_fini(&t);
}

/* SipHash-2-4 of 00 01 ... 0e with the key 00 01 ... 0f (its paper, appendix A). */
static void hash_is_siphash(void **state)
{
	char input[15];
	struct table t;

	for (int i = 0; i < 16; i++)
		t.key[i] = (uint8_t)i;
	for (int i = 0; i < 15; i++)
		input[i] = (char)i;
	assert_true(table_hash(&t, (struct text){ input, 15 }) ==
		    UINT64_C(0xa129ca6149be45e5));
}

static void two_part_keys_have_a_border(void **state)
{
	struct fake_random r;
	struct table t;

	fake_random_init(&r, 1);
	table_init(&t, &r.random, 0);
	assert_true(table_hash2(&t, TEXT("ab"), TEXT("c")) !=
		    table_hash2(&t, TEXT("a"), TEXT("bc")));
	assert_true(table_hash2(&t, TEXT("a"), TEXT("b")) !=
		    table_hash2(&t, TEXT("b"), TEXT("a")));
	assert_true(table_hash2(&t, TEXT_NONE, TEXT("b")) ==
		    table_hash2(&t, TEXT(""), TEXT("b")));
	table_fini(&t);
}

static void tables_have_keys_of_their_own(void **state)
{
	struct fake_random r;
	struct table a, b;

	fake_random_init(&r, 1);
	table_init(&a, &r.random, 1000);
	table_init(&b, &r.random, 0);
	assert_int_equal(a.bucket_count, 1024);
	assert_true(table_hash(&a, TEXT("x")) != table_hash(&b, TEXT("x")));
	table_fini(&a);
	table_fini(&b);
}

static void memory_runs_out(void **state)
{
	static struct item items[ITEMS];
	struct fake_random r;
	struct table t;

	fake_random_init(&r, 1);
	fail_alloc_nth(1);
	assert_int_equal(table_init(&t, &r.random, 0), -ENOMEM);
	assert_true(fail_alloc_off());
	table_init(&t, &r.random, 0);
	for (int i = 0; i < ITEMS; i++) {
		fail_alloc_nth(1); /* it never grows, and still takes everything */
		put(&t, &items[i], i);
		fail_alloc_off();
	}
	assert_int_equal(t.bucket_count, 8);
	for (int i = 0; i < ITEMS; i += 97)
		assert_ptr_equal(find(&t, i), &items[i]);
	table_fini(&t);
}

int table_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_put),
		cmocka_unit_test(same_hash_is_walked),
		cmocka_unit_test(hash_is_siphash),
		cmocka_unit_test(two_part_keys_have_a_border),
		cmocka_unit_test(tables_have_keys_of_their_own),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("base/table", tests, NULL, NULL);
}
