/* SPDX-License-Identifier: Apache-2.0 */
/* http/route.h - From method and path to an operation: the table of operations read
 * backwards. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "ops/op.h"

enum { ROUTE_ALLOW_SIZE = 64, ROUTE_PARAMS_MAX = 4 };

struct route {
	const struct op *op; /* NULL: none for this method */
	char allow[ROUTE_ALLOW_SIZE]; /* methods that this path takes; "": no such path */
	struct {
		const struct op_field *field;
		struct text value; /* within the path */
	} params[ROUTE_PARAMS_MAX];
	size_t param_count;
};

/* path: decoded, from the first '/', without query. */
void route_find(const char *method, struct text path, struct route *ret);
/* True for paths of the API, known or not. */
bool route_is_api(struct text path);

#endif
