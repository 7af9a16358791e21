/* SPDX-License-Identifier: Apache-2.0 */
/* sip/startline.c - Request-Line and Status-Line (RFC 3261 7.1, 7.2). */

#include "sip/startline.h"

#include <errno.h>
#include <string.h>

#include "sip/scan.h"

enum { STATUS_MIN = 100, STATUS_MAX = 699 };

static bool is_version(struct text t)
{
	struct text major, minor;
	uint32_t n;

	return text_starts_nocase(t, TEXT("SIP/")) &&
	       text_split(text_from(t, 4), '.', &major, &minor) &&
	       text_to_u32(major, UINT16_MAX, &n) == 0 &&
	       text_to_u32(minor, UINT16_MAX, &n) == 0;
}

static bool is_our_version(struct text t)
{
	return text_eq_nocase(t, TEXT("SIP/2.0"));
}

/* The phrase may be empty, and the blank in front of it is often missing then. */
static int decode_status_line(struct text line, struct sip_msg *m)
{
	struct text version, rest, code;
	uint32_t status;

	text_split(line, ' ', &version, &rest);
	text_split(rest, ' ', &code, &m->reason);
	if (!is_our_version(version) || code.len != 3 ||
	    text_to_u32(code, STATUS_MAX, &status) < 0 || status < STATUS_MIN)
		return -EBADMSG;
	m->status = (uint16_t)status;
	return 0;
}

static void decode_request_uri(struct sip_msg *m, struct sip_fault *fault)
{
	if (sip_uri_decode(m->uri_text, &m->uri) < 0)
		*fault = (struct sip_fault){ 400, "Bad Request-URI" };
	else if (m->uri.headers.len > 0)
		*fault = (struct sip_fault){ 400, "Headers in Request-URI" };
}

/* What ends in a SIP version was meant as a request and gets an answer. */
static int decode_request_line(struct text line, struct sip_msg *m,
			       struct sip_fault *fault)
{
	struct text trimmed = text_trim(line);
	const char *last = trimmed.p ? memrchr(trimmed.p, ' ', trimmed.len) : NULL;
	struct text version, middle;
	struct scan s = scan_of(trimmed);

	if (!last)
		return -EBADMSG;
	m->method_name = scan_span(&s, SIP_C_TOKEN);
	version = (struct text){ last + 1, (size_t)(trimmed.p + trimmed.len - last - 1) };
	if (m->method_name.len == 0 || !scan_char(&s, ' ') || s.p > last ||
	    !is_version(version))
		return -EBADMSG;
	middle = (struct text){ s.p, (size_t)(last - s.p) };
	m->request = true;
	m->method = sip_method_of(m->method_name);
	m->uri_text = middle;
	if (!is_our_version(version))
		*fault = (struct sip_fault){ 505, "Version Not Supported" };
	else if (trimmed.len != line.len)
		*fault = (struct sip_fault){ 400, "Bad Request Line" };
	else
		decode_request_uri(m, fault);
	return 0;
}

int sip_start_line_decode(struct text line, struct sip_msg *m, struct sip_fault *fault)
{
	int rc;

	if (text_starts_nocase(line, TEXT("SIP/")))
		rc = decode_status_line(line, m);
	else
		rc = decode_request_line(line, m, fault);
	if (rc < 0)
		*fault = (struct sip_fault){ 0, "Bad Start Line" };
	return rc;
}
