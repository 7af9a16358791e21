/* SPDX-License-Identifier: Apache-2.0 */
/* cli/print.h - An operation's answer for people, or as it is. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include <jansson.h>

#include "ops/op.h"

/* The whole frame (ops/frame.h). Returns the exit status. */
int print_answer(const struct op *op, const json_t *answer, bool json);
/* What came from a peer, for a terminal: control characters as \xHH, as much as fits. */
const char *print_escape(char *dst, size_t cap, const char *s);

#endif
