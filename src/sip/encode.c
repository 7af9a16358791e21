/* SPDX-License-Identifier: Apache-2.0 */
/* sip/encode.c - Writes requests, headers and bodies (RFC 3261 7, 25.1). */

#include "sip/encode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sip/scan.h"

void sip_request_begin(struct buf *b, enum sip_method m, struct text uri)
{
	buf_put(b, sip_method_name(m));
	buf_putc(b, ' ');
	buf_put(b, uri);
	buf_put(b, TEXT(" SIP/2.0\r\n"));
}

void sip_header_put(struct buf *b, enum sip_header_id id, struct text value)
{
	buf_put(b, sip_header_lead(id));
	buf_put(b, value);
	buf_put(b, TEXT("\r\n"));
}

void sip_header_printf(struct buf *b, enum sip_header_id id, const char *fmt, ...)
{
	va_list args, again;
	char *room;
	int n;

	buf_put(b, sip_header_lead(id));
	va_start(args, fmt);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	room = n < 0 ? NULL : buf_reserve(b, (size_t)n + 1);
	if (room) {
		vsnprintf(room, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	va_end(args);
	buf_put(b, TEXT("\r\n"));
}

void sip_warning_put(struct buf *b, const char *host, const char *text)
{
	sip_header_printf(b, SIP_HDR_WARNING, "399 %s \"%s\"", host, text);
}

void sip_header_copy(struct buf *b, const struct sip_msg *from, enum sip_header_id id)
{
	const struct sip_header *h = sip_msg_header(from, id);

	for (; h; h = sip_msg_header_next(from, h)) {
		if (id == SIP_HDR_OTHER)
			break;
		buf_put(b, sip_header_lead(id));
		sip_text_clean(b, h->value);
		buf_put(b, TEXT("\r\n"));
	}
}

void sip_body(struct buf *b, struct text type, struct text body)
{
	if (body.len > 0)
		sip_header_put(b, SIP_HDR_CONTENT_TYPE, type);
	buf_put(b, sip_header_lead(SIP_HDR_CONTENT_LENGTH));
	buf_put_u64(b, body.len);
	buf_put(b, TEXT("\r\n\r\n"));
	buf_put(b, body);
}

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

/* Puts what stands for the control character at t's start; returns how much it replaces. */
static size_t put_control(struct buf *b, struct text t, bool escaped)
{
	size_t n = 1;

	if (!is_line_end(t.p[0])) {
		if (escaped)
			buf_putc(b, t.p[0]); /* a quoted pair may hold it */
		else if (t.p[0] == '\t')
			buf_putc(b, ' ');
		return n;
	}
	while (n < t.len && sip_is(t.p[n], SIP_C_LWS))
		n++;
	buf_putc(b, ' ');
	return n;
}

void sip_text_clean(struct buf *b, struct text t)
{
	while (t.len > 0) {
		size_t n = scan_control(t.p, t.len);
		bool escaped = n > 0 && t.p[n - 1] == '\\';

		buf_put(b, text_sub(t, 0, n));
		t = text_from(t, n);
		if (t.len > 0)
			t = text_from(t, put_control(b, t, escaped));
	}
}

void sip_quoted(struct buf *b, struct text t)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < t.len; i++) {
		if (scan_control(t.p + i, 1) == 0)
			continue;
		if (t.p[i] == '"' || t.p[i] == '\\')
			buf_putc(b, '\\');
		buf_putc(b, t.p[i]);
	}
	buf_putc(b, '"');
}
