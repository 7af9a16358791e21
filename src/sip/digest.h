/* SPDX-License-Identifier: Apache-2.0 */
/* sip/digest.h - Digest challenges and credentials on the wire (RFC 3261 22, RFC 7616,
 * RFC 8760), and their arithmetic. */
#ifndef SIP_DIGEST_H
#define SIP_DIGEST_H

#include "base/buf.h"
#include "base/text.h"

enum digest_algorithm { DIGEST_MD5, DIGEST_SHA256, DIGEST_SHA512_256, DIGEST_ALGORITHMS };
enum { DIGEST_HASH_MAX = 32, DIGEST_HEX_SIZE = 65 };

size_t digest_hash_len(enum digest_algorithm a); /* 16, 32, 32 bytes */
struct text digest_algorithm_name(enum digest_algorithm a);
int digest_algorithm_decode(struct text name, enum digest_algorithm *ret); /* -ENOENT */

/* An Authorization or Proxy-Authorization value. Quotes are off, escapes kept. */
struct sip_digest {
	struct text username;
	struct text realm;
	struct text nonce;
	struct text uri;
	struct text response;
	struct text cnonce;
	struct text nc;
	struct text qop; /* "auth", "auth-int" or empty (RFC 2069) */
	struct text opaque;
	enum digest_algorithm algorithm; /* MD5 when left out */
	bool algorithm_known;
};

/* 0, -EBADMSG, -ENOENT (another scheme than Digest). */
int sip_digest_decode(struct text value, struct sip_digest *ret);

/* A WWW-Authenticate or Proxy-Authenticate value of a peer (for trunks). */
struct sip_challenge {
	struct text realm;
	struct text nonce;
	struct text opaque;
	bool qop_auth;
	bool stale;
	enum digest_algorithm algorithm;
	bool algorithm_known;
};
int sip_challenge_decode(struct text value, struct sip_challenge *ret);

/* HA1 = H(user:realm:password); hash holds digest_hash_len bytes. */
int digest_ha1(enum digest_algorithm a, struct text user, struct text realm,
	       struct text password, uint8_t hash[DIGEST_HASH_MAX]);
/* HA2 = H(method:uri), by MD5, in hex. */
int digest_ha2(struct text method, struct text uri, char hex[DIGEST_HEX_SIZE]);
/* The response that the credentials should carry, as lower-case hex. qop empty: the form
 * of RFC 2069. 0 or -EINVAL. */
int digest_response(enum digest_algorithm a, const uint8_t ha1[DIGEST_HASH_MAX],
		    const struct sip_digest *d, struct text method,
		    char hex[DIGEST_HEX_SIZE]);

/* The first block of what every MD5 response to one nonce hashes, HA1:nonce. A secret: who
 * has it can answer for that nonce. */
struct digest_kept {
	uint32_t state[4];
};
enum { DIGEST_KEPT_NONCE_MIN = 31 }; /* bytes of the nonce that are in the block */
/* -ERANGE: the nonce is too short. */
int digest_keep(const uint8_t ha1[16], struct text nonce, struct digest_kept *ret);
/* As digest_response with DIGEST_MD5 and qop=auth, in pieces: nonce, nc, cnonce; method and uri are in HA2. -ERANGE: all
 * together are too long. */
int digest_again(const struct digest_kept *k, const struct text parts[3],
		 const char ha2_hex[32], char hex[DIGEST_HEX_SIZE]);

#endif
