/* SPDX-License-Identifier: Apache-2.0 */
/* auth/check.c - Checks a request's digest. */

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "auth/again.h"
#include "auth/room.h"

enum { EXPIRES_DEFAULT_S = 3600, EXPIRES_MAX_S = 1000000 };

/* One check on its way. */
struct check {
	struct auth *auth;
	const struct sip_msg *msg;
	bool urgent; /* a call for help */
	struct sip_digest digest;
	struct account_credential credential;
	bool known;        /* there is a credential of that auth name */
	bool wrong_domain; /* behind the auth name's @ */
	bool no_hash;      /* it has no HA1 for this form and algorithm */
	bool mismatch; /* what the row has is not sealed for it: changed by somebody */
	bool right;
	bool guessed; /* this name was tried from there before, and the answer was wrong */
	enum nonce_state nonce;
	uint32_t expires_s; /* of the nonce */
	enum vault_form form;
	bool opened; /* ha1 is there */
	uint8_t ha1[DIGEST_HASH_MAX];
};

static void give(struct auth_result *ret, enum auth_verdict verdict, const char *reason)
{
	ret->verdict = verdict;
	ret->reason = reason;
	ret->algorithm = verdict == AUTH_SHA256 ? DIGEST_SHA256 : DIGEST_MD5;
}

/* The first Digest of our realm among the headers. */
static bool find_digest(struct check *c, enum sip_header_id id, struct auth_result *ret)
{
	give(ret, AUTH_NONE, "no_credentials");
	for (const struct sip_header *h = sip_msg_header(c->msg, id); h;
	     h = sip_msg_header_next(c->msg, h)) {
		int rc = sip_digest_decode(h->value, &c->digest);

		if (rc == -ENOENT)
			continue;
		if (rc) {
			give(ret, AUTH_MALFORMED, "malformed");
			return false;
		}
		if (text_eq(c->digest.realm, c->auth->realm))
			return true;
		give(ret, AUTH_NONE, "wrong_realm");
	}
	return false;
}

/* What is wrong whoever sent it: nobody learns from it who exists. */
static bool form_good(struct check *c, struct auth_result *ret)
{
	const struct sip_digest *d = &c->digest;
	enum digest_algorithm asked = d->algorithm;

	/* Who asks for help may have been sent on by a proxy that knows its number better. */
	if (!c->urgent && !auth_uri_matches(d->uri, c->msg)) {
		give(ret, AUTH_MALFORMED, "uri_mismatch");
		return false;
	}
	c->nonce = nonce_read(&c->auth->nonces, d->nonce, &asked, &c->expires_s);
	/* The nonce says what was asked for: no way down to a weaker algorithm. */
	if (!d->algorithm_known || asked != d->algorithm) {
		give(ret, AUTH_WRONG, "wrong_algorithm");
		return false;
	}
	if (d->qop.len && !text_eq_nocase(d->qop, TEXT("auth"))) {
		give(ret, AUTH_WRONG, "wrong_qop");
		return false;
	}
	return true;
}

static enum vault_form form_of(struct check *c)
{
	struct text domain;

	if (!text_split(c->digest.username, '@', NULL, &domain))
		return VAULT_BARE;
	c->wrong_domain = !text_eq(domain, c->auth->domain);
	return VAULT_WITH_DOMAIN;
}

/* The HA1 to check against. Where there is none, nobody's is opened, so that it takes as
 * long. */
static void open_ha1(struct check *c)
{
	struct auth *a = c->auth;
	struct vault_sealed sealed;
	struct text name = text_of(c->credential.auth_name);
	int rc;

	if (account_credential_sealed(a->book, c->credential.id, &sealed))
		sealed = a->nobody;
	rc = vault_unseal(a->vault, c->credential.id, name, a->realm, &sealed, c->form,
			  c->digest.algorithm, c->ha1);
	c->no_hash = rc != 0;
	c->mismatch = rc == -EBADMSG;
	if (rc)
		rc = vault_unseal(a->vault, 0, ACCOUNT_NOBODY, a->realm, &a->nobody,
				  c->form, c->digest.algorithm, c->ha1);
	if (rc)
		memset(c->ha1, 0, sizeof(c->ha1));
	c->opened = true;
}

/* Devices may write A to F. */
static struct text lower(struct text hex, char to[DIGEST_HEX_SIZE])
{
	size_t len = hex.len < DIGEST_HEX_SIZE ? hex.len : DIGEST_HEX_SIZE;

	for (size_t i = 0; i < len; i++)
		to[i] = (char)(hex.p[i] | 0x20);
	return (struct text){ to, len };
}

static int want(struct check *c, char ret[DIGEST_HEX_SIZE])
{
	open_ha1(c);
	return digest_response(c->digest.algorithm, c->ha1, &c->digest,
			       c->msg->method_name, ret);
}

static void compare(struct check *c)
{
	char wanted[DIGEST_HEX_SIZE], got[DIGEST_HEX_SIZE];
	bool same;

	c->known = account_credential_by_auth_name(c->auth->book, c->digest.username,
						   &c->credential) == 0;
	c->form = form_of(c);
	same = want(c, wanted) == 0 &&
	       text_eq_secret(text_of(wanted), lower(c->digest.response, got));
	c->right = same && c->known && !c->wrong_domain && !c->no_hash;
	sodium_memzero(wanted, sizeof(wanted));
}

static const char *why_wrong(struct check *c)
{
	/* Looked up whatever was wrong, as it takes time. */
	bool number = auth_is_number(c->auth, c->digest.username);

	if (!c->known)
		return number ? "user_name_sent" : "unknown_auth_name";
	if (c->wrong_domain)
		return "wrong_domain";
	if (c->mismatch)
		return "vault_mismatch";
	return c->no_hash ? "no_hash" : "wrong_password";
}

uint32_t auth_nc_of(struct text nc)
{
	uint8_t bytes[4];

	if (text_hex_decode(nc, bytes, sizeof(bytes)))
		return 0;
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
}

/* NULL: fresh. */
static const char *why_stale(struct check *c)
{
	uint32_t now_s = nonce_now_s(&c->auth->nonces);
	uint32_t nc = c->digest.qop.len ? auth_nc_of(c->digest.nc) : 0;

	if (c->nonce == NONCE_FORGED)
		return "nonce_forged";
	if (c->nonce == NONCE_OLD)
		return "nonce_expired";
	if (!replay_use(c->auth->replay, replay_hash(c->digest.nonce), nc, c->expires_s,
			now_s))
		return "replayed";
	return NULL;
}

/* What a REGISTER asks for; the first Contact speaks for all. */
static uint32_t asked_expires_s(const struct sip_msg *m)
{
	const struct sip_header *contact = sip_msg_header(m, SIP_HDR_CONTACT);
	struct sip_address address;
	struct text value;
	uint32_t s;

	if (contact && sip_address_decode(contact->value, &address) == 0 &&
	    sip_param_find(address.params, TEXT("expires"), &value) &&
	    text_to_u32(value, EXPIRES_MAX_S, &s) == 0)
		return s;
	if (sip_msg_number(m, SIP_HDR_EXPIRES, &s) == 0)
		return s < EXPIRES_MAX_S ? s : EXPIRES_MAX_S;
	return contact ? EXPIRES_DEFAULT_S : 0;
}

/* Imported credentials may have no HA1 for SHA-256. */
static bool has_sha256(struct check *c)
{
	struct auth *a = c->auth;
	struct vault_sealed sealed;
	uint8_t ha1[DIGEST_HASH_MAX];
	int rc = account_credential_sealed(a->book, c->credential.id, &sealed);

	if (!rc)
		rc = vault_unseal(a->vault, c->credential.id,
				  text_of(c->credential.auth_name), a->realm, &sealed,
				  form_of(c), DIGEST_SHA256, ha1);
	sodium_memzero(ha1, sizeof(ha1));
	return rc == 0;
}

/* NULL: MD5 is enough. */
static const char *why_sha256(struct check *c)
{
	const struct sip_header *agent = sip_msg_header(c->msg, SIP_HDR_USER_AGENT);

	if (c->digest.algorithm != DIGEST_MD5 || c->urgent)
		return NULL;
	if (c->credential.pinned_algorithm)
		return "sha256_required";
	if (c->msg->method != SIP_REGISTER || !agent ||
	    !probe_agent_known(agent->value) || !has_sha256(c))
		return NULL;
	return probe_ask(c->auth->probe, c->credential.id, agent->value,
			 asked_expires_s(c->msg), nonce_now_s(&c->auth->nonces))
		       ? "sha256_asked"
		       : NULL;
}

static void decide(struct check *c, struct auth_result *ret)
{
	const char *reason = why_stale(c);

	if (reason) {
		give(ret, AUTH_STALE, reason);
		if (c->digest.algorithm == DIGEST_SHA256)
			ret->algorithm = DIGEST_SHA256;
		return;
	}
	if (c->credential.status == CREDENTIAL_REVOKED || c->credential.line_ended) {
		give(ret, AUTH_REVOKED,
		     c->credential.status == CREDENTIAL_REVOKED ? "revoked"
								: "line_ended");
		return;
	}
	reason = why_sha256(c);
	if (reason) {
		give(ret, AUTH_SHA256, reason);
		return;
	}
	if (c->digest.algorithm == DIGEST_SHA256 && !c->credential.pinned_algorithm)
		account_credential_pin(c->auth->book, c->credential.id, 1);
	give(ret, AUTH_OK, "ok");
}

/* The owner's device goes on working behind the address that somebody guesses from. */
static bool spared(struct check *c, const struct flow *from)
{
	struct auth *a = c->auth;
	struct account_credential credential;
	bool known = account_credential_by_auth_name(a->book, c->digest.username,
						     &credential) == 0;

	/* Asked of nobody, too, as it takes time. */
	return a->bound && a->bound(a->bound_arg, credential.id, &from->remote) && known;
}

static bool must_wait(struct check *c, const struct flow *from, struct auth_result *ret)
{
	uint32_t wait_s = (c->urgent ? penalty_wait_urgent_s : penalty_wait_s)(
		c->auth->penalty, c->digest.username, &from->remote,
		nonce_now_s(&c->auth->nonces), &c->guessed);

	if (wait_s == 0 || spared(c, from))
		return false;
	give(ret, AUTH_WAIT, "too_many_wrong");
	ret->wait_s = wait_s;
	return true;
}

static void check(struct check *c, const struct flow *from, struct auth_result *ret)
{
	struct auth *a = c->auth;

	compare(c);
	if (!c->right) {
		penalty_wrong(a->penalty, c->digest.username, &from->remote,
			      nonce_now_s(&a->nonces));
		give(ret, AUTH_WRONG, why_wrong(c));
		return;
	}
	if (c->guessed)
		penalty_right(a->penalty, c->digest.username, &from->remote);
	ret->credential = c->credential;
	decide(c, ret);
}

static void check_header(struct check *c, enum sip_header_id header,
			 const struct flow *from, struct auth_result *ret)
{
	*ret = (struct auth_result){ 0 };
	if (!find_digest(c, header, ret) || !form_good(c, ret) || must_wait(c, from, ret))
		return;
	check(c, from, ret);
}

static void wipe(struct check *c)
{
	sodium_memzero(c->ha1, sizeof(c->ha1));
}

/* Whether the next one like it may be asked less: nothing but time, nonce and what the book
 * says of the line can change the verdict. */
static bool may_keep(const struct check *c, const struct auth_result *result)
{
	const struct sip_header *agent = sip_msg_header(c->msg, SIP_HDR_USER_AGENT);

	return result->verdict == AUTH_OK && c->digest.algorithm == DIGEST_MD5 &&
	       text_eq(c->digest.qop, TEXT("auth")) &&
	       !(agent && probe_agent_known(agent->value));
}

static bool as_it_was(struct check *c)
{
	struct account_credential now;

	return account_credential_by_id(c->auth->book, c->credential.id, &now) == 0 &&
	       now.generation == c->credential.generation &&
	       now.status == c->credential.status &&
	       now.line_ended == c->credential.line_ended;
}

static bool keep_again(struct check *c, struct auth_again *ret)
{
	char ha2[DIGEST_HEX_SIZE];

	*ret = (struct auth_again){
		.nonce = replay_hash(c->digest.nonce),
		.expires_s = c->expires_s,
		.line_id = c->credential.line_id,
		.state = account_line_state(c->auth->book, c->credential.line_id),
	};
	if (!c->opened)
		open_ha1(c);
	memcpy(ret->ha1, c->ha1, sizeof(ret->ha1));
	if (digest_ha2(c->msg->method_name, c->digest.uri, ha2) < 0)
		return false;
	memcpy(ret->ha2, ha2, sizeof(ret->ha2));
	return as_it_was(c) && !c->no_hash &&
	       digest_keep(c->ha1, c->digest.nonce, &ret->begun) == 0;
}

bool auth_check_keep(struct auth *a, const struct sip_msg *m, const struct flow *from,
		     struct auth_result *result, struct auth_again *ret)
{
	struct check c = { .auth = a, .msg = m };
	bool good;

	check_header(&c, SIP_HDR_AUTHORIZATION, from, result);
	good = may_keep(&c, result) && keep_again(&c, ret);
	wipe(&c);
	return good;
}

void auth_check(struct auth *a, const struct sip_msg *m, enum sip_header_id header,
		const struct flow *from, struct auth_result *ret)
{
	struct check c = { .auth = a, .msg = m };

	check_header(&c, header, from, ret);
	wipe(&c);
}

void auth_check_urgent(struct auth *a, const struct sip_msg *m, enum sip_header_id header,
		       const struct flow *from, struct auth_result *ret)
{
	struct check c = { .auth = a, .msg = m, .urgent = true };

	check_header(&c, header, from, ret);
	wipe(&c);
}
