/* SPDX-License-Identifier: Apache-2.0 */
/* base/buf.h - A buffer to write into, growing or of fixed size. The first error sticks:
 * write a whole message, then look once at .error. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/text.h"

struct buf {
	char *p;
	size_t len;
	size_t cap;
	bool fixed;  /* storage is the caller's, never grown */
	bool secret; /* what it grows out of is wiped, too */
	int error;   /* 0, -ENOMEM, -ENOSPC */
};

#define BUF_GROWING ((struct buf){ 0 })
#define BUF_SECRET  ((struct buf){ .secret = true }) /* end it with buf_free_secret */
#define BUF_FIXED(storage)                                                               \
	((struct buf){ .p = (storage), .cap = sizeof(storage), .fixed = true })

void buf_free(struct buf *b);  /* frees a growing buffer; safe on a fixed one */
void buf_reset(struct buf *b); /* empty again, storage and fixedness kept */
void buf_puts(struct buf *b, const char *cstr);
void buf_put_u64(struct buf *b, uint64_t n);
/* Wants one byte of room more than the text. */
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *buf_grow(struct buf *b, size_t n); /* buf_reserve's, when there is no room */
/* Makes room for n more bytes and returns where they go (NULL on error); the caller
 * then adds what it wrote to len. */
static inline char *buf_reserve(struct buf *b, size_t n)
{
	return b->p && !b->error && b->cap - b->len >= n ? b->p + b->len : buf_grow(b, n);
}
static inline void buf_put(struct buf *b, struct text t)
{
	char *to = t.len ? buf_reserve(b, t.len) : NULL;

	if (!to)
		return;
	memcpy(to, t.p, t.len);
	b->len += t.len;
}
static inline void buf_putc(struct buf *b, char c)
{
	buf_put(b, (struct text){ &c, 1 });
}
/* Drops the first n bytes (moves the rest down). */
void buf_consume(struct buf *b, size_t n);
static inline struct text buf_text(const struct buf *b)
{
	return (struct text){ b->p, b->len };
}
/* Overwrites the contents before freeing. */
void buf_free_secret(struct buf *b);

#endif
