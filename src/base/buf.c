/* SPDX-License-Identifier: Apache-2.0 */
/* base/buf.c - A buffer to write into. */

#include "base/buf.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST_CAP = 256 };

void buf_free(struct buf *b)
{
	if (!b->fixed) {
		free(b->p);
		b->p = NULL;
		b->cap = 0;
	}
	b->len = 0;
	b->error = 0;
}

void buf_free_secret(struct buf *b)
{
	if (b->p)
		sodium_memzero(b->p, b->cap);
	buf_free(b);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->error = 0;
}

/* realloc would leave the secret in what it frees. */
static char *grow_secret(struct buf *b, size_t cap)
{
	char *p = malloc(cap);

	if (!p || !b->p)
		return p;
	memcpy(p, b->p, b->len);
	sodium_memzero(b->p, b->cap);
	free(b->p);
	return p;
}

static int grow(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : BUF_FIRST_CAP;
	char *p;

	if (b->fixed)
		return -ENOSPC;
	if (n > SIZE_MAX / 4 - b->len)
		return -ENOMEM;
	while (cap - b->len < n)
		cap *= 2;
	p = b->secret ? grow_secret(b, cap) : realloc(b->p, cap);
	if (!p)
		return -ENOMEM;
	b->p = p;
	b->cap = cap;
	return 0;
}

char *buf_grow(struct buf *b, size_t n)
{
	if (!b->error && b->cap - b->len < n)
		b->error = grow(b, n);
	if (!b->error && !b->p) /* nothing asked of an empty one: still a place */
		b->error = grow(b, 1);
	return b->error ? NULL : b->p + b->len;
}

void buf_puts(struct buf *b, const char *cstr)
{
	buf_put(b, text_of(cstr));
}

void buf_put_u64(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	buf_put(b, (struct text){ digits + at, sizeof(digits) - at });
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	to = n < 0 ? NULL : buf_reserve(b, (size_t)n + 1);
	if (!to)
		return;
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_consume(struct buf *b, size_t n)
{
	if (n > b->len)
		n = b->len;
	if (n == 0)
		return;
	memmove(b->p, b->p + n, b->len - n);
	b->len -= n;
}
