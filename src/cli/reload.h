/* SPDX-License-Identifier: Apache-2.0 */
/* cli/reload.h - Reads the configuration again while running. */
#ifndef CLI_RELOAD_H
#define CLI_RELOAD_H

#include "cli/config.h"

/* Validates the file; on a fault keeps the old configuration and says which (false).
 * Otherwise applies what can change (the log's level) and names what needs a restart. */
bool reload_run(const struct config *running, char reason[200]);

#endif
