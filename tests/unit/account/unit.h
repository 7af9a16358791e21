/* SPDX-License-Identifier: Apache-2.0 */
/* unit/account/unit.h - The groups of this program. */
#ifndef UNIT_ACCOUNT_UNIT_H
#define UNIT_ACCOUNT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int book_group(void);
int create_group(void);
int eligible_group(void);
int import_credentials_group(void);
int import_customers_group(void);
int import_group(void);
int vault_group(void);

#endif
