/* SPDX-License-Identifier: Apache-2.0 */
/* rating/tariff_set.h - All rates as one sorted value that never changes: built aside,
 * then looked up by longest prefix. */
#ifndef RATING_TARIFF_SET_H
#define RATING_TARIFF_SET_H

#include "rating/tariff.h"

struct tariff_set;

/* 0, -ENOMEM, -E2BIG (more than TARIFF_RATES_MAX). Add, then end, then find. */
enum { TARIFF_RATES_MAX = 10000000 };
struct tariff_set *tariff_set_new(void);
void tariff_set_free(struct tariff_set *s);
int tariff_set_add(struct tariff_set *s, const struct rate_row *row);
void tariff_set_end(struct tariff_set *s);
/* The longest prefix of key that has a rate on that day, and of its rates the latest.
 * -ENOENT: none. */
int tariff_set_find(const struct tariff_set *s, const char *tariff, const char *key,
		    int32_t day, struct quote *ret);

#endif
