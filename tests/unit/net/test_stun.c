/* SPDX-License-Identifier: Apache-2.0 */
/* unit/net/test_stun.c - net/stun.c: what is answered, with what, and that no length is
 * believed (RFC 8489, its test vectors in RFC 5769). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/stun.h"
#include "net_tests.h"

#define ID     "\x21\x12\xa4\x42\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"
#define PLAIN  "\x00\x01\x00\x00" ID
#define B(lit) lit, sizeof(lit) - 1

/* RFC 5769 2.1, its FINGERPRINT is e5 7a 3b cf. */
#define SAMPLE                                                                           \
	"\x00\x01\x00\x58" ID "\x80\x22\x00\x10"                                         \
	"STUN test client\x00\x24\x00\x04\x6e\x00\x01\xff\x80\x29\x00\x08\x93\x2f\xf9"   \
	"\xb1\x51\x26\x3b\x36\x00\x06\x00\x09\x65\x76\x74\x6a\x3a\x68\x36\x76\x59\x20"   \
	"\x20\x20\x00\x08\x00\x14\x9a\xea\xa7\x0c\xbf\xd8\xcb\x56\x78\x1e\xf2\xb5\xb2"   \
	"\xd3\xf2\x49\xc1\xb5\x71\xa2\x80\x28\x00\x04\xe5\x7a\x3b\xcf"

static const struct {
	const char *name;
	const char *bytes;
	size_t len;
	const char *from;
	const char *answer; /* NULL: none */
	size_t answer_len;
} rows[] = {
	/* 192.0.2.1:32853, as in RFC 5769 2.2 */
	{ "a request over IPv4", B(PLAIN), "192.0.2.1:32853",
	  B("\x01\x01\x00\x0c" ID "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43") },
	/* RFC 5769 2.3 */
	{ "a request over IPv6", B(PLAIN), "[2001:db8:1234:5678:11:2233:4455:6677]:32853",
	  B("\x01\x01\x00\x18" ID "\x00\x20\x00\x14\x00\x02\xa1\x47\x01\x13\xa9\xfa\xa5"
	    "\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9") },
	{ "an ICE check wants PRIORITY understood", B(SAMPLE), "192.0.2.1:32853",
	  B("\x01\x11\x00\x18" ID "\x00\x09\x00\x04\x00\x00\x04\x14\x00\x0a\x00\x02\x00"
	    "\x24\x00\x00\x80\x28\x00\x04\x4a\xae\x39\x85") },
	{ "user and password are of no matter",
	  B("\x00\x01\x00\x08" ID "\x00\x06\x00\x03"
	    "abc\x00"),
	  "192.0.2.1:32853",
	  B("\x01\x01\x00\x0c" ID "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43") },
	{ "SOFTWARE is optional",
	  B("\x00\x01\x00\x08" ID "\x80\x22\x00\x04"
	    "test"),
	  "192.0.2.1:32853",
	  B("\x01\x01\x00\x0c" ID "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43") },
	{ "RESPONSE-ADDRESS would aim the answer (RFC 3489)",
	  B("\x00\x01\x00\x0c" ID "\x00\x02\x00\x08\x00\x01\x13\xc4\x0a\x00\x00\x01"),
	  "192.0.2.1:32853",
	  B("\x01\x11\x00\x10" ID "\x00\x09\x00\x04\x00\x00\x04\x14\x00\x0a\x00\x02\x00"
	    "\x02\x00\x00") },
	{ "what stands behind the integrity counts for nothing",
	  B("\x00\x01\x00\x20" ID "\x00\x08\x00\x14"
	    "12345678901234567890"
	    "\x00\x03\x00\x04\x00\x00\x00\x06"),
	  "192.0.2.1:32853",
	  B("\x01\x01\x00\x0c" ID "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43") },
	{ "nothing", B(""), "192.0.2.1:1", NULL, 0 },
	{ "one byte", B("\x00"), "192.0.2.1:1", NULL, 0 },
	{ "a head cut short", PLAIN, 19, "192.0.2.1:1", NULL, 0 },
	{ "without the cookie (RFC 3489)",
	  B("\x00\x01\x00\x00\x21\x12\xa4\x43 twelve bytes"), "192.0.2.1:1", NULL, 0 },
	{ "a response", B("\x01\x01\x00\x00" ID), "192.0.2.1:1", NULL, 0 },
	{ "an indication", B("\x00\x11\x00\x00" ID), "192.0.2.1:1", NULL, 0 },
	{ "another method", B("\x00\x03\x00\x00" ID), "192.0.2.1:1", NULL, 0 },
	{ "a length beyond the datagram", B("\x00\x01\x00\x04" ID), "192.0.2.1:1", NULL,
	  0 },
	{ "a length of 65532", B("\x00\x01\xff\xfc" ID), "192.0.2.1:1", NULL, 0 },
	{ "bytes behind the message", B(PLAIN "abcd"), "192.0.2.1:1", NULL, 0 },
	{ "half an attribute head", B("\x00\x01\x00\x02" ID "\x80\x22"), "192.0.2.1:1",
	  NULL, 0 },
	{ "an attribute beyond the message",
	  B("\x00\x01\x00\x08" ID "\x80\x22\x00\x05"
	    "test"),
	  "192.0.2.1:1", NULL, 0 },
	{ "an attribute of 65535 bytes",
	  B("\x00\x01\x00\x08" ID "\x80\x22\xff\xff"
	    "test"),
	  "192.0.2.1:1", NULL, 0 },
	{ "a wrong FINGERPRINT",
	  B("\x00\x01\x00\x08" ID "\x80\x28\x00\x04\x00\x00\x00\x00"), "192.0.2.1:1",
	  NULL, 0 },
	{ "a FINGERPRINT of no length", B("\x00\x01\x00\x04" ID "\x80\x28\x00\x00"),
	  "192.0.2.1:1", NULL, 0 },
};

/* In memory of its exact size, so that the sanitizer sees every byte read too far. */
static ptrdiff_t answer(const char *bytes, size_t len, const char *from,
			uint8_t ret[STUN_RESPONSE_MAX])
{
	char *exact = malloc(len);
	struct addr a;
	ptrdiff_t r;

	assert_int_equal(addr_decode(text_of(from), 0, &a), 0);
	if (len)
		memcpy(exact, bytes, len);
	r = stun_answer((struct text){ exact, len }, &a, ret);
	free(exact);
	return r;
}

static void test_rows(void **state)
{
	uint8_t ret[STUN_RESPONSE_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ptrdiff_t len = answer(rows[i].bytes, rows[i].len, rows[i].from, ret);

		print_message("           %s\n", rows[i].name);
		if (!rows[i].answer) {
			assert_int_equal(len, -EBADMSG);
			continue;
		}
		assert_int_equal(len, rows[i].answer_len);
		assert_memory_equal(ret, rows[i].answer, (size_t)len);
		assert_true((size_t)len + 28 <= 2 * (rows[i].len + 28));
	}
}

/* Cut and broken at every byte of a long one. A FINGERPRINT that is not known as one any
 * more seals nothing. */
static void test_every_byte(void **state)
{
	uint8_t ret[STUN_RESPONSE_MAX];
	char broken[sizeof(SAMPLE)];

	for (size_t i = 0; i < sizeof(SAMPLE) - 1; i++) {
		assert_int_equal(answer(SAMPLE, i, "192.0.2.1:1", ret), -EBADMSG);
		memcpy(broken, SAMPLE, sizeof(SAMPLE));
		broken[i] = (char)(broken[i] ^ 0x81);
		assert_int_equal(answer(broken, sizeof(SAMPLE) - 1, "192.0.2.1:1", ret),
				 i / 2 == (sizeof(SAMPLE) - 1 - 8) / 2 ? 36 : -EBADMSG);
	}
}

/* More than there is room to name, and more attributes than are looked at. */
static void test_many_unknown(void **state)
{
	char request[20 + 33 * 4] = PLAIN;
	uint8_t ret[STUN_RESPONSE_MAX];

	for (unsigned i = 0; i < 33; i++) {
		request[20 + i * 4] = 0x7f;
		request[21 + i * 4] = (char)i;
	}
	request[3] = (char)(32 * 4);
	assert_int_equal(answer(request, 20 + 32 * 4, "192.0.2.1:1", ret), 20 + 8 + 12);
	request[3] = (char)(33 * 4);
	assert_int_equal(answer(request, sizeof(request), "192.0.2.1:1", ret), -EBADMSG);
}

static void test_what_is_stun(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool is;
	} datagrams[] = {
		{ B(PLAIN), true },       { B("\x01\x01"), true },
		{ B(""), false },         { B("REGISTER sip"), false },
		{ B("\r\n\r\n"), false }, { B("\t"), false },
		{ B("\x80\x00"), false }, { B("\xff"), false },
	};

	for (size_t i = 0; i < sizeof(datagrams) / sizeof(datagrams[0]); i++)
		assert_int_equal(
			stun_is((struct text){ datagrams[i].bytes, datagrams[i].len }),
			datagrams[i].is);
}

int stun_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_many_unknown),
		cmocka_unit_test(test_what_is_stun),
	};

	return cmocka_run_group_tests_name("stun", tests, NULL, NULL);
}
