/* SPDX-License-Identifier: Apache-2.0 */
/* http/route.h - Which operation a method and a path mean: the operations' own table. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "ops/op.h"

enum { ROUTE_VALUES_MAX = 4, ROUTE_ALLOW_SIZE = 64 };

enum route_verdict {
	ROUTE_OPERATION,
	ROUTE_PAGE,         /* not under /api */
	ROUTE_WRONG_METHOD, /* allow says which would be right */
	ROUTE_UNKNOWN,
};

/* A {name} of the template and what stood there, still percent-encoded. */
struct route_value {
	struct text name;
	struct text value;
};

struct route {
	const struct op *op;
	struct route_value values[ROUTE_VALUES_MAX];
	size_t value_count;
	char allow[ROUTE_ALLOW_SIZE]; /* "GET, POST" */
};

/* path as it came, without the query. The texts of ret point into path and the table. */
enum route_verdict route_find(struct text method, struct text path, struct route *ret);

#endif
