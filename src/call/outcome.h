/* SPDX-License-Identifier: Apache-2.0 */
/* call/outcome.h - What a failure on one side means on the other, as a table. */
#ifndef CALL_OUTCOME_H
#define CALL_OUTCOME_H

#include <stdbool.h>

#include "account/account.h"

/* Which of two branches' failures the caller shall hear (RFC 3261 16.7 step 6, and among
 * 4xx the one that says most). */
bool outcome_better(unsigned a, unsigned b);
/* What the caller is told. What says something about our own side only (a challenge to
 * us, a redirection we do not follow) becomes 480 of a device, 503 of a trunk. */
unsigned outcome_status(unsigned status, bool trunk);
/* The CDR's cause. */
const char *outcome_cause(unsigned status, bool trunk);
/* True when another trunk may carry the call: this one failed, not the callee. 0: it could
 * not be asked. For an emergency call nothing but busy is final: a network's 603 or 607
 * (RFC 8197) is no word of those who help. */
bool outcome_next_trunk(unsigned status, bool emergency);
/* Why a line that said so may have its calls forwarded; false: for no reason. */
bool outcome_forward(unsigned status, enum forward_kind *ret);

#endif
