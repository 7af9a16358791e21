/* SPDX-License-Identifier: Apache-2.0 */
/* cli/config_read.h - YAML into a struct by a table of keys. */
#ifndef CLI_CONFIG_READ_H
#define CLI_CONFIG_READ_H

#include "cli/config_key.h"

/* As config_load; defaults included, nothing else. */
int config_read(const char *path, struct config *ret, struct config_faults *faults);
/* Notes a fault; line 0: none. */
void config_fault(struct config_faults *f, unsigned line, const char *key,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Gives the keys that were not seen their defaults. */
void config_defaults(void *base, const struct config_key *keys, const bool *seen);

#endif
