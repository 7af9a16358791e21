/* SPDX-License-Identifier: Apache-2.0 */
/* fake/cert.h - Certificates for tests: an authority of the test's own in a directory of
 * its own, and what it signs. Trouble aborts. */
#ifndef FAKE_CERT_H
#define FAKE_CERT_H

struct fake_ca;

/* Makes a directory with ca.crt in it. */
struct fake_ca *fake_ca_new(void);
void fake_ca_free(struct fake_ca *ca); /* and all its files */
/* DIR/FILE; lives until the call after the next seven. */
const char *fake_ca_path(const struct fake_ca *ca, const char *file);
/* Writes STEM.crt and STEM.key for names such as "DNS:a.example,IP:127.0.0.1", good from
 * yesterday for so many days (-1: it has ended). */
void fake_ca_sign(struct fake_ca *ca, const char *stem, const char *names, int days);

#endif
