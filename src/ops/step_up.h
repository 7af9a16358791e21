/* SPDX-License-Identifier: Apache-2.0 */
/* ops/step_up.h - The second factor inside an operation: a fresh code for one action. */
#ifndef OPS_STEP_UP_H
#define OPS_STEP_UP_H

#include "ops/message.h"

/* Checks the input's code against c, bound to "bound": throttled by login, counted, told
 * to the security log. False: the call has failed, with a code that says why. */
bool step_up_check(struct op_call *call, struct session *s, struct code *c,
		   struct text bound);

/* True: go on (the operator needs none; the customer's code was right and is used up).
 * False: the call has failed, or fails with step_up_required once the message m (its
 * digits are filled in) is sent. job lives as long as the call. */
bool step_up(struct op_call *call, struct message *m, struct message_job *job);

#endif
