/* SPDX-License-Identifier: Apache-2.0 */
/* unit/sip/test_md5.c - MD5: the suite of RFC 1321 A.5, and every length over some blocks,
 * cut at every place, against OpenSSL. */

#include "help.h"

#include <openssl/evp.h>
#include <string.h>

#include "sip/md5.h"

static const struct {
	const char *text, *hash;
} suite[] = {
	{ "", "d41d8cd98f00b204e9800998ecf8427e" },
	{ "a", "0cc175b9c0f1b6a831c399e269772661" },
	{ "abc", "900150983cd24fb0d6963f7d28e17f72" },
	{ "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
	{ "abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b" },
	{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	  "d174ab98d277d9f5a5611c2c9f419d9f" },
	{ "123456789012345678901234567890123456789012345678901234567890123456789012345678"
	  "90",
	  "57edf4a22be3c955ac49da2e2107b67a" },
};

static void rfc_1321_suite(void **state)
{
	for (size_t i = 0; i < COUNT(suite); i++) {
		struct md5 m;
		uint8_t hash[MD5_LEN];
		char hex[2 * MD5_LEN + 1];

		md5_begin(&m);
		md5_take(&m, text_of(suite[i].text));
		md5_end(&m, hash);
		text_hex_encode(hex, hash, sizeof(hash));
		expect_text(suite[i].text, text_of(hex), suite[i].hash);
	}
}

static void check_cut(struct text whole, size_t cut, const uint8_t *want)
{
	struct md5 m, copy;
	uint8_t hash[MD5_LEN];

	md5_begin(&m);
	md5_take(&m, text_sub(whole, 0, cut));
	copy = m;
	md5_take(&copy, text_from(whole, cut));
	md5_end(&copy, hash);
	assert_memory_equal(hash, want, sizeof(hash));
}

static void as_openssl_in_any_pieces(void **state)
{
	char bytes[3 * MD5_BLOCK + 1];
	uint8_t want[EVP_MAX_MD_SIZE];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 37 + 11);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		assert_true(EVP_Digest(bytes, len, want, NULL, EVP_md5(), NULL));
		for (size_t cut = 0; cut <= len; cut++)
			check_cut((struct text){ bytes, len }, cut, want);
	}
}

int test_md5(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_1321_suite),
		cmocka_unit_test(as_openssl_in_any_pieces),
	};

	return cmocka_run_group_tests_name("md5", tests, NULL, NULL);
}
