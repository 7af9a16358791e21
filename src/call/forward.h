/* SPDX-License-Identifier: Apache-2.0 */
/* call/forward.h - Calls to a line that go on elsewhere: because its customer has said so,
 * or its device (302). The rest of the way is a call of that line: rated, limited and
 * barred like any other that it makes. */
#ifndef CALL_FORWARD_H
#define CALL_FORWARD_H

#include "call/diversion.h"

/* The line that rings, or would, has an answer of that kind: true when the call goes on
 * elsewhere, or has been refused on the way there. False: nothing of it. */
bool call_forward(struct call *c, enum forward_kind kind);
/* The same to what its device named. */
bool call_forward_to(struct call *c, const struct sip_uri *target,
		     enum diversion_reason reason);

#endif
