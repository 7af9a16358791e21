/* SPDX-License-Identifier: Apache-2.0 */
/* cli/reload.h - Reads the configuration again while running. */
#ifndef CLI_RELOAD_H
#define CLI_RELOAD_H

#include "cli/certificates.h"

/* Validates the file; on a fault keeps the old configuration and says which (false).
 * Otherwise applies what can change (the log's level, the edge's certificates, which are
 * read anew in any case; tls NULL: there are none) and names what needs a restart. */
bool reload_run(const struct config *running, struct net_tls *tls, char reason[200]);

#endif
