/* SPDX-License-Identifier: Apache-2.0 */
/* call/update.h - UPDATE (RFC 3311) in early dialogs and in those that stand: what it
 * describes goes to the other side as an UPDATE, or as a re-INVITE when that one does not
 * take UPDATE, and the answer back. Without a description it only tells where the peer is.
 * A PRACK with an offer (RFC 3262 5) goes the same way. */
#ifndef CALL_UPDATE_H
#define CALL_UPDATE_H

#include "call/early.h"

/* An UPDATE in the dialog of l. */
void call_update(struct leg *l, const struct flow *from, const struct sip_msg *m);
/* The caller's PRACK with an offer for the answerer that waits for the PRACK of rseq. */
void update_prack(struct early *e, uint32_t rseq, const struct flow *from,
		  const struct sip_msg *m);
/* One of either side is under way on that leg. */
bool update_runs(const struct leg *l);
/* An UPDATE of ours waits for its answer there. */
bool update_asks(const struct leg *l);
void update_forget(struct early *e);
/* The call ends: what waits is answered. */
void call_updates_drop(struct call *c);

#endif
