/* SPDX-License-Identifier: Apache-2.0 */
/* notify/template.h - Fills {to}, {text} and {from} into a gateway's URL or body. */
#ifndef NOTIFY_TEMPLATE_H
#define NOTIFY_TEMPLATE_H

#include "base/buf.h"
#include "base/text.h"

enum template_escape { TEMPLATE_PERCENT, TEMPLATE_JSON, TEMPLATE_PLAIN };

struct template_values {
	struct text to;
	struct text text;
	struct text from;
};

/* Writes the filled-in text. Braces that are none of ours stay (JSON is full of them). */
void template_fill(struct buf *b, struct text pattern, enum template_escape escape,
		   const struct template_values *values);
/* Which escaping a Content-Type asks for. */
enum template_escape template_escape_of(const char *content_type);

#endif
