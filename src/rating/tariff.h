/* SPDX-License-Identifier: Apache-2.0 */
/* rating/tariff.h - Tariffs in memory and what a call costs by them. Readers take a short
 * read lock; a new set is built aside and swapped in. */
#ifndef RATING_TARIFF_H
#define RATING_TARIFF_H

#include "base/clock.h"
#include "base/money.h"
#include "rating/plan.h"
#include "store/rows.h"
#include "store/store.h"

struct tariff_book;

/* Loads all rates (waits: start-up), then follows the change feed on the loop (NULL: does
 * not). */
int tariff_book_open(struct store *store, struct loop *loop, const struct clock *clock,
		     const char *timezone, struct tariff_book **ret, char reason[200]);
void tariff_book_free(struct tariff_book *t);

/* The price of one destination. A value; what a call needs until its end. */
struct quote {
	char class_[ROW_WORD_SIZE];
	char prefix[ROW_PREFIX_SIZE]; /* that matched */
	int64_t setup_micros;
	int64_t per_minute_micros;
	uint32_t first_s;
	uint32_t next_s;
};

/* Longest prefix of the version valid at wall_us. Emergency, freephone and on-net are
 * free by themselves, whatever the tariff says. -ENOENT: the tariff has no price for it
 * (the call must be refused: unknown prices are not free); a helpline without a price is
 * free. class_ is the tariff's own word, or "emergency", "freephone", "onnet", "echo",
 * "helpline". */
int tariff_quote(struct tariff_book *t, const char *tariff, const struct destination *d,
		 const char *country, bool onnet, int64_t wall_us, struct quote *ret);
/* Set-up fee plus every begun interval: the first of first_s, then next_s each.
 * duration_us < 0: never answered, 0. Answered for 0 s pays set-up and the first
 * interval. Exact in micros, each interval rounded up. */
int64_t tariff_charge(const struct quote *q, int64_t duration_us);

#endif
