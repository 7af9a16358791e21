/* SPDX-License-Identifier: Apache-2.0 */
/* cli/cert.h - A self-signed certificate for the first day. */
#ifndef CLI_CERT_H
#define CLI_CERT_H

/* Writes key (0600) and certificate (0644): P-256, one year, for the host and localhost,
 * 127.0.0.1 and ::1. 0 or negative errno; -EEXIST: a file is there. */
int cert_create(const char *cert_path, const char *key_path, const char *host);

#endif
