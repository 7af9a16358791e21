/* SPDX-License-Identifier: Apache-2.0 */
/* notify/template.c - Placeholders, escaped for where they stand. */

#include "notify/template.h"

#include <string.h>

static void put_percent(struct buf *b, struct text t)
{
	static const char unreserved[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-._~";

	for (size_t i = 0; i < t.len; i++) {
		if (t.p[i] && strchr(unreserved, t.p[i]))
			buf_putc(b, t.p[i]);
		else
			buf_printf(b, "%%%02X", (unsigned char)t.p[i]);
	}
}

static void put_json(struct buf *b, struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\u%04x", c);
		else
			buf_putc(b, (char)c);
	}
}

static void put_plain(struct buf *b, struct text t)
{
	buf_put(b, t);
}

static void (*const put_escaped[])(struct buf *, struct text) = {
	[TEMPLATE_PERCENT] = put_percent,
	[TEMPLATE_JSON] = put_json,
	[TEMPLATE_PLAIN] = put_plain,
};

void template_fill(struct buf *b, struct text pattern, enum template_escape escape,
		   const struct template_values *v)
{
	const struct {
		struct text name, value;
	} places[] = {
		{ TEXT("{to}"), v->to },
		{ TEXT("{text}"), v->text },
		{ TEXT("{from}"), v->from },
	};
	bool filled;

	while (pattern.len > 0) {
		filled = false;
		for (size_t i = 0; i < 3 && !filled; i++) {
			if (!text_starts(pattern, places[i].name))
				continue;
			put_escaped[escape](b, places[i].value);
			pattern = text_from(pattern, places[i].name.len);
			filled = true;
		}
		if (!filled) {
			buf_putc(b, pattern.p[0]);
			pattern = text_from(pattern, 1);
		}
	}
}

enum template_escape template_escape_of(const char *content_type)
{
	struct text media = text_of(content_type);

	text_split(media, ';', &media, NULL);
	media = text_trim(media);
	if (text_ends(media, TEXT("json")))
		return TEMPLATE_JSON;
	if (text_eq_nocase(media, TEXT("text/plain")))
		return TEMPLATE_PLAIN;
	return TEMPLATE_PERCENT;
}
