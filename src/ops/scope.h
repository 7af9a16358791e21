/* SPDX-License-Identifier: Apache-2.0 */
/* ops/scope.h - Whose line, whose credential: the one place where a caller's ids are
 * checked. What belongs to somebody else is not there: -ENOENT, exactly as for what does
 * not exist. Inside jobs. */
#ifndef OPS_SCOPE_H
#define OPS_SCOPE_H

#include "ops/call.h"

/* The line of the input's "number" that the caller may see. */
int scope_line(struct store_db *db, const struct op_call *call, struct line_row *ret);
/* Likewise, from memory and outside of jobs. */
int scope_line_now(const struct op_call *call, struct account_line *ret);
/* The credential of the input's "id", from memory: revoke and freeze wait for no
 * database. Customers reach their devices only, not the operator's routers. */
int scope_credential(const struct op_call *call, struct account_credential *ret);
/* True for the credentials that the caller is shown in lists: customers not their revoked
 * ones. On any thread. */
bool scope_shows(const struct op_call *call, const struct credential_row *row);

#endif
