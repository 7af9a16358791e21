/* SPDX-License-Identifier: Apache-2.0 */
/* auth/auth.c - The room itself, and the challenges. */

#include "auth/auth.h"

#include <sodium.h>
#include <stdlib.h>

#include "auth/room.h"

static bool quotable(struct text t)
{
	for (size_t i = 0; i < t.len; i++) {
		if ((unsigned char)t.p[i] < 0x20 || t.p[i] == '"' || t.p[i] == '\\')
			return false;
	}
	return t.len > 0;
}

static int seal_nobody(struct auth *a, struct random *random)
{
	struct vault_ha1s ha1s;
	int rc;

	random_fill(random, ha1s.ha1, sizeof(ha1s.ha1));
	for (unsigned f = 0; f < VAULT_FORMS; f++) {
		for (unsigned i = 0; i < DIGEST_ALGORITHMS; i++)
			ha1s.known[f][i] = true;
	}
	rc = vault_seal(a->vault, 0, ACCOUNT_NOBODY, a->realm, &ha1s, &a->nobody);
	sodium_memzero(&ha1s, sizeof(ha1s));
	return rc;
}

/* Half as many again, as they fill their buckets unevenly. */
static unsigned replay_slots(size_t devices)
{
	size_t n = devices + devices / 2;

	return n < AUTH_REPLAY_SLOTS       ? AUTH_REPLAY_SLOTS
	       : n > AUTH_REPLAY_SLOTS_MAX ? AUTH_REPLAY_SLOTS_MAX
					   : (unsigned)n;
}

/* Names are copied: the configuration may be read anew. */
static int init(struct auth *a, const struct auth_config *cfg)
{
	a->book = cfg->book;
	a->vault = cfg->vault;
	a->realm = text_of(text_dup(text_of(cfg->realm)));
	a->domain = text_of(text_dup(text_of(cfg->domain)));
	a->calling_code = text_of(text_dup(text_of(cfg->calling_code)));
	a->replay = replay_new(replay_slots(cfg->devices));
	a->probe = probe_new(cfg->random);
	a->penalty = penalty_new(cfg->random, PENALTY_SLOTS);
	nonce_maker_init(&a->nonces, cfg->clock, cfg->random, AUTH_NONCE_S);
	if (!a->realm.p || !a->domain.p || !a->calling_code.p || !a->replay ||
	    !a->probe || !a->penalty || !quotable(a->realm))
		return -1;
	return seal_nobody(a, cfg->random);
}

struct auth *auth_new(const struct auth_config *cfg)
{
	struct auth *a = calloc(1, sizeof(*a));

	if (a && init(a, cfg)) {
		auth_free(a);
		return NULL;
	}
	return a;
}

void auth_free(struct auth *a)
{
	if (!a)
		return;
	nonce_maker_fini(&a->nonces);
	replay_free(a->replay);
	probe_free(a->probe);
	penalty_free(a->penalty);
	free((void *)(uintptr_t)a->realm.p);
	free((void *)(uintptr_t)a->domain.p);
	free((void *)(uintptr_t)a->calling_code.p);
	free(a);
}

void auth_spare(struct auth *a,
		bool (*bound)(void *arg, int64_t credential_id,
			      const struct addr *source),
		void *arg)
{
	a->bound = bound;
	a->bound_arg = arg;
}

void auth_challenge_put(struct auth *a, struct buf *response, bool proxy,
			const struct auth_result *result)
{
	char nonce[NONCE_TEXT_SIZE];

	nonce_make(&a->nonces, result->algorithm, nonce);
	buf_put(response, sip_header_lead(proxy ? SIP_HDR_PROXY_AUTHENTICATE
						: SIP_HDR_WWW_AUTHENTICATE));
	buf_put(response, TEXT("Digest realm=\""));
	buf_put(response, a->realm);
	buf_put(response, TEXT("\", nonce=\""));
	buf_puts(response, nonce);
	buf_putc(response, '"');
	if (result->verdict == AUTH_STALE)
		buf_put(response, TEXT(", stale=true"));
	buf_put(response, TEXT(", algorithm="));
	buf_put(response, digest_algorithm_name(result->algorithm));
	buf_put(response, TEXT(", qop=\"auth\"\r\n"));
}
