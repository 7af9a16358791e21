/* SPDX-License-Identifier: Apache-2.0 */
/* cli/operator.h - Runs an operation of the table for the operator: by the running server
 * over admin.sock, or without one on the store itself. */
#ifndef CLI_OPERATOR_H
#define CLI_OPERATOR_H

#include "cli/args.h"
#include "cli/config.h"

/* words: behind noun and verb. Returns the exit status. */
int operator_run(const struct config *c, const struct op *op, const struct args *a,
		 const char *const *words, unsigned count);

#endif
