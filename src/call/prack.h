/* SPDX-License-Identifier: Apache-2.0 */
/* call/prack.h - Reliable provisional responses (RFC 3262): ours to the caller until its
 * PRACK, the answerers' to us with ours. When the caller is told one reliably because the
 * answerer was reliable, its PRACK is the answerer's too, with what it describes. */
#ifndef CALL_PRACK_H
#define CALL_PRACK_H

#include "call/early.h"

/* False: a repetition, or one before it is missing; nothing is to be done with it (4).
 * *rseq is 0 when it is not reliable. */
bool prack_in_order(struct early *e, const struct sip_msg *m, uint32_t *rseq);
/* Acknowledges it to the answerer, unless rseq is 0. */
void prack_at_once(struct early *e, uint32_t rseq);
/* Tells the caller that status, with the description that it has not been told for sure;
 * reliably when it demands that, or takes it and the answerer was reliable (rseq). */
void prack_tell(struct early *e, unsigned status, uint32_t rseq);
/* The caller has a description that it has not acknowledged: no 2xx before (3). */
bool prack_holds_answer(const struct early *e);
/* The INVITE has its final response: nothing is sent again, but a PRACK is still taken. */
void prack_quiet(struct call *c);
void prack_go_on(const struct early *e); /* but that one's, which is waited for */
void prack_forget(struct early *e);

/* A PRACK in the dialog of l. */
void call_prack(struct leg *l, const struct flow *from, const struct sip_msg *m);

#endif
