/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/digest.c - Answers a trunk's digest challenge (RFC 3261 22.2, RFC 7616). */

#include "trunk/digest.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "sip/digest.h"
#include "sip/encode.h"

enum { CHALLENGE_TEXT_MAX = 512, CNONCE_LEN = 16 };

struct trunk_digest {
	enum sip_header_id header; /* of the answer */
	enum digest_algorithm algorithm;
	bool qop;
	unsigned taken;
	uint32_t nc;
	char *realm, *nonce, *opaque; /* NULL: no challenge was taken */
};

static void drop_texts(struct trunk_digest *d)
{
	free(d->realm);
	free(d->nonce);
	free(d->opaque);
	d->realm = d->nonce = d->opaque = NULL;
}

void trunk_digest_free(struct trunk_digest *d)
{
	if (!d)
		return;
	drop_texts(d);
	free(d);
}

void trunk_digest_again(struct trunk_digest *d)
{
	if (d)
		d->taken = 0;
}

/* The strongest that we know. Only of the trunk's own realm: somebody else's server
 * behind it gets no digest to try passwords on. */
static int choose(const struct sip_msg *m, enum sip_header_id id, const char *realm,
		  struct sip_challenge *ret)
{
	struct sip_challenge c;
	int r = -ENOENT;

	for (const struct sip_header *h = sip_msg_header(m, id); h;
	     h = sip_msg_header_next(m, h)) {
		if (sip_challenge_decode(h->value, &c) < 0 || !c.algorithm_known ||
		    c.nonce.len > CHALLENGE_TEXT_MAX ||
		    c.realm.len > CHALLENGE_TEXT_MAX ||
		    c.opaque.len > CHALLENGE_TEXT_MAX ||
		    !text_eq_nocase(c.realm, text_of(realm)))
			continue;
		if (r < 0 || c.algorithm > ret->algorithm)
			*ret = c;
		r = 0;
	}
	return r;
}

static int fill(struct trunk_digest *d, const struct sip_challenge *from)
{
	drop_texts(d);
	d->realm = text_dup(from->realm);
	d->nonce = text_dup(from->nonce);
	d->opaque = text_dup(from->opaque);
	if (!d->realm || !d->nonce || !d->opaque) {
		drop_texts(d);
		return -ENOMEM;
	}
	d->algorithm = from->algorithm;
	d->qop = from->qop_auth;
	d->nc = 0;
	d->taken++;
	return 0;
}

int trunk_digest_take(struct trunk_digest **ret, const struct trunk_config *trunk,
		      const struct sip_msg *response)
{
	bool proxy = response->status == 407;
	struct trunk_digest *d = *ret;
	struct sip_challenge found;
	int r;

	if (!trunk->user[0])
		return -EPERM;
	r = choose(response,
		   proxy ? SIP_HDR_PROXY_AUTHENTICATE : SIP_HDR_WWW_AUTHENTICATE,
		   trunk->realm, &found);
	if (r < 0)
		return r;
	if (d && d->taken && (!found.stale || d->taken >= TRUNK_DIGESTS_MAX))
		return -EPERM;
	if (!d)
		d = *ret = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	d->header = proxy ? SIP_HDR_PROXY_AUTHORIZATION : SIP_HDR_AUTHORIZATION;
	return fill(d, &found);
}

static int respond(const struct trunk_digest *d, const struct trunk_config *trunk,
		   const struct sip_digest *answer, struct text method,
		   char hex[DIGEST_HEX_SIZE])
{
	uint8_t ha1[DIGEST_HASH_MAX];
	int r;

	r = digest_ha1(d->algorithm, answer->username, answer->realm,
		       text_of(trunk->password), ha1);
	if (!r)
		r = digest_response(d->algorithm, ha1, answer, method, hex);
	sodium_memzero(ha1, sizeof(ha1));
	return r;
}

static void put(struct buf *b, const struct trunk_digest *d,
		const struct sip_digest *answer, const char *response)
{
	buf_put(b, sip_header_name(d->header));
	buf_put(b, TEXT(": Digest username="));
	sip_quoted(b, answer->username);
	buf_printf(b, ", realm=\"%s\", nonce=\"%s\", uri=\"%.*s\", response=\"%s\"",
		   d->realm, d->nonce, TEXT_ARG(answer->uri), response);
	buf_printf(b, ", algorithm=%.*s", TEXT_ARG(digest_algorithm_name(d->algorithm)));
	if (d->opaque[0])
		buf_printf(b, ", opaque=\"%s\"", d->opaque);
	if (d->qop)
		buf_printf(b, ", qop=auth, nc=%.*s, cnonce=\"%.*s\"",
			   TEXT_ARG(answer->nc), TEXT_ARG(answer->cnonce));
	buf_put(b, TEXT("\r\n"));
}

void trunk_digest_put(struct trunk_digest *d, const struct trunk_config *trunk,
		      struct random *random, enum sip_method m, struct text uri,
		      struct buf *b)
{
	char cnonce[CNONCE_LEN + 1], nc[9], hex[DIGEST_HEX_SIZE];
	struct sip_digest answer;

	if (!d || !d->nonce)
		return;
	snprintf(nc, sizeof(nc), "%08x", ++d->nc);
	random_text(random, cnonce, CNONCE_LEN, RANDOM_TOKEN);
	answer = (struct sip_digest){ .username = text_of(trunk->user),
				      .realm = text_of(d->realm),
				      .nonce = text_of(d->nonce),
				      .uri = uri,
				      .algorithm = d->algorithm,
				      .algorithm_known = true };
	if (d->qop) {
		answer.qop = TEXT("auth");
		answer.nc = text_of(nc);
		answer.cnonce = text_of(cnonce);
	}
	if (respond(d, trunk, &answer, sip_method_name(m), hex) == 0)
		put(b, d, &answer, hex);
}
