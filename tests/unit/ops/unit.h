/* SPDX-License-Identifier: Apache-2.0 */
/* unit/ops/unit.h - The groups of this program. */
#ifndef UNIT_OPS_UNIT_H
#define UNIT_OPS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int code_group(void);
int field_group(void);
int forwarding_group(void);
int frame_group(void);
int link_group(void);
int message_group(void);
int operator_group(void);
int scope_group(void);
int session_group(void);
int signin_group(void);
int step_up_group(void);
int stream_group(void);
int table_group(void);
int throttle_group(void);

#endif
