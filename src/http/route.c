/* SPDX-License-Identifier: Apache-2.0 */
/* http/route.c - Path templates: "/api/v1/lines/{number}/calls". */

#include "http/route.h"

#include <stdio.h>
#include <string.h>

bool route_is_api(struct text path)
{
	return text_starts(path, TEXT("/api/")) || text_eq(path, TEXT("/api"));
}

static bool is_place(struct text segment)
{
	return segment.len > 2 && segment.p[0] == '{' &&
	       segment.p[segment.len - 1] == '}';
}

static bool match_segment(const struct op *op, struct text want, struct text have,
			  struct route *r)
{
	if (!is_place(want))
		return text_eq(want, have);
	if (have.len == 0 || r->param_count == ROUTE_PARAMS_MAX)
		return false;
	r->params[r->param_count].field =
		op_field(op->in, text_sub(want, 1, want.len - 2));
	r->params[r->param_count].value = have;
	return r->params[r->param_count++].field != NULL;
}

static bool match(const struct op *op, struct text path, struct route *r)
{
	struct text template = text_of(op->path), want, have;
	bool more_wanted = true, more_there = true;

	r->param_count = 0;
	while (more_wanted && more_there) {
		more_wanted = text_split(template, '/', &want, &template);
		more_there = text_split(path, '/', &have, &path);
		if (!match_segment(op, want, have, r))
			return false;
	}
	return more_wanted == more_there;
}

static void allow(struct route *r, const char *method)
{
	size_t len = strlen(r->allow);

	snprintf(r->allow + len, sizeof(r->allow) - len, "%s%s", len ? ", " : "", method);
}

void route_find(const char *method, struct text path, struct route *ret)
{
	struct route found, r = { .op = NULL };

	found = r;
	for (size_t i = 0; i < OPS_COUNT; i++) {
		if (!OPS[i].path || !match(&OPS[i], path, &r))
			continue;
		allow(&found, OPS[i].method);
		if (strcmp(method, OPS[i].method) != 0)
			continue;
		found.op = &OPS[i];
		memcpy(found.params, r.params, sizeof(found.params));
		found.param_count = r.param_count;
	}
	*ret = found;
}
