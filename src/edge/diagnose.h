/* SPDX-License-Identifier: Apache-2.0 */
/* edge/diagnose.h - Tells the customer in plain words why a device is refused. Internal
 * to edge/. */
#ifndef EDGE_DIAGNOSE_H
#define EDGE_DIAGNOSE_H

#include "edge/worker.h"

/* auth_name is what the device sent, reason auth's word for what was wrong. Looks up
 * whose it may be, in a later turn: the answer has left by then, in the same time for a
 * real and an invented name. */
void edge_diagnose(struct edge_worker *w, const struct flow *from, struct text auth_name,
		   const char *reason);

#endif
