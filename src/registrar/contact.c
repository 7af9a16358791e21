/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/contact.c - What a REGISTER asks for (RFC 3261 10.2.1, 10.3 step 6 and 7). */

#include "registrar/contact.h"

#include <errno.h>

static int refuse(struct refusal *why, unsigned status, const char *reason)
{
	*why = (struct refusal){ status, reason };
	return -EBADMSG;
}

/* 10.2.1.1: what is malformed counts as the default, what is too big as the biggest. */
static uint32_t expires_of(struct text value, const struct registrar_config *cfg)
{
	uint32_t s;

	switch (text_to_u32(value, cfg->expires_max_s, &s)) {
	case 0:
		return s;
	case -ERANGE:
		return cfg->expires_max_s;
	default:
		return cfg->expires_default_s;
	}
}

static uint32_t message_expires(const struct sip_msg *m,
				const struct registrar_config *cfg)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_EXPIRES);

	return h ? expires_of(h->value, cfg) : cfg->expires_default_s;
}

/* "0.75" -> 750; at most three decimals; what is malformed counts as 1. */
static uint16_t q_decode(struct text value)
{
	static const uint16_t scale[] = { 1000, 100, 10, 1 };
	struct text whole, decimals;
	uint32_t units, part = 0;

	text_split(value, '.', &whole, &decimals);
	if (decimals.len > 3 || text_to_u32(whole, 1, &units) < 0)
		return 1000;
	if (decimals.len && text_to_u32(decimals, 999, &part) < 0)
		return 1000;
	part *= scale[decimals.len];
	return units || part > 1000 ? 1000 : (uint16_t)part;
}

/* It is written into requests and answers later: nothing that could end a header. */
static bool contact_usable(const struct sip_address *a)
{
	struct text t = a->uri_text;

	if (a->uri.scheme != SIP_SCHEME_SIP && a->uri.scheme != SIP_SCHEME_SIPS)
		return false;
	if (!a->uri.host.len || t.len > REGISTRAR_CONTACT_MAX)
		return false;
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"')
			return false;
	}
	return true;
}

static int wish_decode(struct text value, const struct registrar_config *cfg,
		       uint32_t default_s, struct wish *ret, struct refusal *why)
{
	struct wish w = { .expires_s = default_s, .q = 1000 };
	struct sip_address a;
	struct text param;

	if (sip_address_decode(value, &a) < 0 || !contact_usable(&a))
		return refuse(why, 400, "Bad Contact");
	if (sip_param_find(a.params, TEXT("expires"), &param))
		w.expires_s = expires_of(param, cfg);
	if (w.expires_s && w.expires_s < cfg->expires_min_s)
		return refuse(why, 423, NULL);
	if (sip_param_find(a.params, TEXT("q"), &param))
		w.q = q_decode(param);
	w.contact = a.uri_text;
	w.uri = a.uri;
	*ret = w;
	return 0;
}

static int value_decode(struct text value, const struct registrar_config *cfg,
			uint32_t default_s, struct wishes *w, struct refusal *why)
{
	struct text element;
	int r;

	if (text_eq(value, TEXT("*"))) {
		w->remove_all = true;
		return 0;
	}
	while (sip_list_next(&value, &element)) {
		if (w->count == REGISTRAR_BINDINGS_MAX)
			return refuse(why, 403, "Too Many Contacts");
		r = wish_decode(element, cfg, default_s, &w->wish[w->count], why);
		if (r < 0)
			return r;
		w->count++;
	}
	return 0;
}

int wishes_decode(const struct sip_msg *m, const struct registrar_config *cfg,
		  struct wishes *ret, struct refusal *why)
{
	uint32_t expires_s = message_expires(m, cfg);
	struct wishes w = { 0 };
	unsigned stars = 0;
	int r;

	for (const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTACT); h;
	     h = sip_msg_header_next(m, h)) {
		stars += text_eq(h->value, TEXT("*"));
		r = value_decode(h->value, cfg, expires_s, &w, why);
		if (r < 0)
			return r;
	}
	if (stars > 1 || (stars && (w.count || expires_s)))
		return refuse(why, 400, "Contact * Wants Expires 0 And No Other");
	*ret = w;
	return 0;
}
