/* SPDX-License-Identifier: Apache-2.0 */
/* sip/md5.h - MD5 (RFC 1321), for digests alone: a library's way through provider, context
 * and fetch costs twice the hashing of such short texts, and cannot go on from a kept
 * state. Everything else is hashed by OpenSSL. */
#ifndef SIP_MD5_H
#define SIP_MD5_H

#include "base/text.h"

enum { MD5_LEN = 16, MD5_BLOCK = 64 };

/* Holds what has been hashed so far: wipe it when that is secret. Copies go on apart. */
struct md5 {
	uint32_t state[4];
	uint64_t len; /* bytes taken */
	uint8_t block[MD5_BLOCK];
};

void md5_begin(struct md5 *m);
/* Goes on behind len bytes that led to that state, whole blocks. */
void md5_begin_at(struct md5 *m, const uint32_t state[4], uint64_t len);
void md5_take(struct md5 *m, struct text t);
void md5_end(struct md5 *m, uint8_t hash[MD5_LEN]);
/* Both at once: what begins at md5_begin_at and ends with len bytes at p. MD5_PADDING more
 * have to be there, to be written to. */
enum { MD5_PADDING = MD5_BLOCK + 8 };
void md5_rest(const uint32_t state[4], uint64_t begun, uint8_t *p, size_t len,
	      uint8_t hash[MD5_LEN]);

#endif
