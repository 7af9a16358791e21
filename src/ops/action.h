/* SPDX-License-Identifier: Apache-2.0 */
/* ops/action.h - A step-up: one action that a code was asked for. It is bound to the
 * session, the operation and all of its input (line, label, profile), so that the code
 * in a message that names one action permits no other. Single use. */
#ifndef OPS_ACTION_H
#define OPS_ACTION_H

#include <jansson.h>

#include "ops/code.h"
#include "ops/session.h"

struct op;

enum { ACTION_ID_SIZE = 27, ACTION_BOUND_SIZE = 32 };

struct action {
	struct list node; /* of its session */
	char id[ACTION_ID_SIZE];
	uint8_t bound[ACTION_BOUND_SIZE]; /* a hash of operation and input */
	struct code code;
};

/* What an operation with this input is bound to; the fields action and code are left
 * out. 0 or -ENOMEM. */
int action_bind(const struct op *op, const json_t *in, uint8_t ret[ACTION_BOUND_SIZE]);
/* A new action with its first code (digits: the caller's to wipe). The session's oldest
 * goes when it has too many. NULL when memory is out. */
struct action *action_new(struct session *s, const uint8_t bound[ACTION_BOUND_SIZE],
			  const uint8_t key[CODE_KEY_SIZE], struct random *random,
			  unsigned life_s, int64_t now_us, char digits[CODE_DIGITS + 1]);
/* Its code (code.h) is bound to its id. A used action stays until its session forgets
 * it, so that a second use is told from an unknown one. */
struct action *action_find(struct session *s, struct text id);
void action_forget(struct action *a);
void actions_forget(struct session *s);

#endif
