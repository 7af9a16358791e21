/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/test_replay.c - auth/replay.c. */

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "auth/replay.h"
#include "fake/alloc.h"
#include "unit.h"

static struct replay *make(unsigned slots)
{
	struct replay *r;

	r = replay_new(slots);
	assert_non_null(r);
	return r;
}

/* Any will do: nonces of ours are told by their MAC (replay_hash). */
static uint64_t name_of(struct text nonce)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < nonce.len; i++)
		hash = (hash ^ (uint8_t)nonce.p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static bool use(struct replay *r, struct text nonce, uint32_t nc, uint32_t expires_s,
		uint32_t now_s)
{
	return replay_use(r, name_of(nonce), nc, expires_s, now_s);
}

static void test_counts(void **state)
{
	static const struct {
		const char *what;
		uint32_t nc;
		bool fresh;
	} steps[] = {
		{ "the first may be any", 5, true },
		{ "again", 5, false },
		{ "the next", 6, true },
		{ "a late one", 4, true },
		{ "that again", 4, false },
		{ "a later one", 1, true },
		{ "a jump", 100, true },
		{ "just inside the window", 37, true },
		{ "just outside", 36, false },
		{ "again inside", 37, false },
		{ "a long jump", 100000, true },
		{ "what was before it", 100, false },
		{ "one below", 99999, true },
		{ "the highest there is", 0xffffffff, true },
		{ "again", 0xffffffff, false },
		{ "without qop, later", 0, false },
	};
	struct replay *r = make(64);

	for (size_t i = 0; i < COUNT(steps); i++) {
		if (use(r, TEXT("a nonce"), steps[i].nc, 400, 100) != steps[i].fresh)
			fail_msg("step %zu: %s", i, steps[i].what);
	}
	replay_free(r);
}

static void test_without_qop_once(void **state)
{
	struct replay *r = make(64);

	assert_true(use(r, TEXT("a nonce"), 0, 400, 100));
	assert_false(use(r, TEXT("a nonce"), 0, 400, 100));
	assert_false(use(r, TEXT("a nonce"), 1, 400, 100));
	assert_false(use(r, TEXT("a nonce"), 0xffffffff, 400, 100));
	assert_true(use(r, TEXT("another"), 1, 400, 100));
	assert_false(use(r, TEXT("another"), 0, 400, 100));
	replay_free(r);
}

/* One bucket: the ninth nonce pushes the oldest out, and what is as old stays out. */
static void test_forgets_safely(void **state)
{
	struct replay *r = make(8);
	char nonce[16];

	for (uint32_t i = 0; i < 8; i++) {
		snprintf(nonce, sizeof(nonce), "nonce %u", i);
		assert_true(use(r, text_of(nonce), 1, 400 + i, 100));
	}
	assert_true(use(r, TEXT("the ninth"), 1, 410, 100));
	assert_false(use(r, TEXT("nonce 0"), 1, 400, 100));
	assert_false(use(r, TEXT("nonce 0"), 2, 400, 100));
	assert_false(use(r, TEXT("as old, never seen"), 1, 400, 100));
	assert_true(use(r, TEXT("nonce 7"), 2, 407, 100));
	/* Dead nonces give way without any trace. */
	assert_true(use(r, TEXT("much later"), 1, 900, 600));
	replay_free(r);
}

static void test_names(void **state)
{
	char nonce[57];
	uint64_t first, n;

	snprintf(nonce, sizeof(nonce), "%056x", 1);
	first = replay_hash(text_of(nonce));
	assert_true(first == replay_hash(text_of(nonce)));
	for (unsigned i = 2; i < 1000; i++) {
		snprintf(nonce, sizeof(nonce), "%056x", i);
		n = replay_hash(text_of(nonce));
		assert_true(n != first);
	}
	/* None of ours, but anybody may send it. */
	replay_hash(TEXT("short"));
	replay_hash(TEXT_NONE);
}

struct racer {
	struct replay *replay;
	atomic_uint *fresh;
};

static void *race(void *arg)
{
	struct racer *racer = arg;

	for (uint32_t nc = 1; nc <= 20000; nc++) {
		if (use(racer->replay, TEXT("a nonce"), nc, 400, 100))
			atomic_fetch_add(racer->fresh, 1);
	}
	return NULL;
}

/* Two threads use the same counts: each count passes at most once, and the first of the
 * two always does. */
static void test_two_threads(void **state)
{
	atomic_uint fresh = 0;
	struct racer racer = { make(64), &fresh };
	pthread_t threads[2];

	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, race, &racer), 0);
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(fresh, 20000);
	replay_free(racer.replay);
}

static void test_without_memory(void **state)
{
	for (unsigned n = 1;; n++) {
		struct replay *r;

		fail_alloc_nth(n);
		r = replay_new(64);
		if (!fail_alloc_off()) {
			assert_non_null(r);
			replay_free(r);
			break;
		}
		assert_null(r);
	}
	replay_free(NULL);
}

int replay_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_without_qop_once),
		cmocka_unit_test(test_forgets_safely),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_two_threads),
		cmocka_unit_test(test_without_memory),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
