/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_id.c - src/base/id.c */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/id.h"
#include "base_tests.h"
#include "fake/alloc.h"
#include "fake/check.h"
#include "fake/clock.h"

static void ids_ascend_whatever_the_clock_does(void **state)
{
	struct fake_clock clock;
	struct id_maker *m;
	int64_t last = 0;

	fake_clock_init(&clock);
	m = id_maker_new(&clock.clock, 7);
	for (int i = 0; i < 100000; i++) {
		int64_t id = id_new(m);

		assert_true(id > last);
		assert_int_equal(id >> 14 & 0xff, 7);
		last = id;
		if (i % 20000 == 9999)
			clock.wall_us -= 3600 * INT64_C(1000000);
		if (i % 20000 == 19999)
			clock.wall_us += 7200 * INT64_C(1000000);
	}
	id_maker_free(m);
	id_maker_free(NULL);
}

static void ids_carry_the_time(void **state)
{
	struct fake_clock clock;
	struct id_maker *m;

	fake_clock_init(&clock);
	m = id_maker_new(&clock.clock, 0);
	assert_int_equal((id_new(m) >> 22) + INT64_C(1704067200000),
			 clock.wall_us / 1000);
	id_maker_free(m);
	clock.wall_us = 0; /* before 2024: still not 0 */
	m = id_maker_new(&clock.clock, 0);
	assert_true(id_new(m) > 0);
	id_maker_free(m);
	fail_alloc_nth(1);
	assert_null(id_maker_new(&clock.clock, 0));
	assert_true(fail_alloc_off());
}

enum { THREADS = 4, PER_THREAD = 20000 };

struct maker {
	pthread_t thread;
	struct id_maker *ids;
	int64_t made[PER_THREAD];
};

static void *make_many(void *arg)
{
	struct maker *m = arg;

	for (int i = 0; i < PER_THREAD; i++)
		m->made[i] = id_new(m->ids);
	return NULL;
}

static int ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void threads_never_make_the_same(void **state)
{
	static struct maker makers[THREADS];
	static int64_t all[THREADS * PER_THREAD];
	struct fake_clock clock;
	struct id_maker *ids;

	fake_clock_init(&clock);
	ids = id_maker_new(&clock.clock, 1);
	for (int i = 0; i < THREADS; i++) {
		makers[i].ids = ids;
		assert_int_equal(
			pthread_create(&makers[i].thread, NULL, make_many, &makers[i]),
			0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(makers[i].thread, NULL);
		memcpy(&all[i * PER_THREAD], makers[i].made, sizeof(makers[i].made));
	}
	qsort(all, COUNT(all), sizeof(all[0]), ascending);
	for (size_t i = 1; i < COUNT(all); i++)
		assert_true(all[i] != all[i - 1]);
	id_maker_free(ids);
}

static void text_round_trips(void **state)
{
	static const struct {
		const char *name;
		struct text in;
		int result;
		int64_t id;
	} rows[] = {
		{ "one", TEXT_INIT("0000000000001"), 0, 1 },
		{ "the last digit", TEXT_INIT("000000000000z"), 0, 31 },
		{ "the biggest", TEXT_INIT("7zzzzzzzzzzzz"), 0, INT64_MAX },
		{ "beyond", TEXT_INIT("8000000000000"), -EBADMSG, 0 },
		{ "short", TEXT_INIT("000000000001"), -EBADMSG, 0 },
		{ "long", TEXT_INIT("00000000000001"), -EBADMSG, 0 },
		{ "upper case", TEXT_INIT("000000000000Z"), -EBADMSG, 0 },
		{ "a letter that is none", TEXT_INIT("000000000000u"), -EBADMSG, 0 },
		{ "NUL", TEXT_INIT("000000000000\0"), -EBADMSG, 0 },
	};
	char a[ID_TEXT_SIZE], b[ID_TEXT_SIZE];

	EACH (row, rows) {
		int64_t id = 7;

		row_int(row, id_decode(row->in, &id), row->result);
		row_int(row, id, row->result ? 7 : row->id);
		if (row->result == 0)
			row_text(row, text_of(id_encode(a, id)), row->in);
	}
	for (int64_t id = 1; id < INT64_MAX / 3; id = id * 3 + 1)
		assert_true(strcmp(id_encode(a, id), id_encode(b, id * 3)) < 0);
}

int id_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_ascend_whatever_the_clock_does),
		cmocka_unit_test(ids_carry_the_time),
		cmocka_unit_test(threads_never_make_the_same),
		cmocka_unit_test(text_round_trips),
	};

	return cmocka_run_group_tests_name("base/id", tests, NULL, NULL);
}
