/* SPDX-License-Identifier: Apache-2.0 */
/* http/input.h - An operation's input out of path, query and body. */
#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H

#include <jansson.h>

#include "http/route.h"
#include "ops/error.h"

enum { INPUT_QUERY_MAX = 16 }; /* names of one query */

/* Path values always; the query with GET, the body (a JSON object, or nothing) with other
 * methods; a name in two places is refused. 0 with a new reference, or what is wrong. */
enum op_error input_make(const struct route *r, struct text query, struct text body,
			 json_t **ret);

#endif
