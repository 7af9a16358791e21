/* SPDX-License-Identifier: Apache-2.0 */
/* unit/notify/unit.h - The groups of this program. */
#ifndef UNIT_NOTIFY_UNIT_H
#define UNIT_NOTIFY_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int cap_group(void);
int gateway_group(void);
int push_group(void);
int sms_group(void);
int template_group(void);

#endif
