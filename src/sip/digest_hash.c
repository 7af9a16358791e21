/* SPDX-License-Identifier: Apache-2.0 */
/* sip/digest_hash.c - Digest arithmetic (RFC 7616 3.4.1 to 3.4.3, RFC 2069 2.1.2). */

#include <errno.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "sip/digest.h"
#include "sip/md5.h"

static const struct {
	const char *name; /* OpenSSL's; NULL: not by it */
	size_t len;
} hashes[DIGEST_ALGORITHMS] = {
	[DIGEST_MD5] = { NULL, MD5_LEN },
	[DIGEST_SHA256] = { "SHA2-256", 32 },
	[DIGEST_SHA512_256] = { "SHA2-512/256", 32 },
};

/* Of OpenSSL's: fetching an algorithm by name costs more than all the hashing, so it is
 * done once; a context per thread, because making one costs as much as a hash. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *fetched[DIGEST_ALGORITHMS];
static pthread_key_t context_key;
static int key_error;

static void context_free(void *context)
{
	EVP_MD_CTX_free(context);
}

static void fetch_all(void)
{
	for (enum digest_algorithm a = 0; a < DIGEST_ALGORITHMS; a++)
		fetched[a] =
			hashes[a].name ? EVP_MD_fetch(NULL, hashes[a].name, NULL) : NULL;
	key_error = pthread_key_create(&context_key, context_free);
}

static EVP_MD_CTX *thread_context(void)
{
	EVP_MD_CTX *context;

	pthread_once(&once, fetch_all);
	if (key_error)
		return NULL;
	context = pthread_getspecific(context_key);
	if (!context) {
		context = EVP_MD_CTX_new();
		if (pthread_setspecific(context_key, context) != 0) {
			EVP_MD_CTX_free(context);
			return NULL;
		}
	}
	return context;
}

size_t digest_hash_len(enum digest_algorithm a)
{
	return hashes[a].len;
}

static void take_parts(struct md5 *m, const struct text *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			md5_take(m, TEXT(":"));
		md5_take(m, parts[i]);
	}
}

static int hash_md5(const struct text *parts, size_t count, uint8_t hash[MD5_LEN])
{
	struct md5 m;

	md5_begin(&m);
	take_parts(&m, parts, count);
	md5_end(&m, hash);
	sodium_memzero(&m, sizeof(m));
	return 0;
}

static int hash_evp(enum digest_algorithm a, const struct text *parts, size_t count,
		    uint8_t hash[DIGEST_HASH_MAX])
{
	EVP_MD_CTX *context = thread_context();

	if (!context || !fetched[a] || !EVP_DigestInit_ex2(context, fetched[a], NULL))
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		if ((i > 0 && !EVP_DigestUpdate(context, ":", 1)) ||
		    !EVP_DigestUpdate(context, parts[i].p ? parts[i].p : "",
				      parts[i].len))
			return -EINVAL;
	}
	return EVP_DigestFinal_ex(context, hash, NULL) ? 0 : -EINVAL;
}

/* Hashes the parts with colons between them. */
static int hash_parts(enum digest_algorithm a, const struct text *parts, size_t count,
		      uint8_t hash[DIGEST_HASH_MAX])
{
	return a == DIGEST_MD5 ? hash_md5(parts, count, hash)
			       : hash_evp(a, parts, count, hash);
}

_Static_assert(2 * MD5_LEN + 1 + DIGEST_KEPT_NONCE_MIN == MD5_BLOCK, "one block");

static int hash_hex(enum digest_algorithm a, const struct text *parts, size_t count,
		    char hex[DIGEST_HEX_SIZE])
{
	uint8_t hash[DIGEST_HASH_MAX];
	int rc = hash_parts(a, parts, count, hash);

	if (rc == 0)
		text_hex_encode(hex, hash, hashes[a].len);
	return rc;
}

int digest_ha1(enum digest_algorithm a, struct text user, struct text realm,
	       struct text password, uint8_t hash[DIGEST_HASH_MAX])
{
	struct text parts[] = { user, realm, password };

	return hash_parts(a, parts, 3, hash);
}

int digest_ha2(struct text method, struct text uri, char hex[DIGEST_HEX_SIZE])
{
	struct text parts[] = { method, uri };

	return hash_hex(DIGEST_MD5, parts, 2, hex);
}

int digest_response(enum digest_algorithm a, const uint8_t ha1[DIGEST_HASH_MAX],
		    const struct sip_digest *d, struct text method,
		    char hex[DIGEST_HEX_SIZE])
{
	char ha1_hex[DIGEST_HEX_SIZE], ha2_hex[DIGEST_HEX_SIZE];
	struct text a2[] = { method, d->uri };
	size_t hex_len = 2 * hashes[a].len;
	int rc;

	if (d->qop.len > 0 && !text_eq_nocase(d->qop, TEXT("auth")))
		return -EINVAL;
	rc = hash_hex(a, a2, 2, ha2_hex);
	if (rc < 0)
		return rc;
	text_hex_encode(ha1_hex, ha1, hashes[a].len);
	if (d->qop.len > 0) {
		struct text parts[] = {
			{ ha1_hex, hex_len }, d->nonce, d->nc, d->cnonce, d->qop,
			{ ha2_hex, hex_len }
		};
		rc = hash_hex(a, parts, 6, hex);
	} else {
		struct text parts[] = { { ha1_hex, hex_len },
					d->nonce,
					{ ha2_hex, hex_len } };
		rc = hash_hex(a, parts, 3, hex);
	}
	sodium_memzero(ha1_hex, sizeof(ha1_hex));
	return rc;
}

int digest_keep(const uint8_t ha1[MD5_LEN], struct text nonce, struct digest_kept *ret)
{
	char ha1_hex[2 * MD5_LEN + 1];
	struct text parts[] = { { ha1_hex, 2 * MD5_LEN },
				text_sub(nonce, 0, DIGEST_KEPT_NONCE_MIN) };
	struct md5 m;

	if (nonce.len < DIGEST_KEPT_NONCE_MIN)
		return -ERANGE;
	text_hex_encode(ha1_hex, ha1, MD5_LEN);
	md5_begin(&m);
	take_parts(&m, parts, 2);
	memcpy(ret->state, m.state, sizeof(ret->state));
	sodium_memzero(&m, sizeof(m));
	sodium_memzero(ha1_hex, sizeof(ha1_hex));
	return 0;
}

int digest_again(const struct digest_kept *k, const struct text parts[3],
		 const char ha2_hex[2 * MD5_LEN], char hex[DIGEST_HEX_SIZE])
{
	char rest[3 * MD5_BLOCK];
	struct buf b = { .p = rest, .cap = sizeof(rest) - MD5_PADDING, .fixed = true };
	uint8_t hash[MD5_LEN];

	buf_put(&b, text_from(parts[0], DIGEST_KEPT_NONCE_MIN));
	buf_putc(&b, ':');
	buf_put(&b, parts[1]);
	buf_putc(&b, ':');
	buf_put(&b, parts[2]);
	buf_put(&b, TEXT(":auth:"));
	buf_put(&b, (struct text){ ha2_hex, 2 * MD5_LEN });
	if (b.error)
		return -ERANGE;
	md5_rest(k->state, MD5_BLOCK, (uint8_t *)rest, b.len, hash);
	text_hex_encode(hex, hash, sizeof(hash));
	return 0;
}
