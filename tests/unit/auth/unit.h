/* SPDX-License-Identifier: Apache-2.0 */
/* unit/auth/unit.h - The groups of this program. */
#ifndef UNIT_AUTH_UNIT_H
#define UNIT_AUTH_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int algorithm_group(void);
int auth_group(void);
int nonce_group(void);
int penalty_group(void);
int again_group(void);
int probe_group(void);
int replay_group(void);

#endif
