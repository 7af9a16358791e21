/* SPDX-License-Identifier: Apache-2.0 */
/* sip/uri.h - sip:, sips: and tel: URIs (RFC 3261 section 19, RFC 3966) and urn:service
 * (RFC 5031), decoded in place. */
#ifndef SIP_URI_H
#define SIP_URI_H

#include "base/buf.h"
#include "base/text.h"

enum sip_scheme {
	SIP_SCHEME_OTHER,
	SIP_SCHEME_SIP,
	SIP_SCHEME_SIPS,
	SIP_SCHEME_TEL,
	SIP_SCHEME_URN
};

struct sip_uri {
	enum sip_scheme scheme;
	struct text scheme_text;
	struct text user; /* escapes kept; the number of tel:, the rest of urn: */
	struct text password;
	struct text host;    /* IPv6 with brackets */
	uint16_t port;       /* 0: none given */
	struct text params;  /* from the first ';' */
	struct text headers; /* behind '?' */
};

/* 0, or -EBADMSG. Unknown schemes are good when their syntax is. */
int sip_uri_decode(struct text in, struct sip_uri *ret);
/* Parameter such as transport, lr, phone-context; value empty for a flag. */
bool sip_uri_param(const struct sip_uri *u, struct text name, struct text *value);
/* The user part with %-escapes taken out. -ENOSPC, -EBADMSG (bad escape, NUL). */
int sip_uri_user(const struct sip_uri *u, char *dst, size_t cap);
/* RFC 3261 19.1.4. */
bool sip_uri_eq(const struct sip_uri *a, const struct sip_uri *b);

#endif
