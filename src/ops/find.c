/* SPDX-License-Identifier: Apache-2.0 */
/* ops/find.c - Looks operations up. */

#include "ops/op.h"

const struct op *op_by_name(struct text name)
{
	for (size_t i = 0; i < OPS_COUNT; i++) {
		if (text_eq(text_of(OPS[i].name), name))
			return &OPS[i];
	}
	return NULL;
}

const struct op *op_by_command(struct text noun, struct text verb)
{
	for (size_t i = 0; i < OPS_COUNT; i++) {
		const struct op *op = &OPS[i];

		if (op->noun && text_eq(text_of(op->noun), noun) &&
		    text_eq(text_of(op->verb), verb))
			return op;
	}
	return NULL;
}
