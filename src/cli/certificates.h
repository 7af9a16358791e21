/* SPDX-License-Identifier: Apache-2.0 */
/* cli/certificates.h - The certificates of the SIP edge, from the files that the
 * configuration names. The core reads them as its own user, so that it can read them
 * again. */
#ifndef CLI_CERTIFICATES_H
#define CLI_CERTIFICATES_H

#include "cli/config.h"
#include "net/tls.h"

enum { CERTIFICATES_REASON_SIZE = NET_TLS_REASON_SIZE + 64 };

bool certificates_of_trunk(const struct trunk_config *t); /* it speaks TLS */
/* Some listener or trunk speaks TLS. */
bool certificates_needed(const struct config *c);
/* 0, or negative errno with a sentence, and what was loaded before stays. Warns in the log
 * when one of them ends soon. */
int certificates_load(const struct config *c, struct net_tls *tls,
		      char reason[CERTIFICATES_REASON_SIZE]);
/* The same files as last time: they may have been renewed, and the keys of session
 * tickets shall not grow old. Says in the log when that fails. */
void certificates_renew(struct net_tls *tls);

#endif
