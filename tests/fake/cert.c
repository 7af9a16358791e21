/* SPDX-License-Identifier: Apache-2.0 */
/* fake/cert.c - Certificates for tests. */

#include "fake/cert.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 32, PATH_SIZE = 128, DAY_S = 86400 };

struct fake_ca {
	char dir[PATH_SIZE];
	char files[FILES_MAX][PATH_SIZE];
	unsigned file_count;
	long serial;
	EVP_PKEY *key;
	X509 *cert;
};

static void must(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fake_ca: %s\n", what);
	abort();
}

const char *fake_ca_path(const struct fake_ca *ca, const char *file)
{
	static char paths[8][2 * PATH_SIZE];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", ca->dir, file);
	return path;
}

static FILE *create(struct fake_ca *ca, const char *stem, const char *ending)
{
	char name[PATH_SIZE];
	FILE *f;

	snprintf(name, sizeof(name), "%s.%s", stem, ending);
	f = fopen(fake_ca_path(ca, name), "we");
	must(f && ca->file_count < FILES_MAX, "file");
	snprintf(ca->files[ca->file_count++], PATH_SIZE, "%s", name);
	return f;
}

static void extend(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *e;
	X509V3_CTX ctx;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(e && X509_add_ext(x, e, -1), value);
	X509_EXTENSION_free(e);
}

static X509 *make(struct fake_ca *ca, EVP_PKEY *key, const char *name, int days)
{
	X509 *x = X509_new();
	X509_NAME *subject = X509_get_subject_name(x);

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), ++ca->serial);
	X509_gmtime_adj(X509_getm_notBefore(x), -2 * DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(x), (long)days * DAY_S);
	X509_set_pubkey(x, key);
	must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
					(const unsigned char *)name, -1, -1, 0),
	     "name");
	X509_set_issuer_name(x, ca->cert ? X509_get_subject_name(ca->cert) : subject);
	return x;
}

struct fake_ca *fake_ca_new(void)
{
	struct fake_ca *ca = calloc(1, sizeof(*ca));
	FILE *f;
	X509 *x;

	must(ca != NULL, "memory");
	strcpy(ca->dir, "/tmp/ownline-ca-XXXXXX");
	must(mkdtemp(ca->dir) != NULL, "directory");
	ca->key = EVP_EC_gen("P-256");
	x = make(ca, ca->key, "Test Authority", 30);
	extend(x, x, NID_basic_constraints, "critical,CA:TRUE");
	must(X509_sign(x, ca->key, EVP_sha256()), "signature");
	ca->cert = x;
	f = create(ca, "ca", "crt");
	PEM_write_X509(f, x);
	fclose(f);
	return ca;
}

void fake_ca_sign(struct fake_ca *ca, const char *stem, const char *names, int days)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = make(ca, key, stem, days);
	FILE *f = create(ca, stem, "crt");

	extend(x, ca->cert, NID_subject_alt_name, names);
	extend(x, ca->cert, NID_ext_key_usage, "serverAuth");
	must(X509_sign(x, ca->key, EVP_sha256()), "signature");
	PEM_write_X509(f, x);
	fclose(f);
	f = create(ca, stem, "key");
	PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	fclose(f);
	X509_free(x);
	EVP_PKEY_free(key);
}

void fake_ca_free(struct fake_ca *ca)
{
	for (unsigned i = 0; i < ca->file_count; i++)
		unlink(fake_ca_path(ca, ca->files[i]));
	rmdir(ca->dir);
	X509_free(ca->cert);
	EVP_PKEY_free(ca->key);
	free(ca);
}
