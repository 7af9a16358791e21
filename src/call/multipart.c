/* SPDX-License-Identifier: Apache-2.0 */
/* call/multipart.c - One part out of a multipart body. */

#include "call/multipart.h"

#include <errno.h>
#include <stdio.h>

struct delimiter {
	char text[2 + 2 + MULTIPART_BOUNDARY_MAX + 1]; /* "\r\n--boundary" */
	size_t len;
};

/* Cuts the text at the delimiter; false when it is not there. */
static bool cut(struct text t, const struct delimiter *d, struct text *before,
		struct text *behind)
{
	size_t at;

	if (!text_find_text(t, (struct text){ d->text, d->len }, &at))
		return false;
	*before = text_sub(t, 0, at);
	*behind = text_from(t, at + d->len);
	return true;
}

/* The first delimiter may stand at the very beginning, without its CRLF. */
static bool skip_preamble(struct text body, const struct delimiter *d, struct text *rest)
{
	struct text first = { d->text + 2, d->len - 2 }, ignored;

	if (!text_starts(body, first))
		return cut(body, d, &ignored, rest);
	*rest = text_from(body, first.len);
	return true;
}

/* Takes one line off, without its CRLF. */
static bool take_line(struct text *t, struct text *line)
{
	size_t at;

	if (!text_find_text(*t, TEXT("\r\n"), &at))
		return false;
	*line = text_sub(*t, 0, at);
	*t = text_from(*t, at + 2);
	return true;
}

static bool says_type(struct text line, struct text type)
{
	struct text name, value;

	if (!text_split(line, ':', &name, &value) ||
	    !text_eq_nocase(text_trim(name), TEXT("Content-Type")))
		return false;
	text_split(value, ';', &value, NULL);
	return text_eq_nocase(text_trim(value), type);
}

/* Leaves the content in *part. */
static int read_headers(struct text *part, struct text type, bool *found)
{
	struct text line;

	*found = false;
	for (unsigned i = 0; i < MULTIPART_HEADERS_MAX; i++) {
		if (!take_line(part, &line))
			return -EBADMSG;
		if (!line.len)
			return 0;
		*found |= says_type(line, type);
	}
	return -EBADMSG;
}

static int make_delimiter(struct text boundary, struct delimiter *ret)
{
	if (!boundary.len || boundary.len > MULTIPART_BOUNDARY_MAX)
		return -EBADMSG;
	ret->len = (size_t)snprintf(ret->text, sizeof(ret->text), "\r\n--%.*s",
				    TEXT_ARG(boundary));
	return 0;
}

int multipart_find(struct text body, struct text boundary, struct text type,
		   struct text *ret)
{
	struct delimiter d;
	struct text rest, part, padding;
	bool found;

	if (make_delimiter(boundary, &d) < 0 || !skip_preamble(body, &d, &rest))
		return -EBADMSG;
	for (unsigned i = 0; i < MULTIPART_PARTS_MAX; i++) {
		if (text_starts(rest, TEXT("--")))
			return -ENOENT;
		if (!take_line(&rest, &padding) || text_trim(padding).len ||
		    !cut(rest, &d, &part, &rest) || read_headers(&part, type, &found) < 0)
			return -EBADMSG;
		if (found) {
			*ret = part;
			return 0;
		}
	}
	return -ENOENT;
}
