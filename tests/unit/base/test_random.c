/* SPDX-License-Identifier: Apache-2.0 */
/* unit/base/test_random.c - src/base/random.c */

#include <sys/wait.h>
#include <unistd.h>

#include "base/list.h"
#include "base/random.h"
#include "base_tests.h"
#include "fake/check.h"
#include "fake/random.h"

static void below_is_uniform(void **state)
{
	unsigned seen[7] = { 0 };
	struct fake_random r;

	fake_random_init(&r, 1);
	for (int i = 0; i < 70000; i++)
		seen[random_below(&r.random, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 9500, 10500);
	assert_int_equal(random_below(&r.random, 1), 0);
}

struct script {
	struct random random;
	const uint32_t *next;
};

static void fill_from_script(struct random *r, void *dst, size_t len)
{
	memcpy(dst, container_of(r, struct script, random)->next++, len);
}

/* 2^32 mod 3 is 1: a draw of 0 would make 0 likelier than the others. */
static void skewed_draws_are_thrown_away(void **state)
{
	const uint32_t draws[] = { 0, 0, 5 };
	struct script s = { { fill_from_script }, draws };

	assert_int_equal(random_below(&s.random, 3), 2);
	assert_ptr_equal(s.next, draws + 3);
}

/* 256 mod 36 is 4: the last four bytes would make a, b, c and d likelier. */
static void skewed_letters_are_thrown_away(void **state)
{
	const uint32_t draws[] = { 252, 255, 251 };
	struct script s = { { fill_from_script }, draws };
	char text[2];

	random_text(&s.random, text, 1, RANDOM_TOKEN);
	assert_string_equal(text, "9");
	assert_ptr_equal(s.next, draws + 3);
}

/* What was fetched ahead is not given twice. */
static void a_child_goes_on_with_its_own(void **state)
{
	uint64_t here[2], there[2] = { 0 };
	int fds[2], status;
	pid_t pid;

	random_fill(random_real(), here, sizeof(here));
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		random_fill(random_real(), there, sizeof(there));
		_exit(write(fds[1], there, sizeof(there)) != sizeof(there));
	}
	assert_true(pid > 0);
	assert_int_equal(read(fds[0], there, sizeof(there)), sizeof(there));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	random_fill(random_real(), here, sizeof(here));
	assert_memory_not_equal(here, there, sizeof(here));
	close(fds[0]);
	close(fds[1]);
}

static void texts_keep_to_the_alphabet(void **state)
{
	struct fake_random r;
	char a[25], b[25];

	fake_random_init(&r, 1);
	for (int i = 0; i < 200; i++) {
		random_text(&r.random, a, 24, RANDOM_PASSWORD);
		assert_int_equal(strlen(a), 24);
		assert_null(strpbrk(a, "lI1Oo0"));
		assert_int_equal(strspn(a, RANDOM_PASSWORD), 24);
	}
	assert_int_equal(strlen(RANDOM_PASSWORD), 62 - 6);
	assert_int_equal(strlen(RANDOM_TOKEN), 36);
	random_text(random_real(), a, 24, RANDOM_TOKEN);
	random_text(random_real(), b, 24, RANDOM_TOKEN);
	assert_string_not_equal(a, b);
	random_text(random_real(), a, 0, RANDOM_TOKEN);
	assert_string_equal(a, "");
}

int random_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(below_is_uniform),
		cmocka_unit_test(skewed_draws_are_thrown_away),
		cmocka_unit_test(skewed_letters_are_thrown_away),
		cmocka_unit_test(a_child_goes_on_with_its_own),
		cmocka_unit_test(texts_keep_to_the_alphabet),
	};

	return cmocka_run_group_tests_name("base/random", tests, NULL, NULL);
}
