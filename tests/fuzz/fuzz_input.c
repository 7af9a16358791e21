/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/fuzz_input.c - Query and JSON body of a portal request: the first byte chooses the
 * operation, the first line is the query. What passes is an object. */

#include <assert.h>

#include "fuzz.h"
#include "http/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in = { (const char *)data, size }, query, body = TEXT_NONE;
	const char *field;
	char why[OP_WHY_SIZE];
	struct route route = { 0 };
	json_t *json;

	if (size == 0)
		return 0;
	route.op = &OPS[data[0] % OPS_COUNT];
	text_split(text_from(in, 1), '\n', &query, &body);
	if (!route.op->path || input_make(&route, query, body, &json) != 0)
		return 0;
	assert(json_is_object(json));
	if (op_fields_check(route.op->in, json, false, &field, why) < 0)
		assert(field && why[0]);
	json_decref(json);
	return 0;
}
