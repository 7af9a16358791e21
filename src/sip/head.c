/* SPDX-License-Identifier: Apache-2.0 */
/* sip/head.c - Lines and folds of a message's head (RFC 3261 7.3, 25.1). */

#include "sip/head.h"

#include <string.h>

bool head_start_line(struct scan *s, struct text *line)
{
	const char *from = s->p;

	s->p += scan_control(s->p, (size_t)(s->end - s->p));
	*line = (struct text){ from, (size_t)(s->p - from) };
	if (s->end - s->p < 2 || s->p[0] != '\r' || s->p[1] != '\n')
		return false;
	s->p += 2;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes the control character at s->p. True when the line ends with it. CRLF and a blank
 * fold; other control characters stand in quoted pairs only. */
static bool control_ends_line(struct scan *s, const char *from, const char **reason)
{
	char c = *s->p++;

	if (c == '\r' && s->p < s->end && *s->p == '\n') {
		s->p++;
		return s->p == s->end || !is_blank(*s->p);
	}
	if (c == '\n' || c == '\r') {
		*reason = "Bad Line End";
		return c == '\n';
	}
	if (c != '\t' && !(s->p - from > 1 && s->p[-2] == '\\'))
		*reason = "Control Character in Header";
	return false;
}

/* Takes a line with its folds; the text holds its line ends. */
static struct text take_line(struct scan *s, const char **reason)
{
	const char *from = s->p;

	for (;;) {
		s->p += scan_control(s->p, (size_t)(s->end - s->p));
		if (scan_end(s)) {
			*reason = "Bad Line End";
			break;
		}
		if (control_ends_line(s, from, reason))
			break;
	}
	return (struct text){ from, (size_t)(s->p - from) };
}

static bool take_empty_line(struct scan *s)
{
	if (s->end - s->p < 2 || s->p[0] != '\r' || s->p[1] != '\n')
		return false;
	s->p += 2;
	return true;
}

/* Takes the name with its colon and the blanks between. A name that we know needs no look
 * at its characters. */
static bool take_name(struct scan *line, struct sip_header *ret)
{
	size_t len = (size_t)(line->end - line->p);
	const char *colon = memchr(line->p, ':', len), *end = colon;
	struct scan name;

	if (!colon)
		return false;
	while (end > line->p && is_blank(end[-1]))
		end--;
	ret->name = (struct text){ line->p, (size_t)(end - line->p) };
	ret->id = sip_header_id_of(ret->name);
	name = scan_of(ret->name);
	line->p = colon + 1;
	return ret->id != SIP_HDR_OTHER ||
	       (scan_span(&name, SIP_C_TOKEN).len > 0 && scan_end(&name));
}

enum head_line head_next(struct scan *s, struct sip_header *ret, const char **reason)
{
	const char *wrong = NULL;
	struct scan line;

	if (scan_end(s) || take_empty_line(s))
		return HEAD_END;
	line = scan_of(take_line(s, &wrong));
	if (!take_name(&line, ret)) {
		wrong = wrong ? wrong : "Bad Header Line";
		ret->name = TEXT_NONE;
		ret->id = SIP_HDR_OTHER;
	}
	ret->value = scan_trim(scan_rest(&line));
	if (!wrong)
		return HEAD_FIELD;
	*reason = wrong;
	return HEAD_BAD;
}
