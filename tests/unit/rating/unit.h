/* SPDX-License-Identifier: Apache-2.0 */
/* unit/rating/unit.h - The groups of this program. */
#ifndef UNIT_RATING_UNIT_H
#define UNIT_RATING_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int demo_group(void);
int plan_group(void);
int tariff_group(void);

#endif
