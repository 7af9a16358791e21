/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/register.h - What a REGISTER changes, and the answer to it. */
#ifndef REGISTRAR_REGISTER_H
#define REGISTRAR_REGISTER_H

#include "registrar/contact.h"
#include "registrar/room.h"

/* What is left to do when the lock is let go; mostly nothing. */
struct outcome {
	struct record *removed;
	bool visible; /* something other than an expiry changed */
	bool use_due; /* the credential's last use shall be written */
	size_t count;
	/* Only so many are written: they are large. */
	struct outcome_binding {
		struct binding binding;
		bool row_due;    /* its row shall be written */
		bool device_new; /* no binding of that address and user agent before */
	} is[REGISTRAR_BINDINGS_MAX];
};

/* 10.3 step 6 to 8: all or nothing; writes a Contact for each binding that there is now
 * into b. -EALREADY: out of order; -EMSGSIZE: the Call-ID is too long to keep; -ENOMEM. */
int register_apply(struct registrar *r, const struct account_credential *c,
		   const struct flow *from, const struct sip_msg *m,
		   const struct wishes *w, struct buf *b, struct outcome *ret,
		   struct registrar_again *again);
void register_outcome_init(struct outcome *o);
/* With the shard's lock held: the binding lives longer. */
void register_extend(struct registrar *g, struct shard *s, struct record *r,
		     uint32_t expires_s, uint32_t cseq, int64_t now_us,
		     struct outcome *o);
/* What there is to tell of it. */
void register_note(const struct registrar *g, struct record *r, struct outcome *o);
/* Tells it, when the lock is let go. */
void register_tell(struct registrar *r, const struct account_credential *c,
		   struct text call_id, uint32_t cseq, struct outcome *o);

/* A 200: its head, a Contact for each binding, the rest. */
void register_answer_begin(struct registrar *r, const struct flow *from,
			   const struct sip_msg *m, struct buf *b);
/* number: the line's when GRUUs are asked for, else NULL. */
void register_answer_contact(const struct registrar *r, const char *number,
			     const struct record *is, int64_t now_us, struct buf *b);
void register_answer_end(const struct registrar *r, const struct wishes *w,
			 struct buf *b);
/* The last, of a device of which nothing else is to be said. */
void register_answer_again(const struct registrar *r, bool outbound, struct buf *b);
void register_refuse(struct registrar *r, const struct flow *from,
		     const struct sip_msg *m, const struct refusal *why, struct buf *b);

#endif
