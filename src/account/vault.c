/* SPDX-License-Identifier: Apache-2.0 */
/* account/vault.c - Seals HA1s with XChaCha20-Poly1305. */

#include "account/vault.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "account/vault_key.h"

/* A sealed row: format, key's mark, nonce, then encrypted: which HA1s are there, and
 * those, one after the other. */
enum {
	FORMAT = 1,
	KEY_AT = 1,
	NONCE_AT = KEY_AT + VAULT_MARK_LEN,
	CIPHER_AT = NONCE_AT + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_LEN = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	PLAIN_MAX = 1 + VAULT_FORMS * DIGEST_ALGORITHMS * DIGEST_HASH_MAX,
	BOUND_MAX = 1 + VAULT_MARK_LEN + 8 + 2 + ROW_AUTH_NAME_SIZE + ROW_REALM_SIZE,
};

_Static_assert(CIPHER_AT + PLAIN_MAX + TAG_LEN <= ROW_SEALED_SIZE,
	       "a sealed row is too long");
_Static_assert(crypto_kdf_KEYBYTES == VAULT_KEY_LEN, "the vault's key derives others");
_Static_assert(crypto_kdf_CONTEXTBYTES == 8, "vault_derive");
_Static_assert(VAULT_FORMS *DIGEST_ALGORITHMS <= 8, "which HA1s are there is one byte");

static unsigned mask_bit(enum vault_form form, enum digest_algorithm a)
{
	return 1u << ((unsigned)form * DIGEST_ALGORITHMS + (unsigned)a);
}

static size_t put_text(uint8_t *to, struct text t)
{
	to[0] = (uint8_t)t.len;
	memcpy(to + 1, t.p, t.len);
	return t.len + 1;
}

/* What a row is bound to: its head, whose it is, and the realm. 0 when it is too long. */
static size_t bound(uint8_t to[BOUND_MAX], const uint8_t head[NONCE_AT], int64_t id,
		    struct text auth_name, struct text realm)
{
	size_t len = NONCE_AT;

	if (auth_name.len == 0 || auth_name.len >= ROW_AUTH_NAME_SIZE || realm.len == 0 ||
	    realm.len >= ROW_REALM_SIZE)
		return 0;
	memcpy(to, head, NONCE_AT);
	for (unsigned i = 0; i < 8; i++)
		to[len++] = (uint8_t)((uint64_t)id >> (56 - 8 * i));
	len += put_text(to + len, auth_name);
	len += put_text(to + len, realm);
	return len;
}

static size_t pack(uint8_t plain[PLAIN_MAX], const struct vault_ha1s *ha1s)
{
	size_t len = 1;

	plain[0] = 0;
	for (unsigned f = 0; f < VAULT_FORMS; f++) {
		for (unsigned a = 0; a < DIGEST_ALGORITHMS; a++) {
			size_t n = digest_hash_len(a);

			if (!ha1s->known[f][a])
				continue;
			plain[0] = (uint8_t)(plain[0] | mask_bit(f, a));
			memcpy(plain + len, ha1s->ha1[f][a], n);
			len += n;
		}
	}
	return len;
}

/* The place of one HA1 in a packed row, or -ENOENT. */
static int find(const uint8_t *plain, size_t len, enum vault_form form,
		enum digest_algorithm algorithm, const uint8_t **ret)
{
	size_t at = 1;

	if (!(plain[0] & mask_bit(form, algorithm)))
		return -ENOENT;
	for (unsigned f = 0; f < VAULT_FORMS; f++) {
		for (unsigned a = 0; a < DIGEST_ALGORITHMS; a++) {
			if (f == form && a == algorithm) {
				*ret = plain + at;
				return at + digest_hash_len(a) <= len ? 0 : -EBADMSG;
			}
			if (plain[0] & mask_bit(f, a))
				at += digest_hash_len(a);
		}
	}
	return -ENOENT;
}

int vault_ha1s_of_password(struct text auth_name, struct text domain, struct text realm,
			   struct text password, struct vault_ha1s *ret)
{
	char both[ROW_AUTH_NAME_SIZE + 256];
	struct buf with_domain = BUF_FIXED(both);
	struct text users[VAULT_FORMS];
	struct vault_ha1s ha1s = { 0 };
	int rc = 0;

	buf_put(&with_domain, auth_name);
	buf_putc(&with_domain, '@');
	buf_put(&with_domain, domain);
	if (with_domain.error)
		return with_domain.error;
	users[VAULT_BARE] = auth_name;
	users[VAULT_WITH_DOMAIN] = buf_text(&with_domain);
	for (unsigned f = 0; f < VAULT_FORMS && !rc; f++) {
		for (unsigned a = 0; a < DIGEST_ALGORITHMS && !rc; a++) {
			rc = digest_ha1(a, users[f], realm, password, ha1s.ha1[f][a]);
			ha1s.known[f][a] = true;
		}
	}
	if (!rc)
		*ret = ha1s;
	sodium_memzero(&ha1s, sizeof(ha1s));
	return rc;
}

int vault_seal(const struct vault *v, int64_t credential_id, struct text auth_name,
	       struct text realm, const struct vault_ha1s *ha1s, struct vault_sealed *ret)
{
	struct vault_sealed sealed = { .bytes[0] = FORMAT };
	uint8_t plain[PLAIN_MAX], to[BOUND_MAX];
	unsigned long long cipher_len;
	size_t bound_len, len;

	memcpy(sealed.bytes + KEY_AT, v->mark, VAULT_MARK_LEN);
	bound_len = bound(to, sealed.bytes, credential_id, auth_name, realm);
	if (!bound_len)
		return -EINVAL;
	randombytes_buf(sealed.bytes + NONCE_AT, CIPHER_AT - NONCE_AT);
	len = pack(plain, ha1s);
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.bytes + CIPHER_AT, &cipher_len,
						   plain, len, to, bound_len, NULL,
						   sealed.bytes + NONCE_AT, v->key);
	sodium_memzero(plain, sizeof(plain));
	sealed.len = CIPHER_AT + (uint32_t)cipher_len;
	*ret = sealed;
	return 0;
}

/* The row's packed HA1s; returns their length, 0 when it was tampered with. */
static size_t open_row(const struct vault *v, int64_t id, struct text auth_name,
		       struct text realm, const struct vault_sealed *sealed,
		       uint8_t plain[PLAIN_MAX])
{
	uint8_t to[BOUND_MAX];
	unsigned long long len;
	size_t bound_len;

	if (sealed->len < CIPHER_AT + 1 + TAG_LEN ||
	    sealed->len > CIPHER_AT + PLAIN_MAX + TAG_LEN || sealed->bytes[0] != FORMAT)
		return 0;
	bound_len = bound(to, sealed->bytes, id, auth_name, realm);
	if (!bound_len ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(
		    plain, &len, NULL, sealed->bytes + CIPHER_AT, sealed->len - CIPHER_AT,
		    to, bound_len, sealed->bytes + NONCE_AT, v->key) != 0)
		return 0;
	return (size_t)len;
}

int vault_unseal(const struct vault *v, int64_t credential_id, struct text auth_name,
		 struct text realm, const struct vault_sealed *sealed,
		 enum vault_form form, enum digest_algorithm algorithm,
		 uint8_t ret[DIGEST_HASH_MAX])
{
	uint8_t plain[PLAIN_MAX];
	const uint8_t *ha1;
	size_t len = open_row(v, credential_id, auth_name, realm, sealed, plain);
	int rc = len ? find(plain, len, form, algorithm, &ha1) : -EBADMSG;

	if (!rc) {
		memset(ret, 0, DIGEST_HASH_MAX);
		memcpy(ret, ha1, digest_hash_len(algorithm));
	}
	sodium_memzero(plain, sizeof(plain));
	return rc;
}

void vault_derive(const struct vault *v, const char context[8], uint8_t ret[32])
{
	crypto_kdf_derive_from_key(ret, 32, 1, context, v->key);
}
