/* SPDX-License-Identifier: Apache-2.0 */
/* call/challenge.c - Answers a trunk's digest challenge (RFC 3261 22.3, RFC 7616). */

#include "call/challenge.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "call/leg.h"
#include "sip/digest.h"

enum { CHALLENGE_TEXT_MAX = 512, CNONCE_LEN = 16 };

struct challenge {
	enum sip_header_id header; /* of the answer */
	enum digest_algorithm algorithm;
	bool qop;
	unsigned taken;
	uint32_t nc;
	char *realm, *nonce, *opaque;
};

static void drop_texts(struct challenge *c)
{
	free(c->realm);
	free(c->nonce);
	free(c->opaque);
	c->realm = c->nonce = c->opaque = NULL;
}

void challenge_free(struct challenge *c)
{
	if (!c)
		return;
	drop_texts(c);
	free(c);
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

static const struct trunk_config *trunk_with_user(const struct leg *l)
{
	const struct trunk_config *cfg;

	if (l->trunk < 0)
		return NULL;
	cfg = trunk_get(l->call->engine->cfg.trunks, (unsigned)l->trunk);
	return cfg && cfg->user[0] ? cfg : NULL;
}

static int fill(struct challenge *c, const struct sip_challenge *from)
{
	drop_texts(c);
	c->realm = text_dup(from->realm);
	c->nonce = text_dup(from->nonce);
	c->opaque = text_dup(from->opaque);
	if (!c->realm || !c->nonce || !c->opaque)
		return -ENOMEM;
	c->algorithm = from->algorithm;
	c->qop = from->qop_auth;
	c->nc = 0;
	c->taken++;
	return 0;
}

int challenge_take(struct leg *l, const struct sip_msg *response)
{
	const struct trunk_config *trunk = trunk_with_user(l);
	bool proxy = response->status == 407;
	struct sip_challenge found;
	int r;

	if (!trunk)
		return -EPERM;
	r = choose(response,
		   proxy ? SIP_HDR_PROXY_AUTHENTICATE : SIP_HDR_WWW_AUTHENTICATE,
		   trunk->realm, &found);
	if (r < 0)
		return r;
	if (l->challenge && (!found.stale || l->challenge->taken >= CHALLENGES_MAX))
		return -EPERM;
	if (!l->challenge)
		l->challenge = calloc(1, sizeof(*l->challenge));
	if (!l->challenge)
		return -ENOMEM;
	l->challenge->header =
		proxy ? SIP_HDR_PROXY_AUTHORIZATION : SIP_HDR_AUTHORIZATION;
	return fill(l->challenge, &found);
}

static int respond(const struct challenge *c, const struct trunk_config *trunk,
		   const struct sip_digest *d, struct text method,
		   char hex[DIGEST_HEX_SIZE])
{
	uint8_t ha1[DIGEST_HASH_MAX];
	int r;

	r = digest_ha1(c->algorithm, d->username, d->realm, text_of(trunk->password),
		       ha1);
	if (!r)
		r = digest_response(c->algorithm, ha1, d, method, hex);
	sodium_memzero(ha1, sizeof(ha1));
	return r;
}

static void put(struct buf *b, const struct challenge *c, const struct sip_digest *d,
		const char *response)
{
	buf_put(b, sip_header_name(c->header));
	buf_put(b, TEXT(": Digest username="));
	sip_quoted(b, d->username);
	buf_printf(b, ", realm=\"%s\", nonce=\"%s\", uri=\"%.*s\", response=\"%s\"",
		   c->realm, c->nonce, TEXT_ARG(d->uri), response);
	buf_printf(b, ", algorithm=%.*s", TEXT_ARG(digest_algorithm_name(c->algorithm)));
	if (c->opaque[0])
		buf_printf(b, ", opaque=\"%s\"", c->opaque);
	if (c->qop)
		buf_printf(b, ", qop=auth, nc=%.*s, cnonce=\"%.*s\"", TEXT_ARG(d->nc),
			   TEXT_ARG(d->cnonce));
	buf_put(b, TEXT("\r\n"));
}

/* A Contact or Record-Route may lead elsewhere. */
static bool goes_to_trunk(const struct leg *l)
{
	struct flow to = leg_next_hop(l);

	return trunk_is_source(l->call->engine->cfg.trunks, (unsigned)l->trunk, &to);
}

void challenge_answer_put(struct leg *l, struct buf *b, enum sip_method m)
{
	const struct trunk_config *trunk = trunk_with_user(l);
	struct challenge *c = l->challenge;
	char cnonce[CNONCE_LEN + 1], nc[9], hex[DIGEST_HEX_SIZE];
	struct sip_digest d;

	if (!trunk || !c->nonce || !goes_to_trunk(l))
		return;
	snprintf(nc, sizeof(nc), "%08x", ++c->nc);
	random_text(l->call->engine->cfg.random, cnonce, CNONCE_LEN, RANDOM_TOKEN);
	d = (struct sip_digest){ .username = text_of(trunk->user),
				 .realm = text_of(c->realm),
				 .nonce = text_of(c->nonce),
				 .uri = text_of(l->target),
				 .algorithm = c->algorithm,
				 .algorithm_known = true };
	if (c->qop) {
		d.qop = TEXT("auth");
		d.nc = text_of(nc);
		d.cnonce = text_of(cnonce);
	}
	if (respond(c, trunk, &d, sip_method_name(m), hex) == 0)
		put(b, c, &d, hex);
}
