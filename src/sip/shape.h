/* SPDX-License-Identifier: Apache-2.0 */
/* sip/shape.h - A REGISTER that was decoded leaves its shape: where the words stand that are
 * new each time (branch, CSeq number, nonce, nc, cnonce, response), and a keyed hash of all
 * other bytes. A request that fits the shape says the same, and need not be decoded. */
#ifndef SIP_SHAPE_H
#define SIP_SHAPE_H

#include "base/random.h"
#include "sip/digest.h"
#include "sip/msg.h"

enum { SHAPE_MAX = 2048, SHAPE_WHERE = 8 /* words */ };

enum shape_span {
	/* New each time: */
	SHAPE_BRANCH, /* behind z9hG4bK */
	SHAPE_CSEQ,   /* its number */
	SHAPE_NONCE,
	SHAPE_NC,
	SHAPE_CNONCE,
	SHAPE_RESPONSE,
	/* For the answer: whole values, and of the Via its rport. */
	SHAPE_VIA,
	SHAPE_RPORT,
	SHAPE_FROM,
	SHAPE_TO,
	SHAPE_CALL_ID,
	SHAPE_CSEQ_VALUE,
	SHAPE_SPANS,
	SHAPE_HOLES = SHAPE_VIA
};

/* One bit in 2^64 of two different requests fits by chance, as long as nobody sees the key or
 * a mark. */
struct shape_key {
	uint64_t words[SHAPE_WHERE + SHAPE_MAX / 8];
};

struct shape {
	uint64_t mark[2];
	uint16_t len; /* of the whole request; 0: no shape */
	uint16_t at[SHAPE_SPANS];
	uint8_t lens[SHAPE_SPANS];
};

void shape_key_make(struct shape_key *k, struct random *random);
/* where: from where to where it came, which has to be the same, too. d: what was read of its
 * only Authorization; NULL: it has none. False: not a request of the plain kind that is
 * worth it. */
bool shape_take(struct shape *ret, const struct shape_key *k,
		const uint64_t where[SHAPE_WHERE], const struct sip_msg *m,
		const struct sip_digest *d);
bool shape_fits(const struct shape *s, const struct shape_key *k,
		const uint64_t where[SHAPE_WHERE], struct text request);
static inline struct text shape_text(const struct shape *s, struct text request,
				     enum shape_span span)
{
	return text_sub(request, s->at[span], s->lens[span]);
}
/* As sip_response_begin, of a request that fits. line: "SIP/2.0 200 OK". received: empty where
 * there is none to be said. */
void shape_answer(const struct shape *s, struct text request, struct text line,
		  struct text received, uint16_t port, struct text to_tag, struct buf *b);
/* The number of its CSeq; false: it is none. */
bool shape_cseq(const struct shape *s, struct text request, uint32_t *ret);
/* What tells it from others of its shape, hashed: branch and response. */
void shape_words(const struct shape *s, const struct shape_key *k, struct text request,
		 uint64_t ret[2]);
/* The first Call-ID, hashed: by it a shape is looked for before anything is decoded. */
uint64_t shape_call_id(const struct shape_key *k, struct text request);

#endif
