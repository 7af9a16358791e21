/* SPDX-License-Identifier: Apache-2.0 */
/* unit/cli/unit.h - The groups of this program. SOURCE_ROOT is where the project lies. */
#ifndef UNIT_CLI_UNIT_H
#define UNIT_CLI_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int args_group(void);
int bind_group(void);
int config_group(void);
int house_group(void);
int manual_group(void);
int print_group(void);
int reload_group(void);

/* A file's contents, malloc'd; fails the test when it cannot be read. */
char *unit_read(const char *path);
/* Writes it to a fresh file whose path is in dst ("/tmp/..."). */
void unit_write(const char *text, char dst[64]);

#endif
