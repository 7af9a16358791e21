/* SPDX-License-Identifier: Apache-2.0 */
/* base/money.h - Money is a 64-bit integer of micro-units of the currency. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/text.h"

#define MONEY_UNIT 1000000
enum { MONEY_TEXT_SIZE = 24 };

/* "0.079" -> 79000; at most six decimals, at most 12 digits before the point, optional
 * leading '-'. 0, -EBADMSG, -ERANGE. */
int money_decode(struct text t, int64_t *ret);
/* 79000 -> "0.079"; at least two decimals ("1.50"), no more than needed, up to six. */
const char *money_encode(char dst[MONEY_TEXT_SIZE], int64_t micros);
/* a*b/c, rounded up, through 128 bits; saturates at INT64_MAX. All non-negative, c > 0. */
int64_t money_muldiv_up(int64_t a, int64_t b, int64_t c);

#endif
