/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/contact.c - What a REGISTER asks for (RFC 3261 10.2.1, 10.3 step 6 and 7; RFC
 * 5626 section 6). */

#include "registrar/contact.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "registrar/path.h"

static int refuse(struct refusal *why, unsigned status, const char *reason,
		  const char *word)
{
	*why = (struct refusal){ status, reason, word };
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

/* Written into answers as it came: nothing that could end its quotes. */
static bool instance_usable(struct text t)
{
	if (t.len < 3 || t.len > REGISTRAR_INSTANCE_MAX || t.p[0] != '<' ||
	    t.p[t.len - 1] != '>')
		return false;
	for (size_t i = 1; i < t.len - 1; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("<>\"\\", c))
			return false;
	}
	return true;
}

/* A reg-id without an instance means nothing (RFC 5626 6). */
static void flow_decode(struct text params, struct wish *w)
{
	struct text param;
	uint32_t reg_id;

	if (!sip_param_find(params, TEXT("+sip.instance"), &param) ||
	    !instance_usable(param))
		return;
	w->instance = param;
	if (sip_param_find(params, TEXT("reg-id"), &param) &&
	    text_to_u32(param, INT32_MAX, &reg_id) == 0)
		w->reg_id = reg_id;
}

static int wish_of(const struct sip_address *a, const struct registrar_config *cfg,
		   uint32_t default_s, struct wish *ret, struct refusal *why)
{
	struct text param;

	*ret = (struct wish){
		.expires_s = default_s, .q = 1000, .contact = a->uri_text, .uri = a->uri
	};
	if (!contact_usable(a))
		return refuse(why, 400, "Bad Contact", "bad_contact");
	if (sip_param_find(a->params, TEXT("expires"), &param))
		ret->expires_s = expires_of(param, cfg);
	if (ret->expires_s && ret->expires_s < cfg->expires_min_s)
		return refuse(why, 423, NULL, "interval_too_brief");
	if (sip_param_find(a->params, TEXT("q"), &param))
		ret->q = q_decode(param);
	flow_decode(a->params, ret);
	return 0;
}

static void note_push(struct wishes *w, const struct wish *wish)
{
	if (sip_uri_param(&wish->uri, TEXT("pn-provider"), &w->provider))
		w->asks_push = true;
}

static int value_decode(const struct sip_msg *m, struct text value,
			const struct registrar_config *cfg, uint32_t default_s,
			struct wishes *w, struct refusal *why)
{
	struct sip_address other;
	struct text element;
	int r;

	if (text_eq(value, TEXT("*"))) {
		w->remove_all = true;
		return 0;
	}
	while (sip_list_next(&value, &element)) {
		if (w->count == REGISTRAR_BINDINGS_MAX)
			return refuse(why, 403, "Too Many Contacts", "too_many_contacts");
		/* The first has been decoded with the message, and mostly is the only one. */
		if (w->count && sip_address_decode(element, &other) < 0)
			return refuse(why, 400, "Bad Contact", "bad_contact");
		r = wish_of(w->count ? &other : &m->contact, cfg, default_s,
			    &w->wish[w->count], why);
		if (r < 0)
			return r;
		note_push(w, &w->wish[w->count]);
		w->count++;
	}
	return 0;
}

static size_t count_new_flows(const struct wishes *w, size_t *fresh)
{
	size_t flows = 0;

	*fresh = 0;
	for (size_t i = 0; i < w->count; i++) {
		*fresh += w->wish[i].expires_s > 0;
		flows += w->wish[i].reg_id > 0;
	}
	return flows;
}

/* RFC 5626 6: who does not know outbound, or came by a hop that does not, has no flows;
 * and one REGISTER registers the one that it came by. */
static int judge_flows(const struct sip_msg *m, struct wishes *w, struct refusal *why)
{
	size_t fresh, flows = count_new_flows(w, &fresh);
	bool asked = sip_msg_has_token(m, SIP_HDR_SUPPORTED, TEXT("outbound"));

	if (!flows)
		return 0;
	if (asked && sip_msg_has_several(m, SIP_HDR_VIA) &&
	    !path_does_outbound(text_of(w->path)))
		return refuse(why, 439, NULL, NULL);
	for (size_t i = 0; i < w->count && !asked; i++)
		w->wish[i].reg_id = 0;
	if (asked && fresh > 1)
		return refuse(why, 400, "One Contact With reg-id At A Time",
			      "bad_contact");
	w->outbound = asked;
	return 0;
}

int wishes_decode(const struct sip_msg *m, const struct registrar_config *cfg,
		  const struct flow *from, struct wishes *w, struct refusal *why)
{
	uint32_t expires_s = message_expires(m, cfg);
	unsigned stars = 0;
	int r;

	memset(w, 0, offsetof(struct wishes, path));
	w->path[0] = '\0';
	for (const struct sip_header *h = sip_msg_header(m, SIP_HDR_CONTACT); h;
	     h = sip_msg_header_next(m, h)) {
		stars += text_eq(h->value, TEXT("*"));
		r = value_decode(m, h->value, cfg, expires_s, w, why);
		if (r < 0)
			return r;
	}
	if (stars > 1 || (stars && (w->count || expires_s)))
		return refuse(why, 400, "Contact * Wants Expires 0 And No Other",
			      "bad_contact_star");
	r = path_decode(m, cfg, from, w->path);
	if (r < 0)
		return refuse(why, 400, "Bad Path", "bad_contact");
	w->tell_path = sip_msg_has_token(m, SIP_HDR_SUPPORTED, TEXT("path"));
	return judge_flows(m, w, why);
}
