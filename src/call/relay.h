/* SPDX-License-Identifier: Apache-2.0 */
/* call/relay.h - INFO through a call (RFC 6086, and the older DTMF forms): body and type
 * to the other leg, its answer back. */
#ifndef CALL_RELAY_H
#define CALL_RELAY_H

#include "call/room.h"

/* An INFO in the dialog of l. */
void call_relay_info(struct leg *l, const struct flow *from, const struct sip_msg *m);
/* The call ends: what waits is answered. */
void call_relays_drop(struct call *c);

#endif
