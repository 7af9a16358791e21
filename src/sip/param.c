/* SPDX-License-Identifier: Apache-2.0 */
/* sip/param.c - Comma-separated lists and parameters of header values (RFC 3261 7.3.1). */

#include <errno.h>
#include <string.h>

#include "sip/msg.h"
#include "sip/scan.h"

/* Where the element that starts at p ends: a comma outside of quotes and <>. An open quote
 * takes all the rest; its decoder refuses it. */
static const char *element_end(struct scan s)
{
	struct text ignored;
	bool angle = false;

	if (!memchr(s.p, ',', (size_t)(s.end - s.p)))
		return s.end;
	while (s.p < s.end) {
		char c = *s.p;

		if (c == ',' && !angle)
			return s.p;
		s.p++;
		if (c == '<')
			angle = true;
		else if (c == '>')
			angle = false;
		else if (c == '"' && !angle && !scan_quoted(&s, &ignored))
			return s.end;
	}
	return s.end;
}

bool sip_list_next(struct text *list, struct text *ret)
{
	struct scan s = scan_of(*list);
	const char *end;

	scan_lws(&s);
	if (scan_end(&s)) {
		*list = TEXT_NONE;
		return false;
	}
	end = element_end(s);
	*ret = scan_trim((struct text){ s.p, (size_t)(end - s.p) });
	*list = text_from(*list, (size_t)(end - list->p) + (end < s.end));
	return true;
}

bool sip_param_find(struct text params, struct text name, struct text *value)
{
	struct scan s = scan_of(params);
	struct text n, v;

	for (unsigned i = 0; i < SIP_PARAMS_MAX && scan_param(&s, &n, &v) == 1; i++) {
		if (scan_name_is(n, name)) {
			if (value)
				*value = v;
			return true;
		}
	}
	return false;
}
