/* SPDX-License-Identifier: Apache-2.0 */
/* edge/owner.c - Which worker a message belongs to. */

#include <sodium.h>

#include "edge/worker.h"

_Static_assert(crypto_shorthash_KEYBYTES == sizeof(((struct edge *)0)->hash_key), "key");

/* A number that someone else put into a tag may be anything. */
static bool minted(const struct edge *e, struct text token, unsigned *ret)
{
	unsigned worker;

	if (txn_token_worker(token, &worker) < 0 || worker >= e->worker_count)
		return false;
	*ret = worker;
	return true;
}

/* Keyed: nobody can choose Call-IDs that load one worker alone. */
static unsigned by_hash(const struct edge *e, struct text call_id)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)call_id.p,
			 call_id.len, e->hash_key);
	return (unsigned)(hash % e->worker_count);
}

unsigned edge_owner(const struct edge *e, unsigned here, const struct sip_msg *m)
{
	unsigned worker = here;

	if (e->worker_count == 1 || (m->request && m->method == SIP_REGISTER))
		return here;
	if (!m->request) {
		minted(e, m->via.branch, &worker);
		return worker;
	}
	/* Not by a Call-ID that looks like ours: within a dialog of ours the To tag is
	 * ours, and outside one whoever calls writes what he likes. He may do so with the
	 * To tag as well, but that gets him a 481 and nothing else. */
	if (minted(e, m->to.tag, &worker))
		return worker;
	return by_hash(e, m->call_id);
}

bool edge_follow(struct edge_worker *w, const struct flow *from, const struct sip_msg *m)
{
	unsigned worker;

	if (m->to.tag.len == 0 || m->method == SIP_REGISTER ||
	    !call_elsewhere(w->calls, m->to.tag, &worker))
		return false;
	edge_handover(w, worker, from, m->bytes);
	return true;
}
