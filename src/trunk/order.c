/* SPDX-License-Identifier: Apache-2.0 */
/* trunk/order.c - RFC 2782, "Weight": a number up to the sum of all weights points at one
 * of them, again and again among those that are left. */

#include "trunk/order.h"

static bool taken(uint32_t done, size_t i)
{
	return done & 1u << i;
}

static uint64_t least_rank(const struct order_item *items, size_t count, uint32_t done)
{
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < count; i++) {
		if (!taken(done, i) && items[i].rank < least)
			least = items[i].rank;
	}
	return least;
}

/* From 0, as the RFC wants it, only when there is one without weight to point at: else the
 * shares would not be what the weights say. */
static uint32_t choose_number(struct random *random, const struct order_item *items,
			      size_t count, uint32_t done, uint64_t rank)
{
	uint32_t sum = 0, least = 1;

	for (size_t i = 0; i < count; i++) {
		if (taken(done, i) || items[i].rank != rank)
			continue;
		sum += items[i].weight;
		if (!items[i].weight)
			least = 0;
	}
	return sum ? least + random_below(random, sum + 1 - least) : 0;
}

/* Those without weight stand in front of the others, so that 0 points at the first. */
static size_t point_at(const struct order_item *items, size_t count, uint32_t done,
		       uint64_t rank, uint32_t number)
{
	uint32_t sum = 0;

	for (unsigned weighty = 0; weighty < 2; weighty++) {
		for (size_t i = 0; i < count; i++) {
			if (taken(done, i) || items[i].rank != rank ||
			    !!items[i].weight != weighty)
				continue;
			sum += items[i].weight;
			if (sum >= number)
				return i;
		}
	}
	return 0;
}

void order_choose(struct random *random, const struct order_item *items, size_t count,
		  unsigned char *ret)
{
	uint32_t done = 0;

	for (size_t n = 0; n < count && n < ORDER_ITEMS_MAX; n++) {
		uint64_t rank = least_rank(items, count, done);
		uint32_t number = choose_number(random, items, count, done, rank);
		size_t i = point_at(items, count, done, rank, number);

		done |= 1u << i;
		ret[n] = (unsigned char)i;
	}
}
