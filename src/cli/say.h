/* SPDX-License-Identifier: Apache-2.0 */
/* cli/say.h - What the commands tell people: one plain sentence on standard error. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "cli/config.h"

/* "ownline: ..."; returns 1, the exit status of failure. */
int say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Loads the configuration; on error says what is wrong with it, fault by fault, and
 * returns 1. */
int say_config(const char *path, struct config *ret);
/* The warnings of config_warn; returns how many. */
unsigned say_warnings(const struct config *c);

#endif
