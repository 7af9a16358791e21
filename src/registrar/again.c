/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/again.c - A device that is still there and says so as it did before. */

#include <errno.h>

#include "registrar/register.h"

/* The request came by the way that the binding was made by: its device's shape says so. */
static bool may(const struct record *r, uint32_t cseq, bool repeated, int64_t now_us)
{
	return !r->gone && r->alone && !r->asleep && r->expires_us > now_us &&
	       (repeated ? cseq == r->cseq : cseq > r->cseq);
}

/* With the lock held. */
static int extend(struct registrar *g, struct shard *s, struct registrar_again *a,
		  uint32_t cseq, bool repeated, struct buf *b, struct outcome *o)
{
	struct record *r = a->binding;
	int64_t now_us = registrar_now_us(g);

	if (!may(r, cseq, repeated, now_us))
		return -EAGAIN;
	if (!repeated)
		register_extend(g, s, r, a->expires_s, cseq, now_us, o);
	a->expires_us = r->expires_us;
	register_note(g, r, o);
	shard_wake(s, r->line_id);
	buf_put(b, TEXT("Server: Ownline\r\n"));
	register_answer_contact(g, a->gruu ? r->number : NULL, r, now_us, b);
	return 0;
}

/* Of the credential, what the registrar writes. */
static void tell(struct registrar *g, const struct record *r, uint32_t cseq,
		 struct outcome *o)
{
	struct account_credential c = { .id = r->credential_id,
					.line_id = r->line_id,
					.customer_id = r->customer_id };

	register_tell(g, &c, record_text(r, RECORD_CALL_ID), cseq, o);
}

int registrar_again(struct registrar *g, struct registrar_again *a, uint32_t cseq,
		    bool repeated, struct buf *b)
{
	struct record *r = a->binding;
	struct shard *s = registrar_shard(g, r->line_id);
	struct outcome o;
	int rc;

	register_outcome_init(&o);
	pthread_mutex_lock(&s->lock);
	rc = extend(g, s, a, cseq, repeated, b, &o);
	pthread_mutex_unlock(&s->lock);
	if (rc)
		return rc;
	register_answer_again(g, a->outbound, b);
	if (o.count || o.use_due)
		tell(g, r, cseq, &o);
	return 0;
}

void registrar_fetch(const struct registrar_again *a)
{
	const char *r = (const char *)a->binding;

	/* And the Contact, which is the first of its texts. */
	for (size_t at = 0; r && at < sizeof(struct record) + 64; at += 64)
		__builtin_prefetch(r + at, 1);
}

void registrar_let_go(struct registrar_again *a)
{
	if (a->binding)
		record_let_go(a->binding);
	a->binding = NULL;
}
