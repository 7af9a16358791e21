/* SPDX-License-Identifier: Apache-2.0 */
/* http/route.c - Paths against the templates of the table of operations. */

#include "http/route.h"

#include <string.h>

static bool under_api(struct text path)
{
	return text_eq(path, TEXT("/api")) || text_starts(path, TEXT("/api/"));
}

static bool take_value(struct text segment, struct text value, struct route *r)
{
	if (value.len == 0 || r->value_count == ROUTE_VALUES_MAX)
		return false;
	r->values[r->value_count++] =
		(struct route_value){ text_sub(segment, 1, segment.len - 2), value };
	return true;
}

/* Segment by segment, before anything is decoded: an encoded slash separates nothing. */
static bool matches(struct text template, struct text path, struct route *r)
{
	struct text want, have;
	bool more_wanted, more;

	r->value_count = 0;
	do {
		more_wanted = text_split(template, '/', &want, &template);
		more = text_split(path, '/', &have, &path);
		if (text_starts(want, TEXT("{")) ? !take_value(want, have, r)
						 : !text_eq(want, have))
			return false;
	} while (more_wanted && more);
	return more_wanted == more;
}

static void allow(struct route *r, const char *method)
{
	size_t len = strlen(r->allow);

	if (len + strlen(method) + 3 > sizeof(r->allow))
		return;
	if (len > 0)
		strcat(r->allow, ", ");
	strcat(r->allow, method);
}

enum route_verdict route_find(struct text method, struct text path, struct route *ret)
{
	if (!under_api(path))
		return ROUTE_PAGE;
	ret->allow[0] = '\0';
	for (size_t i = 0; i < OPS_COUNT; i++) {
		ret->op = &OPS[i];
		if (!ret->op->path || !matches(text_of(ret->op->path), path, ret))
			continue;
		if (text_eq(method, text_of(ret->op->method)))
			return ROUTE_OPERATION;
		allow(ret, ret->op->method);
	}
	return ret->allow[0] ? ROUTE_WRONG_METHOD : ROUTE_UNKNOWN;
}
