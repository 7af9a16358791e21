/* SPDX-License-Identifier: Apache-2.0 */
/* auth/again.c - A digest of a device that has shown its own before. */

#include "auth/again.h"

#include "auth/room.h"

/* The nonce that it begins with is another one, of ours and alive. */
static bool take_nonce(struct auth *a, struct auth_again *g, struct text nonce)
{
	enum digest_algorithm asked;

	return nonce_read(&a->nonces, nonce, &asked, &g->expires_s) == NONCE_GOOD &&
	       asked == DIGEST_MD5 && digest_keep(g->ha1, nonce, &g->begun) == 0;
}

static bool nonce_good(struct auth *a, struct auth_again *g, struct text nonce,
		       uint32_t now_s)
{
	uint64_t hash = replay_hash(nonce);

	if (hash == g->nonce)
		return g->expires_s > now_s;
	/* Should it be no good after all, the old one is read again, too. */
	g->nonce = take_nonce(a, g, nonce) ? hash : 0;
	return g->nonce != 0;
}

static bool response_right(const struct auth_again *g, const struct auth_words *w)
{
	const struct text parts[] = { w->nonce, w->nc, w->cnonce };
	char want[DIGEST_HEX_SIZE];

	/* Who writes capitals goes the long way. */
	return digest_again(&g->begun, parts, g->ha2, want) == 0 &&
	       text_eq_secret((struct text){ want, 2 * MD5_LEN }, w->response);
}

bool auth_again(struct auth *a, struct auth_again *g, const struct auth_words *w)
{
	uint32_t nc = auth_nc_of(w->nc), now_s = nonce_now_s(&a->nonces);

	return nc && account_line_state(a->book, g->line_id) == g->state &&
	       nonce_good(a, g, w->nonce, now_s) && response_right(g, w) &&
	       replay_use(a->replay, g->nonce, nc, g->expires_s, now_s);
}

void auth_fetch(const struct auth *a, struct text nonce)
{
	replay_fetch(a->replay, replay_hash(nonce));
}
