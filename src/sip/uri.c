/* SPDX-License-Identifier: Apache-2.0 */
/* sip/uri.c - SIP, tel and other URIs (RFC 3261 19.1 and 25.1, RFC 3966). */

#include "sip/uri.h"

#include <errno.h>
#include <string.h>

#include "sip/msg.h"
#include "sip/scan.h"

static enum sip_scheme scheme_of(struct text t)
{
	if (text_eq_nocase(t, TEXT("sip")))
		return SIP_SCHEME_SIP;
	if (text_eq_nocase(t, TEXT("sips")))
		return SIP_SCHEME_SIPS;
	if (text_eq_nocase(t, TEXT("tel")))
		return SIP_SCHEME_TEL;
	return text_eq_nocase(t, TEXT("urn")) ? SIP_SCHEME_URN : SIP_SCHEME_OTHER;
}

static int scan_scheme(struct scan *s, struct sip_uri *uri)
{
	uri->scheme_text = scan_span(s, SIP_C_SCHEME);
	if (uri->scheme_text.len == 0 || !scan_char(s, ':'))
		return -EBADMSG;
	uri->scheme = scheme_of(uri->scheme_text);
	return 0;
}

/* An '@' may stand nowhere but behind the user part, so the first one ends it. */
static int scan_userinfo(struct scan *s, struct sip_uri *uri)
{
	const char *at = memchr(s->p, '@', (size_t)(s->end - s->p));
	struct scan user = { s->p, at };

	if (!at)
		return 0;
	uri->user = scan_escaped(&user, SIP_C_USER);
	if (uri->user.len == 0)
		return -EBADMSG;
	if (scan_char(&user, ':'))
		uri->password = scan_escaped(&user, SIP_C_PASSWORD);
	if (!scan_end(&user))
		return -EBADMSG;
	s->p = at + 1;
	return 0;
}

/* One ";name" or ";name=value" of a URI. 1, 0 at the end, -EBADMSG. */
static int scan_uri_param(struct scan *s, struct text *name, struct text *value)
{
	if (!scan_char(s, ';'))
		return 0;
	*name = scan_escaped(s, SIP_C_PARAM);
	*value = TEXT_NONE;
	if (name->len == 0)
		return -EBADMSG;
	if (scan_char(s, '='))
		*value = scan_escaped(s, SIP_C_PARAM);
	return 1;
}

static int scan_uri_params(struct scan *s, struct text *params)
{
	const char *from = s->p;
	struct text name, value;
	int more;

	for (unsigned n = 0; (more = scan_uri_param(s, &name, &value)) == 1; n++) {
		if (n == SIP_PARAMS_MAX)
			return -EBADMSG;
	}
	*params = (struct text){ from, (size_t)(s->p - from) };
	return more;
}

static int decode_sip(struct scan *s, struct sip_uri *uri)
{
	if (scan_end(s) || scan_userinfo(s, uri) < 0 || scan_host(s, &uri->host) < 0 ||
	    (scan_char(s, ':') && scan_port(s, &uri->port) < 0) ||
	    scan_uri_params(s, &uri->params) < 0)
		return -EBADMSG;
	if (scan_char(s, '?')) {
		uri->headers = scan_escaped(s, SIP_C_HEADER);
		if (uri->headers.len == 0)
			return -EBADMSG;
	}
	return 0;
}

/* RFC 3966 wants phone-context on a local number; phones leave it out. */
static int decode_tel(struct scan *s, struct sip_uri *uri)
{
	uri->user = scan_span(s, SIP_C_TEL);
	if (uri->user.len == 0)
		return -EBADMSG;
	return scan_uri_params(s, &uri->params);
}

static int decode_opaque(struct scan *s, struct sip_uri *uri)
{
	uri->user = scan_escaped(s, SIP_C_OPAQUE);
	return uri->user.len > 0 ? 0 : -EBADMSG;
}

int sip_uri_decode(struct text in, struct sip_uri *ret)
{
	struct sip_uri uri = { 0 };
	struct scan s = scan_of(in);
	int rc = scan_scheme(&s, &uri);

	if (rc < 0)
		return rc;
	if (uri.scheme == SIP_SCHEME_SIP || uri.scheme == SIP_SCHEME_SIPS)
		rc = decode_sip(&s, &uri);
	else if (uri.scheme == SIP_SCHEME_TEL)
		rc = decode_tel(&s, &uri);
	else
		rc = decode_opaque(&s, &uri);
	if (rc < 0 || !scan_end(&s))
		return -EBADMSG;
	*ret = uri;
	return 0;
}

bool sip_uri_param(const struct sip_uri *u, struct text name, struct text *value)
{
	struct scan s = scan_of(u->params);
	struct text n, v;

	while (scan_uri_param(&s, &n, &v) == 1) {
		if (text_eq_nocase(n, name)) {
			if (value)
				*value = v;
			return true;
		}
	}
	return false;
}

int sip_uri_user(const struct sip_uri *u, char *dst, size_t cap)
{
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < u->user.len && rc == 0; i++) {
		char c = u->user.p[i];

		if (c == '%') {
			if (u->user.len - i < 3 || !sip_is(u->user.p[i + 1], SIP_C_HEX) ||
			    !sip_is(u->user.p[i + 2], SIP_C_HEX)) {
				rc = -EBADMSG;
				break;
			}
			c = (char)(scan_hex(u->user.p[i + 1]) << 4 |
				   scan_hex(u->user.p[i + 2]));
			i += 2;
		}
		if (c == '\0')
			rc = -EBADMSG;
		else if (n + 1 >= cap)
			rc = -ENOSPC;
		else
			dst[n++] = c;
	}
	if (cap > 0)
		dst[rc == 0 ? n : 0] = '\0';
	return cap > 0 ? rc : -ENOSPC;
}
