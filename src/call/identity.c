/* SPDX-License-Identifier: Apache-2.0 */
/* call/identity.c - From, P-Asserted-Identity and Privacy (RFC 3325, RFC 3323). */

#include "call/identity.h"

#include <string.h>

#include "call/headers.h"

enum privacy { PRIVACY_UNSAID, PRIVACY_NONE, PRIVACY_WANTED };

enum { PRIVACY_VALUES_MAX = 16 };

static enum privacy privacy_of(const struct sip_msg *m)
{
	const struct sip_header *h = sip_msg_header(m, SIP_HDR_PRIVACY);
	enum privacy privacy = PRIVACY_UNSAID;
	struct text rest = h ? h->value : TEXT_NONE, value;

	for (unsigned i = 0; rest.len && i < PRIVACY_VALUES_MAX; i++) {
		text_split(rest, ';', &value, &rest);
		value = text_trim_lws(value);
		if (text_eq_nocase(value, TEXT("id")) ||
		    text_eq_nocase(value, TEXT("user")) ||
		    text_eq_nocase(value, TEXT("header")))
			return PRIVACY_WANTED;
		if (text_eq_nocase(value, TEXT("none")))
			privacy = PRIVACY_NONE;
	}
	return privacy;
}

void identity_of_device(const struct account_line *line, const struct destination *to,
			const struct sip_msg *invite, struct identity *ret)
{
	enum privacy asked = privacy_of(invite);

	*ret = (struct identity){ .private = line->clir };
	text_copy(ret->number, sizeof(ret->number), text_of(line->number));
	if (asked != PRIVACY_UNSAID)
		ret->private = asked == PRIVACY_WANTED;
	if (to->clir_on || to->clir_off)
		ret->private = to->clir_on;
	if (to->kind != DESTINATION_EMERGENCY)
		return;
	ret->private = false;
	text_copy(ret->location, sizeof(ret->location), text_of(line->location_ref));
}

static bool number_of(const struct sip_uri *uri, const char *country, struct identity *id)
{
	struct destination d;

	if (uri->scheme != SIP_SCHEME_SIP && uri->scheme != SIP_SCHEME_SIPS &&
	    uri->scheme != SIP_SCHEME_TEL)
		return false;
	if (plan_resolve(uri, country, &d) < 0)
		return false;
	memcpy(id->number, d.number, sizeof(id->number));
	return true;
}

static bool asserted(const struct sip_msg *m, const char *country, struct identity *id)
{
	for (const struct sip_header *h = sip_msg_header(m, SIP_HDR_P_ASSERTED_IDENTITY);
	     h; h = sip_msg_header_next(m, h)) {
		struct text list = h->value, element;
		struct sip_address a;

		while (sip_list_next(&list, &element)) {
			if (sip_address_decode(element, &a) == 0 &&
			    number_of(&a.uri, country, id))
				return true;
		}
	}
	return false;
}

void identity_of_trunk(const struct sip_msg *invite, const char *country,
		       struct identity *ret)
{
	*ret = (struct identity){ .private = privacy_of(invite) == PRIVACY_WANTED };
	if (!asserted(invite, country, ret))
		number_of(&invite->from.uri, country, ret);
}

/* A trunk that is told by From alone must be told there, hidden or not: Privacy says it. */
void identity_from_put(struct buf *b, const struct identity *id, const char *host,
		       const struct trunk_config *trunk)
{
	bool told = trunk && trunk->identity == TRUNK_IDENTITY_FROM;

	if ((id->private && !told) || !id->number[0]) {
		buf_puts(b, "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
		return;
	}
	buf_puts(b, "<sip:");
	buf_puts(b, id->number);
	buf_putc(b, '@');
	buf_puts(b, host);
	buf_putc(b, '>');
}

void identity_headers_put(struct buf *b, const struct identity *id, const char *host,
			  const struct trunk_config *trunk)
{
	unsigned how = trunk ? trunk->identity : TRUNK_IDENTITY_PAI;

	if (id->private)
		sip_header_put(b, SIP_HDR_PRIVACY, TEXT("id"));
	if (!id->number[0] || (!trunk && id->private))
		return;
	if (how == TRUNK_IDENTITY_PAI)
		headers_join(b, SIP_HDR_P_ASSERTED_IDENTITY, "<sip:", id->number, "@",
			     host, ">", NULL);
	if (how == TRUNK_IDENTITY_RPID)
		sip_header_printf(b, SIP_HDR_REMOTE_PARTY_ID,
				  "<sip:%s@%s>;party=calling;screen=yes;privacy=%s",
				  id->number, host, id->private ? "full" : "off");
}
