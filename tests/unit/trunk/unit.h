/* SPDX-License-Identifier: Apache-2.0 */
/* unit/trunk/unit.h - The groups of this program. */
#ifndef UNIT_TRUNK_UNIT_H
#define UNIT_TRUNK_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int hop_group(void);
int order_group(void);
int select_group(void);
int ttl_group(void);
int resolve_group(void);

#endif
