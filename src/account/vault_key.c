/* SPDX-License-Identifier: Apache-2.0 */
/* account/vault_key.c - The vault's key: its file, and its place in memory. */

#include "account/vault_key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/vault.h"

_Static_assert(VAULT_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	       "key length");

static int fail(char reason[200], int rc, const char *path, const char *what)
{
	snprintf(reason, 200, "vault key %.120s: %s", path, what);
	return rc;
}

/* All of it and to the disk: a key that a power cut takes is lost for ever. */
static int write_all(int fd, const uint8_t *key)
{
	ssize_t n = write(fd, key, VAULT_KEY_LEN);

	if (n != VAULT_KEY_LEN)
		return n < 0 ? -errno : -EIO;
	return fsync(fd) ? -errno : 0;
}

int vault_key_create(const char *path, struct random *random)
{
	uint8_t key[VAULT_KEY_LEN];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return -errno;
	random_fill(random, key, sizeof(key));
	rc = write_all(fd, key);
	sodium_memzero(key, sizeof(key));
	if (close(fd) && !rc)
		rc = -errno;
	if (rc)
		unlink(path);
	return rc;
}

/* Root may own it for a service that runs as somebody else. */
static int check_file(int fd, const char *path, char reason[200])
{
	struct stat st;

	if (fstat(fd, &st))
		return fail(reason, -errno, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(reason, -EBADMSG, path, "is not a plain file");
	if (st.st_mode & 077)
		return fail(reason, -EPERM, path,
			    "others may read it; take their rights away (chmod 600)");
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return fail(reason, -EPERM, path, "belongs to another user");
	if (st.st_size != VAULT_KEY_LEN)
		return fail(reason, -EBADMSG, path, "is not a key (32 bytes are one)");
	return 0;
}

static void make_mark(struct vault *v)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];

	crypto_generichash(hash, sizeof(hash), v->key, VAULT_KEY_LEN, NULL, 0);
	memcpy(v->mark, hash, VAULT_MARK_LEN);
}

static int read_key(int fd, const char *path, struct vault **ret, char reason[200])
{
	struct vault *v;
	ssize_t n;

	/* Locks its pages and leaves them out of core files. */
	v = sodium_malloc(sizeof(*v));
	if (!v)
		return fail(reason, -ENOMEM, path, "out of memory");
	n = read(fd, v->key, VAULT_KEY_LEN);
	if (n != VAULT_KEY_LEN) {
		sodium_free(v);
		return fail(reason, n < 0 ? -errno : -EBADMSG, path, "cannot be read");
	}
	make_mark(v);
	sodium_mprotect_readonly(v);
	*ret = v;
	return 0;
}

int vault_open(const char *path, struct vault **ret, char reason[200])
{
	int fd, rc;

	if (sodium_init() < 0)
		return fail(reason, -EIO, path, "no source of randomness");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(reason, -errno, path, strerror(errno));
	rc = check_file(fd, path, reason);
	if (!rc)
		rc = read_key(fd, path, ret, reason);
	close(fd);
	return rc;
}

void vault_free(struct vault *v)
{
	sodium_free(v); /* wipes */
}
