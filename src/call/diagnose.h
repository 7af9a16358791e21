/* SPDX-License-Identifier: Apache-2.0 */
/* call/diagnose.h - What a device asked for in vain: the line in the log, and the customer
 * is told (event/diagnosis.h, event/attempt.h). */
#ifndef CALL_DIAGNOSE_H
#define CALL_DIAGNOSE_H

#include "call/room.h"

/* Why that is no destination: a word of event/diagnosis.h. */
const char *diagnose_dialled(const struct sip_uri *uri);
/* A call was refused. why: a word of event/diagnosis.h, or the cause. */
void call_diagnose(const struct call *c, unsigned status, const char *why);
/* A request of that leg's device was, and nothing stands in the log of it. */
void leg_diagnose(const struct leg *l, const char *method, unsigned status,
		  const char *why);

#endif
