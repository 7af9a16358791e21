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

int digest_keep(const uint8_t ha1[DIGEST_HASH_MAX], struct text nonce,
		struct digest_kept *ret)
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

/* Nearly all devices register at the same URI: its hash is kept, which is no secret. */
static void ha2_put(struct text method, struct text uri, char hex[DIGEST_HEX_SIZE])
{
	static _Thread_local struct {
		char uri[64];
		size_t len;
		char hex[DIGEST_HEX_SIZE];
	} last;
	struct text a2[] = { method, uri };
	bool usual = text_eq(method, TEXT("REGISTER")) && uri.len <= sizeof(last.uri);

	if (usual && text_eq(uri, (struct text){ last.uri, last.len })) {
		memcpy(hex, last.hex, sizeof(last.hex));
		return;
	}
	hash_hex(DIGEST_MD5, a2, 2, hex);
	if (!usual)
		return;
	memcpy(last.uri, uri.p, uri.len);
	last.len = uri.len;
	memcpy(last.hex, hex, sizeof(last.hex));
}

/* Without a qop (RFC 2069) a nonce is good for one response: nothing is ever kept of it. */
int digest_response_kept(const struct digest_kept *k, const struct sip_digest *d,
			 struct text method, char hex[DIGEST_HEX_SIZE])
{
	char ha2_hex[DIGEST_HEX_SIZE];
	struct text parts[] = { text_from(d->nonce, DIGEST_KEPT_NONCE_MIN),
				d->nc,
				d->cnonce,
				d->qop,
				{ ha2_hex, 2 * MD5_LEN } };
	uint8_t hash[MD5_LEN];
	struct md5 m;

	if (!text_eq_nocase(d->qop, TEXT("auth")))
		return -EINVAL;
	ha2_put(method, d->uri, ha2_hex);
	md5_begin_at(&m, k->state, MD5_BLOCK);
	take_parts(&m, parts, 5);
	md5_end(&m, hash);
	text_hex_encode(hex, hash, sizeof(hash));
	return 0;
}
