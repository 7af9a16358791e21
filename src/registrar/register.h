/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/register.h - What a REGISTER changes, and the answer to it. */
#ifndef REGISTRAR_REGISTER_H
#define REGISTRAR_REGISTER_H

#include "registrar/contact.h"
#include "registrar/room.h"

/* The credential's bindings as they are when the lock is let go. */
struct outcome {
	struct record *removed;
	bool visible; /* something other than an expiry changed */
	bool use_due; /* the credential's last use shall be written */
	size_t count;
	struct outcome_binding {
		struct binding binding;
		bool row_due;    /* its row shall be written */
		bool device_new; /* no binding of that address and user agent before */
	} is[REGISTRAR_BINDINGS_MAX];
};

/* 10.3 step 6 to 8: all or nothing. -EALREADY: out of order; -EMSGSIZE: the Call-ID
 * is too long to keep; -ENOMEM. */
int register_apply(struct registrar *r, const struct account_credential *c,
		   const struct flow *from, const struct sip_msg *m,
		   const struct wishes *w, struct outcome *ret);

void register_answer(struct registrar *r, const struct flow *from,
		     const struct sip_msg *m, const struct outcome *o, struct buf *b);
void register_refuse(struct registrar *r, const struct flow *from,
		     const struct sip_msg *m, const struct refusal *why, struct buf *b);

#endif
