/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/cert.c - A certificate of the test's own. */

#include "cert.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "fake/check.h"

static void take(BIO *bio, char dst[CERT_SIZE])
{
	int n = BIO_read(bio, dst, CERT_SIZE - 1);

	assert_true(n > 0);
	dst[n] = '\0';
	BIO_free(bio);
}

void cert_make(enum cert_kind kind, char cert[CERT_SIZE], char key[CERT_SIZE])
{
	EVP_PKEY *pair = kind == CERT_RSA ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
	BIO *cert_pem = BIO_new(BIO_s_mem()), *key_pem = BIO_new(BIO_s_mem());
	X509 *x = X509_new();

	assert_true(pair && x);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
				   (const unsigned char *)"localhost", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_set_pubkey(x, pair);
	assert_true(X509_sign(x, pair, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509(cert_pem, x), 1);
	assert_int_equal(
		PEM_write_bio_PrivateKey(key_pem, pair, NULL, NULL, 0, NULL, NULL), 1);
	take(cert_pem, cert);
	take(key_pem, key);
	X509_free(x);
	EVP_PKEY_free(pair);
}
