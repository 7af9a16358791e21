/* SPDX-License-Identifier: Apache-2.0 */
/* sip/md5.c - MD5 (RFC 1321). */

#include "sip/md5.h"

#include <endian.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { LENGTH_AT = MD5_BLOCK - 8 };

/* 3.4: the sines, and by how much each step of a round turns. */
static const uint32_t sines[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a,
	0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
	0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
	0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
	0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
	0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
	0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
	0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
	0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};
static const uint8_t turns[4][4] = {
	{ 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 }
};

INLINE uint32_t mix(unsigned round, uint32_t x, uint32_t y, uint32_t z)
{
	switch (round) {
	case 0:
		return z ^ (x & (y ^ z));
	case 1:
		return y ^ (z & (x ^ y));
	case 2:
		return x ^ y ^ z;
	default:
		return y ^ (x | ~z);
	}
}

/* Which word of the block a step takes. */
INLINE unsigned word_of(unsigned round, unsigned step)
{
	static const uint8_t factor[4] = { 1, 5, 3, 7 }, first[4] = { 0, 1, 5, 0 };

	return (step * factor[round] + first[round]) % 16;
}

INLINE uint32_t step(unsigned round, unsigned n, uint32_t a, uint32_t b, uint32_t c,
		     uint32_t d, const uint32_t words[16])
{
	unsigned turn = turns[round][n % 4];
	uint32_t sum = a + mix(round, b, c, d) + words[word_of(round, n)] +
		       sines[16 * round + n];

	return b + (sum << turn | sum >> (32 - turn));
}

INLINE void round16(unsigned round, uint32_t v[4], const uint32_t words[16])
{
#pragma GCC unroll 4
	for (unsigned n = 0; n < 16; n += 4) {
		v[0] = step(round, n, v[0], v[1], v[2], v[3], words);
		v[3] = step(round, n + 1, v[3], v[0], v[1], v[2], words);
		v[2] = step(round, n + 2, v[2], v[3], v[0], v[1], words);
		v[1] = step(round, n + 3, v[1], v[2], v[3], v[0], words);
	}
}

INLINE uint32_t load_le(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

INLINE void store_le(uint8_t *p, uint32_t v)
{
	v = htole32(v);
	memcpy(p, &v, sizeof(v));
}

static void block_take(uint32_t state[4], const uint8_t block[MD5_BLOCK])
{
	uint32_t words[16];
	uint32_t v[4] = { state[0], state[1], state[2], state[3] };

	for (unsigned i = 0; i < 16; i++)
		words[i] = load_le(block + 4 * i);
	round16(0, v, words);
	round16(1, v, words);
	round16(2, v, words);
	round16(3, v, words);
	for (unsigned i = 0; i < 4; i++)
		state[i] += v[i];
}

void md5_begin_at(struct md5 *m, const uint32_t state[4], uint64_t len)
{
	memcpy(m->state, state, sizeof(m->state));
	m->len = len;
}

void md5_begin(struct md5 *m)
{
	static const uint32_t first[4] = { 0x67452301, 0xefcdab89, 0x98badcfe,
					   0x10325476 };

	md5_begin_at(m, first, 0);
}

void md5_take(struct md5 *m, struct text t)
{
	while (t.len > 0) {
		size_t at = m->len % MD5_BLOCK;
		size_t n = MD5_BLOCK - at < t.len ? MD5_BLOCK - at : t.len;

		memcpy(m->block + at, t.p, n);
		m->len += n;
		if (at + n == MD5_BLOCK)
			block_take(m->state, m->block);
		t = (struct text){ t.p + n, t.len - n };
	}
}

/* A one bit, zeros, and the length in bits (3.1, 3.2). */
void md5_end(struct md5 *m, uint8_t hash[MD5_LEN])
{
	size_t at = m->len % MD5_BLOCK;

	m->block[at++] = 0x80;
	if (at > LENGTH_AT) {
		memset(m->block + at, 0, MD5_BLOCK - at);
		block_take(m->state, m->block);
		at = 0;
	}
	memset(m->block + at, 0, LENGTH_AT - at);
	store_le(m->block + LENGTH_AT, (uint32_t)(m->len << 3));
	store_le(m->block + LENGTH_AT + 4, (uint32_t)(m->len >> 29));
	block_take(m->state, m->block);
	for (unsigned i = 0; i < 4; i++)
		store_le(hash + 4 * i, m->state[i]);
}

void md5_rest(const uint32_t state[4], uint64_t begun, uint8_t *p, size_t len,
	      uint8_t hash[MD5_LEN])
{
	size_t blocks = (len + 8) / MD5_BLOCK + 1, end = blocks * MD5_BLOCK - 8;
	uint64_t bits = (begun + len) << 3;
	uint32_t s[4];

	memcpy(s, state, sizeof(s));
	memset(p + len, 0, end - len);
	p[len] = 0x80;
	store_le(p + end, (uint32_t)bits);
	store_le(p + end + 4, (uint32_t)(bits >> 32));
	for (size_t i = 0; i < blocks; i++)
		block_take(s, p + i * MD5_BLOCK);
	for (unsigned i = 0; i < 4; i++)
		store_le(hash + 4 * i, s[i]);
}
