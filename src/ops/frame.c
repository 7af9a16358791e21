/* SPDX-License-Identifier: Apache-2.0 */
/* ops/frame.c - Length-prefixed JSON, strictly read. */

#include "ops/frame.h"

#include <errno.h>

static int append(const char *bytes, size_t len, void *arg)
{
	struct buf *b = arg;

	buf_put(b, (struct text){ bytes, len });
	return b->error ? -1 : 0;
}

static void put_head(char *at, size_t len)
{
	for (int i = 0; i < FRAME_HEAD; i++)
		at[i] = (char)(len >> (8 * (FRAME_HEAD - 1 - i)));
}

int frame_put(struct buf *b, const json_t *j, size_t max)
{
	size_t start = b->len, len;

	buf_put(b, (struct text){ "\0\0\0\0", FRAME_HEAD });
	if (b->error)
		return b->error;
	if (json_dump_callback(j, append, b, JSON_COMPACT)) {
		b->len = start;
		return b->error ? b->error : -ENOMEM;
	}
	len = b->len - start - FRAME_HEAD;
	if (len > max) {
		b->len = start;
		return -EMSGSIZE;
	}
	put_head(b->p + start, len);
	return 0;
}

ptrdiff_t frame_next(struct text bytes, size_t max, json_t **ret)
{
	size_t len = 0;
	json_t *j;

	if (bytes.len < FRAME_HEAD)
		return -EAGAIN;
	for (int i = 0; i < FRAME_HEAD; i++)
		len = len << 8 | (unsigned char)bytes.p[i];
	if (len > max)
		return -EMSGSIZE;
	if (bytes.len - FRAME_HEAD < len)
		return -EAGAIN;
	j = json_loadb(bytes.p + FRAME_HEAD, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(j)) {
		json_decref(j);
		return -EBADMSG;
	}
	*ret = j;
	return (ptrdiff_t)(FRAME_HEAD + len);
}
