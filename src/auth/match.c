/* SPDX-License-Identifier: Apache-2.0 */
/* auth/match.c - What devices send, compared with what is meant. */

#include <stdio.h>
#include <string.h>

#include "auth/room.h"

static bool is_sip(const struct sip_uri *u)
{
	return u->scheme == SIP_SCHEME_SIP || u->scheme == SIP_SCHEME_SIPS;
}

static uint16_t port_of(const struct sip_uri *u)
{
	if (u->port)
		return u->port;
	return u->scheme == SIP_SCHEME_SIPS ? 5061 : 5060;
}

static bool same_user(const struct sip_uri *a, const struct sip_uri *b)
{
	char left[256], right[256];

	if (text_eq(a->user, b->user))
		return true;
	return sip_uri_user(a, left, sizeof(left)) == 0 &&
	       sip_uri_user(b, right, sizeof(right)) == 0 && strcmp(left, right) == 0;
}

/* Devices leave parameters and the default port out, or put them in; what a REGISTER
 * names is a domain, whatever stands around it. */
bool auth_uri_matches(struct text uri, const struct sip_msg *m)
{
	struct sip_uri u;

	if (text_eq(uri, m->uri_text))
		return true;
	if (sip_uri_decode(uri, &u))
		return false;
	if (sip_uri_eq(&u, &m->uri))
		return true;
	if (!is_sip(&u) || !is_sip(&m->uri) || !text_eq_nocase(u.host, m->uri.host))
		return false;
	if (m->method == SIP_REGISTER)
		return true;
	return port_of(&u) == port_of(&m->uri) && same_user(&u, &m->uri);
}

static bool is_line(struct auth *a, struct text code, struct text digits)
{
	char number[64];
	int n = snprintf(number, sizeof(number), "+%.*s%.*s", TEXT_ARG(code),
			 TEXT_ARG(digits));

	return n > 0 && n < (int)sizeof(number) &&
	       account_line_known(a->book, text_of(number));
}

/* +41..., 0041..., 41..., 044...: with and without what is behind an @. */
bool auth_is_number(struct auth *a, struct text name)
{
	text_split(name, '@', &name, NULL);
	if (text_starts(name, TEXT("+")))
		return is_line(a, TEXT_NONE, text_from(name, 1));
	if (text_starts(name, TEXT("00")))
		return is_line(a, TEXT_NONE, text_from(name, 2));
	if (text_starts(name, TEXT("0")))
		return a->calling_code.len &&
		       is_line(a, a->calling_code, text_from(name, 1));
	return is_line(a, TEXT_NONE, name);
}
