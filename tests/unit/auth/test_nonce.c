/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/test_nonce.c - auth/nonce.c. */

#include <string.h>

#include "auth/nonce.h"
#include "fake/clock.h"
#include "fake/random.h"
#include "unit.h"

static struct fake_clock clock;
static struct fake_random random_;

static struct nonce_maker maker(uint64_t seed)
{
	struct nonce_maker m;

	fake_clock_init(&clock);
	fake_random_init(&random_, seed);
	nonce_maker_init(&m, &clock.clock, &random_.random, 300);
	return m;
}

static void test_read_back(void **state)
{
	struct nonce_maker m = maker(1);

	for (unsigned a = 0; a < DIGEST_ALGORITHMS; a++) {
		enum digest_algorithm algorithm;
		char text[NONCE_TEXT_SIZE];
		uint32_t expires_s;

		nonce_make(&m, a, text);
		assert_int_equal(strspn(text, "0123456789abcdef"), NONCE_TEXT_SIZE - 1);
		assert_int_equal(nonce_read(&m, text_of(text), &algorithm, &expires_s),
				 NONCE_GOOD);
		assert_int_equal(algorithm, a);
		assert_int_equal(expires_s, nonce_now_s(&m) + 300);
	}
}

static void test_grows_old(void **state)
{
	struct nonce_maker m = maker(1);
	enum digest_algorithm algorithm;
	char text[NONCE_TEXT_SIZE];
	uint32_t expires_s;

	nonce_make(&m, DIGEST_MD5, text);
	fake_clock_advance_us(&clock, INT64_C(299999999));
	assert_int_equal(nonce_read(&m, text_of(text), &algorithm, &expires_s),
			 NONCE_GOOD);
	fake_clock_advance_us(&clock, 1);
	assert_int_equal(nonce_read(&m, text_of(text), &algorithm, &expires_s),
			 NONCE_OLD);
	/* Whoever sets the wall clock changes nothing. */
	nonce_make(&m, DIGEST_MD5, text);
	clock.wall_us += INT64_C(86400000000);
	assert_int_equal(nonce_read(&m, text_of(text), &algorithm, &expires_s),
			 NONCE_GOOD);
}

static void test_every_digit_counts(void **state)
{
	struct nonce_maker m = maker(1);
	enum digest_algorithm algorithm;
	char text[NONCE_TEXT_SIZE];
	uint32_t expires_s;

	nonce_make(&m, DIGEST_SHA256, text);
	for (size_t i = 0; i < NONCE_TEXT_SIZE - 1; i++) {
		char was = text[i];

		text[i] = was == '0' ? '1' : '0';
		assert_int_equal(nonce_read(&m, text_of(text), &algorithm, &expires_s),
				 NONCE_FORGED);
		text[i] = was;
	}
	for (size_t len = 0; len < NONCE_TEXT_SIZE - 1; len++)
		assert_int_equal(nonce_read(&m, (struct text){ text, len }, &algorithm,
					    &expires_s),
				 NONCE_FORGED);
	assert_int_equal(nonce_read(&m, TEXT_NONE, &algorithm, &expires_s), NONCE_FORGED);
}

static void test_another_maker_s(void **state)
{
	struct nonce_maker m = maker(1), other;
	enum digest_algorithm algorithm;
	char text[NONCE_TEXT_SIZE];
	uint32_t expires_s;

	nonce_make(&m, DIGEST_MD5, text);
	other = maker(2);
	assert_int_equal(nonce_read(&other, text_of(text), &algorithm, &expires_s),
			 NONCE_FORGED);
}

static void test_never_the_same_twice(void **state)
{
	struct nonce_maker m = maker(1);
	char a[NONCE_TEXT_SIZE], b[NONCE_TEXT_SIZE];

	nonce_make(&m, DIGEST_MD5, a);
	nonce_make(&m, DIGEST_MD5, b);
	assert_string_not_equal(a, b);
}

int nonce_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_back),
		cmocka_unit_test(test_grows_old),
		cmocka_unit_test(test_every_digit_counts),
		cmocka_unit_test(test_another_maker_s),
		cmocka_unit_test(test_never_the_same_twice),
	};

	return cmocka_run_group_tests_name("nonce", tests, NULL, NULL);
}
