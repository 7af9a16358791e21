/* SPDX-License-Identifier: Apache-2.0 */
/* bench/md5.h - MD5 digests of RFC 7616 for generator and stub, not by the code that is
 * measured, and as cheap as they get: the first block of HA1:nonce can be kept. */
#ifndef BENCH_MD5_H
#define BENCH_MD5_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MD5_HEX = 32, MD5_BLOCK = 64, MD5_NONCE_KEPT = MD5_BLOCK - MD5_HEX - 1 };

static inline void md5_hex(char *hex, MD5_CTX *ctx)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t hash[MD5_DIGEST_LENGTH];

	MD5_Final(hash, ctx);
	for (int i = 0; i < MD5_DIGEST_LENGTH; i++) {
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 15];
	}
}

/* The hash of a, b, c with colons between; c may be NULL. */
static inline void md5_joined(char hex[MD5_HEX], const char *a, const char *b,
			      const char *c)
{
	char text[512];
	int len = snprintf(text, sizeof(text), c ? "%s:%s:%s" : "%s:%s", a, b, c);
	MD5_CTX ctx;

	MD5_Init(&ctx);
	MD5_Update(&ctx, text, (size_t)len);
	md5_hex(hex, &ctx);
}

/* HA1 and the beginning of the nonce, which must be as long as MD5_NONCE_KEPT. */
static inline void md5_begin(MD5_CTX *ctx, const char ha1[MD5_HEX], const char *nonce)
{
	MD5_Init(ctx);
	MD5_Update(ctx, ha1, MD5_HEX);
	MD5_Update(ctx, ":", 1);
	MD5_Update(ctx, nonce, MD5_NONCE_KEPT);
}

/* The rest; count is "nc:cnonce:qop". */
static inline void md5_response(char hex[MD5_HEX], MD5_CTX *begun, const char *nonce,
				size_t nonce_len, const char *count, size_t count_len,
				const char ha2[MD5_HEX])
{
	char text[256], *end = text;

	end = mempcpy(end, nonce + MD5_NONCE_KEPT, nonce_len - MD5_NONCE_KEPT);
	*end++ = ':';
	end = mempcpy(end, count, count_len);
	*end++ = ':';
	end = mempcpy(end, ha2, MD5_HEX);
	MD5_Update(begun, text, (size_t)(end - text));
	md5_hex(hex, begun);
}

#endif
