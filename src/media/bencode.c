/* SPDX-License-Identifier: Apache-2.0 */
/* media/bencode.c - Reads and writes bencode. */

#include "media/bencode.h"

#include <errno.h>

void bencode_put(struct buf *b, struct text t)
{
	buf_put_u64(b, t.len);
	buf_putc(b, ':');
	buf_put(b, t);
}

void bencode_put_pair(struct buf *b, const char *key, struct text value)
{
	bencode_put(b, text_of(key));
	bencode_put(b, value);
}

/* "5:hello", as long as there is. */
static int take_string(struct text *rest, struct text *ret)
{
	struct text digits, content;
	uint32_t len;

	if (!text_split(*rest, ':', &digits, &content) ||
	    text_to_u32(digits, UINT32_MAX, &len) < 0 || len > content.len)
		return -EBADMSG;
	*ret = text_sub(content, 0, len);
	*rest = text_from(content, len);
	return 0;
}

static int take_number(struct text *rest)
{
	struct text number;

	return text_split(*rest, 'e', &number, rest) && number.len > 1 ? 0 : -EBADMSG;
}

/* Takes a string, a number, or one end of a list or dictionary. */
static int take_token(struct text *rest, unsigned *depth)
{
	struct text ignored;

	if (rest->len == 0)
		return -EBADMSG;
	switch (rest->p[0]) {
	case 'i':
		return take_number(rest);
	case 'l':
	case 'd':
		if (++*depth > BENCODE_DEPTH_MAX)
			return -EBADMSG;
		break;
	case 'e':
		if ((*depth)-- == 0)
			return -EBADMSG;
		break;
	default:
		return take_string(rest, &ignored);
	}
	*rest = text_from(*rest, 1);
	return 0;
}

/* One element with all that is in it. Each turn takes a byte at least. */
static int take_element(struct text *rest, struct text *ret)
{
	struct text begin = *rest;
	unsigned depth = 0;

	do {
		if (take_token(rest, &depth) < 0)
			return -EBADMSG;
	} while (depth > 0);
	*ret = text_sub(begin, 0, begin.len - rest->len);
	return 0;
}

int bencode_find(struct text dictionary, struct text key, struct text *ret)
{
	struct text rest, name, value;

	if (!text_starts(dictionary, TEXT("d")))
		return -EBADMSG;
	rest = text_from(dictionary, 1);
	while (!text_starts(rest, TEXT("e"))) {
		if (take_string(&rest, &name) < 0 || take_element(&rest, &value) < 0)
			return -EBADMSG;
		if (!text_eq(name, key))
			continue;
		*ret = value;
		return 0;
	}
	return -ENOENT;
}

int bencode_text(struct text value, struct text *ret)
{
	return take_string(&value, ret) < 0 || value.len ? -EBADMSG : 0;
}

int bencode_number(struct text value, uint64_t *ret)
{
	if (value.len < 3 || value.p[0] != 'i' || value.p[value.len - 1] != 'e' ||
	    text_to_u64(text_sub(value, 1, value.len - 2), INT64_MAX, ret) < 0)
		return -EBADMSG;
	return 0;
}

int bencode_find_text(struct text dictionary, const char *key, struct text *ret)
{
	struct text value;
	int error = bencode_find(dictionary, text_of(key), &value);

	return error ? error : bencode_text(value, ret);
}
