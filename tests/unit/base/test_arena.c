/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_arena.c - src/base/arena.c */

#include <stdlib.h>

#include "base/arena.h"
#include "base_tests.h"
#include "fake/alloc.h"
#include "fake/check.h"

static void gives_zeroed_aligned_memory(void **state)
{
	struct arena *a = arena_new(64);

	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 700; size += 13) {
			char *p = arena_alloc(a, size);

			assert_non_null(p);
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, size);
		}
		arena_reset(a);
	}
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_alloc(a, SIZE_MAX - 7));
	arena_free(a);
	arena_free(NULL);
}

static void copies_text(void **state)
{
	struct arena *a = arena_new(0);
	struct text t = arena_text(a, TEXT("abc"));
	struct text empty = arena_text(a, TEXT_NONE);

	assert_text(t, TEXT("abc"));
	assert_int_equal(t.p[3], '\0');
	assert_non_null(empty.p);
	assert_int_equal(empty.len, 0);
	arena_free(a);
}

static void keeps_its_first_block(void **state)
{
	struct arena *a = arena_new(512);
	void *first = arena_alloc(a, 16);

	arena_alloc(a, 10000);
	arena_reset(a);
	fail_alloc_nth(1);
	assert_ptr_equal(arena_alloc(a, 16), first);
	assert_int_equal(fail_alloc_count(), 0);
	fail_alloc_off();
	arena_free(a);
}

static void memory_runs_out(void **state)
{
	for (unsigned n = 1;; n++) {
		struct arena *a;
		void *big = NULL;

		fail_alloc_nth(n);
		a = arena_new(256);
		if (a)
			big = arena_alloc(a, 4096);
		if (!fail_alloc_off()) {
			assert_non_null(big);
			arena_free(a);
			return;
		}
		assert_null(big);
		if (a)
			assert_non_null(arena_alloc(a, 4096)); /* and goes on */
		arena_free(a);
	}
}

int arena_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(copies_text),
		cmocka_unit_test(keeps_its_first_block),
		cmocka_unit_test(memory_runs_out),
	};

	return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
