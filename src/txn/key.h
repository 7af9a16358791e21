/* SPDX-License-Identifier: Apache-2.0 */
/* txn/key.h - What makes two requests the same transaction (RFC 3261 17.2.3): branch,
 * sent-by and method; for a branch of RFC 2543, without the magic cookie, the
 * Request-URI, tags, Call-ID, CSeq and the whole topmost Via. Internal to txn/. */
#ifndef TXN_KEY_H
#define TXN_KEY_H

#include "base/table.h"
#include "sip/msg.h"

enum txn_key_part {
	KEY_HOST,
	KEY_BRANCH,
	KEY_CALL_ID,
	KEY_FROM_TAG,
	KEY_URI,
	KEY_TO_TAG,
	KEY_VIA,
	KEY_PARTS
};

struct txn_key {
	uint64_t hash; /* without the method, so that a CANCEL finds what it means */
	struct text part[KEY_PARTS]; /* of RFC 3261: URI, TO_TAG, VIA are empty */
	uint32_t cseq;
	uint16_t port;
	uint8_t method; /* enum sip_method; INVITE for an ACK */
	bool cookie;    /* the branch is one of RFC 3261 */
};

/* Points into m; t is the table that the hash is for. */
void txn_key_of(const struct table *t, const struct sip_msg *m, struct txn_key *ret);
/* Bytes that txn_key_keep copies to dst; ret's texts then point there. */
size_t txn_key_size(const struct txn_key *k);
void txn_key_keep(const struct txn_key *k, char *dst, struct txn_key *ret);

/* A hash of all that a key is but for the method; equal ones are the same. */
uint64_t txn_key_whole(const struct table *t, const struct txn_key *k);
bool txn_key_eq(const struct txn_key *a,
		const struct txn_key *b); /* but for the method */
/* Call-ID, From tag and CSeq: the same request by another path (8.2.2.2). */
uint64_t txn_key_merge_hash(const struct table *t, const struct txn_key *k);
bool txn_key_merge_eq(const struct txn_key *a, const struct txn_key *b);

#endif
