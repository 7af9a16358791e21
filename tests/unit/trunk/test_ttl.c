/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/test_ttl.c - TTLs out of raw DNS messages. */

#include <stdlib.h>
#include <string.h>

#include "trunk/resolve.h"
#include "unit.h"

#define HEAD        "\0\1\x81\x80\0\1\0\2\0\0\0\0"
#define QUESTION    "\1a\0\0\x21\0\1"
#define ANSWER(ttl) "\xc0\x0c\0\x21\0\1" ttl "\0\2xx"

static unsigned ttl(const char *bytes, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1); /* of its exact size */
	unsigned s;

	memcpy(copy, bytes, len);
	s = resolve_ttl(copy, len);
	free(copy);
	return s;
}

static void test_shortest(void **state)
{
	static const char good[] =
		HEAD QUESTION ANSWER("\0\0\1\x2c") ANSWER("\0\0\0\x3c");

	assert_int_equal(ttl(good, sizeof(good) - 1), 60);
}

static void test_broken(void **state)
{
	static const char good[] =
		HEAD QUESTION ANSWER("\0\0\1\x2c") ANSWER("\0\0\0\x3c");
	static const char many[] = "\0\1\x81\x80\xff\xff\xff\xff\0\0\0\0";

	for (size_t len = 0; len < sizeof(good) - 1; len++)
		assert_int_equal(ttl(good, len), 0);
	assert_int_equal(ttl(many, sizeof(many) - 1), 0);
}

#define NOTHING "\0\1\x81\x83\0\1\0\0\0\1\0\0"
#define SOA(ttl, minimum)                                                                \
	"\xc0\x0c\0\6\0\1" ttl "\0\x16\0\0"                                              \
	"\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1" minimum

static unsigned absent_ttl(const char *bytes, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1); /* of its exact size */
	unsigned s;

	memcpy(copy, bytes, len);
	s = resolve_absent_ttl(copy, len);
	free(copy);
	return s;
}

/* The lesser of the SOA's own TTL and its last number (RFC 2308 5). */
static void test_absent(void **state)
{
	static const char minimum[] = NOTHING QUESTION SOA("\0\0\1\0", "\0\0\0\x2d");
	static const char own[] = NOTHING QUESTION SOA("\0\0\0\x11", "\0\0\0\x2d");
	static const char no_soa[] =
		HEAD QUESTION ANSWER("\0\0\1\x2c") ANSWER("\0\0\0\x3c");

	assert_int_equal(absent_ttl(minimum, sizeof(minimum) - 1), 45);
	assert_int_equal(absent_ttl(own, sizeof(own) - 1), 17);
	assert_int_equal(absent_ttl(no_soa, sizeof(no_soa) - 1), 0);
	for (size_t len = 0; len < sizeof(minimum) - 1; len++)
		assert_int_equal(absent_ttl(minimum, len), 0);
}

int ttl_group(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shortest),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_absent),
	};

	return cmocka_run_group_tests_name("ttl", tests, NULL, NULL);
}
