/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_list.c - src/base/list.h */

#include <stdlib.h>

#include "base/list.h"
#include "base_tests.h"
#include "fake/check.h"

struct item {
	int n;
	struct list node;
};

static void keeps_order(void **state)
{
	struct item items[4] = { { 0 }, { 1 }, { 2 }, { 3 } };
	struct list head;
	int expected = 0;

	list_init(&head);
	assert_true(list_empty(&head));
	assert_null(list_first(&head));
	for (int i = 0; i < 4; i++)
		list_append(&head, &items[i].node);
	LIST_EACH (it, &head)
		assert_int_equal(container_of(it, struct item, node)->n, expected++);
	list_remove(&items[1].node);
	list_remove(&items[1].node); /* safe again */
	LIST_EACH_SAFE (it, &head)
		list_remove(it);
	assert_true(list_empty(&head));
}

int list_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_order),
	};

	return cmocka_run_group_tests_name("base/list", tests, NULL, NULL);
}
