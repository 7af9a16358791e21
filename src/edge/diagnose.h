/* SPDX-License-Identifier: Apache-2.0 */
/* edge/diagnose.h - Tells the customer what becomes of a device's requests: an event where
 * it was refused (event/diagnosis.h), and whoever looks at a line just now
 * (event/attempt.h). Internal to edge/. */
#ifndef EDGE_DIAGNOSE_H
#define EDGE_DIAGNOSE_H

#include "edge/worker.h"

/* reason is a word of event/diagnosis.h or another of the log. verified: whose credential
 * it is when its digest was right; else NULL, and auth_name is what was sent, if anything.
 * Whose that may be is looked up in a later turn: the answer has left by then, and the
 * same is done for a real and an invented name. */
void edge_diagnose(struct edge_worker *w, const struct flow *from,
		   const struct sip_msg *m, const struct account_credential *verified,
		   struct text auth_name, unsigned status, const char *reason);

#endif
