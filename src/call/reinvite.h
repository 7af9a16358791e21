/* SPDX-License-Identifier: Apache-2.0 */
/* call/reinvite.h - A re-INVITE from either side, to the other and back (RFC 3261 14). */
#ifndef CALL_REINVITE_H
#define CALL_REINVITE_H

#include "call/room.h"

void call_reinvite(struct leg *l, const struct flow *from, const struct sip_msg *m);

#endif
