/* SPDX-License-Identifier: Apache-2.0 */
/* txn/token.c - Tags, branches and Call-IDs of ours: mark, worker, 95 random bits. */

#include <errno.h>
#include <string.h>

#include "txn/layer.h"

enum {
	MARK_LEN = 2,
	WORKER_LEN = 2,
	RANDOM_LEN = 19,
	RANDOM_BYTES = 12,
	TOKEN_LEN_LEAST = 20,
	BASE = 36
};

_Static_assert(MARK_LEN + WORKER_LEN + RANDOM_LEN + 1 == TXN_TOKEN_SIZE, "token");
_Static_assert(RANDOM_BYTES * 8 >= RANDOM_LEN * 5, "random bits");
_Static_assert(TXN_POOL_SIZE % RANDOM_BYTES == 0, "pool");

static const char mark[] = "ow";
static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
static const struct text cookie = TEXT_INIT("z9hG4bK");

static char *put_head(const struct txn_layer *l, char *dst)
{
	memcpy(dst, mark, MARK_LEN);
	dst[MARK_LEN] = digits[l->cfg.worker / BASE % BASE];
	dst[MARK_LEN + 1] = digits[l->cfg.worker % BASE];
	return dst + MARK_LEN + WORKER_LEN;
}

/* One draw from the system serves many tokens. */
static const uint8_t *draw(struct txn_layer *l)
{
	if (l->pool_used == 0 || l->pool_used == TXN_POOL_SIZE) {
		random_fill(l->cfg.random, l->pool, sizeof(l->pool));
		l->pool_used = 0;
	}
	l->pool_used += RANDOM_BYTES;
	return l->pool + l->pool_used - RANDOM_BYTES;
}

void txn_token(struct txn_layer *l, char dst[TXN_TOKEN_SIZE])
{
	const uint8_t *random = draw(l);
	char *p = put_head(l, dst);
	uint32_t bits = 0;
	unsigned have = 0;

	for (unsigned i = 0; i < RANDOM_LEN; i++) {
		if (have < 5) {
			bits = bits << 8 | *random++;
			have += 8;
		}
		have -= 5;
		p[i] = digits[bits >> have & 31];
	}
	p[RANDOM_LEN] = '\0';
}

void txn_branch(struct txn_layer *l, char *dst)
{
	memcpy(dst, cookie.p, cookie.len);
	txn_token(l, dst + cookie.len);
}

void txn_stateless_tag(const struct txn_layer *l, const struct sip_msg *req,
		       char dst[TXN_TOKEN_SIZE])
{
	uint64_t hash = table_hash2(&l->servers, req->call_id, req->from.tag);
	char *p = put_head(l, dst);

	*p++ = 's';
	for (unsigned i = 0; i < 16; i++)
		*p++ = digits[hash >> (60 - 4 * i) & 15];
	*p = '\0';
}

static int digit(char c)
{
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

int txn_token_worker(struct text token, unsigned *ret)
{
	int high, low;

	if (text_starts(token, cookie))
		token = text_from(token, cookie.len);
	if (token.len < TOKEN_LEN_LEAST || memcmp(token.p, mark, MARK_LEN) != 0)
		return -ENOENT;
	high = digit(token.p[MARK_LEN]);
	low = digit(token.p[MARK_LEN + 1]);
	if (high < 0 || low < 0)
		return -ENOENT;
	*ret = (unsigned)(high * BASE + low);
	return 0;
}
