/* SPDX-License-Identifier: Apache-2.0 */
/* auth/auth.h - Who sent this request: digest with stateless nonces (RFC 7616, RFC 8760),
 * a replay window, and the policy of which algorithm is asked for. Never blocks; safe
 * from every thread. */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "account/account.h"
#include "base/clock.h"
#include "net/flow.h"
#include "sip/digest.h"
#include "sip/encode.h"
#include "sip/msg.h"

enum {
	AUTH_NONCE_S = 300,          /* how long a nonce lives */
	AUTH_REPLAY_SLOTS = 1 << 18, /* at least */
	AUTH_REPLAY_SLOTS_MAX = 1 << 24,
};

struct auth;

struct auth_config {
	struct account_book *book;
	const struct vault *vault;
	const struct clock *clock;
	struct random *random;
	const char *realm;
	const char *domain;
	/* "41", so that a number sent as auth name is known in its national form, too
	 * (plan_calling_code of rating/plan.h); NULL: only with + or 00. */
	const char *calling_code;
	/* How many devices may come with a nonce each at the same time: should there be more,
	 * some are challenged once more than they had to be. 24 bytes each when they do. */
	size_t devices;
};

/* NULL: out of memory, or a realm that no header can carry. */
struct auth *auth_new(const struct auth_config *cfg);
void auth_free(struct auth *a);
/* bound says, from any thread, that this source holds a live binding of the credential: it
 * is never made to wait, whoever else may be behind the same address. Before anything is
 * checked. */
void auth_spare(struct auth *a,
		bool (*bound)(void *arg, int64_t credential_id,
			      const struct addr *source),
		void *arg);

enum auth_verdict {
	AUTH_OK,     /* the digest is right and the credential may be used */
	AUTH_NONE,   /* no Digest for our realm in it: challenge */
	AUTH_STALE,  /* right, but the nonce is old or nc seen: challenge, stale=true */
	AUTH_SHA256, /* right, but SHA-256 shall be asked for: challenge with it */
	AUTH_WRONG,  /* wrong response, unknown name: challenge again, as for AUTH_NONE */
	AUTH_REVOKED,   /* right, but revoked or the line has ended: 403 */
	AUTH_MALFORMED, /* 400 */
	AUTH_WAIT, /* too many wrong ones of this name from here: 403, looked at no further */
};

struct auth_result {
	enum auth_verdict verdict;
	struct account_credential credential; /* valid for OK, STALE, SHA256, REVOKED */
	const char *reason; /* a stable word for log and diagnosis, see below */
	enum digest_algorithm algorithm; /* of the next challenge */
	uint32_t wait_s;                 /* for WAIT */
};

/* The reasons, by verdict:
 * OK         "ok"
 * NONE       "no_credentials", "wrong_realm"
 * STALE      "nonce_expired", "nonce_forged" (not ours, or from before a restart),
 *            "replayed"
 * SHA256     "sha256_required" (pinned), "sha256_asked" (the agent is known to take it)
 * WRONG      "wrong_password", "unknown_auth_name", "user_name_sent" (a line's number,
 *            where the auth name belongs), "wrong_domain" (behind the @), "no_hash" (an
 *            imported credential without this algorithm or form), "vault_mismatch" (its
 *            row was changed by somebody, or the key is another), "wrong_algorithm",
 *            "wrong_qop"
 * REVOKED    "revoked", "line_ended"
 * MALFORMED  "malformed", "uri_mismatch"
 * WAIT       "too_many_wrong" (auth/penalty.h) */

/* Checks the Authorization (REGISTER) or Proxy-Authorization of our realm. A frozen
 * credential is AUTH_OK with credential.status saying so: what it may do is decided by
 * who asked. The same work is done for unknown names. */
void auth_check(struct auth *a, const struct sip_msg *m, enum sip_header_id header,
		const struct flow *from, struct auth_result *ret);
/* Likewise of a call for help: a right digest counts whatever stands against it but
 * revocation. Nobody waits for what others have guessed (but penalty_wait_urgent_s), MD5 is
 * enough, the digest's uri may be another. */
void auth_check_urgent(struct auth *a, const struct sip_msg *m, enum sip_header_id header,
		       const struct flow *from, struct auth_result *ret);
/* Writes the WWW- or Proxy-Authenticate that answers that verdict. */
void auth_challenge_put(struct auth *a, struct buf *response, bool proxy,
			const struct auth_result *result);

#endif
