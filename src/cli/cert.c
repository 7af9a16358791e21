/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cert.c - A self-signed certificate (OpenSSL). */

#include "cli/cert.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <unistd.h>

enum { DAYS = 365 };

static int add_extension(X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;
	int good;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	good = e && X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	return good;
}

static int set_serial(X509 *x)
{
	unsigned char bytes[16];
	BIGNUM *n;
	int good;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		return 0;
	bytes[0] &= 0x7f;
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	good = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
	BN_free(n);
	return good;
}

static int set_names(X509 *x, const char *host)
{
	X509_NAME *name = X509_get_subject_name(x);
	char names[512];

	snprintf(names, sizeof(names), "DNS:%s,DNS:localhost,IP:127.0.0.1,IP:::1", host);
	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
					  (const unsigned char *)host, -1, -1, 0) &&
	       X509_set_issuer_name(x, name) &&
	       add_extension(x, NID_subject_alt_name, names) &&
	       add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
	       add_extension(x, NID_ext_key_usage, "serverAuth,clientAuth");
}

static X509 *make(EVP_PKEY *key, const char *host)
{
	X509 *x = X509_new();

	if (x && X509_set_version(x, 2) && set_serial(x) &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -3600) &&
	    X509_gmtime_adj(X509_getm_notAfter(x), DAYS * 86400L) &&
	    X509_set_pubkey(x, key) && set_names(x, host) &&
	    X509_sign(x, key, EVP_sha256()))
		return x;
	X509_free(x);
	return NULL;
}

static FILE *create(const char *path, int mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

static int write_key(const char *path, EVP_PKEY *key)
{
	FILE *f = create(path, 0600);
	int good;

	if (!f)
		return -errno;
	good = PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	return fclose(f) || !good ? -EIO : 0;
}

static int write_cert(const char *path, X509 *x)
{
	FILE *f = create(path, 0644);
	int good;

	if (!f)
		return -errno;
	good = PEM_write_X509(f, x);
	return fclose(f) || !good ? -EIO : 0;
}

int cert_create(const char *cert_path, const char *key_path, const char *host)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = key ? make(key, host) : NULL;
	int error = x ? write_key(key_path, key) : -ENOMEM;

	if (!error) {
		error = write_cert(cert_path, x);
		if (error)
			unlink(key_path);
	}
	X509_free(x);
	EVP_PKEY_free(key);
	return error;
}
