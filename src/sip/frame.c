/* SPDX-License-Identifier: Apache-2.0 */
/* sip/frame.c - Where one message ends in a stream (RFC 3261 18.3, RFC 5626 4.4.1). */

#include <errno.h>
#include <string.h>

#include "sip/head.h"

size_t sip_frame_blank(struct text stream, unsigned *pings)
{
	size_t n = 0;
	unsigned line_ends = 0;

	while (n < stream.len && (stream.p[n] == '\r' || stream.p[n] == '\n')) {
		if (stream.p[n++] == '\n')
			line_ends++;
	}
	if (pings)
		*pings = line_ends / 2;
	return n;
}

/* Reads the one Content-Length of a complete head. A stream in which that is missing,
 * twice or unreadable has lost its message boundaries. */
static int content_length(struct text head, uint32_t *ret)
{
	struct scan s = scan_of(head);
	struct sip_header h;
	struct text line;
	const char *reason;
	enum head_line kind;
	bool found = false;

	if (!head_start_line(&s, &line))
		return -EBADMSG;
	while ((kind = head_next(&s, &h, &reason)) != HEAD_END) {
		if (h.id != SIP_HDR_CONTENT_LENGTH)
			continue;
		if (kind == HEAD_BAD || found ||
		    text_to_u32(h.value, SIP_MESSAGE_MAX, ret) < 0)
			return -EBADMSG;
		found = true;
	}
	/* A bad line that ends the head early would end it elsewhere for the decoder. */
	return found && scan_end(&s) ? 0 : -EBADMSG;
}

ptrdiff_t sip_frame_length(struct text stream)
{
	size_t blank = sip_frame_blank(stream, NULL);
	struct text t = text_from(stream, blank);
	size_t head_len;
	uint32_t body_len;

	if (t.len == 0)
		return blank > SIP_MESSAGE_MAX ? -EBADMSG : 0;
	if (!text_find_text(t, TEXT("\r\n\r\n"), &head_len))
		return stream.len >= SIP_MESSAGE_MAX ? -EBADMSG : 0;
	head_len += 4;
	if (content_length(text_sub(t, 0, head_len), &body_len) < 0 ||
	    blank + head_len + body_len > SIP_MESSAGE_MAX)
		return -EBADMSG;
	if (t.len - head_len < body_len)
		return 0;
	return (ptrdiff_t)(blank + head_len + body_len);
}
