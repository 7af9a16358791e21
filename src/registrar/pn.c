/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/pn.c - The push parameters of a Contact (RFC 8599 4.1). */

#include "registrar/pn.h"

#include <errno.h>
#include <string.h>

static int value_of(const struct sip_uri *contact, struct text name, char *dst,
		    size_t cap)
{
	struct sip_uri as_user = { 0 };

	if (!sip_uri_param(contact, name, &as_user.user) || !as_user.user.len)
		return -ENOENT;
	/* Escaped as a user is (25.1). */
	if (sip_uri_user(&as_user, dst, cap) < 0)
		return -EBADMSG;
	for (const char *p = dst; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f)
			return -EBADMSG;
	}
	return 0;
}

int pn_decode(const struct sip_uri *contact, struct push_target *ret)
{
	struct push_target t = { .param = "" };
	int r = value_of(contact, TEXT("pn-provider"), t.provider, sizeof(t.provider));

	if (!r)
		r = value_of(contact, TEXT("pn-prid"), t.prid, sizeof(t.prid));
	if (!r)
		r = value_of(contact, TEXT("pn-param"), t.param, sizeof(t.param));
	if (r == -EBADMSG || !t.provider[0] || !t.prid[0])
		return r;
	*ret = t;
	return 0;
}

int pn_of_contact(struct text contact, struct push_target *ret)
{
	struct sip_uri uri;

	return sip_uri_decode(contact, &uri) == 0 ? pn_decode(&uri, ret) : -EBADMSG;
}

bool pn_same_app(const struct push_target *a, const struct push_target *b)
{
	return strcmp(a->provider, b->provider) == 0 && strcmp(a->prid, b->prid) == 0 &&
	       strcmp(a->param, b->param) == 0;
}
