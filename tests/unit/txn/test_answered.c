/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of txn/answered.c. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fake/alloc.h"
#include "unit/txn/groups.h"
#include "txn/answered.h"

enum { LIFE_MS = 32000, BIG = 60000, A_CHUNK = ANSWERED_CHUNK / BIG };

static const struct flow peer = { .transport = TRANSPORT_UDP,
				  .remote = { .port = 5062 } };

static void put(struct answered *a, uint64_t hash, enum sip_method method, int64_t now_ms)
{
	answered_put(a, &(struct answer_key){ hash, 0, method }, &peer,
		     TEXT("SIP/2.0 200 OK\r\n\r\n"), now_ms);
}

static void put_big(struct answered *a, uint64_t hash, int64_t now_ms)
{
	static char big[BIG];

	answered_put(a, &(struct answer_key){ hash, 0, SIP_REGISTER }, &peer,
		     (struct text){ big, BIG }, now_ms);
}

static const struct answer *find(const struct answered *a, uint64_t hash,
				 enum sip_method method, int64_t now_ms)
{
	return answered_find(a, &(struct answer_key){ hash, 0, method }, now_ms);
}

static bool has(const struct answered *a, uint64_t hash, int64_t now_ms)
{
	return find(a, hash, SIP_REGISTER, now_ms) != NULL;
}

static void test_found(void **state)
{
	const struct answer_key cancel = { 8, 0, SIP_CANCEL };
	struct answered a;
	const struct answer *w;

	assert_int_equal(answered_init(&a, LIFE_MS), 0);
	assert_null(find(&a, 7, SIP_REGISTER, 0));
	put(&a, 7, SIP_REGISTER, 100);
	w = find(&a, 7, SIP_REGISTER, 100);
	assert_non_null(w);
	assert_int_equal(w->to.remote.port, 5062);
	assert_int_equal(w->len, strlen("SIP/2.0 200 OK\r\n\r\n"));
	assert_memory_equal(w->bytes, "SIP/2.0 200 OK\r\n\r\n", w->len);
	/* Another method, another hash of the same bucket, too late. */
	assert_null(find(&a, 7, SIP_OPTIONS, 100));
	assert_null(find(&a, 7 + ANSWERED_BUCKETS, SIP_REGISTER, 100));
	assert_true(has(&a, 7, 100 + LIFE_MS - 1));
	assert_false(has(&a, 7, 100 + LIFE_MS));
	/* A CANCEL does not mean another CANCEL. */
	put(&a, 8, SIP_CANCEL, 100);
	assert_null(answered_cancelled(&a, &cancel, 100));
	put(&a, 8, SIP_OPTIONS, 100);
	assert_int_equal(answered_cancelled(&a, &cancel, 100)->key.method, SIP_OPTIONS);
	answered_fini(&a);
}

static void test_merged(void **state)
{
	static const struct {
		struct answer_key key;
		bool merged;
	} rows[] = {
		{ { 8, 9, SIP_REGISTER }, true },   /* by another path */
		{ { 7, 9, SIP_REGISTER }, false },  /* a repetition */
		{ { 8, 9, SIP_OPTIONS }, false },   /* another request */
		{ { 8, 10, SIP_REGISTER }, false }, /* another CSeq */
		{ { 8, 0, SIP_REGISTER }, false },  /* in a dialog */
	};
	struct answered a;

	assert_int_equal(answered_init(&a, LIFE_MS), 0);
	answered_put(&a, &(struct answer_key){ 7, 9, SIP_REGISTER }, &peer, TEXT("x"), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(answered_merged(&a, &rows[i].key, 0) != NULL,
				 rows[i].merged);
	answered_fini(&a);
}

static void test_bucket_is_full(void **state)
{
	struct answered a;

	assert_int_equal(answered_init(&a, LIFE_MS), 0);
	for (uint64_t i = 0; i <= ANSWERED_WAYS; i++)
		put(&a, 7 + i * ANSWERED_BUCKETS, SIP_REGISTER, 0);
	assert_false(has(&a, 7, 0));
	for (uint64_t i = 1; i <= ANSWERED_WAYS; i++)
		assert_true(has(&a, 7 + i * ANSWERED_BUCKETS, 0));
	answered_fini(&a);
}

/* Little load, little memory: what is dead gives its room. */
static void test_room_is_used_again(void **state)
{
	struct answered a;
	uint64_t hash = 0;

	assert_int_equal(answered_init(&a, LIFE_MS), 0);
	for (unsigned i = 0; i < 20 * A_CHUNK; i++)
		put_big(&a, ++hash, (int64_t)i * LIFE_MS / A_CHUNK);
	assert_in_range(a.count, 1, 3);
	assert_true(has(&a, hash, (int64_t)20 * LIFE_MS));
	assert_true(has(&a, hash - A_CHUNK / 2, (int64_t)20 * LIFE_MS));
	answered_fini(&a);
}

static void test_bound(void **state)
{
	const uint64_t all = (ANSWERED_CHUNKS + 5) * A_CHUNK;
	struct answered a;

	assert_int_equal(answered_init(&a, LIFE_MS), 0);
	for (uint64_t hash = 1; hash <= all; hash++)
		put_big(&a, hash, 0);
	assert_int_equal(a.count, ANSWERED_CHUNKS);
	for (uint64_t hash = 1; hash <= all; hash++)
		assert_int_equal(has(&a, hash, 0), hash > 5 * A_CHUNK);
	answered_fini(&a);
}

static void test_without_memory(void **state)
{
	struct answered a;

	assert_int_equal(answered_init(&a, LIFE_MS), 0);
	fail_alloc_nth(1);
	put(&a, 7, SIP_REGISTER, 0);
	assert_true(fail_alloc_off());
	assert_false(has(&a, 7, 0));
	put(&a, 7, SIP_REGISTER, 0);
	assert_true(has(&a, 7, 0));
	answered_fini(&a);
}

int group_answered(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_bucket_is_full),
		cmocka_unit_test(test_room_is_used_again),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_without_memory),
	};

	return cmocka_run_group_tests_name("txn/answered", tests, NULL, NULL);
}
