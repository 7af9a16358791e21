/* SPDX-License-Identifier: Apache-2.0 */
/* sip/address.c - From, To, Contact and their like: name-addr and addr-spec with
 * parameters (RFC 3261 20.10, 25.1). */

#include <errno.h>
#include <string.h>

#include "sip/msg.h"
#include "sip/scan.h"

/* Up to and with the '<'. Unquoted display names are tokens by the RFC; the field sends
 * UTF-8 and marks, which is taken, but never a separator. */
static int scan_display(struct scan *s, struct text *ret)
{
	struct text words;

	if (scan_char(s, '"')) {
		if (!scan_quoted(s, ret))
			return -EBADMSG;
		scan_lws(s);
		return scan_char(s, '<') ? 0 : -EBADMSG;
	}
	words = scan_span(s, SIP_C_DISPLAY | SIP_C_LWS);
	*ret = scan_trim(words);
	return scan_char(s, '<') ? 0 : -ENOENT;
}

static int scan_angle_uri(struct scan *s, struct text *uri)
{
	const char *end = memchr(s->p, '>', (size_t)(s->end - s->p));

	if (!end)
		return -EBADMSG;
	*uri = (struct text){ s->p, (size_t)(end - s->p) };
	s->p = end + 1;
	return 0;
}

/* Without <>, what follows a ';' belongs to the header, and a URI with '?' or ',' may not
 * stand so (20.10). */
static int scan_bare_uri(struct scan *s, struct text *uri)
{
	const char *from = s->p;

	while (s->p < s->end && *s->p != ';' && !sip_is(*s->p, SIP_C_LWS)) {
		if (*s->p == '?' || *s->p == ',')
			return -EBADMSG;
		s->p++;
	}
	*uri = (struct text){ from, (size_t)(s->p - from) };
	return 0;
}

static int scan_uri_text(struct scan *s, struct sip_address *a)
{
	const char *from = s->p;
	int rc = scan_display(s, &a->display);

	if (rc == 0)
		return scan_angle_uri(s, &a->uri_text);
	if (rc != -ENOENT)
		return rc;
	s->p = from;
	a->display = TEXT_NONE;
	return scan_bare_uri(s, &a->uri_text);
}

static int scan_address_params(struct scan *s, struct sip_address *a)
{
	struct text name, value;
	unsigned n = 0;
	int more;

	scan_lws(s);
	a->params = scan_rest(s);
	for (; (more = scan_param(s, &name, &value)) == 1; n++) {
		if (n == SIP_PARAMS_MAX)
			return -EBADMSG;
		if (!scan_name_is(name, TEXT("tag")))
			continue;
		if (a->tag.p || value.len == 0 || scan_was_quoted(value))
			return -EBADMSG;
		a->tag = value;
	}
	/* Whoever answers may have one more to put into a To. */
	return n == SIP_PARAMS_MAX && !a->tag.p ? -EBADMSG : more;
}

int sip_address_decode(struct text in, struct sip_address *ret)
{
	struct sip_address a = { 0 };
	struct scan s = scan_of(in);

	scan_lws(&s);
	if (scan_end(&s) || scan_uri_text(&s, &a) < 0 ||
	    sip_uri_decode(a.uri_text, &a.uri) < 0 || scan_address_params(&s, &a) < 0)
		return -EBADMSG;
	*ret = a;
	return 0;
}
