/* SPDX-License-Identifier: Apache-2.0 */
/* sip/body.c - Finds a part of a message's body by its type (RFC 2046 5.1). */

#include "sip/body.h"

#include <errno.h>

#include "sip/head.h"

static bool type_is(struct text value, struct text type)
{
	text_split(value, ';', &value, NULL);
	return text_eq_nocase(scan_trim(value), type);
}

/* Behind "\r\n--boundary": what may follow it on its line. */
static bool ends_boundary(struct text rest)
{
	return rest.len > 0 && (sip_is(rest.p[0], SIP_C_LWS) || rest.p[0] == '-');
}

/* Cuts *rest at the next delimiter: before is what stands in front of it, *rest what
 * follows. False when there is none. */
static bool cut_delimiter(struct text *rest, struct text delimiter, struct text *before)
{
	struct text from = *rest;
	size_t at;

	while (text_find_text(from, delimiter, &at)) {
		struct text behind = text_from(from, at + delimiter.len);

		if (ends_boundary(behind)) {
			*before = text_sub(*rest, 0, (size_t)(from.p + at - rest->p));
			*rest = behind;
			return true;
		}
		from = behind;
	}
	return false;
}

/* 0: the part has that type; -ENOENT: another one; -EBADMSG. */
static int check_part(struct text part, struct text type, struct text *ret)
{
	struct scan s = scan_of(part);
	struct sip_header h;
	const char *reason;
	enum head_line line;
	bool found = false;

	while ((line = head_next(&s, &h, &reason)) == HEAD_FIELD) {
		if (h.id == SIP_HDR_CONTENT_TYPE && type_is(h.value, type))
			found = true;
	}
	if (line == HEAD_BAD)
		return -EBADMSG;
	if (found)
		*ret = scan_rest(&s);
	return found ? 0 : -ENOENT;
}

/* The blanks and the line end behind a delimiter. */
static int skip_line_end(struct text *rest)
{
	struct scan s = scan_of(*rest);

	while (scan_char(&s, ' ') || scan_char(&s, '\t'))
		;
	if (!scan_char(&s, '\r') || !scan_char(&s, '\n'))
		return -EBADMSG;
	*rest = scan_rest(&s);
	return 0;
}

static int find_part(struct text body, struct text delimiter, struct text type,
		     struct text *ret)
{
	struct text part;
	int rc = -ENOENT;

	if (!cut_delimiter(&body, delimiter, &part))
		return -EBADMSG;
	for (unsigned n = 0; n < SIP_PARTS_MAX && rc == -ENOENT; n++) {
		if (text_starts(body, TEXT("--")))
			return -ENOENT;
		if (skip_line_end(&body) < 0 || !cut_delimiter(&body, delimiter, &part))
			return -EBADMSG;
		rc = check_part(part, type, ret);
	}
	return rc;
}

/* The first delimiter may stand at the very start, without the line end that belongs to
 * it: then the two bytes in front of the body are those of the empty line. */
static struct text with_line_end(struct text body)
{
	return (struct text){ body.p - 2, body.len + 2 };
}

static int find_in_multipart(const struct sip_msg *m, struct text value, struct text type,
			     struct text *ret)
{
	char storage[4 + SIP_BOUNDARY_MAX];
	struct buf delimiter = BUF_FIXED(storage);
	struct text params, boundary;

	text_split(value, ';', NULL, &params);
	if (params.len == 0 || params.p[-1] != ';')
		return -EBADMSG;
	params = (struct text){ params.p - 1, params.len + 1 };
	if (!sip_param_find(params, TEXT("boundary"), &boundary) || boundary.len == 0 ||
	    boundary.len > SIP_BOUNDARY_MAX || m->body.len == 0)
		return -EBADMSG;
	buf_puts(&delimiter, "\r\n--");
	buf_put(&delimiter, boundary);
	return find_part(with_line_end(m->body), buf_text(&delimiter), type, ret);
}

int sip_body_find(const struct sip_msg *m, struct text type, struct text *ret)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTENT_TYPE);

	if (!h || m->body.len == 0)
		return -ENOENT;
	if (type_is(h->value, type)) {
		*ret = m->body;
		return 0;
	}
	if (!text_starts_nocase(h->value, TEXT("multipart/")))
		return -ENOENT;
	return find_in_multipart(m, h->value, type, ret);
}
