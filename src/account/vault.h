/* SPDX-License-Identifier: Apache-2.0 */
/* account/vault.h - HA1s encrypted under a key that only the core reads
 * (XChaCha20-Poly1305), bound to credential id, auth name and realm, so that rows cannot
 * be swapped between credentials. Passwords are never kept. What it does not stop: who
 * can write the database can put an older sealed row of the same credential back. */
#ifndef ACCOUNT_VAULT_H
#define ACCOUNT_VAULT_H

#include "base/random.h"
#include "base/text.h"
#include "sip/digest.h"
#include "store/rows.h"

struct vault;

/* The two forms in which devices send the auth name. */
enum vault_form { VAULT_BARE, VAULT_WITH_DOMAIN, VAULT_FORMS };

struct vault_sealed {
	uint8_t bytes[ROW_SEALED_SIZE];
	uint32_t len;
};

/* HA1s by form and algorithm; known says which are there (imports bring some only). */
struct vault_ha1s {
	uint8_t ha1[VAULT_FORMS][DIGEST_ALGORITHMS][DIGEST_HASH_MAX];
	bool known[VAULT_FORMS][DIGEST_ALGORITHMS];
};

/* Makes a new key file (0600, never overwrites: -EEXIST). */
int vault_key_create(const char *path, struct random *random);
/* Reads the key; refuses a file that others can read (-EPERM), a wrong size (-EBADMSG).
 * The key lives in locked memory that no core file shows. */
int vault_open(const char *path, struct vault **ret, char reason[200]);
void vault_free(struct vault *v);

/* A key for something else, of the vault's own: 32 bytes for that context of 8 characters. */
void vault_derive(const struct vault *v, const char context[8], uint8_t ret[32]);

/* All HA1s of a password, for both forms of the auth name. */
int vault_ha1s_of_password(struct text auth_name, struct text domain, struct text realm,
			   struct text password, struct vault_ha1s *ret);
int vault_seal(const struct vault *v, int64_t credential_id, struct text auth_name,
	       struct text realm, const struct vault_ha1s *ha1s,
	       struct vault_sealed *ret);
/* One HA1, under 1 us. -ENOENT when that one is not there, -EBADMSG when the row was
 * tampered with. The caller wipes ret. */
int vault_unseal(const struct vault *v, int64_t credential_id, struct text auth_name,
		 struct text realm, const struct vault_sealed *sealed,
		 enum vault_form form, enum digest_algorithm algorithm,
		 uint8_t ret[DIGEST_HASH_MAX]);

#endif
