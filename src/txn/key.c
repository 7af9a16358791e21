/* SPDX-License-Identifier: Apache-2.0 */
/* txn/key.c - What makes two requests the same transaction (RFC 3261 17.2.3). */

#include "txn/key.h"

#include <string.h>

enum { HASHED_MAX = 256 }; /* bytes of a host or tag that go into a hash */

static const struct text cookie = TEXT_INIT("z9hG4bK");

static void parts_of(const struct sip_msg *m, struct txn_key *ret)
{
	/* A cookie with nothing behind it identifies nothing (RFC 4475 3.2.1). */
	bool is_cookie = text_starts_nocase(m->via.branch, cookie) &&
			 m->via.branch.len > cookie.len;

	*ret = (struct txn_key){
		.part = { [KEY_HOST] = m->via.host,
			  [KEY_BRANCH] = m->via.branch,
			  [KEY_CALL_ID] = m->call_id,
			  [KEY_FROM_TAG] = m->from.tag },
		.cseq = m->cseq.number,
		.port = m->via.port ? m->via.port : 5060,
		.method = (uint8_t)(m->method == SIP_ACK ? SIP_INVITE : m->method),
		.cookie = is_cookie,
	};
	if (is_cookie)
		return;
	ret->part[KEY_URI] = m->uri_text;
	ret->part[KEY_TO_TAG] = m->to.tag;
	ret->part[KEY_VIA] = m->via.params;
}

size_t txn_key_size(const struct txn_key *k)
{
	size_t size = 0;

	for (unsigned i = 0; i < KEY_PARTS; i++)
		size += k->part[i].len;
	return size;
}

void txn_key_keep(const struct txn_key *k, char *dst, struct txn_key *ret)
{
	*ret = *k;
	for (unsigned i = 0; i < KEY_PARTS; i++) {
		ret->part[i].p = dst;
		if (k->part[i].len)
			memcpy(dst, k->part[i].p, k->part[i].len);
		dst += k->part[i].len;
	}
}

static size_t fold(char dst[HASHED_MAX], struct text t)
{
	size_t n = t.len < HASHED_MAX ? t.len : HASHED_MAX;

	for (size_t i = 0; i < n; i++)
		dst[i] = t.p[i] >= 'A' && t.p[i] <= 'Z' ? (char)(t.p[i] | 0x20) : t.p[i];
	return n;
}

/* second counts without regard to case. */
static uint64_t hash_of(const struct table *t, struct text first, struct text second,
			uint32_t number)
{
	char bytes[HASHED_MAX + sizeof(number)];
	size_t n = fold(bytes, second);

	memcpy(bytes + n, &number, sizeof(number));
	return table_hash2(t, first, (struct text){ bytes, n + sizeof(number) });
}

uint64_t txn_key_merge_hash(const struct table *t, const struct txn_key *k)
{
	return hash_of(t, k->part[KEY_CALL_ID], k->part[KEY_FROM_TAG], k->cseq);
}

static uint64_t key_hash(const struct table *t, const struct txn_key *k)
{
	if (!k->cookie)
		return txn_key_merge_hash(t, k);
	return hash_of(t, k->part[KEY_BRANCH], k->part[KEY_HOST],
		       k->cseq << 16 ^ k->port);
}

void txn_key_of(const struct table *t, const struct sip_msg *m, struct txn_key *ret)
{
	parts_of(m, ret);
	ret->hash = key_hash(t, ret);
}

uint64_t txn_key_whole(const struct table *t, const struct txn_key *k)
{
	uint64_t hash = k->hash;
	const struct text so_far = { (const char *)&hash, sizeof(hash) };

	if (k->cookie)
		return hash;
	hash = hash_of(t, so_far, k->part[KEY_TO_TAG], k->port);
	hash = hash_of(t, so_far, k->part[KEY_HOST], 0);
	hash = table_hash2(t, so_far, k->part[KEY_URI]);
	return table_hash2(t, so_far, k->part[KEY_VIA]);
}

bool txn_key_merge_eq(const struct txn_key *a, const struct txn_key *b)
{
	return a->cseq == b->cseq && a->method == b->method &&
	       text_eq(a->part[KEY_CALL_ID], b->part[KEY_CALL_ID]) &&
	       text_eq_nocase(a->part[KEY_FROM_TAG], b->part[KEY_FROM_TAG]);
}

/* The To tag is the caller's to compare: an ACK's is the response's. */
static bool old_parts_eq(const struct txn_key *a, const struct txn_key *b)
{
	return text_eq(a->part[KEY_CALL_ID], b->part[KEY_CALL_ID]) &&
	       text_eq_nocase(a->part[KEY_FROM_TAG], b->part[KEY_FROM_TAG]) &&
	       text_eq(a->part[KEY_URI], b->part[KEY_URI]) &&
	       text_eq(a->part[KEY_VIA], b->part[KEY_VIA]);
}

/* CSeq too: some devices keep the branch when they send again with credentials. */
bool txn_key_eq(const struct txn_key *a, const struct txn_key *b)
{
	if (a->cookie != b->cookie || a->cseq != b->cseq || a->port != b->port)
		return false;
	if (!text_eq_nocase(a->part[KEY_HOST], b->part[KEY_HOST]))
		return false;
	if (a->cookie)
		return text_eq(a->part[KEY_BRANCH], b->part[KEY_BRANCH]);
	return old_parts_eq(a, b);
}
