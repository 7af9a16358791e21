/* SPDX-License-Identifier: Apache-2.0 */
/* call/location.c - Geolocation (RFC 6442) and P-Access-Network-Info (RFC 7315 5.4). */

#include "call/location.h"

#include <string.h>

#include "sip/encode.h"

/* The registered location is the operator's reference: only a URI can be told by
 * Geolocation. */
static bool is_uri(struct text t)
{
	struct text scheme, rest;

	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == '"')
			return false;
	}
	return text_split(t, ':', &scheme, &rest) && scheme.len && rest.len;
}

static bool put_geolocation(struct buf *b, const struct identity *id)
{
	if (!is_uri(text_of(id->location)))
		return false;
	sip_header_printf(b, SIP_HDR_GEOLOCATION, "<%s>", id->location);
	buf_puts(b, "Geolocation-Routing: yes\r\n");
	return true;
}

/* It stands in a quoted string, or is a token: nothing may end either. */
static void put_value(struct buf *b, const char *value)
{
	for (const char *c = value; *c; c++) {
		if ((unsigned char)*c >= ' ' && *c != 0x7f && !strchr("\"\\", *c))
			buf_putc(b, *c);
	}
}

static const struct place {
	const char *word;
	size_t offset;
} places[] = {
	{ "{location_ref}", offsetof(struct identity, location) },
	{ "{number}", offsetof(struct identity, number) },
};

static const struct place *place_at(const char *at)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (!strncmp(at, places[i].word, strlen(places[i].word)))
			return &places[i];
	}
	return NULL;
}

/* False: something that it names is not known. */
static bool fill_in(struct buf *b, const char *template, const struct identity *id)
{
	while (*template) {
		const struct place *p = place_at(template);
		const char *value = p ? (const char *)id + p->offset : NULL;

		if (!p) {
			buf_putc(b, *template ++);
			continue;
		}
		if (!*value)
			return false;
		put_value(b, value);
		template += strlen(p->word);
	}
	return true;
}

/* network-provided: ours, not the device's (RFC 7315 5.4). */
static bool put_access(struct buf *b, const struct identity *id, const char *template)
{
	struct buf value = BUF_GROWING;
	bool known = fill_in(&value, template, id);

	if (known && !value.error)
		sip_header_printf(
			b, SIP_HDR_P_ACCESS_NETWORK_INFO, "%.*s%s",
			TEXT_ARG(buf_text(&value)),
			strstr(template, "network-provided") ? "" : ";network-provided");
	buf_free(&value);
	return known;
}

bool location_put(struct buf *b, const struct identity *id,
		  const struct trunk_config *trunk)
{
	switch ((enum trunk_location)trunk->location) {
	case TRUNK_LOCATION_GEOLOCATION:
		return put_geolocation(b, id);
	case TRUNK_LOCATION_PANI:
		return put_access(b, id, trunk->access_info);
	case TRUNK_LOCATION_BOTH:
		/* One of the two is better than none. */
		return (int)put_geolocation(b, id) |
		       (int)put_access(b, id, trunk->access_info);
	case TRUNK_LOCATION_NONE:
		return true;
	}
	return true;
}
