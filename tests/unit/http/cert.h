/* SPDX-License-Identifier: Apache-2.0 */
/* unit/http/cert.h - A certificate of the test's own. */
#ifndef HTTP_CERT_H
#define HTTP_CERT_H

enum { CERT_SIZE = 4096 };

enum cert_kind { CERT_P256, CERT_RSA };

/* For localhost, signed by itself, as PEM. */
void cert_make(enum cert_kind kind, char cert[CERT_SIZE], char key[CERT_SIZE]);

#endif
