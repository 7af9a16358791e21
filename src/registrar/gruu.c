/* SPDX-License-Identifier: Apache-2.0 */
/* registrar/gruu.c - GRUUs, minted and read (RFC 5627 3, 5). */

#include "registrar/gruu.h"

#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "registrar/room.h"

#define PREFIX "tgruu."

enum {
	PLAIN_LEN = 24, /* credential, instance, epoch */
	NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	SEALED_LEN = NONCE_LEN + PLAIN_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES,
	TOKEN_SIZE = sodium_base64_ENCODED_LEN(SEALED_LEN,
					       sodium_base64_VARIANT_URLSAFE_NO_PADDING),
};

_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == REGISTRAR_GRUU_KEY_LEN,
	       "key");
_Static_assert(crypto_shorthash_KEYBYTES <= REGISTRAR_GRUU_KEY_LEN, "key");

/* Keyed, so that nobody can look for two texts that are one. */
static uint64_t mark(const struct registrar *r, struct text t)
{
	uint64_t hash;

	crypto_shorthash((unsigned char *)&hash, (const unsigned char *)t.p, t.len,
			 r->cfg.gruu_key);
	return hash;
}

/* Compared without regard to case, as the bindings are. */
static uint64_t instance_mark(const struct registrar *r, struct text instance)
{
	char lower[REGISTRAR_INSTANCE_MAX + 1];
	size_t n = instance.len < sizeof(lower) ? instance.len : 0;

	for (size_t i = 0; i < n; i++)
		lower[i] = (char)tolower((unsigned char)instance.p[i]);
	return mark(r, (struct text){ lower, n });
}

static void seal(const struct registrar *r, const struct gruu *g, char ret[TOKEN_SIZE])
{
	uint8_t sealed[SEALED_LEN], plain[PLAIN_LEN];

	memcpy(plain, &g->credential_id, 8);
	memcpy(plain + 8, &g->instance_mark, 8);
	memcpy(plain + 16, &g->epoch, 8);
	random_fill(r->cfg.random, sealed, NONCE_LEN);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE_LEN, NULL, plain,
						   sizeof(plain), NULL, 0, NULL, sealed,
						   r->cfg.gruu_key);
	sodium_bin2base64(ret, TOKEN_SIZE, sealed, sizeof(sealed),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static int unseal(const struct registrar *r, struct text token, struct gruu *ret)
{
	uint8_t sealed[SEALED_LEN], plain[PLAIN_LEN];
	size_t len;

	if (sodium_base642bin(sealed, sizeof(sealed), token.p, token.len, NULL, &len,
			      NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    len != sizeof(sealed) ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(
		    plain, NULL, NULL, sealed + NONCE_LEN, sizeof(sealed) - NONCE_LEN,
		    NULL, 0, sealed, r->cfg.gruu_key) != 0)
		return -EBADMSG;
	*ret = (struct gruu){ .temporary = true };
	memcpy(&ret->credential_id, plain, 8);
	memcpy(&ret->instance_mark, plain + 8, 8);
	memcpy(&ret->epoch, plain + 16, 8);
	return 0;
}

/* Without <>; empty when it would have to be escaped. */
static struct text plain_instance(struct text instance)
{
	struct text t =
		instance.len > 2 ? text_sub(instance, 1, instance.len - 2) : TEXT_NONE;

	for (size_t i = 0; i < t.len; i++) {
		if (!isalnum((unsigned char)t.p[i]) && !strchr("-_.:", t.p[i]))
			return TEXT_NONE;
	}
	return t;
}

uint64_t gruu_epoch(const struct registrar *r, struct text call_id)
{
	return r->cfg.gruu_key ? mark(r, call_id) : 0;
}

void gruu_put(const struct registrar *r, const char *number, const struct record *is,
	      struct buf *to)
{
	struct text instance = plain_instance(record_text(is, RECORD_INSTANCE));
	struct gruu g = { .credential_id = is->credential_id, .epoch = is->epoch };
	char token[TOKEN_SIZE];

	if (!instance.len || !r->cfg.gruu_key)
		return;
	g.instance_mark = instance_mark(r, instance);
	seal(r, &g, token);
	buf_printf(to,
		   ";pub-gruu=\"sip:%s@%s;gr=%.*s\";temp-gruu=\"sip:" PREFIX "%s@%s;gr\"",
		   number, r->cfg.domain, TEXT_ARG(instance), token, r->cfg.domain);
}

int registrar_gruu_open(struct registrar *r, const struct sip_uri *uri, struct gruu *ret)
{
	struct gruu g = { 0 };
	struct text gr;

	if (!r->cfg.gruu_key || uri->scheme != SIP_SCHEME_SIP ||
	    !sip_uri_param(uri, TEXT("gr"), &gr))
		return -ENOENT;
	if (text_starts(uri->user, TEXT(PREFIX)))
		return unseal(r, text_from(uri->user, sizeof(PREFIX) - 1), ret);
	if (!gr.len || gr.len > REGISTRAR_INSTANCE_MAX)
		return -ENOENT;
	g.instance_mark = instance_mark(r, gr);
	*ret = g;
	return 0;
}

bool registrar_gruu_names(struct registrar *r, const struct gruu *g,
			  const struct binding *b)
{
	struct text instance = plain_instance(text_of(b->instance));

	if (!instance.len || g->instance_mark != instance_mark(r, instance))
		return false;
	return !g->temporary ||
	       (g->credential_id == b->credential_id && g->epoch == b->epoch);
}
