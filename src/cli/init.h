/* SPDX-License-Identifier: Apache-2.0 */
/* cli/init.h - ownline init. */
#ifndef CLI_INIT_H
#define CLI_INIT_H

#include "cli/config.h"

/* Makes the state directory: database, vault key, a certificate for the first day. Never
 * overwrites. Returns the exit status. */
int init_run(const struct config *c);

#endif
