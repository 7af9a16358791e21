/* SPDX-License-Identifier: Apache-2.0 */
/* ops/scope.c - Lines and credentials within the caller's reach. */

#include "ops/scope.h"

#include <errno.h>

int scope_line(struct store_db *db, const struct op_call *call, struct line_row *ret)
{
	char number[E164_SIZE];
	struct line_row row;
	int error;

	if (text_copy(number, sizeof(number), op_text(call, "number")))
		return -ENOENT;
	error = store_line_by_number(db, number, &row);
	if (error)
		return error;
	if (!call->by_operator && row.customer_id != call->customer_id)
		return -ENOENT;
	*ret = row;
	return 0;
}

int scope_line_now(const struct op_call *call, struct account_line *ret)
{
	struct account_line line;
	int error = account_line_by_number(call->ops->cfg.book, op_text(call, "number"),
					   &line);

	if (error)
		return error;
	if (!call->by_operator && line.customer_id != call->customer_id)
		return -ENOENT;
	*ret = line;
	return 0;
}

/* Whether the caller may know of it at all. */
static bool within(const struct op_call *call, int64_t customer_id, unsigned kind)
{
	return call->by_operator ||
	       (customer_id == call->customer_id && kind == CREDENTIAL_DEVICE);
}

bool scope_shows(const struct op_call *call, const struct credential_row *row)
{
	return within(call, row->customer_id, row->kind) &&
	       (call->by_operator || row->status != CREDENTIAL_REVOKED);
}

int scope_credential(const struct op_call *call, struct account_credential *ret)
{
	struct account_credential c;
	int error = account_credential_by_id(call->ops->cfg.book, op_id(call, "id"), &c);

	if (error)
		return error;
	if (!within(call, c.customer_id, c.kind))
		return -ENOENT;
	*ret = c;
	return 0;
}
