/* SPDX-License-Identifier: Apache-2.0 */
/* call/offer.h - Re-INVITEs that we begin ourselves in a dialog that stands (RFC 3261
 * 14.1): with an offer, or to ask for one. One at a time for a leg. */
#ifndef CALL_OFFER_H
#define CALL_OFFER_H

#include "call/room.h"

enum { LEG_OFFER_TRIES_MAX = 5 }; /* after 491 */

/* How it ended. A 2xx has been acknowledged, but when an offer was asked for: then the ACK
 * waits for leg_send_ack with the answer. 300-699: nothing has changed. 408 without a message:
 * silence. After 408 or 481 the leg is gone, and the call ends behind the callback
 * (12.2.1.2). Not called when the leg is gone before. */
typedef void leg_offer_fn(void *arg, struct leg *l, unsigned status,
			  const struct sip_msg *m);

/* sdp: as l is to see it, call_sdp_offer has made it; empty: l is asked for an offer. While
 * another exchange runs on the leg it waits, and after a 491 as long as 14.1 says. 0,
 * -EBUSY (there is one already), -ENOTCONN (the leg is not confirmed), -ENOMEM or why it
 * could not be sent: then fn is not called. */
int leg_offer(struct leg *l, struct text sdp, leg_offer_fn *fn, void *arg);
/* What was sent has gone astray: sent again in a while. */
void leg_offer_retry(struct leg *l);
/* Says again what l was told last and agreed to, as it is when the request leaves. -ENOENT:
 * nothing is kept, as l takes UPDATE. */
int leg_offer_again(struct leg *l, leg_offer_fn *fn, void *arg);
/* Forgets it; what is under way is acknowledged all the same. */
void leg_offer_drop(struct leg *l);

#endif
